"""The values of constant expressions over numbers, as the manual gives them."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tests.unit.generator.test_expression_numbers import LARGEST, SMALLEST, values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 ** 10", 1024),
        ("-2 ** 2", -4),
        ("7 // -2", -4),
        ("-7 % 3", 2),
        ("7 % -3", -2),
        ("7 / 2", 3.5),
        ("1 // 0 if true else 1", None),
        ("1.5 // 0.0", None),
        ("5 % 0", None),
        ("1 / 0", None),
        ("sqrt(-1.0)", None),
        ("sqrt(2)", math.sqrt(2)),
        ("round(2.5)", 3),
        ("round(-1.5)", -2),
        ("sign(-0.5)", -1),
        ("abs(-9223372036854775807)", LARGEST),
        ("int('-12')", -12),
        ("int('+12')", 12),
        ("int('1.5')", None),
        ("int(' 1')", None),
        ("int('9223372036854775807')", LARGEST),
        ("int(-1.9)", -1),
        ("int(true)", 1),
        ("float('1e3')", 1000.0),
        ("float('nan')", None),
        ("float('1e-999')", 0.0),
        ("float('0x1')", None),
        ("decimal('1.005', 5, 2)", Decimal("1.01")),
        ("decimal('x', 5, 2)", None),
        ("decimal(7, 5, 2)", Decimal("7.00")),
        ("round_even(2.5)", 2),
        ("round_even(-3.5)", -4),
        ("round_even(25, -1)", 20),
        ("round_even(35, -1)", 40),
        ("round_even(-25, -1)", -20),
        ("round_even(0.125, 2)", 0.12),
        ("round_even(decimal('2.345', 5, 3), 2)", Decimal("2.34")),
        ("trunc(-2.9)", -2),
        ("trunc(-29, -1)", -20),
        ("trunc(decimal('-2.349', 5, 3), 2)", Decimal("-2.34")),
        ("bool(decimal('0.01', 2, 2))", True),
        ("bool(decimal(0, 38, 38))", False),
        ("bool(-0.0)", False),
        ("mod(-7, 3)", 2),
        ("mod(7.5, 0)", None),
        ("pow(3, 0)", 1),
        ("pow(-2, 63)", SMALLEST),
        ("pow(-1, 9223372036854775807)", -1),
        ("pow(0, 0)", 1),
        ("pow(2, -1)", None),
        ("pow(2.0, -2)", 0.25),
        ("pow(0.0, -1)", None),
        ("pow(1.5, 3)", 3.375),
        ("gcd(0, 0)", 0),
        ("gcd(-12, 18)", 6),
        ("lcm(0, 5)", 0),
        ("lcm(4, -6)", 12),
        ("bit_and(-1, 255)", 255),
        ("clamp(5, 1, 3)", 3),
        ("min(3, 1.5, 2)", 1.5),
        ("max(3, decimal(3.5, 3, 1))", Decimal("3.5")),
        ("9223372036854775807 == -9223372036854775808", False),
        ("-9223372036854775808", SMALLEST),
        ("1 < 2 < 3", True),
        ("1 < 2 > 3", False),
        ("2 in [1, 2.0]", True),
        ("0.0 in [-0.0]", True),
        ("decimal(1, 3, 2) in [1, 2]", True),
    ],
)
def test_constants_have_the_values_of_the_manual(text: str, expected: Any) -> None:
    assert repr(values(text, a=pa.array([1]))) == repr([expected])
