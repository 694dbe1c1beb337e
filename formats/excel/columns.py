"""The kinds of columns in a sheet: what Excel makes of each type, and which of its values need a form of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from formats.durations import TICKS
from formats.excel import styles
from formats.excel.cells import Cells, Mask, Mixed, number_cell, text_cell
from formats.excel.text import binary, texts
from formats.kinds import is_text
from formats.nesting import plain_type
from generator.kernels import text

MOST = 10**styles.MOST_DIGITS
"""Integers beyond it are not shown as they are."""
TO_1970 = 25_569
"""Days from Excel's day 0 to 1970-01-01, for all days from 1900-03-01 on: before, it knows a 29 February 1900."""
FIRST_DAY = 61 - TO_1970
"""1900-03-01 in days since 1970."""
LAST_DAY = 2_932_896
"""9999-12-31, the last day that Excel knows and ISO 8601 spells with four digits: the kernels refuse those after it."""
WIDEST = pa.decimal128(38, 0)
DAY = 86_400_000
"""Milliseconds."""
ERROR = "#NUM!"

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Options:
    """What of a format's options decides how cells are written."""

    dates: Literal["dates", "text"]
    long_numbers: Literal["text", "number"]
    overflow: Literal["error", "cut"]


class Text(Cells):
    width = 24

    def __init__(self, field: pa.Field, overflow: str) -> None:
        values = pa.large_string() if pa.types.is_string_view(field.type) else field.type
        super().__init__(field.with_type(values), text_cell())
        self._overflow = overflow

    def arrays(self, array: pa.Array) -> pa.Array:
        return texts(self.field.name, array.cast(self.field.type), self._overflow)


class Binary(Cells):
    width = 24

    def __init__(self, field: pa.Field, overflow: str) -> None:
        super().__init__(field.with_type(pa.large_binary()), text_cell())
        self._overflow = overflow

    def arrays(self, array: pa.Array) -> pa.Array:
        plain = array.cast(pa.binary()) if pa.types.is_fixed_size_binary(array.type) else array
        return binary(self.field.name, plain.cast(pa.large_binary()), self._overflow)


class Long(Mixed):
    """Numbers of any number of digits: those that Excel would round are text."""

    width = 20

    def is_odd(self, array: pa.Array) -> Mask:
        if not pa.types.is_decimal(array.type):
            return _outside(array, 0 if pa.types.is_unsigned_integer(array.type) else -MOST, MOST)
        wide = array.cast(pa.decimal128(38, array.type.scale))
        unscaled = pa.Array.from_buffers(WIDEST, len(wide), wide.buffers(), offset=wide.offset)
        return _mask(pc.greater_equal(pc.abs(unscaled), pa.scalar(MOST, WIDEST)))


class Floating(Mixed):
    """Numbers, and the error that stands for NaN and the infinities."""

    def is_odd(self, array: pa.Array) -> Mask:
        return _mask(pc.invert(pc.is_finite(array)))

    def odd(self, array: pa.Array) -> pa.Array:
        return pa.array([ERROR] * len(array), pa.large_string())

    def _odd(self, field: pa.Field) -> tuple[pa.Field, text.TextColumn]:
        return pa.field(field.name, pa.large_string()), number_cell(kind="e")


class Days(Mixed):
    """Dates, as days since Excel's day 0."""

    def is_odd(self, array: pa.Array) -> Mask:
        return _outside(_numbers(array), FIRST_DAY, LAST_DAY)

    def usual(self, array: pa.Array) -> pa.Array:
        return pc.add(_numbers(array), pa.scalar(TO_1970, pa.int32()))


class Moments(Mixed):
    """Dates with times: days and the fraction of one, to the millisecond below."""

    width = 24

    def is_odd(self, array: pa.Array) -> Mask:
        day = 86_400 * TICKS[array.type.unit]
        return _outside(_numbers(array), FIRST_DAY * day, min((LAST_DAY + 1) * day - 1, 2**63 - 1))

    def usual(self, array: pa.Array) -> pa.Array:
        return _days(array, TO_1970)


class Times(Cells):
    """Times of a day: fractions of one, to the millisecond below."""

    def arrays(self, array: pa.Array) -> pa.Array:
        return _days(array, 0)


def cells_of(field: pa.Field, options: Options) -> Cells:
    """How the column ``field`` is written."""
    kind = plain_type(field.type)
    spelled = text.spelled(kind)
    types = pa.types
    if spelled is text.Spelled.TEXT:
        return _textual(field, options)
    if types.is_dictionary(field.type):
        return _Decoded(cells_of(field.with_type(kind), options))
    if spelled is text.Spelled.MOMENT:
        return _temporal(field, options)
    if spelled is text.Spelled.BOOLEAN:
        return Cells(field, number_cell(kind="b"))
    if types.is_floating(kind):
        return Floating(field, kind, number_cell())
    return _numeric(field, options)


def _textual(field: pa.Field, options: Options) -> Cells:
    kind = plain_type(field.type)
    if is_text(kind):
        return Text(field, options.overflow)
    made = Binary(field.with_type(kind), options.overflow)
    return _Decoded(made) if pa.types.is_dictionary(field.type) else made


def _numeric(field: pa.Field, options: Options) -> Cells:
    kind, style = field.type, styles.GENERAL
    if pa.types.is_decimal(kind):
        style = styles.DECIMALS + kind.scale if kind.scale <= styles.MOST_DIGITS else styles.GENERAL
        long = kind.precision > styles.MOST_DIGITS
    else:
        long = pa.types.is_integer(kind) and kind.bit_width == 64
    if long and options.long_numbers == "text":
        return Long(field, kind, number_cell(style))
    return Cells(field, number_cell(style))


def _temporal(field: pa.Field, options: Options) -> Cells:
    kind = field.type
    if options.dates == "text":
        made = Cells(field, text_cell())
        made.width = Moments.width if pa.types.is_timestamp(kind) else Cells.width
        return made
    if pa.types.is_date(kind):
        return Days(field, pa.int32(), number_cell(styles.DATE))
    if pa.types.is_time(kind):
        style = styles.TIME if kind.unit == "s" else styles.TIME_MILLISECONDS
        return Times(field.with_type(pa.float64()), number_cell(style))
    style = styles.SECONDS if kind.unit == "s" else styles.MILLISECONDS
    return Moments(field, pa.float64(), number_cell(style))


class _Decoded(Cells):
    """A column whose dictionary is put in place of its indices first."""

    def __init__(self, cells: Cells) -> None:
        super().__init__(cells.field, cells.column)
        self._cells, self.width = cells, cells.width

    def arrays(self, array: pa.Array) -> pa.Array:
        return self._cells.arrays(array.cast(array.type.value_type))


def _mask(found: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(found, False).to_numpy(zero_copy_only=False), np.bool_)


def _outside(array: pa.Array, first: int, last: int) -> Mask:
    """Which integers are not from ``first`` to ``last``."""
    before, after = pc.less(array, pa.scalar(first, array.type)), pc.greater(array, pa.scalar(last, array.type))
    return _mask(pc.or_(before, after))


def _numbers(array: pa.Array) -> pa.Array:
    """The integers that moments are stored as."""
    kind = pa.int32() if array.type.bit_width == 32 else pa.int64()
    return pa.Array.from_buffers(kind, len(array), array.buffers(), offset=array.offset)


def _days(array: pa.Array, first: int) -> pa.Array:
    """Moments as days since ``first`` days before 1970: whole milliseconds, so one division that IEEE rounds well."""
    ticks = TICKS[array.type.unit]
    numbers = _numbers(array).cast(pa.int64())
    values: Numbers = pc.fill_null(numbers, 0).to_numpy(zero_copy_only=False)
    milliseconds = values * (1_000 // ticks) if ticks <= 1_000 else values // (ticks // 1_000)
    made = (milliseconds + first * DAY) / float(DAY)
    missing = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    return pa.array(made, pa.float64(), mask=missing)
