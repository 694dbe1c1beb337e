"""The laws of compiled expressions: pure, row by row, three-valued, lazy where it matters, exact in type."""

from __future__ import annotations

import pickle
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.expression import EvaluationError, compile_expression

NAMES = pa.array([f"Name{index}" for index in range(300)])
RETAIL_PRICE = "(90000 + (p_partkey // 10) % 20001 + 100 * (p_partkey % 1000)) / 100"


def people(rows: int) -> dict[str, pa.Array]:
    numbers = np.random.default_rng(1)
    coded = pa.array(numbers.integers(0, 300, rows).astype(np.int32), mask=numbers.random(rows) < 0.1)
    return {
        "first_name": pa.DictionaryArray.from_arrays(coded, NAMES),
        "last_name": pa.DictionaryArray.from_arrays(pa.array(np.arange(rows, dtype=np.int16) % 300), NAMES),
        "status": pa.array(np.array(["paid", "open", "refunded"])[numbers.integers(0, 3, rows)]).dictionary_encode(),
        "p_partkey": pa.array(np.arange(rows)),
        "score": pa.array(numbers.normal(size=rows), mask=numbers.random(rows) < 0.2),
        "city": pa.array([f"city {index % 17}" if index % 5 else None for index in range(rows)]),
        "tags": pa.array([["a", f"b{index % 7}", None][: index % 4] if index % 6 else None for index in range(rows)]),
        "flag": pa.array(numbers.random(rows) < 0.5, mask=numbers.random(rows) < 0.3),
    }


TEXTS = [
    "first_name + ' ' + last_name",
    RETAIL_PRICE,
    "status == 'refunded'",
    "upper(left(first_name, 2)) + '-' + str(p_partkey) + '-' + slug(city)",
    "round(score, 1) if status in ['paid', 'open'] else 0.0",
    "flag and score > 0 or status != 'open'",
    "coalesce(city, first_name, 'nowhere')",
    "min(score, 0.5, p_partkey)",
    "score is null",
    "'a' if score > 1 else 'b' if score > 0 else null",
    "date_add(date('1970-01-01'), p_partkey, 'day')",
    "decimal(score, 10, 3) * 2",
    "first_name",
    "1",
    "'constant'",
    "12 // 0",
    "tags[p_partkey % 3]",
    "['x', 'y', 'z'][p_partkey % 4]",
    "city if city in tags else join(tags, '/')",
    "first_name in tags or length(tags) > 2",
    "sha256(city) + str(bucket(first_name, 9))",
    "regex_replace(city, '[0-9]+', '<\\\\0>') + split_part(last_name, 'e', 2)",
    "format_date(date_trunc(from_epoch(p_partkey * 100000), 'week'), '%a %d %B %Y')",
    "month_name(make_date(2024, p_partkey % 14, 30))",
    "null_if(pow(score, 3), 0.0)",
]


def types_of(columns: dict[str, pa.Array]) -> dict[str, pa.DataType]:
    return {name: column.type for name, column in columns.items()}


def run(text: str, columns: dict[str, pa.Array]) -> pa.Array:
    expression = compile_expression(text, types_of(columns))
    return expression.evaluate(columns, len(next(iter(columns.values()))))


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 1000), max_size=6))
def test_any_split_of_the_rows_gives_the_same_values(cuts: list[int]) -> None:
    columns = people(1000)
    edges = sorted({0, 1000, *cuts})
    for text in TEXTS:
        expression = compile_expression(text, types_of(columns))
        whole = expression.evaluate(columns, 1000)
        parts = [
            expression.evaluate(
                {name: cells.slice(start, stop - start) for name, cells in columns.items()}, stop - start
            )
            for start, stop in pairwise(edges)
        ]
        assert pa.concat_arrays(parts).equals(whole), text


@pytest.mark.parametrize("text", TEXTS)
def test_the_result_has_exactly_the_type_and_the_length(text: str) -> None:
    columns = people(100)
    expression = compile_expression(text, types_of(columns))
    for rows in (0, 1, 100):
        found = expression.evaluate({name: cells.slice(0, rows) for name, cells in columns.items()}, rows)
        assert found.type == expression.type
        assert len(found) == rows
        found.validate(full=True)


@pytest.mark.parametrize("text", TEXTS)
def test_rows_in_another_order_give_the_values_in_that_order(text: str) -> None:
    columns = people(200)
    order = pa.array(np.random.default_rng(2).permutation(200))
    shuffled = {name: cells.take(order) for name, cells in columns.items()}
    assert run(text, shuffled).equals(run(text, columns).take(order))


@pytest.mark.parametrize("text", TEXTS)
def test_a_pickled_expression_is_the_same_expression(text: str) -> None:
    columns = people(50)
    expression = compile_expression(text, types_of(columns))
    again = pickle.loads(pickle.dumps(expression))
    assert (again.type, again.names, again.text) == (expression.type, expression.names, expression.text)
    assert again.evaluate(columns, 50).equals(expression.evaluate(columns, 50))


def test_evaluation_leaves_its_columns_alone() -> None:
    columns = people(100)
    copies = {name: cells.to_pylist() for name, cells in columns.items()}
    for text in TEXTS:
        run(text, columns)
    for name, cells in columns.items():
        assert cells.to_pylist() == copies[name]


def test_only_the_columns_read_are_needed() -> None:
    expression = compile_expression("a + 1", {"a": pa.int64(), "b": pa.string()})
    assert expression.names == ("a",)
    assert expression.evaluate({"a": pa.array([1])}, 1).to_pylist() == [2]
    with pytest.raises(EvaluationError, match="'a' is missing"):
        expression.evaluate({}, 1)
    with pytest.raises(EvaluationError, match="has 2 rows, not 1"):
        expression.evaluate({"a": pa.array([1, 2])}, 1)
    with pytest.raises(EvaluationError, match="has type string, not int64"):
        expression.evaluate({"a": pa.array(["1"])}, 1)


def test_what_is_known_before_any_row_is_a_constant_of_any_length() -> None:
    expression = compile_expression("upper('a') + str(2 * 3)", {})
    assert expression.names == ()
    assert expression.evaluate({}, 3).to_pylist() == ["A6"] * 3


@pytest.mark.parametrize(
    ("left", "right", "both", "any_"),
    [
        (True, None, None, True),
        (False, None, False, None),
        (None, None, None, None),
        (None, True, None, True),
        (None, False, False, None),
        (True, False, False, True),
    ],
)
def test_and_or_not_are_three_valued(left: Any, right: Any, both: Any, any_: Any) -> None:
    columns = {"a": pa.array([left], pa.bool_()), "b": pa.array([right], pa.bool_())}
    assert run("a and b", columns).to_pylist() == [both]
    assert run("a or b", columns).to_pylist() == [any_]
    assert run("not a", columns).to_pylist() == [None if left is None else not left]


def test_a_null_condition_chooses_the_other_branch() -> None:
    columns = {"a": pa.array([True, False, None])}
    assert run("1 if a else 2", columns).to_pylist() == [1, 2, 2]
    assert run("'x' if a else 'y'", columns).to_pylist() == ["x", "y", "y"]
    assert run("1 if null is not null else 2", columns).to_pylist() == [2] * 3


def test_a_branch_that_is_not_taken_cannot_fail() -> None:
    columns = {"x": pa.array([5, 2**62, None]), "s": pa.array(["a", "b" * 4096, None])}
    assert run("x * 4 if x < 100 else -1", columns).to_pylist() == [20, -1, -1]
    assert run("x < 100 and x * 4 > 0", columns).to_pylist() == [True, False, None]
    assert run("x > 100 or x * 4 > 0", columns).to_pylist() == [True, True, None]
    assert run("s + s if length(s) < 9 else 'long'", columns).to_pylist() == ["aa", "long", "long"]
    with pytest.raises(EvaluationError, match="column 1 of the expression 'x \\* 4 if x > 100 else -1'"):
        run("x * 4 if x > 100 else -1", columns)


def test_deeply_nested_branches_that_fail_take_no_longer_than_their_length() -> None:
    text = "x * 4 if x < 1 else (" * 60 + "x * 4 if x < 100 else -1" + ")" * 60
    columns = {"x": pa.array([5, 2**62, None])}
    assert run(text, columns).to_pylist() == [20, -1, -1]


def test_a_dictionary_entry_that_no_row_uses_cannot_fail() -> None:
    entries = pa.array(["1", "99999999999999999999"[:19]])
    columns = {"c": pa.DictionaryArray.from_arrays(pa.array([0, 0, None], pa.int32()), entries)}
    assert run("int(c)", columns).to_pylist() == [1, 1, None]
    longest = pa.DictionaryArray.from_arrays(pa.array([0, 0, None], pa.int32()), pa.array(["a", "b" * 4096]))
    assert run("c + c", {"c": longest}).to_pylist() == ["aa", "aa", None]
    assert run("repeat(c, 2)", {"c": longest}).to_pylist() == ["aa", "aa", None]


def test_nulls_inside_a_dictionary_are_nulls() -> None:
    columns = {"c": pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0], pa.int32()), pa.array(["a", None]))}
    assert run("c + '!'", columns).to_pylist() == ["a!", None, None, "a!"]
    assert run("upper(c) == 'A'", columns).to_pylist() == [True, None, None, True]
    assert run("c is null", columns).to_pylist() == [False, True, True, False]
    assert run("coalesce(c, '-')", columns).to_pylist() == ["a", "-", "-", "a"]


def test_the_memory_under_nulls_is_zero() -> None:
    columns = {"x": pa.array([7, 8, 9], mask=np.array([False, True, False])), "f": pa.array([1.5, 2.5, None])}
    for text, expected in {"x + 0": [7, 0, 9], "x": [7, 0, 9], "f * 2": [3.0, 5.0, 0.0]}.items():
        found = run(text, columns)
        kind = np.int64 if found.type == pa.int64() else np.float64
        assert np.frombuffer(found.buffers()[1], kind)[:3].tolist() == expected


def test_the_retail_price_of_tpc_h_is_the_specifications() -> None:
    keys = [1, 10, 999, 1000, 200_000]
    expected = [(90000 + (key // 10) % 20001 + 100 * (key % 1000)) / 100 for key in keys]
    assert run(RETAIL_PRICE, {"p_partkey": pa.array(keys)}).to_pylist() == expected


def test_a_column_of_a_parent_is_read_by_its_dotted_name() -> None:
    columns = {"customer_id.created_at": pa.array([1, 2]), "customer_id": pa.array([10, 20])}
    assert run("customer_id.created_at + customer_id", columns).to_pylist() == [11, 22]


def test_a_column_may_be_called_like_a_function_or_a_keyword() -> None:
    columns = {"date": pa.array([1]), "order by": pa.array([2]), "class": pa.array([3])}
    assert run("date + column('order by') + column('class')", columns).to_pylist() == [6]
