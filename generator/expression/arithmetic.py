"""The operators ``+ - * / // % **`` and unary minus on numbers, timestamps and durations: types and kernels.

Integers are checked for overflow, floats are IEEE 754 double operations in the order written, decimals are exact.
Nothing else of numpy or pyarrow may compute a float here: no log, exp or pow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.decimals import from_units, units
from generator.expression.errors import Failure
from generator.expression.types import FLOAT, INTEGER, as_decimal, is_decimal, product_type, sum_type
from generator.expression.values import (
    Mask,
    Numbers,
    Value,
    array,
    either,
    finite,
    floats,
    integers,
    is_scalar,
    missing,
)

_MINIMUM: Final = np.int64(-(2**63))
MAX_FLOOR_DIGITS: Final = 18
"""Decimals up to this precision have ``//`` and ``%``: they are computed in int64."""


def arithmetic_type(symbol: str, left: pa.DataType, right: pa.DataType) -> pa.DataType | None:
    """The type of two numbers under an operator; None where a decimal would need more digits than there are."""
    if symbol == "/" or FLOAT in (left, right):
        return FLOAT
    if left == right == INTEGER:
        return INTEGER
    left, right = as_decimal(left), as_decimal(right)
    if symbol in ("//", "%"):
        return _floor_type(symbol, left, right)
    return product_type(left, right) if symbol == "*" else sum_type(left, right)


def _floor_type(symbol: str, left: pa.DataType, right: pa.DataType) -> pa.DataType | None:
    scale = max(left.scale, right.scale)
    digits = max(left.precision - left.scale, right.precision - right.scale) + scale
    if digits > MAX_FLOOR_DIGITS:
        return None
    return INTEGER if symbol == "//" else pa.decimal128(digits, scale)


def arithmetic_kernel(symbol: str, type_: pa.DataType) -> Callable[..., Value]:
    """The kernel for operands of one type, or decimals of any two; ``type_`` is that of the operands."""
    if is_decimal(type_):
        return _DECIMAL[symbol]
    table = _FLOAT if type_ == FLOAT else _INTEGER
    return table[symbol]


def _float_operation(operation: Callable[[Any, Any], Any]) -> Callable[..., Value]:
    def kernel(left: Value, right: Value) -> Value:
        with np.errstate(all="ignore"):
            return finite(operation(floats(left), floats(right)), missing(left, right))

    return kernel


def _float_division(operation: Callable[[Any, Any], Any]) -> Callable[..., Value]:
    """An operation that is null where the divisor is 0."""

    def kernel(left: Value, right: Value) -> Value:
        divisor, null = _divisor(floats(right), missing(left, right))
        with np.errstate(all="ignore"):
            result = np.asarray(operation(floats(left), divisor))
        return finite(np.broadcast_to(result, _length(left, right)), null)

    return kernel


def _length(*values: Value) -> int:
    return next(len(value) for value in values if not is_scalar(value))


def _divisor(divisor: Numbers, null: Mask | None) -> tuple[Numbers, Mask | None]:
    """The divisor with 1 in place of 0, and a mask that holds where it was 0."""
    zero = divisor == 0
    if not np.any(zero):
        return divisor, null
    return np.where(zero, divisor.dtype.type(1), divisor), either(null, np.atleast_1d(zero))


def _integer_division(operation: Callable[[Any, Any], Any]) -> Callable[..., Value]:
    def kernel(left: Value, right: Value) -> Value:
        dividend, length = integers(left), _length(left, right)
        divisor, null = _divisor(integers(right), missing(left, right))
        mask = None if null is None else np.broadcast_to(null, length)
        with np.errstate(all="ignore"):
            result = np.broadcast_to(operation(dividend, divisor), length)
        if operation is np.floor_divide and np.any(divisor == -1):
            overflow = (dividend == _MINIMUM) & (divisor == -1)
            if (overflow if mask is None else overflow & ~mask).any():
                raise Failure("the result is beyond what an integer can hold")
        return array(result, INTEGER, mask)

    return kernel


def _decimal_floor(symbol: str) -> Callable[..., Value]:
    def kernel(left: Value, right: Value) -> Value:
        scale = max(left.type.scale, right.type.scale)
        type_ = pa.decimal128(MAX_FLOOR_DIGITS, scale)
        found = _INTEGER[symbol](units(left.cast(type_)), units(right.cast(type_)))
        wanted = _floor_type(symbol, left.type, right.type)
        return found if symbol == "//" else from_units(found, wanted)

    return kernel


def power_type(base: pa.DataType, exponent: int) -> pa.DataType | None:
    """The type of ``base ** exponent``; None where a decimal would need more digits than there are."""
    type_: pa.DataType | None = base
    for _ in range(exponent - 1):
        type_ = type_ and arithmetic_type("*", type_, base)
    return type_


def power_kernel(base: pa.DataType, exponent: int) -> Callable[..., Value]:
    """``base`` multiplied by itself from left to right, ``exponent`` - 1 times."""
    multiply = arithmetic_kernel("*", base)

    def kernel(value: Value) -> Value:
        result = value
        for _ in range(exponent - 1):
            result = multiply(result, value)
        return result

    return kernel


def negative(value: Value) -> Value:
    """The number with the other sign; Failure for the smallest integer."""
    return pc.negate_checked(value) if value.type == INTEGER else pc.negate(value)


def temporal_kernel(symbol: str, type_: pa.DataType) -> Callable[..., Value]:
    """``+`` or ``-`` of timestamps and durations of one unit, in its ticks."""
    operation = pc.add_checked if symbol == "+" else pc.subtract_checked

    def kernel(left: Value, right: Value) -> Value:
        return operation(ticks(left), ticks(right)).view(type_)

    return kernel


def ticks(value: Value) -> Value:
    """Timestamps or durations as integers."""
    return pa.scalar(value.value, INTEGER) if is_scalar(value) else value.view(INTEGER)


_FLOAT: Final[dict[str, Callable[..., Value]]] = {
    "+": _float_operation(np.add),
    "-": _float_operation(np.subtract),
    "*": _float_operation(np.multiply),
    "/": _float_division(np.divide),
    "//": _float_division(np.floor_divide),  # fmod inside is exact by definition
    "%": _float_division(np.remainder),
}
_INTEGER: Final[dict[str, Callable[..., Value]]] = {
    "+": pc.add_checked,
    "-": pc.subtract_checked,
    "*": pc.multiply_checked,
    "/": _FLOAT["/"],
    "//": _integer_division(np.floor_divide),
    "%": _integer_division(np.remainder),
}
_DECIMAL: Final[dict[str, Callable[..., Value]]] = {
    "+": pc.add,
    "-": pc.subtract,
    "*": pc.multiply,
    "//": _decimal_floor("//"),
    "%": _decimal_floor("%"),
}
