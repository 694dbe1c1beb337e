"""Decimals as integers and back, rounding half away from zero, and their exact and their nearest-float values.

No decimal may pass through a float here unless it comes from one or becomes one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.errors import Failure
from generator.expression.types import FLOAT, INTEGER, MAX_DIGITS, TEXT, spell
from generator.expression.values import Mask, Value, array, is_scalar, missing

_EXACT_DIGITS: Final = 15
"""Integers of so many digits are exact as floats, so that one division by a power of ten rounds once."""


def units(value: Value) -> Value:
    """A decimal of up to 18 digits as int64 units of its last place."""
    if is_scalar(value):
        return units(pa.repeat(value, 1))[0]
    halves: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
    if len(value):
        halves = np.frombuffer(value.buffers()[1], dtype=np.int64, count=2 * len(value), offset=16 * value.offset)
    return array(halves[::2], INTEGER, missing(value))


def from_units(value: pa.Int64Array, type_: pa.DataType) -> pa.Array:
    """Units of the last place as decimals; that they have no more digits than the type is the caller's to know."""
    low = value.fill_null(0).to_numpy()
    return from_halves(low, low >> np.int64(63), type_, missing(value))


def from_halves(
    low: npt.NDArray[np.int64], high: npt.NDArray[np.int64], type_: pa.DataType, null: Mask | None
) -> pa.Array:
    """128-bit units of the last place, in two's complement, as decimals; the caller knows that they fit."""
    validity = None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little"))
    halves = np.ascontiguousarray(np.stack([low, high], axis=1))
    return pa.Array.from_buffers(type_, len(low), [validity, pa.py_buffer(halves)])


def fitted(value: pa.Array, type_: pa.DataType) -> pa.Array:
    """The decimals in a type of the same or a larger scale; Failure where one has too many digits."""
    try:
        return value.cast(type_)
    except pa.ArrowInvalid:
        raise Failure(f"a number does not fit into {spell(type_)}") from None


def rounded(value: pa.Array, digits: int, type_: pa.DataType, mode: str = "half_towards_infinity") -> pa.Array:
    """Decimals rounded to ``digits`` places (negative: tens, hundreds, ...), in ``type_``.

    Half away from zero, unless ``mode`` is another of Arrow's.
    """
    if digits >= value.type.scale:
        return fitted(value, type_)
    return fitted(pc.round(roomy(value), ndigits=digits, round_mode=mode), type_)


def roomy(value: pa.Array) -> pa.Array:
    """The decimals with a digit to spare, for Arrow's rounding does not notice that it needs one; Failure without."""
    wide = fitted(value, pa.decimal128(MAX_DIGITS, value.type.scale))
    if value.type.precision == MAX_DIGITS:
        largest = Decimal((0, (9,) * (MAX_DIGITS - 1), -value.type.scale))
        if pc.any(pc.greater(pc.abs(wide), pa.scalar(largest, wide.type))).as_py():
            raise Failure(f"a number has more than {MAX_DIGITS - 1} digits")
    return wide


def nearest_floats(value: pa.Array) -> pa.Array:
    """The float nearest to each decimal, ties to even."""
    type_ = value.type
    if type_.precision <= _EXACT_DIGITS:
        numbers = units(value).fill_null(0).to_numpy().astype(np.float64)
        return array(numbers / np.float64(10**type_.scale), FLOAT, missing(value))
    return value.cast(TEXT).cast(FLOAT)
