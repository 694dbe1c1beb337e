"""The time that identifiers tell: it begins at ``start`` and goes on by ``step`` a row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import TextField
from generator.spans import Span, nanoseconds

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Clock:
    """Milliseconds since 1970 of the first row, and from each row to the next."""

    start: int
    step: int

    def milliseconds(self, cells: Cells) -> Rows:
        """Each row's time: a row further down is later."""
        return np.asarray(cells.rows * np.uint64(self.step) + np.uint64(self.start))


class Timed(TextField):
    """An identifier that begins with a time."""

    start: dt.datetime | None = Option(default=None, description="Time of row 0; default: the reference date.")
    step: Span | None = Option(default=None, description="Time from one row to the next, 1ms or more; default: 1s.")

    def clock(self, column: Column, bits: int, unit: int = 1) -> Clock:
        """SchemaError where a time of the table's rows does not fit into so many bits, in units of milliseconds."""
        start, step = self._start(column), nanoseconds(self.step or "1s") // 1_000_000
        if step < 1:
            raise column.wrong("step", "the identifier tells milliseconds", "give at least 1ms")
        if start < 0 or (start + step * (column.last_row + 1)) // unit >= 1 << bits:
            raise column.wrong("start", f"the times of {column.rows:,} rows do not fit", "start later, or step less")
        return Clock(start, step)

    def _start(self, column: Column) -> int:
        if self.start is not None:
            aware = self.start if self.start.tzinfo else self.start.replace(tzinfo=dt.UTC)
            return (aware - _EPOCH) // dt.timedelta(milliseconds=1)
        if column.reference_date is None:
            raise column.wrong("start", "it says from when on, and there is no reference date", "add $.reference_date")
        return (column.reference_date - _EPOCH.date()).days * 86_400_000
