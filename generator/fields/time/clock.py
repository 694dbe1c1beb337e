"""Times of day."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated, Literal

import numpy as np
import pyarrow as pa
from pydantic import BeforeValidator
from pydantic import Field as Option
from pydantic_core import PydanticCustomError

from generator.cells import Cells, Rows
from generator.column import Column
from generator.distributions import AnyDistribution, DistributionError, Grid, Uniform
from generator.field import Field, field_type
from generator.fields.series.moments import DAY, UNITS
from generator.fields.time.beside import Units
from generator.fields.time.moment import Between


def _read(value: object) -> object:
    found = value
    if isinstance(value, str):
        try:
            found = dt.time.fromisoformat(value if ":" in value else "none")
        except ValueError:
            found = None
    if not isinstance(found, dt.time) or found.tzinfo is not None:
        raise PydanticCustomError("time", "a time of day is a text such as 09:30 or 17:45:59.5, without a zone")
    return found


DayTime = Annotated[dt.time, BeforeValidator(_read)]


@field_type("time", "time_of_day", "time_object", "clock_time")
class Time(Field):
    """A time of day from min to max, both included; from 22:00 to 06:00 it is night.

    ``distribution`` is over the hours since midnight: ``{normal: {mean: 13, stddev: 2}}``; after midnight they go on
    from 24.
    """

    min: DayTime = Option(default=dt.time(), description="Earliest time, such as 09:30.")
    max: DayTime | None = Option(default=None, description="Latest time, such as 17:30; else the end of the day.")
    unit: Literal["s", "ms", "us", "ns"] = Option(default="s", description="Seconds, milli-, micro-, nanoseconds.")
    distribution: AnyDistribution = Option(default=Uniform(), description="Over the hours since midnight.")

    examples = (
        {},
        {"min": "22:00", "max": "06:00", "unit": "ms"},
        {"unit": "us", "min": "08:00", "max": "20:00", "distribution": {"normal": {"mean": 13, "stddev": 2}}},
    )

    def prepare(self, column: Column) -> Between:
        ticks = UNITS[self.unit]
        first = -(-_nanoseconds(self.min) // ticks)
        last = DAY // ticks - 1 if self.max is None else _nanoseconds(self.max) // ticks
        if last < first and self.max is not None and self.max >= self.min:
            raise column.wrong("max", f"no whole {self.unit} is between min and max", "use a finer unit")
        count = (last - first) % (DAY // ticks) + 1
        hours = Fraction(ticks * 24, DAY)
        try:
            sample = self.distribution.on_grid(Grid(first * hours, hours, count))
        except DistributionError as error:
            raise column.wrong("distribution", str(error), error.remedy) from None
        return Between(first, count, ticks, sample)

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.time32(self.unit) if self.unit in ("s", "ms") else pa.time64(self.unit)

    @property
    def uneven(self) -> str | None:
        return None if self.distribution.name == "uniform" else "distribution"

    def generate(self, cells: Cells) -> pa.Array:
        found: Between = cells.prepared
        return self._array(cells, found.units(cells)[0])

    def _array(self, cells: Cells, units: Units) -> pa.Array:
        """Units since midnight, those of the next day brought back to this one."""
        found: Between = cells.prepared
        day = DAY // found.unit
        if found.start + found.count > day:
            units = units - np.int64(day) * (units >= day)
        values = units.astype(np.int32 if self.unit in ("s", "ms") else np.int64, copy=False)
        return pa.Array.from_buffers(cells.column.type, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])

    def cardinality(self, column: Column) -> int:
        found: Between = column.prepared
        return found.count

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        found: Between = cells.prepared
        return self._array(cells, ranks.view(np.int64) + np.int64(found.start))

    def text_width(self, column: Column) -> int:
        return 8 if self.unit == "s" else {"ms": 12, "us": 15, "ns": 18}[self.unit]


def _nanoseconds(time: dt.time) -> int:
    return ((time.hour * 60 + time.minute) * 60 + time.second) * UNITS["s"] + time.microsecond * UNITS["us"]
