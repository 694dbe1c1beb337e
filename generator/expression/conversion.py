"""Values from one type to another: the silent widenings, and the functions int, float, decimal and date.

Text that does not spell a value is null; a value that the new type cannot hold is a Failure.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.decimals import fitted, from_halves, nearest_floats, rounded
from generator.expression.errors import Failure
from generator.expression.rounding import half_away, truncated
from generator.expression.types import (
    BOOLEAN,
    DATE,
    FLOAT,
    INTEGER,
    INTEGER_DIGITS,
    MAX_DIGITS,
    TEXT,
    TICKS,
    is_decimal,
    spell,
)
from generator.expression.values import Mask, Value, array, finite, flags, floats, integers, missing

_LARGEST: Final = 1.7e38
"""A little less than 2^127."""
_INTEGER_TEXT: Final = "^[+-]?[0-9]{1,19}$"
_FLOAT_TEXT: Final = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_DECIMAL_TEXT: Final = r"^[+-]?[0-9]{1,19}(\.[0-9]{1,18})?$"
_DATE_TEXT: Final = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_DECIMAL_SCALE: Final = 18


def widened(value: pa.Array, type_: pa.DataType) -> pa.Array:
    """The values in a common type of theirs and others': see ``types.common``."""
    if type_ == FLOAT:
        return nearest_floats(value) if is_decimal(value.type) else array(floats(value), FLOAT, missing(value))
    if is_decimal(type_):
        return fitted(_integer_decimals(value), type_)
    return value.cast(type_)


def _integer_decimals(value: pa.Array) -> pa.Array:
    return value.cast(pa.decimal128(INTEGER_DIGITS, 0)) if value.type == INTEGER else value


def to_integer(value: pa.Array) -> pa.Array:
    """int(x): numbers are cut towards zero, true is 1, text is read."""
    if value.type == BOOLEAN:
        return value.cast(INTEGER)
    if value.type != TEXT:
        return truncated(value)
    try:
        return pc.utf8_ltrim(_spelled(value, _INTEGER_TEXT), "+").cast(INTEGER)
    except pa.ArrowInvalid:
        raise Failure("the number is beyond what an integer can hold") from None


def to_float(value: pa.Array) -> pa.Array:
    """float(x): the nearest one, ties to even."""
    if value.type == BOOLEAN:
        value = value.cast(INTEGER)
    if value.type != TEXT:
        return value if value.type == FLOAT else widened(value, FLOAT)
    found = _spelled(value, _FLOAT_TEXT).cast(FLOAT)
    return finite(found.fill_null(0.0).to_numpy(zero_copy_only=False), missing(found))


def to_decimal(value: pa.Array, precision: int, scale: int) -> pa.Array:
    """decimal(x, precision, scale): rounded half away from zero; a float is multiplied by 10^scale first."""
    type_ = pa.decimal128(precision, scale)
    if value.type == FLOAT:
        return _from_floats(value, type_)
    if value.type == TEXT:
        text = pc.utf8_ltrim(_spelled(value, _DECIMAL_TEXT), "+")
        return rounded(text.cast(pa.decimal128(MAX_DIGITS, _DECIMAL_SCALE)), scale, type_)
    return rounded(_integer_decimals(value), scale, type_)


def _spelled(value: pa.Array, pattern: str) -> pa.Array:
    """The text where it matches, null elsewhere."""
    return pc.if_else(pc.match_substring_regex(value, pattern), value, None)


def _from_floats(value: pa.Array, type_: pa.DataType) -> pa.Array:
    numbers = value.fill_null(0.0).to_numpy(zero_copy_only=False)
    with np.errstate(all="ignore"):
        wanted = half_away(numbers * np.float64(10**type_.scale))
    size = np.abs(wanted)
    largest = float(size.max()) if size.size else 0.0
    if not largest < _LARGEST or int(largest) >= 10**type_.precision:
        raise Failure(f"a number does not fit into {spell(type_)}")
    return from_halves(*_halves(size, wanted < 0), type_, missing(value))


def _halves(size: npt.NDArray[np.float64], negative: Mask) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Whole floats below 2^127 as the two halves of 128-bit integers in two's complement."""
    above = np.floor(size / 2.0**64)
    low = (size - above * 2.0**64).astype(np.uint64)
    high = above.astype(np.uint64)
    low = np.where(negative, ~low + np.uint64(1), low)
    high = np.where(negative, ~high + (low == 0), high)
    return low.view(np.int64), high.view(np.int64)


def to_date(value: pa.Array) -> pa.Array:
    """date(x): the day of a timestamp, or text such as 2026-01-31; null for a day that does not exist."""
    if value.type == DATE:
        return value
    if value.type != TEXT:
        days = np.floor_divide(integers(value), np.int64(TICKS[value.type.unit] * 86_400))
        return array(_checked_days(days, missing(value)), DATE, missing(value))
    text = _spelled(value, _DATE_TEXT)
    year, month, day = (
        pc.utf8_slice_codeunits(text, start, stop).cast(INTEGER).fill_null(1).to_numpy()
        for start, stop in ((0, 4), (5, 7), (8, 10))
    )
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64) + day - 1
    next_month = (months + 1).astype("datetime64[D]").astype(np.int64)
    null = ~flags(text.is_valid()) | (days >= next_month) | (year == 0)
    return array(days.astype(np.int32), DATE, null)


def _checked_days(days: npt.NDArray[np.int64], null: Mask | None) -> npt.NDArray[np.int32]:
    good = np.abs(days) < 2**31
    if not (good if null is None else good | null).all():
        raise Failure("the day is beyond what a date can hold")
    return np.where(good, days, 0).astype(np.int32)


def kept(value: Value) -> Value:
    """A conversion to the type that a value has."""
    return value
