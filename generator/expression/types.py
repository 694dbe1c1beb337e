"""The types of the language, how Arrow's types map to them, and what two of them have in common.

Boolean, integer (int64), float (float64), decimal(precision, scale), text, date, timestamp, duration, lists of one of
these, and null for the bare literal. Values are not here: see ``values`` and ``casts``.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

BOOLEAN: Final = pa.bool_()
INTEGER: Final = pa.int64()
FLOAT: Final = pa.float64()
TEXT: Final = pa.string()
DATE: Final = pa.date32()
NULL: Final = pa.null()

MAX_DIGITS: Final = 38
INTEGER_DIGITS: Final = 19
_UNITS: Final = ("s", "ms", "us", "ns")
TICKS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""Ticks a second of each unit of timestamps and durations."""
_UTC: Final = frozenset({None, "UTC", "Etc/UTC", "+00:00"})


def canonical(type_: pa.DataType) -> pa.DataType | None:
    """The language's type for an Arrow type; None where it has none."""
    if pa.types.is_dictionary(type_):
        return TEXT if type_.value_type == TEXT else None
    if pa.types.is_integer(type_):
        return INTEGER
    if pa.types.is_floating(type_):
        return FLOAT
    if pa.types.is_decimal(type_):
        usual = type_.precision <= MAX_DIGITS and 0 <= type_.scale <= type_.precision
        return pa.decimal128(type_.precision, type_.scale) if usual else None
    if _is_listlike(type_):
        item = canonical(type_.value_type)
        return None if item is None or is_list(item) else pa.list_(item)
    known = type_ in (BOOLEAN, TEXT, DATE) or is_timestamp(type_) or is_duration(type_)
    return type_ if known else None


def spell(type_: pa.DataType) -> str:
    """A type as messages call it."""
    if is_decimal(type_):
        return f"decimal({type_.precision}, {type_.scale})"
    if is_timestamp(type_):
        zone = f" in {type_.tz}" if type_.tz else ""
        return f"timestamp({type_.unit}){zone}"
    if is_duration(type_):
        return "duration"
    if is_list(type_):
        return f"list of {spell(type_.value_type)}"
    names = {BOOLEAN: "boolean", INTEGER: "integer", FLOAT: "float", TEXT: "text", DATE: "date", NULL: "null"}
    return names.get(type_, str(type_))


def is_decimal(type_: pa.DataType) -> bool:
    return bool(pa.types.is_decimal128(type_))


def is_timestamp(type_: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(type_))


def is_duration(type_: pa.DataType) -> bool:
    return bool(pa.types.is_duration(type_))


def is_list(type_: pa.DataType) -> bool:
    return bool(pa.types.is_list(type_))


def _is_listlike(type_: pa.DataType) -> bool:
    return is_list(type_) or bool(pa.types.is_large_list(type_) or pa.types.is_fixed_size_list(type_))


def is_number(type_: pa.DataType) -> bool:
    return type_ in (INTEGER, FLOAT) or is_decimal(type_)


def is_calendar(type_: pa.DataType) -> bool:
    """Types whose year, month and day need no time-zone database: dates, and timestamps of UTC or of no zone."""
    return bool(type_ == DATE or (is_timestamp(type_) and type_.tz in _UTC))


def finer(left: pa.DataType, right: pa.DataType) -> str:
    """The finer unit of two timestamps or durations."""
    units: list[str] = [left.unit, right.unit]
    return max(units, key=_UNITS.index)


def common(left: pa.DataType, right: pa.DataType) -> pa.DataType | None:
    """The type that both become without losing anything but a float's precision; None where there is none."""
    if left == right or right == NULL:
        return left
    if left == NULL:
        return right
    if is_number(left) and is_number(right):
        return FLOAT if FLOAT in (left, right) else _common_decimal(as_decimal(left), as_decimal(right))
    if is_timestamp(left) and is_timestamp(right) and (left.tz == right.tz):
        return pa.timestamp(finer(left, right), left.tz)
    if is_duration(left) and is_duration(right):
        return pa.duration(finer(left, right))
    return None


def as_decimal(type_: pa.DataType) -> pa.DataType:
    """An integer as the decimal that holds all of them; decimals as they are."""
    return pa.decimal128(INTEGER_DIGITS, 0) if type_ == INTEGER else type_


def _common_decimal(left: pa.DataType, right: pa.DataType) -> pa.DataType | None:
    scale = max(left.scale, right.scale)
    return decimal(max(left.precision - left.scale, right.precision - right.scale) + scale, scale)


def decimal(precision: int, scale: int) -> pa.DataType | None:
    """decimal(precision, scale), or None beyond 38 digits."""
    return pa.decimal128(max(precision, 1), scale) if precision <= MAX_DIGITS else None


def sum_type(left: pa.DataType, right: pa.DataType) -> pa.DataType | None:
    """Of two decimals added or subtracted: the larger scale, and one digit more than the larger whole part."""
    scale = max(left.scale, right.scale)
    return decimal(max(left.precision - left.scale, right.precision - right.scale) + scale + 1, scale)


def product_type(left: pa.DataType, right: pa.DataType) -> pa.DataType | None:
    """Of two decimals multiplied: the scales added, and the precisions added and one."""
    return decimal(left.precision + right.precision + 1, left.scale + right.scale)
