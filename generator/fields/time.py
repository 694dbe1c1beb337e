"""Dates and timestamps, between bounds or after another moment of the row."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Mask, Rows
from generator.column import Column
from generator.errors import SchemaError
from generator.field import Field, field_type
from generator.masking import validity, with_nulls
from generator.spans import Span, nanoseconds

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_FIRST = (dt.datetime.min.toordinal() - _EPOCH.toordinal()) * 86_400_000_000_000
_LAST = (dt.datetime.max.toordinal() + 1 - _EPOCH.toordinal()) * 86_400_000_000_000
"""The years 1 to 9999 in nanoseconds since 1970."""
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


class _Moment(Field):
    """A moment counted in whole units since 1970: between min and max, or within a span after another field."""

    after: str | None = Option(default=None, description="A date or time of the row, or reference.field.")
    within: Span | None = Option(default=None, description="How long after it at most, such as 30d.")

    storage: ClassVar[Any] = np.int64

    @abstractmethod
    def _bounds(self, column: Column) -> tuple[int | None, int | None]:
        """min and max in units since 1970."""

    @abstractmethod
    def _unit(self) -> int:
        """Nanoseconds a unit."""

    def sources(self) -> tuple[str, ...]:
        return () if self.after is None else (self.after,)

    def prepare(self, column: Column) -> tuple[int, int]:
        """Start (added to the source, where there is one) and how many units to choose from."""
        if (self.after is None) != (self.within is None):
            given, other = ("after", "within") if self.within is None else ("within", "after")
            raise column.wrong(given, f"it needs {other!r} too", "such as {after: created_at, within: 30d}")
        low, high = self._bounds(column)
        if self.after is not None and self.within is not None:
            return self._after(column, self.after, self.within, low, high)
        if low is None or high is None:
            missing = "min" if low is None else "max"
            raise column.wrong(missing, "is missing", "give min and max, or after and within")
        if low > high:
            raise column.wrong("min", "min is later than max", "swap them")
        if high - low >= 1 << 63:
            raise column.wrong("max", "min and max are more than 2**63 units apart", "use a coarser unit")
        return low, high - low + 1

    def _after(self, column: Column, after: str, within: str, low: int | None, high: int | None) -> tuple[int, int]:
        if low is not None or high is not None:
            raise column.wrong("after", "min and max do not go with 'after'", "drop them")
        kind = column.source(after).type
        if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
            raise column.wrong("after", f"{after!r} is {kind}, no date or time", "name a date or timestamp field")
        count = nanoseconds(within) // self._unit()
        if count < 1:
            raise column.wrong("within", f"{within!r} is shorter than the field's unit", "give a longer one")
        known, (first, end) = _extremes(column.source(after)), self._room(count)
        if known is not None and (known[0] < first or known[1] >= end):
            raise self._beyond(column)
        return 1, count

    def _room(self, count: int) -> tuple[int, int]:
        """From which nanosecond to before which what it follows must lie, so that its own moments have a date."""
        unit = self._unit()
        return max(_FIRST, -(1 << 63) * unit), min(_LAST, (1 << 63) * unit) - count * unit

    def _check(self, column: Column, moments: npt.NDArray[np.int64], own: int, there: Mask | None) -> None:
        """SchemaError where a moment, in units of so many nanoseconds, has no room."""
        first, end = self._room(column.prepared[1])
        low, high = -(-first // own), -(-end // own) - 1
        beyond = (moments < max(low, -(1 << 63))) | (moments > min(high, (1 << 63) - 1))
        if bool((beyond if there is None else beyond & there).any()):
            raise self._beyond(column)

    def _beyond(self, column: Column) -> SchemaError:
        years = "1678 to 2261" if self._unit() == 1 else "1 to 9999"
        problem = f"a moment within {self.within} after {self.after!r} can be outside the years {years}"
        return column.wrong("after", problem, "narrow the bounds of what it follows")

    def extremes(self, column: Column) -> tuple[int, int] | None:
        """The earliest and the latest moment in nanoseconds since 1970, where they are known beforehand."""
        start, count = column.prepared
        unit = self._unit()
        if self.after is None:
            return start * unit, (start + count - 1) * unit
        before = _extremes(column.source(self.after))
        return None if before is None else (before[0] // unit * unit + unit, before[1] + count * unit)

    def generate(self, cells: Cells) -> pa.Array:
        start, count = cells.prepared
        drawn = cells.below(count, start=start)
        if self.after is None:
            return self._array(cells.column, drawn)
        source = cells.source(self.after)
        there = validity(source)
        moments, own = _counted(source)
        self._check(cells.column, moments, own, there)
        unit = self._unit()
        counted = moments * np.int64(own // unit) if own >= unit else moments // np.int64(unit // own)
        array = self._array(cells.column, counted + drawn)
        return array if there is None else with_nulls(array, there)

    def _array(self, column: Column, units: npt.NDArray[np.int64]) -> pa.Array:
        values = units.astype(self.storage, copy=False)
        return pa.Array.from_buffers(column.type, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])

    def cardinality(self, column: Column) -> int | None:
        return None if self.after is not None else int(column.prepared[1])

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self._array(cells.column, ranks.view(np.int64) + np.int64(cells.prepared[0]))


def _extremes(column: Column) -> tuple[int, int] | None:
    return column.field.extremes(column) if isinstance(column.field, _Moment) else None


def _counted(array: pa.Array) -> tuple[npt.NDArray[np.int64], int]:
    """A date or timestamp array in its own units since 1970, and the nanoseconds of one; 0 stands under nulls."""
    if pa.types.is_date32(array.type):
        own = 86_400_000_000_000
        counted = array.cast(pa.int32()).cast(pa.int64())
    else:
        own = 1_000_000_000 // _PER_SECOND[array.type.unit]
        counted = array.cast(pa.int64())
    return np.asarray(counted.fill_null(0), dtype=np.int64), own


@field_type("date")
class Date(_Moment):
    """A calendar date from min to max, both included, or after another one."""

    min: dt.date | None = None
    max: dt.date | None = None

    storage = np.int32
    examples = (
        {"min": "1950-01-01", "max": "2006-12-31"},
        {"min": "2020-02-28", "max": "2024-03-02", "unique": True},
        {"after": "born", "within": "2w"},
        {"after": "parent.born", "within": "30d"},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.date32()

    def _unit(self) -> int:
        return 86_400_000_000_000

    def _bounds(self, column: Column) -> tuple[int | None, int | None]:
        low, high = (None if day is None else day.toordinal() - _EPOCH.toordinal() for day in (self.min, self.max))
        return low, high


@field_type("timestamp", "datetime")
class Timestamp(_Moment):
    """A moment in UTC from min to max, both included, or after another one, in whole units."""

    unit: Literal["s", "ms", "us", "ns"] = "us"
    min: dt.datetime | None = None
    max: dt.datetime | None = None

    examples = (
        {"min": "2020-01-01T00:00:00Z", "max": "2026-01-01T00:00:00Z"},
        {"unit": "s", "min": "2024-01-01", "max": "2024-01-02", "unique": True},
        {"unit": "ms", "after": "born", "within": "1h30m"},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.timestamp(self.unit, "UTC")

    def _unit(self) -> int:
        return 1_000_000_000 // _PER_SECOND[self.unit]

    def _bounds(self, column: Column) -> tuple[int | None, int | None]:
        return self._since(column, "min", self.min), self._since(column, "max", self.max)

    def _since(self, column: Column, option: str, moment: dt.datetime | None) -> int | None:
        if moment is None:
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        past = aware - _EPOCH
        exact = ((past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds) * 1_000
        units = -(-exact // self._unit()) if option == "min" else exact // self._unit()
        if not -(1 << 63) < units < 1 << 63:
            raise column.wrong(option, f"{moment} does not fit a timestamp in {self.unit}", "use a coarser unit")
        return units
