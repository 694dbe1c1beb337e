"""Powers, and the other ways to round, against Python's integers and floats."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pyarrow as pa
import pytest

from generator.expression import EvaluationError
from tests.unit.generator.test_expression_numbers import LARGEST, SMALLEST, random_floats, values


def test_powers_of_integers_are_pythons_or_overflow() -> None:
    bases = [*range(-12, 13), 2**31, -(2**31), 2**62, SMALLEST, LARGEST]
    for exponent in (0, 1, 2, 3, 5, 17, 62, 63, 64, 2**40):
        for base in bases:
            small = exponent < 100 or abs(base) < 2
            power = base ** (exponent if exponent < 100 else exponent % 2 + 2) if small else None
            column = pa.array([base, 1])
            if power is not None and SMALLEST <= power <= LARGEST:
                assert values(f"pow(x, {exponent})", x=column) == [power, 1]
            else:
                with pytest.raises(EvaluationError, match="beyond what"):
                    values(f"pow(x, {exponent})", x=column)


def test_powers_of_floats_are_products_in_the_order_of_the_bits() -> None:
    def power(base: float, exponent: int) -> float:
        result, count = 1.0, abs(exponent)
        while count:
            result = result * base if count & 1 else result
            base, count = base * base if count > 1 else base, count >> 1
        return 1.0 / result if exponent < 0 else result

    choose = random.Random("powers")
    bases = [choose.uniform(-3, 3) for _ in range(300)]
    exponents = [choose.randint(-40, 40) for _ in range(300)]
    found = values("pow(x, n)", x=pa.array(bases), n=pa.array(exponents))
    assert found == [power(base, exponent) for base, exponent in zip(bases, exponents, strict=True)]


@pytest.mark.parametrize("places", [0, 1, 2, 7, -1, -3])
def test_floats_round_to_even_and_cut_as_documented(places: int) -> None:
    given = random_floats("even")
    power = float(10 ** abs(places))
    for name, whole in (("round_even", round), ("trunc", math.trunc)):

        def moved(number: float, whole: Callable[[float], int] = whole) -> float:
            size = number * power if places >= 0 else number / power
            if places >= 0 and abs(size) >= 2**52:
                return number
            found = math.copysign(float(abs(whole(size))), number)
            return found / power if places >= 0 else found * power

        found = values(f"{name}(x, {places})", x=pa.array(given))
        assert [repr(number) for number in found] == [repr(moved(number)) for number in given]
