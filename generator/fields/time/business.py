"""Business days: Monday to Friday, holidays left out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import Field, field_type
from generator.fields.series.moments import DAY
from generator.fields.time.anchors import Day, instant
from generator.fields.time.beside import Units
from generator.fields.time.moment import moments

_MONDAY = -3
"""1969-12-29 in days since 1970: a Monday."""


def working_days(day: int) -> int:
    """How many days from Monday to Friday there are from 1969-12-29 to before a day since 1970."""
    week, weekday = divmod(day - _MONDAY, 7)
    return week * 5 + min(weekday, 5)


@dataclass(frozen=True)
class Business:
    """Business days in order: ``count`` from number ``start`` on.

    ``passed`` rises: the number of days that are worked before each holiday; those at or before it move a day on.
    """

    start: int
    count: int
    passed: Units

    @classmethod
    def of(cls, first: int, last: int, holidays: set[int]) -> Business:
        """Those of the days first to last since 1970 that are no holidays."""
        start, end = working_days(first), working_days(last + 1)
        free = sorted(day for day in holidays if first <= day <= last and (day - _MONDAY) % 7 < 5)
        passed = [working_days(day) - start - index for index, day in enumerate(free)]
        return cls(start, end - start - len(free), np.array(passed, dtype=np.int64))

    def days(self, numbers: Units) -> Units:
        """The days since 1970 of these numbers in [0, count)."""
        working = numbers + np.int64(self.start)
        if len(self.passed):
            working += np.searchsorted(self.passed, numbers, side="right")
        found: Units = working + (working // 5) * np.int64(2)
        found += np.int64(_MONDAY)
        return found


@field_type("business_date", "business_day", "working_day", "workday")
class BusinessDate(Field):
    """A date from Monday to Friday, from min to max, both included, and no holiday.

    min and max may be counted from the reference date: today, -30d, +1y; without max it is the reference date.
    """

    min: Day = Option(description="Earliest date, such as 2026-01-31, today or -30d.")
    max: Day | None = Option(default=None, description="Latest date; the reference date where there is one.")
    holidays: tuple[dt.date, ...] = Option(default=(), max_length=10_000, description="Dates that are left out.")

    examples = (
        {"min": "2024-01-01", "max": "2024-12-31", "holidays": ["2024-01-01", "2024-12-25", "2024-12-26"]},
        {"min": "-1y"},
    )

    def prepare(self, column: Column) -> Business:
        if self.max is None and column.reference_date is None:
            raise column.wrong("max", "is missing", "give it, or add $.reference_date")
        first = -(-instant(column, "min", self.min) // DAY)
        last = instant(column, "max", "today" if self.max is None else self.max) // DAY
        if first > last:
            raise column.wrong("min", "min is later than max", "swap them")
        epoch = dt.date(1970, 1, 1).toordinal()
        found = Business.of(first, last, {day.toordinal() - epoch for day in self.holidays})
        if found.count < 1:
            raise column.wrong("min", "there is no business day from min to max", "widen them")
        return found

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.date32()

    def extremes(self, column: Column) -> tuple[int, int] | None:
        """The earliest and the latest date in nanoseconds since 1970."""
        found: Business = column.prepared
        first, last = found.days(np.array([0, found.count - 1], dtype=np.int64))
        return int(first) * DAY, int(last) * DAY

    def generate(self, cells: Cells) -> pa.Array:
        found: Business = cells.prepared
        return moments(cells.column.type, found.days(cells.below(found.count)))

    def cardinality(self, column: Column) -> int:
        found: Business = column.prepared
        return found.count

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        found: Business = cells.prepared
        return moments(cells.column.type, found.days(ranks.view(np.int64)))
