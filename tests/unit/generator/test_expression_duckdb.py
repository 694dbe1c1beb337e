"""DuckDB as the oracle: random expressions over random columns, the same values from both.

Which text means which SQL stands in ``expression_rules``.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from generator.expression import compile_expression
from tests.unit.generator.expression_rules import RULES

ROWS = 300
TREES = 600


def tree(choose: random.Random, kind: str, depth: int) -> tuple[str, str]:
    """A random expression of a type, in our language and in SQL."""
    rules = RULES[kind] if depth else [rule for rule in RULES[kind] if not rule[0]]
    kinds, ours, sql = choose.choice(rules)
    inner = [tree(choose, kind, depth - 1) for kind in kinds]
    return f"({ours.format(*(text for text, _ in inner))})", f"({sql.format(*(text for _, text in inner))})"


def columns(choose: random.Random) -> dict[str, pa.Array]:
    def some(make: Any) -> list[Any]:
        return [None if choose.random() < 0.15 else make() for _ in range(ROWS)]

    words = ["red", "green", " a b ", "", "Éa", "zz"]
    return {
        "i": pa.array(some(lambda: choose.randint(-1000, 1000)), pa.int64()),
        "j": pa.array(some(lambda: choose.randint(-3, 3)), pa.int32()),
        "f": pa.array(some(lambda: choose.uniform(-100, 100)), pa.float64()),
        "g": pa.array(some(lambda: choose.choice([0.0, 0.5, -0.5, 2.5, 1e-3])), pa.float64()),
        "s": pa.array(some(lambda: choose.choice(words) + str(choose.randint(0, 9))), pa.string()),
        "c": pa.array(some(lambda: choose.choice(words)), pa.string()).dictionary_encode(),
        "b": pa.array(some(lambda: choose.random() < 0.5), pa.bool_()),
        "t": pa.array(
            some(lambda: dt.datetime(1999, 1, 1) + dt.timedelta(seconds=choose.uniform(-9e8, 9e8))), pa.timestamp("us")
        ),
        "l": pa.array(some(lambda: choose.choices([*words, None], k=choose.randint(0, 4))), pa.list_(pa.string())),
        "h": pa.array(some(lambda: choose.choices([1, 2, -7, None], k=choose.randint(0, 4))), pa.list_(pa.int64())),
        "d": pa.array(some(lambda: dt.date(1995, 1, 1) + dt.timedelta(choose.randint(0, 4000))), pa.date32()),
    }


def alike(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return ours == theirs or (math.isnan(ours) and math.isnan(theirs))
    return bool(ours == theirs) and (ours is None) == (theirs is None)


@pytest.mark.parametrize("kind", list(RULES))
def test_random_expressions_have_the_values_that_duckdb_gives(kind: str) -> None:
    choose = random.Random(f"duckdb/{kind}")
    data = columns(choose)
    texts = list({tree(choose, kind, choose.randint(1, 3)) for _ in range(TREES)})
    texts.sort()
    with duckdb.connect() as connection:
        connection.register("cells", pa.table(data))
        query = ", ".join(f"{sql} AS x{index}" for index, (_, sql) in enumerate(texts))
        expected = connection.execute(f"SELECT {query} FROM cells").fetchall()
    types = {name: column.type for name, column in data.items()}
    for (text, sql), theirs in zip(texts, zip(*expected, strict=True), strict=True):
        ours = compile_expression(text, types).evaluate(data, ROWS).to_pylist()
        wrong = [(a, b) for a, b in zip(ours, theirs, strict=True) if not alike(a, b)]
        assert not wrong, f"{text} (SQL {sql}): {wrong[:3]}"


@pytest.mark.parametrize("operator", ["+", "-", "*"])
def test_decimal_arithmetic_is_duckdbs(operator: str) -> None:
    choose = random.Random(operator)
    left = [None if choose.random() < 0.1 else Decimal(choose.randint(-(10**9), 10**9)).scaleb(-2) for _ in range(ROWS)]
    right = [Decimal(choose.randint(-(10**6), 10**6)).scaleb(-4) for _ in range(ROWS)]
    data = {"x": pa.array(left, pa.decimal128(10, 2)), "y": pa.array(right, pa.decimal128(7, 4))}
    with duckdb.connect() as connection:
        connection.register("cells", pa.table(data))
        expected = [row[0] for row in connection.execute(f"SELECT x {operator} y FROM cells").fetchall()]
    expression = compile_expression(f"x {operator} y", {name: column.type for name, column in data.items()})
    assert expression.evaluate(data, ROWS).to_pylist() == expected
