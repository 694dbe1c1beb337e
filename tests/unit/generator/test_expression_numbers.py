"""Numbers against Python's own integers, Fraction, Decimal and correctly rounded floats."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from generator.errors import SeedbedError
from generator.expression import EvaluationError, compile_expression

SMALLEST, LARGEST = -(2**63), 2**63 - 1
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)


def values(text: str, **columns: pa.Array) -> list[Any]:
    types = {name: column.type for name, column in columns.items()}
    length = len(next(iter(columns.values()))) if columns else 1
    expression = compile_expression(text, types)
    found = expression.evaluate(columns, length)
    assert found.type == expression.type
    return list(found.to_pylist())


def random_floats(name: str, count: int = 2000) -> list[float]:
    """Floats of every size, many of them near ties."""
    choose = random.Random(name)
    found = [choose.uniform(-1000, 1000) for _ in range(count // 4)]
    found += [choose.randint(-10_000, 10_000) / 8 for _ in range(count // 4)]
    found += [math.ldexp(choose.uniform(-1, 1), choose.randint(-80, 80)) for _ in range(count // 4)]
    found += [choose.randint(-(10**6), 10**6) / 1000 + 0.0005 for _ in range(count // 4)]
    return [
        *found,
        0.49999999999999994,
        -0.49999999999999994,
        0.5,
        -0.5,
        2.0**52 - 0.5,
        2.0**53,
        -0.0,
        4503599627370497.0,
    ]


def random_decimals(name: str, precision: int, scale: int, count: int = 500) -> list[Decimal]:
    choose = random.Random(name)
    limit = 10**precision - 1
    sizes = [choose.randint(1, precision) for _ in range(count)]
    found = [choose.randint(-(10**size) + 1, 10**size - 1) for size in sizes]
    return [
        EXACT.scaleb(Decimal(number), -scale)
        for number in [*found, 0, 5, -5, 15, -15, limit, -limit]
        if abs(number) <= limit
    ]


def half_away(number: Fraction) -> int:
    return math.floor(abs(number) + Fraction(1, 2)) * (1 if number >= 0 else -1)


def test_floats_round_to_integers_half_away_from_zero() -> None:
    given = [number for number in random_floats("integers") if abs(number) < 2**62]
    assert values("round(x)", x=pa.array(given)) == [half_away(Fraction(number)) for number in given]


@pytest.mark.parametrize("places", [0, 1, 2, 3, 7, 15, -1, -2, -5])
def test_floats_round_to_places_as_documented(places: int) -> None:
    """half_away(x · 10^d) / 10^d, product and quotient in floats."""
    given = random_floats("places")
    power = float(10 ** abs(places))

    def rounded(number: float) -> float:
        moved = number * power if places >= 0 else number / power
        if places >= 0 and abs(moved) >= 2**52:
            return number
        whole = math.copysign(float(abs(half_away(Fraction(moved)))), number)
        return whole / power if places >= 0 else whole * power

    found = values(f"round(x, {places})", x=pa.array(given))
    assert [repr(number) for number in found] == [repr(rounded(number)) for number in given]


def test_ties_that_binary_misses_by_a_hair_mostly_still_round_away() -> None:
    given = pa.array([2.675, 1.005, 1.115, -2.675, 2.5, 3.5, -0.5])
    assert values("round(x, 2)", x=given) == [2.68, 1.0, 1.12, -2.68, 2.5, 3.5, -0.5]
    assert values("round(x)", x=given) == [3, 1, 1, -3, 3, 4, -1]


@pytest.mark.parametrize(("precision", "scale"), [(10, 2), (18, 6), (38, 10), (5, 5), (37, 0)])
@pytest.mark.parametrize("places", [0, 1, 2, 5, -1, -3])
def test_decimals_round_half_away_from_zero_exactly(precision: int, scale: int, places: int) -> None:
    given = [x for x in random_decimals(f"{precision}/{scale}", precision, scale) if len(x.as_tuple().digits) < 38]
    column = pa.array(given, pa.decimal128(precision, scale))
    kept = min(places, scale)
    expected = [EXACT.quantize(number, Decimal((0, (1,), -kept))) for number in given]
    assert values(f"round(x, {places})", x=column) == expected


def test_rounding_a_decimal_of_all_38_digits_is_an_error_and_never_a_wrong_number() -> None:
    column = pa.array([Decimal("9" * 38), Decimal(7), None], pa.decimal128(38, 0))
    for text in ("round(x, -3)", "floor(x)", "ceil(x)", "int(x)"):
        assert values(text, x=column.slice(1)) == [Decimal(0) if "-3" in text else 7, None]
        with pytest.raises(EvaluationError):
            values(text, x=column)


@pytest.mark.parametrize("places", [-1, -2, -15])
def test_integers_round_half_away_from_zero(places: int) -> None:
    choose = random.Random("integers")
    given = [choose.randint(-(2 ** choose.randint(1, 62)), 2 ** choose.randint(1, 62)) for _ in range(500)] + [
        5,
        -5,
        50,
    ]
    power = 10**-places
    assert values(f"round(x, {places})", x=pa.array(given)) == [half_away(Fraction(n, power)) * power for n in given]


def test_rounding_an_integer_beyond_64_bits_is_an_error() -> None:
    for number in (LARGEST, SMALLEST):
        with pytest.raises(EvaluationError, match="beyond what an integer can hold"):
            values("round(x, -1)", x=pa.array([number, None]))


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b if b else None,
    "%": lambda a, b: a % b if b else None,
}


@pytest.mark.parametrize("operator", OPERATIONS)
@pytest.mark.parametrize("form", ["columns", "constant right", "constant left"])
def test_integers_are_exact_or_an_error(operator: str, form: str) -> None:
    choose = random.Random(operator)
    edges = [SMALLEST, SMALLEST + 1, -2, -1, 0, 1, 2, 10, LARGEST - 1, LARGEST]
    pairs = [(a, b) for a in edges for b in edges] + [
        (choose.randint(-99, 99), choose.randint(-9, 9)) for _ in range(200)
    ]
    for a, b in pairs:
        expected = OPERATIONS[operator](a, b)
        left, right = str(a) if form == "constant left" else "a", str(b) if form == "constant right" else "b"
        try:
            found = values(f"{left} {operator} {right}", a=pa.array([a, None]), b=pa.array([b, None]))[0]
        except EvaluationError:
            assert not SMALLEST <= expected <= LARGEST
        else:
            assert found == expected


@pytest.mark.parametrize("operator", [*OPERATIONS, "/"])
def test_floats_are_pythons(operator: str) -> None:
    left, right = random_floats("left"), random_floats("right")
    random.Random("shuffle").shuffle(right)
    operations = OPERATIONS | {"/": lambda a, b: a / b if b else None}
    expected = [operations[operator](a, b) for a, b in zip(left, right, strict=True)]
    found = values(f"a {operator} b", a=pa.array(left), b=pa.array(right))
    assert [repr(number) for number in found] == [repr(number) for number in expected]


def test_a_float_that_would_be_infinite_is_an_error_and_none_under_a_null_matters() -> None:
    big = pa.array([1e308, None, 1.0])
    assert values("x * 10", x=big.slice(1)) == [None, 10.0]
    with pytest.raises(EvaluationError, match="beyond what a float can hold, in column 1 of the expression 'x \\* 10'"):
        values("x * 10", x=big)


@pytest.mark.parametrize(("symbol", "scale"), [("+", 4), ("-", 4), ("*", 6)])
def test_decimal_arithmetic_is_exact(symbol: str, scale: int) -> None:
    left, right = random_decimals("l", 18, 2), random_decimals("r", 12, 4)
    count = min(len(left), len(right))
    columns = {"a": pa.array(left[:count], pa.decimal128(18, 2)), "b": pa.array(right[:count], pa.decimal128(12, 4))}
    operation = {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply}[symbol]
    expected = [operation(a, b) for a, b in zip(left, right, strict=False)]
    assert values(f"a {symbol} b", **columns) == expected
    assert compile_expression(f"a {symbol} b", {k: v.type for k, v in columns.items()}).type.scale == scale


@pytest.mark.parametrize(("symbol", "function"), [("//", lambda q, a, b: q), ("%", lambda q, a, b: a - b * q)])
def test_decimals_floor_exactly(symbol: str, function: Callable[..., Any]) -> None:
    left, right = random_decimals("l", 12, 2), random_decimals("r", 9, 4)
    count = min(len(left), len(right))
    columns = {"a": pa.array(left[:count], pa.decimal128(12, 2)), "b": pa.array(right[:count], pa.decimal128(9, 4))}
    expected = [
        function(math.floor(Fraction(a) / Fraction(b)), a, b) if b else None for a, b in zip(left, right, strict=False)
    ]
    assert values(f"a {symbol} b", **columns) == expected


@pytest.mark.parametrize(("precision", "scale"), [(10, 2), (15, 15), (18, 4), (38, 20)])
def test_a_decimal_becomes_the_nearest_float(precision: int, scale: int) -> None:
    given = random_decimals("floats", precision, scale)
    column = pa.array(given, pa.decimal128(precision, scale))
    assert values("float(x)", x=column) == [float(number) for number in given]
    assert values("x / 7", x=column) == [float(number) / 7 for number in given]


@pytest.mark.parametrize("scale", [0, 2, 6])
def test_a_float_becomes_a_decimal_as_documented(scale: int) -> None:
    given = [number for number in random_floats("decimals") if abs(number) < 1e30]
    expected = [EXACT.scaleb(Decimal(half_away(Fraction(number * float(10**scale)))), -scale) for number in given]
    assert values(f"decimal(x, 38, {scale})", x=pa.array(given)) == expected


@pytest.mark.parametrize("text", ["decimal(x, 3, 2)", "decimal(str(x), 3, 2)", "decimal(decimal(x, 10, 3), 3, 2)"])
def test_what_does_not_fit_into_a_decimal_is_an_error(text: str) -> None:
    assert values(text, x=pa.array([9.99, -9.99, None])) == [Decimal("9.99"), Decimal("-9.99"), None]
    for number in (9.996, 10.0, -1e30 if "str" not in text and "10, 3" not in text else -10.5):
        with pytest.raises(EvaluationError, match="does not fit into decimal\\(3, 2\\)"):
            values(text, x=pa.array([number, 1.0]))


@pytest.mark.parametrize(
    "text",
    [
        "x + 1",
        "-y",
        "abs(y)",
        "y - 1",
        "x * 2",
        "y // -1",
        "int(x * 2.0)",
        "x ** 2",
        "pow(x, 2)",
        "gcd(y, 6)",
        "lcm(x, x - 1)",
    ],
)
def test_integer_overflow_is_an_error_that_names_the_expression(text: str) -> None:
    columns = {"x": pa.array([1, LARGEST]), "y": pa.array([SMALLEST, 1])}
    with pytest.raises(SeedbedError) as caught:
        values(text, **columns)
    assert repr(text) in str(caught.value)


def test_wide_integers_and_narrow_floats_are_read_as_the_languages_own_types() -> None:
    assert values("x + y", x=pa.array([255], pa.uint8()), y=pa.array([1], pa.int16())) == [256]
    assert values("x", x=pa.array([2**63 - 1], pa.uint64())) == [LARGEST]
    with pytest.raises(EvaluationError):
        values("x", x=pa.array([2**63], pa.uint64()))
    assert values("x", x=pa.array([0.5], pa.float32())) == [0.5]
