"""DuckDB as the oracle: random expressions over random columns, the same values from both.

Where the two differ by design, the SQL says what ours means: DuckDB's ``//`` and ``%`` cut towards zero, its division
by zero need not be null, ``least`` and ``greatest`` pass over nulls, and a decimal point makes a DECIMAL of a literal.
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

ROWS = 300
TREES = 400

Rule = tuple[tuple[str, ...], str, str]

_FLOOR = "CASE WHEN {1} = 0 THEN NULL ELSE ({0} - (({0} % {1}) + {1}) % {1}) // {1} END"
_MODULO = "CASE WHEN {1} = 0 THEN NULL ELSE (({0} % {1}) + {1}) % {1} END"
_LEAST = "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN {0} <= {1} THEN {0} ELSE {1} END"
_CHOICE = "(CASE WHEN {1} THEN {0} ELSE {2} END)"

RULES: dict[str, list[Rule]] = {
    "integer": [
        ((), "i", "i"),
        ((), "j", "j"),
        ((), "17", "17::BIGINT"),
        (("integer", "integer"), "({0} + {1})", "({0} + {1})"),
        (("integer", "integer"), "({0} - {1})", "({0} - {1})"),
        (("integer",), "({0} * -3)", "({0} * -3)"),
        (("integer",), "({0} % 1000) ** 3", "power(CAST((({0} % 1000) + 1000) % 1000 AS DOUBLE), 3)::BIGINT"),
        (("integer", "integer"), "({0} // {1})", _FLOOR),
        (("integer", "integer"), "({0} % {1})", _MODULO),
        (("integer",), "-{0}", "-({0})"),
        (("integer",), "abs({0})", "abs({0})"),
        (("float",), "sign({0})", "sign({0})::BIGINT"),
        (("float",), "floor({0})", "floor({0})::BIGINT"),
        (("float",), "ceil({0})", "ceil({0})::BIGINT"),
        (("float",), "round({0})", "round({0})::BIGINT"),
        (("float",), "int({0})", "trunc({0})::BIGINT"),
        (("text",), "length({0})", "length({0})"),
        (("integer", "integer"), "min({0}, {1})", _LEAST),
        (("integer", "integer"), "coalesce({0}, {1})", "coalesce({0}, {1})"),
        (("integer", "boolean", "integer"), "({0} if {1} else {2})", _CHOICE),
        (("date",), "year({0})", "year({0})"),
        (("date",), "month({0})", "month({0})"),
        (("date",), "day({0})", "day({0})"),
        (("date",), "quarter({0})", "quarter({0})"),
        (("date",), "weekday({0})", "isodow({0}) - 1"),
        (("date",), "day_of_year({0})", "dayofyear({0})"),
        (("date", "date"), "date_diff({0}, {1}, 'day')", "datesub('day', {0}, {1})"),
        (("date", "date"), "date_diff({0}, {1}, 'week')", "datesub('week', {0}, {1})"),
    ],
    "float": [
        ((), "f", "f"),
        ((), "g", "g"),
        ((), "2.5", "2.5::DOUBLE"),
        (("float", "float"), "({0} + {1})", "({0} + {1})"),
        (("float", "integer"), "({0} - {1})", "({0} - {1})"),
        (("float",), "({0} * 0.1)", "({0} * 0.1::DOUBLE)"),
        (("integer", "integer"), "({0} / {1})", "({0} / nullif({1}, 0))"),
        (("float", "float"), "({0} / {1})", "({0} / nullif({1}, 0))"),
        (("float",), "round({0}, 2)", "round({0}, 2)"),
        (("float",), "sqrt({0})", "(CASE WHEN {0} < 0 THEN NULL ELSE sqrt({0}) END)"),
        (("float", "boolean", "float"), "({0} if {1} else {2})", _CHOICE),
        (("integer",), "float({0})", "{0}::DOUBLE"),
        (("float", "float"), "if_null({0}, {1})", "ifnull({0}, {1})"),
    ],
    "text": [
        ((), "s", "s"),
        ((), "c", "c"),
        ((), "'aé'", "'aé'"),
        (("text", "text"), "({0} + {1})", "({0} || {1})"),
        (("text",), "upper({0})", "upper({0})"),
        (("text",), "lower({0})", "lower({0})"),
        (("text",), "left({0}, 3)", "left({0}, 3)"),
        (("text",), "right({0}, 2)", "right({0}, 2)"),
        (("text",), "substring({0}, 2, 3)", "substring({0}, 2, 3)"),
        (("text",), "replace({0}, 'a', 'bcd')", "replace({0}, 'a', 'bcd')"),
        (("text",), "trim({0})", "trim({0})"),
        (("text",), "repeat({0}, 2)", "repeat({0}, 2)"),
        (("text",), "reverse({0})", "reverse({0})"),
        (("integer",), "str({0})", "{0}::VARCHAR"),
        (("date",), "str({0})", "{0}::VARCHAR"),
        (("text", "boolean", "text"), "({0} if {1} else {2})", _CHOICE),
        (("text", "text"), "coalesce({0}, {1})", "coalesce({0}, {1})"),
    ],
    "boolean": [
        ((), "b", "b"),
        (("integer", "float"), "({0} < {1})", "({0} < {1})"),
        (("text", "text"), "({0} <= {1})", "({0} <= {1})"),
        (("text", "text"), "({0} == {1})", "({0} = {1})"),
        (("integer", "integer", "integer"), "({0} < {1} <= {2})", "(({0} < {1}) AND ({1} <= {2}))"),
        (("date",), "({0} >= '2000-02-29')", "({0} >= DATE '2000-02-29')"),
        (("date", "date"), "({0} != {1})", "({0} <> {1})"),
        (("boolean", "boolean"), "({0} and {1})", "({0} AND {1})"),
        (("boolean", "boolean"), "({0} or {1})", "({0} OR {1})"),
        (("boolean",), "(not {0})", "(NOT {0})"),
        (("integer",), "({0} in [1, 2, 17])", "({0} IN (1, 2, 17))"),
        (("text",), "({0} not in ['red', 'a'])", "({0} NOT IN ('red', 'a'))"),
        (("float",), "({0} is null)", "({0} IS NULL)"),
        (("text",), "({0} is not None)", "({0} IS NOT NULL)"),
        (("text",), "starts_with({0}, 'r')", "starts_with({0}, 'r')"),
        (("text",), "ends_with({0}, 'd')", "ends_with({0}, 'd')"),
        (("text",), "contains({0}, 'e')", "contains({0}, 'e')"),
        (("text",), "matches({0}, '^[a-m]+')", "regexp_matches({0}, '^[a-m]+')"),
    ],
    "date": [
        ((), "d", "d"),
        ((), "date('1999-12-31')", "DATE '1999-12-31'"),
        (("date", "integer"), "date_add({0}, {1} % 50, 'day')", f"({{0}} + ({_MODULO.format('{1}', '50')})::INTEGER)"),
        (
            ("date", "integer"),
            "date_add({0}, {1} % 50, 'month')",
            f"({{0}} + to_months(({_MODULO.format('{1}', '50')})::INTEGER))::DATE",
        ),
        (("date", "boolean", "date"), "({0} if {1} else {2})", _CHOICE),
    ],
}


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
