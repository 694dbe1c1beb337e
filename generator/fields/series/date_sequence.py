"""Dates and timestamps in order, row after row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells
from generator.column import Column
from generator.field import Field, field_type
from generator.fields.series.moments import DAY, UNITS, Moment, since_1970
from generator.spans import Span, nanoseconds

_FIRST, _END = since_1970(dt.date.min), since_1970(dt.date.max) + DAY


@dataclass(frozen=True)
class _Progress:
    """Start, step and breadth of the jitter, in units of the field's type."""

    start: int
    step: int
    jitter: int


@field_type("date_sequence", "timestamp_sequence", "datetime_sequence")
class DateSequence(Field):
    """Dates or times at a regular step, one after another, each a random ``jitter`` later if there is one.

    Row r is start + r * step, plus less than ``jitter``. Up to a jitter as long as the step no row overtakes the next
    one and none repeat; a longer one mixes their order. It is a date where ``start`` is one and the steps are whole
    days, else a timestamp in UTC. ``business_days`` steps from Monday to Friday only, and passes weekends over.
    """

    start: Moment = Option(description="The first date, such as 2026-01-31, or time.")
    step: Span = Option(default="1d", description="From one row to the next, such as 1d, 15m or 1h30m.")
    jitter: Span | None = Option(default=None, description="How much later at most, such as 30s.")
    business_days: bool = Option(default=False, description="Only Monday to Friday; the step is in whole days.")
    unit: Literal["s", "ms", "us", "ns"] = "us"

    examples = (
        {"start": "2024-01-01", "business_days": True},
        {"start": "2024-01-01T00:00:00Z", "step": "15m", "jitter": "15m"},
        {"start": "2024-02-28", "step": "7d", "jitter": "6d"},
    )

    @property
    def always_unique(self) -> bool:  # type: ignore[override]
        """Whether values never repeat as they are."""
        return self.jitter is None or nanoseconds(self.jitter) <= self._shortest

    @property
    def _shortest(self) -> int:
        """Nanoseconds between two rows that follow one another."""
        return nanoseconds(self.step)

    @property
    def seeded(self) -> bool:
        return self.jitter is not None

    @property
    def _dates(self) -> bool:
        spans = [nanoseconds(span) for span in (self.step, self.jitter) if span is not None]
        return not isinstance(self.start, dt.datetime) and not any(span % DAY for span in spans)

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.date32() if self._dates else pa.timestamp(self.unit, "UTC")

    def prepare(self, column: Column) -> _Progress:
        unit = DAY if self._dates else UNITS[self.unit]
        step, jitter = nanoseconds(self.step), 0 if self.jitter is None else nanoseconds(self.jitter)
        for option, span in (("step", step), ("jitter", jitter), ("start", since_1970(self.start))):
            if span % unit:
                raise column.wrong(option, f"it is not a whole number of {self.unit}", "give a finer unit")
        if self.business_days and step % DAY:
            raise column.wrong("step", f"{self.step!r} is not in whole days", "such as 1d with business_days")
        if self.unique and not self.always_unique:
            raise column.wrong("jitter", "longer than the step it makes values repeat", "shorten it, or drop unique")
        found = _Progress(since_1970(self.start) // unit, step // unit, jitter // unit)
        self._check_years(column, found, unit)
        return found

    def _check_years(self, column: Column, found: _Progress, unit: int) -> None:
        """SchemaError where the last row has no date that can be written: rows of items are 128 times those around."""
        days = 7 if self.business_days else 5  # of the calendar, for five that count
        last = found.start + column.last_row * found.step * days // 5 + found.jitter + 3 * DAY // unit
        if found.start * unit < _FIRST or last * unit >= _END or last >= 1 << 63:
            years = "1678 to 2261" if unit == 1 else "1 to 9999"
            problem = f"up to row {column.last_row:,} the steps leave the years {years}"
            raise column.wrong("step", problem, "shorten the step, or start earlier")

    def generate(self, cells: Cells) -> pa.Array:
        found: _Progress = cells.prepared
        if self.business_days:
            moments = self._business(cells, found)
        else:
            moments = cells.rows.view(np.int64) * np.int64(found.step)
            moments += np.int64(found.start)
        if found.jitter:
            moments += cells.below(found.jitter)
        values = moments.astype(np.int32) if self._dates else moments
        return pa.Array.from_buffers(cells.column.type, len(values), [None, pa.py_buffer(values)])

    def _business(self, cells: Cells, found: _Progress) -> npt.NDArray[np.int64]:
        """The rows' working days: counted from a Monday they are five a week. A start at a weekend waits for one."""
        day = DAY if self._dates else UNITS[self.unit]
        units = DAY // day
        date, time = divmod(found.start, units)
        weekday = (date + 3) % 7  # 1970 began on a Thursday
        monday, first = (date - weekday, weekday) if weekday < 5 else (date - weekday + 7, 0)
        working = cells.rows.view(np.int64) * np.int64(found.step // units) + np.int64(first)
        weeks = working // 5
        return (working + 2 * weeks + np.int64(monday)) * np.int64(units) + np.int64(time)
