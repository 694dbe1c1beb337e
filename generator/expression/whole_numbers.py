"""Powers, divisors and bits: integers exactly or a Failure, floats by multiplication in one certain order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.errors import Failure
from generator.expression.types import FLOAT, INTEGER
from generator.expression.values import Value, array, either, finite, floats, integers, is_scalar, missing

_BITS: Final = 63
_SMALLEST: Final = np.int64(-(2**63))


def paired(operation: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Value]:
    """An operation on two integers that has a result for all of them."""

    def kernel(left: Value, right: Value) -> Value:
        return array(operation(integers(left), integers(right)), INTEGER, missing(left, right))

    return kernel


def common_divisor(left: Value, right: Value) -> Value:
    """The greatest common divisor, never negative."""
    null = missing(left, right)
    first, second = _sizes(left, null), _sizes(right, null)
    return array(np.gcd(first, second), INTEGER, null)


def common_multiple(left: Value, right: Value) -> Value:
    """The least common multiple, never negative; 0 where one of them is."""
    null = missing(left, right)
    first, second = _sizes(left, null), _sizes(right, null)
    divisor = np.maximum(np.gcd(first, second), 1)
    multiple = np.broadcast_to(first // divisor, divisor.shape), np.broadcast_to(second, divisor.shape)
    return pc.multiply_checked(*(array(numbers, INTEGER, null) for numbers in multiple))


def _sizes(value: Value, null: Any) -> Any:
    """Absolute values, 0 under nulls; Failure for the smallest integer, which has none."""
    numbers = integers(value)
    worst = numbers == _SMALLEST
    if np.any(worst if null is None else worst & ~null):
        raise Failure("the result is beyond what an integer can hold")
    return np.abs(np.where(worst, 0, numbers))


def power(base: Value, exponent: Value) -> Value:
    """By squaring, the lowest bit of the exponent first. An integer has no negative power: null; nor has 0."""
    length = next(len(value) for value in (base, exponent) if not is_scalar(value))
    null, times = missing(base, exponent), np.broadcast_to(integers(exponent), length)
    if base.type == FLOAT:
        return _float_power(np.broadcast_to(floats(base), length), times, null)
    absent = either(null, times < 0)
    assert absent is not None
    number = np.where(absent, 1, np.broadcast_to(integers(base), length))
    alike = (number >= -1) & (number <= 1)  # their powers depend on whether the exponent is 0, odd or even
    times = np.where(absent, 0, np.where(alike & (times > 0), 2 - np.remainder(times, 2), times))
    if np.any(times > _BITS):
        raise Failure("the result is beyond what an integer can hold")
    result = np.ones(length, dtype=np.int64)
    while times.any():
        result = _product(result, np.where(times & 1, number, 1))
        times = times >> 1
        number = _product(*[np.where(times > 0, number, 1)] * 2)
    return array(result, INTEGER, absent)


def _product(left: Any, right: Any) -> Any:
    return integers(pc.multiply_checked(pa.array(left, INTEGER), pa.array(right, INTEGER)))


def _float_power(base: Any, exponent: Any, null: Any) -> pa.Array:
    down = exponent < 0
    times, number = np.abs(exponent).view(np.uint64), base.astype(np.float64)
    result = np.ones(len(base), dtype=np.float64)
    with np.errstate(all="ignore"):
        while times.any():
            result = np.where(times & np.uint64(1), result * number, result)
            times = times >> np.uint64(1)
            number = np.where(times > 0, number * number, 1.0)
        zero = down & (base == 0)
        result = np.where(down, 1.0 / result, result)
    return finite(np.where(zero, 0.0, result), either(null, zero) if zero.any() else null)
