"""What the language refuses, and how it says so."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from generator.expression import ExpressionError, compile_expression, expression_names

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
    "ref.made": pa.timestamp("ms", "UTC"),
    "order": pa.int64(),
}

HOSTILE = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "a.__class__",
    "a.b.c",
    "a.b.c.d.e.f",
    "'x'.upper()",
    "name.upper()",
    "(1).real",
    "__builtins__",
    "__name__",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "getattr(a, 'real')",
    "globals()",
    "lambda: 1",
    "(lambda x: x)(1)",
    "[x for x in (1, 2)]",
    "{x for x in (1, 2)}",
    "{x: 1 for x in (1, 2)}",
    "sum(x for x in (1, 2))",
    "(b := 1)",
    "f'{a}'",
    "f'{a!r:>{a}}'",
    "max(*[1, 2])",
    "round(number=a)",
    "str(**{})",
    "{'a': 1}",
    "{1, 2}",
    "[1, 2]",
    "(1, 2)",
    "1, 2",
    "name[0]",
    "name[0:2]",
    "b'bytes'",
    "1j",
    "...",
    "a if a else",
    "await a",
    "yield a",
    "yield from a",
    "import os",
    "a = 1",
    "a; a",
    "a\n+ 1\n; 2",
    "1) + (2",
    "a)",
    "(a",
    "a @ a",
    "a & 1",
    "a | 1",
    "a ^ 1",
    "a << 1",
    "~a",
    "10**10**10",
    "9**9**9**9",
    "2 ** a",
    "2 ** 63",
    "a ** -1",
    "f ** 0.5",
    "9" * 4000,
    "0x" + "f" * 4000,
    "9223372036854775808",
    "-9223372036854775809",
    "1e999",
    "'a' * 10**9",
    "'a' * 1000000000",
    "repeat('a', 10**9)",
    "repeat(name, 1000000000)",
    "repeat(name, a)",
    "repeat('abcdef', 4000)",
    "pad_left(name, 1000000000)",
    "replace(name, '', 'x')",
    "matches(name, '(')",
    "matches(name, 'a{1001}')",
    "matches(name, name)",
    "matches(name, '(a)\\\\1')",
    "a\x00",
    "'\x00'",
    "\ud800",
    "'\\ud800'",
    "",
    "   \n ",
    "#",
    "a #" + "x" * 5000,
    "(" * 1000 + "a" + ")" * 1000,
    "-" * 3000 + "a",
    "not " * 1000 + "true",
    "a" + "+a" * 600,
    "a if true else " * 200 + "a",
    "a" + ".b" * 1500,
    "f(" * 1000 + ")" * 1000,
    "[" * 90 + "]" * 90,
    "a in " + "[" * 90 + "]" * 90,
    "a" + "<a" * 600,
    "now()",
    "random()",
    "uuid()",
    "log(f)",
    "exp(f)",
    "print(a)",
    "a in a",
    "name in 'abc'",
    "a in []",
    "a in [a]",
    "a in [null]",
    "a in [1, 'x']",
    "a is 1",
    "1 < a in [1]",
    "null",
    "null if a > 1 else null",
    "a > null",
    "a == null",
    "null + 1",
    "a and true",
    "not a",
    "1 if a else 2",
    "true + 1",
    "true < false",
    "-name",
    "name + 1",
    "a + born",
    "born - born",
    "born + 1",
    "born < made",
    "made < local",
    "made + made",
    "made - local",
    "year(berlin)",
    "hour(born)",
    "str(made - made)",
    "born > 'yesterday'",
    "born > '2024-02-30'",
    "born > '2024-1-1'",
    "made > '2024-01-01T25:00:00Z'",
    "local > '2024-01-01T00:00:00Z'",
    "date_add(born, 1, 'hour')",
    "date_add(born, 1, 'fortnight')",
    "date_add(born, 1, name)",
    "wide * wide",
    "wide + wide",
    "wide // 3",
    "decimal(a, 39, 0)",
    "decimal(a, 2, 3)",
    "decimal(a, a, 0)",
    "round(f, a)",
    "round(f, 99)",
    "pad_left(name, 5, 'ab')",
    "tags",
    "unknown",
    "upper",
    "upper(a)",
    "upper()",
    "upper(name, name)",
    "concat()",
    "concat(name, 1)",
    "column(name)",
    "column('x' + 'y')",
    "column()",
    "9223372036854775807 + 1",
    "-(-9223372036854775808)",
    "1e308 * 10.0",
]


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
        ("tags", "column 1: expressions cannot read the type of 'tags', list<"),
        ("a == null", "column 6: a comparison with null is always null (use 'is null')"),
        ("a + 9223372036854775807 * 2", "column 5: the result is beyond what its type can hold"),
        ("a + ", "column 5: the expression ends too early"),
    ],
)
def test_errors_say_what_is_wrong_where_and_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, TYPES)
    assert str(caught.value).startswith(message)


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
    with pytest.raises(ExpressionError, match="only one dot"):
        expression_names("a.b.c")


def test_an_expression_may_take_several_lines_and_comments() -> None:
    expression = compile_expression("\n  a  # the first\n  + order_ * 2\n\n", {"a": pa.int64(), "order_": pa.int64()})
    assert expression.evaluate({"a": pa.array([1]), "order_": pa.array([2])}, 1).to_pylist() == [5]
