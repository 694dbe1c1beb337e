"""Lists in expressions: their items, what they hold, and what they come to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from generator.expression import EvaluationError, compile_expression

TAGS = [["new", "vip"], [], None, [None, "vip"], ["churned"], ["a", "b", "new"]]
NUMBERS = [[1, 2, 3], [], None, [None, 5], [-1], [7, 7]]
COLUMNS: dict[str, pa.Array] = {
    "tags": pa.array(TAGS),
    "numbers": pa.array(NUMBERS, pa.list_(pa.int32())),
    "prices": pa.array([[Decimal("1.25"), Decimal("2.50")], [], None, [None], [Decimal("-9.99")], []]).cast(
        pa.list_(pa.decimal128(6, 2))
    ),
    "floats": pa.array([[0.1, 0.2, 0.3], [], None, [None, 1.5], [1e308], [-0.0]]),
    "name": pa.array(["vip", "new", "new", None, "churned", "b"]),
    "place": pa.array([0, 0, 0, 1, -1, None]),
}


def values(text: str, columns: dict[str, pa.Array] = COLUMNS) -> list[Any]:
    types = {name: column.type for name, column in columns.items()}
    return list(compile_expression(text, types).evaluate(columns, len(next(iter(columns.values())))).to_pylist())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("length(tags)", [2, 0, None, 2, 1, 3]),
        ("tags[0]", ["new", None, None, None, "churned", "a"]),
        ("tags[-1]", ["vip", None, None, "vip", "churned", "new"]),
        ("tags[place]", ["new", None, None, "vip", "churned", None]),
        ("numbers[1]", [2, None, None, 5, None, 7]),
        ("['red', 'green'][numbers[0] % 3]", ["green", None, None, None, None, "green"]),
        ("[10, 20][place]", [10, 10, 10, 20, 20, None]),
        ("'vip' in tags", [True, False, None, True, False, False]),
        ("name in tags", [True, False, None, None, True, True]),
        ("name not in tags", [False, True, None, None, False, False]),
        ("contains(tags, name)", [True, False, None, None, True, True]),
        ("contains(['vip', 'b'], name)", [True, False, False, None, False, True]),
        ("7 in numbers", [False, False, None, False, False, True]),
        ("join(tags, ', ')", ["new, vip", "", None, "vip", "churned", "a, b, new"]),
        ("join(numbers, '-')", ["1-2-3", "", None, "5", "-1", "7-7"]),
        ("sum(numbers)", [6, 0, None, 5, -1, 14]),
        ("sum(prices)", [Decimal("3.75"), Decimal(0), None, Decimal(0), Decimal("-9.99"), Decimal(0)]),
        ("sum(floats)", [0.1 + 0.2 + 0.3, 0.0, None, 1.5, 1e308, 0.0]),
        ("tags is null", [False, False, True, False, False, False]),
        (
            "'many' if length(tags) > 1 else coalesce(tags[0], 'none')",
            ["many", "none", "none", "many", "churned", "many"],
        ),
    ],
)
def test_lists_have_the_values_of_the_manual(text: str, expected: list[Any]) -> None:
    """In any slice and any layout too."""
    assert values(text) == expected
    tail = {name: column.slice(2) for name, column in COLUMNS.items()}
    assert values(text, tail) == expected[2:]
    large = COLUMNS | {"tags": pa.array(TAGS, pa.large_list(pa.string()))}
    assert values(text, large) == expected
    items = pa.array([item for tags in TAGS for item in tags or []]).dictionary_encode()
    ends = pa.array([0, 2, None, 2, 4, 5, 8], pa.int32())
    assert values(text, COLUMNS | {"tags": pa.ListArray.from_arrays(ends, items)}) == expected


def test_items_under_a_null_list_are_never_seen() -> None:
    hidden = pa.ListArray.from_arrays(pa.array([0, 2, 4]), pa.array(["a", "b", "a", "a"]), mask=pa.array([False, True]))
    for text in ("length(x)", "'a' in x", "join(x, '')", "x[0]", "x is null"):
        expected = {"x is null": [False, True]}.get(text)
        assert values(text, {"x": hidden}) == (expected or [values(text, {"x": hidden.slice(0, 1)})[0], None])


def test_a_sum_or_a_text_that_is_too_large_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="beyond what its type can hold"):
        values("sum(x)", {"x": pa.array([[2**63 - 1, 1]])})
    with pytest.raises(EvaluationError, match="beyond what a float can hold"):
        values("sum(x)", {"x": pa.array([[1e308, 1e308]])})
    with pytest.raises(EvaluationError, match="more than 100 items"):
        values("sum(x)", {"x": pa.array([[1] * 101])})
    assert values("join(x, '-')", {"x": pa.array([["y" * 2047, "y" * 2048]])}) == ["y" * 2047 + "-" + "y" * 2048]
    with pytest.raises(EvaluationError, match="longer than 4096 bytes"):
        values("join(x, '-')", {"x": pa.array([["y" * 2048, "y" * 2048]])})
