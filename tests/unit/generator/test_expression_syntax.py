"""What the language refuses, and how it says so."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from generator.expression import FUNCTIONS, ExpressionError, compile_expression, expression_names
from generator.expression.functions import LEFT_OUT, OTHER_NAMES
from tests.unit.generator.expression_hostile import HOSTILE

TYPES = {
    "a": pa.int64(),
    "f": pa.float64(),
    "name": pa.string(),
    "status": pa.dictionary(pa.int32(), pa.string()),
    "price": pa.decimal128(10, 2),
    "wide": pa.decimal128(38, 2),
    "born": pa.date32(),
    "made": pa.timestamp("ms", "UTC"),
    "local": pa.timestamp("us"),
    "berlin": pa.timestamp("us", "Europe/Berlin"),
    "tags": pa.list_(pa.string()),
    "things": pa.list_(pa.struct([("a", pa.int64())])),
    "ref.made": pa.timestamp("ms", "UTC"),
    "order": pa.int64(),
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_what_is_not_in_the_language_is_refused_at_a_place_within_the_text(text: str) -> None:
    started = time.process_time()
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, TYPES)
    assert time.process_time() - started < 10
    assert 1 <= caught.value.column <= max(1, min(len(text), 4096) + 1)
    assert len(caught.value.problem) < 5000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name.upper()", "column 1: calls to attributes are not allowed (write function(value))"),
        ("1 + lambda: 1", "column 5: this is not an expression: invalid syntax"),
        ("max(1, (lambda: 1))", "column 9: lambda is not allowed"),
        ("'é' + nam", "column 7: there is no column 'nam' (did you mean 'name'?)"),
        ("a +\n  nam", "column 7: there is no column 'nam' (did you mean 'name'?)"),
        ("a + uper(name)", "column 5: there is no function 'uper' (did you mean 'upper'?)"),
        ("upper", "column 1: there is no column 'upper' (upper is a function: upper(...))"),
        ("name + a", "column 1: '+' cannot take text and integer (str(...) turns a value into text)"),
        ("left(name)", "column 1: left() cannot take 1 argument (left(text: text, count: constant integer))"),
        (
            "left(name, name)",
            "column 12: left() needs integer for count, not text (left(text: text, count: constant integer))",
        ),
        ("born > '2024-13-01'", "column 8: the text '2024-13-01' is no date (such as 2026-01-31)"),
        ("price if a > 1 else name", "column 1: 'if ... else' cannot take decimal(10, 2) and text (str(...) turns a "),
        ("1 if a else 2", "column 6: 'if' needs a boolean, not integer (compare it)"),
        ("2 ** a", "column 6: an exponent is a literal from 1 to 16"),
        ("tags", "column 1: a list is no value of a field (join(list, ', ') or an item, list[0])"),
        ("things", "column 1: expressions cannot read the type of 'things', list<"),
        ("a in name", "column 6: 'in' needs a list, not text (contains(text, part) looks into text)"),
        ("a in tags", "column 1: 'in' cannot take text and integer (str(...) turns a value into text)"),
        ("name[0]", "column 1: only lists have items, not text (substring(text, start, count) cuts text)"),
        ("1 + substr(name, 1)", "column 5: there is no function 'substr' (it is called substring here)"),
        ("born < now()", "column 8: there is no function 'now' (an expression knows no clock; compare with a date"),
        ("f * random()", "column 5: there is no function 'random' (an expression draws nothing"),
        ("log(f)", "column 1: there is no function 'log' (its last bits differ between machines"),
        ("format_date(born, '%x')", "column 1: format_date(): '%x' is no part of a format; there are %Y %y"),
        ("regex_extract(name, 'a', 1)", "column 1: regex_extract(): the pattern has no groups, so there is no group 1"),
        ("a == null", "column 6: a comparison with null is always null (use 'is null')"),
        ("a + 9223372036854775807 * 2", "column 5: the result is beyond what its type can hold"),
        ("a + ", "column 5: the expression ends too early"),
    ],
)
def test_errors_say_what_is_wrong_where_and_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, TYPES)
    assert str(caught.value).startswith(message)


def test_names_of_other_languages_lead_to_functions_that_there_are() -> None:
    assert set(OTHER_NAMES.values()) <= set(FUNCTIONS)
    assert not {*OTHER_NAMES, *LEFT_OUT} & set(FUNCTIONS)


def test_the_length_of_a_text_is_bounded() -> None:
    assert compile_expression("a" + " " * 4095, TYPES).names == ("a",)
    with pytest.raises(ExpressionError, match="4097 characters"):
        compile_expression("a" + " " * 4096, TYPES)


def test_the_number_of_nodes_is_bounded() -> None:
    # a call is two nodes, its function's name and itself; each argument is one
    assert compile_expression("max(" + ", ".join(["a"] * 498) + ")", TYPES).type == pa.int64()
    with pytest.raises(ExpressionError, match="more than 500 nodes"):
        compile_expression("max(" + ", ".join(["a"] * 499) + ")", TYPES)


def test_the_nesting_is_bounded() -> None:
    assert compile_expression("a" + " + a" * 78, TYPES).type == pa.int64()
    with pytest.raises(ExpressionError, match="80 levels"):
        compile_expression("a" + " + a" * 80, TYPES)


def test_names_are_those_of_columns_in_order_of_first_mention() -> None:
    text = "upper(name) if ref.made > '2020-01-01' and column('order') > a else name + column('a b')"
    assert expression_names(text) == ("name", "ref.made", "order", "a", "a b")
    assert expression_names("1 + 2") == ()
    assert expression_names("true if x is null else False") == ("x",)


def test_names_need_no_types_but_good_syntax() -> None:
    assert expression_names("unknown + other.field") == ("unknown", "other.field")
    assert expression_names("order.customer.address.city + tags[n]") == ("order.customer.address.city", "tags", "n")
    with pytest.raises(ExpressionError, match="only a column's name can stand before a dot"):
        expression_names("true.b.c")


def test_an_expression_may_take_several_lines_and_comments() -> None:
    expression = compile_expression("\n  a  # the first\n  + order_ * 2\n\n", {"a": pa.int64(), "order_": pa.int64()})
    assert expression.evaluate({"a": pa.array([1]), "order_": pa.array([2])}, 1).to_pylist() == [5]
