"""Random texts: the language refuses or computes, and it fails with errors of its own only.

Each text that compiles is also held to the law: row by row, in one go, and over dictionaries or plain text, the outcome
is the same.
"""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pyarrow as pa
import pytest

from generator.errors import SeedbedError
from generator.expression import FUNCTIONS, Expression, ExpressionError, compile_expression, expression_names
from generator.expression.function import CALENDAR, DATELIKE, MOMENTS, TIMESTAMPS

TEXTS = 20_000
SMALLEST, LARGEST = -(2**63), 2**63 - 1
COLUMNS = {
    "i": pa.array([0, 1, -7, None, LARGEST, SMALLEST, 3]),
    "f": pa.array([0.0, -0.0, 1.5, None, 1e308, -2.5, 1e-320]),
    "m": pa.array([Decimal(t) if t else None for t in ("0", "1.25", "-9.99", "", "99999999.99", "-0.01", "2.50")]).cast(
        pa.decimal128(10, 2)
    ),
    "w": pa.array([Decimal(t) if t else None for t in ("0", "1", "-1", "", "9" * 38, "-" + "9" * 38, "7")]).cast(
        pa.decimal128(38, 0)
    ),
    "s": pa.array(["", "abc", "Ünï ß", None, "x" * 4096, "2026-01-31", "-12"]),
    "c": pa.array(["red", "green", None, "red", "", "red", "green"]).dictionary_encode(),
    "b": pa.array([True, False, None, True, False, True, None]),
    "d": pa.array([dt.date(2024, 2, 29), dt.date(1, 1, 1), None, dt.date(9999, 12, 31), *[dt.date(1970, 1, 1)] * 3]),
    "t": pa.array([0, -1, None, 10**15, LARGEST, SMALLEST, 1]).cast(pa.timestamp("ms", "UTC")),
    "n": pa.array([0, -1, None, 10**18, 5, LARGEST, 1]).cast(pa.timestamp("ns")),
    "o.id": pa.array([1, 2, 3, None, 5, 6, 7], pa.int32()),
}
RECODED = COLUMNS | {"c": COLUMNS["c"].dictionary_decode(), "s": COLUMNS["s"].dictionary_encode()}
"""The same values: what was a dictionary is plain, and the other way round."""
TYPES = {name: column.type for name, column in COLUMNS.items()}
ATOMS = {
    "number": ["i", "f", "m", "w", "o.id", "1", "0", "2", "-3", "0.5", "1e308", "9223372036854775807"],
    "integer": ["i", "o.id", "0", "1", "-12", "9223372036854775807"],
    "text": ["s", "c", "'a'", "''", "'Ünï'", "'2020-02-29'"],
    "boolean": ["b", "true", "False", "(s is null)"],
    "date": ["d", "date('2024-02-29')", "date(s)"],
    "timestamp": ["t", "n"],
    "null": ["null", "None"],
}
OPERATIONS = {
    "number": [(operator, "number") for operator in ("+", "-", "*", "/", "//", "%")],
    "integer": [(operator, "integer") for operator in ("+", "-", "*", "//", "%")],
    "text": [("+", "text")],
    "boolean": [
        (operator, kind) for operator in ("<", "<=", "==", "!=") for kind in ("number", "text", "date", "boolean")
    ]
    + [("and", "boolean"), ("or", "boolean")] * 3,
    "date": [("-", "date")],
    "timestamp": [("-", "timestamp")],
    "null": [("is", "null"), ("==", "null")],
}
GIVES = {
    "number": "abs sign floor ceil round sqrt min max clamp int float decimal",
    "integer": "length year quarter month day weekday day_of_year hour minute second epoch date_diff int floor round",
    "text": "lower upper title capitalize trim ltrim rtrim left right substring replace pad_left pad_right repeat "
    "reverse slug str",
    "boolean": "starts_with ends_with contains matches is_null",
    "date": "date date_add min max",
    "timestamp": "date_add min max",
    "null": "is_null",
}
CALLS = {kind: [FUNCTIONS[name] for name in [*names.split(), "coalesce"]] for kind, names in GIVES.items()}
ARGUMENTS = {"text": "text", "integer": "integer", "number": "number", "integer or float": "number"}
ARGUMENTS |= {kind.name: "date" for kind in (CALENDAR, MOMENTS, DATELIKE)} | {TIMESTAMPS.name: "timestamp"}
TOKENS = [atom for atoms in ATOMS.values() for atom in atoms] + [f"{name}(" for name in FUNCTIONS]
TOKENS += ["+", "-", "*", "/", "//", "%", "<", "==", "and", "or", "is", "in", *"()[]{}.,:;@=~|&^!\\'\"#\n\0"]
TOKENS += ["lambda", "not", "if", "else", "for", "**", "<<", ":=", "__class__", "é", "\ud800", "column("]
UNITS = ("'day'", "'month'", "'year'", "'hour'", "'week'", "'quarter'", "'second'")


def sentence(choose: random.Random, depth: int, kind: str) -> str:
    """A text that mostly has the shape, and the type, of an expression of that kind."""
    if choose.random() < 0.02:
        kind = choose.choice([*ATOMS])
    shape = choose.random()
    if depth == 0 or shape < 0.15:
        return choose.choice(ATOMS[kind])
    if shape < 0.45:
        operator, *kinds = choose.choice(OPERATIONS[kind])
        left, right = (sentence(choose, depth - 1, choose.choice(kinds)) for _ in range(2))
        return f"({left} {operator} {right})"
    if shape < 0.55:
        yes, no = (sentence(choose, depth - 1, kind) for _ in range(2))
        return f"({yes} if {sentence(choose, depth - 1, 'boolean')} else {no})"
    return call(choose, depth, kind)


def call(choose: random.Random, depth: int, kind: str) -> str:
    """A call that mostly has the right arguments, constants where they belong."""
    function = choose.choice(CALLS[kind])
    arguments = []
    for index in range(choose.choice([function.least, len(function.parameters)])):
        parameter = function.parameter(index)
        if parameter.constant and choose.random() < 0.95:
            number = str(choose.choice([parameter.low, parameter.high, 1, 2, 3]))
            text = choose.choice(UNITS) if parameter.choices else choose.choice(["'a'", "' '", "'[a-c]+'"])
            arguments.append(number if parameter.kind.name == "integer" else text)
        else:
            inner = kind if function.together or choose.random() < 0.1 else ARGUMENTS.get(parameter.kind.name, kind)
            arguments.append(sentence(choose, depth - 1, inner))
    return f"{function.name}({', '.join(arguments)})"


def soup(choose: random.Random) -> str:
    """Tokens in no order."""
    return choose.choice(["", " "]).join(choose.choices(TOKENS, k=choose.randint(1, 14)))


def refusal(text: str) -> ExpressionError | None:
    """The error of a text that does not compile; nothing but an ExpressionError gets past this."""
    try:
        compile_expression(text, TYPES)
    except ExpressionError as error:
        return error
    return None


def outcome(expression: Expression, columns: dict[str, pa.Array], length: int) -> list[str] | None:
    """The values, spelled so that -0.0, 0.0 and each type differ; None where one of the rows has none."""
    try:
        values = expression.evaluate(columns, length)
    except SeedbedError:
        return None
    values.validate(full=True)
    assert values.type == expression.type
    assert len(values) == length
    ticks = pa.types.is_timestamp(values.type) or pa.types.is_duration(values.type)
    return [repr(value) for value in (values.view(pa.int64()) if ticks else values).to_pylist()]


def check(text: str) -> bool:
    """Whether the text compiles. What it gives is a function of each row alone, and so is whether it gives any."""
    error = refusal(text)
    if error is not None:
        assert 1 <= error.column <= len(text) + 1
        assert error.problem
        return False
    expression = compile_expression(text, TYPES)
    assert expression.names == expression_names(text)
    whole = outcome(expression, COLUMNS, 7)
    rows = [outcome(expression, {name: cells.slice(row, 1) for name, cells in COLUMNS.items()}, 1) for row in range(7)]
    good = [row[0] for row in rows if row is not None]
    assert whole == (good if len(good) == 7 else None)
    assert outcome(expression, RECODED, 7) == whole
    return True


@pytest.mark.parametrize("kind", ["sentence", "soup"])
def test_random_texts_are_refused_or_computed_and_never_crash(kind: str) -> None:
    choose = random.Random(f"expressions/{kind}")
    count = 0
    for _ in range(TEXTS // 2):
        text = sentence(choose, 3, choose.choice(list(ATOMS))) if kind == "sentence" else soup(choose)
        try:
            count += check(text)
        except Exception as error:
            raise AssertionError(f"{text!r} raised {type(error).__name__}: {error}") from error
    assert count > (4000 if kind == "sentence" else 20)
