"""Moments just before or after the document's reference date: past, recent and future ones."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import Field, field_type
from generator.fields.series.moments import DAY, UNITS
from generator.fields.time.anchors import CalendarSpan, shifted, today
from generator.fields.time.moment import Between, moments

Form = Literal["timestamp", "datetime", "date"]


class FromTodayField(Field):
    """A moment within a span of the reference date's midnight, that moment itself not included; all alike likely."""

    within: CalendarSpan = Option(description="How far from the reference date at most, such as 10y, 6mo or 36h.")
    format: Form = Option(
        default="timestamp",
        description="A timestamp in UTC, a datetime without zone, or a date.",
    )
    unit: Literal["s", "ms", "us", "ns"] = Option(default="us", description="Seconds, milli-, micro-, nanoseconds.")

    later: ClassVar[bool] = False
    """Whether its moments are after the reference date."""

    def _ticks(self) -> int:
        return DAY if self.format == "date" else UNITS[self.unit]

    def prepare(self, column: Column) -> Between:
        ticks, now = self._ticks(), today(column, "", self.type)
        count = abs(shifted(column, "within", now, self.within, 1 if self.later else -1) - now) // ticks
        if count < 1:
            raise column.wrong("within", f"{self.within!r} is shorter than the field's unit", "give a longer one")
        start = now // ticks + (1 if self.later else -count)
        if not -(1 << 63) < start <= start + count < 1 << 63:
            raise column.wrong("within", f"moments do not fit 64 bits in {self.unit}", "use a coarser unit")
        return Between(start, count, ticks, lambda cells: cells.below(count))

    def extremes(self, column: Column) -> tuple[int, int] | None:
        """The earliest and the latest moment in nanoseconds since 1970."""
        found: Between = column.prepared
        return found.extremes(column)

    def arrow_type(self, column: Column) -> pa.DataType:
        if self.format == "date":
            return pa.date32()
        return pa.timestamp(self.unit, "UTC" if self.format == "timestamp" else None)

    def generate(self, cells: Cells) -> pa.Array:
        found: Between = cells.prepared
        return moments(cells.column.type, found.units(cells)[0])

    def cardinality(self, column: Column) -> int:
        found: Between = column.prepared
        return found.count

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        found: Between = cells.prepared
        return moments(cells.column.type, ranks.view(np.int64) + np.int64(found.start))


@field_type("past", "past_datetime", "past_timestamp", "past_date_time")
class Past(FromTodayField):
    """A moment before the reference date, within ten years of it or another span."""

    within: CalendarSpan = Option(default="10y", description="How long before the reference date at most, such as 6mo.")

    examples = ({}, {"format": "date", "within": "6mo"})


@field_type("recent", "recent_datetime", "recent_timestamp")
class Recent(FromTodayField):
    """A moment of the last days before the reference date: seven of them, or another span."""

    within: CalendarSpan = Option(default="7d", description="How long before the reference date at most, such as 36h.")

    examples = ({}, {"within": "90m", "unit": "s"})


@field_type("future", "future_datetime", "future_timestamp", "future_date_time")
class Future(FromTodayField):
    """A moment after the reference date, within ten years of it or another span."""

    within: CalendarSpan = Option(default="10y", description="How long after the reference date at most, such as 6mo.")

    examples = ({}, {"format": "datetime", "within": "1mo", "unit": "s"})

    later = True


@field_type("past_date")
class PastDate(Past):
    """A date before the reference date, within ten years of it or another span."""

    format: Form = Option(default="date")

    examples = ({}, {"within": "30d"})


@field_type("recent_date")
class RecentDate(Recent):
    """A date of the last days before the reference date: seven of them, or another span."""

    format: Form = Option(default="date")

    examples = ({}, {"within": "3d"})


@field_type("future_date")
class FutureDate(Future):
    """A date after the reference date, within ten years of it or another span."""

    format: Form = Option(default="date")

    examples = ({}, {"within": "1y"})
