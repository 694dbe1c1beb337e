"""Dates, timestamps, local dates and times, and seconds since 1970: all of them moments."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

import pyarrow as pa
from pydantic import Field as Option

from generator.column import Column
from generator.field import field_type
from generator.fields.series.moments import DAY, UNITS
from generator.fields.time.anchors import Day, Instant
from generator.fields.time.beside import Beside, Sampler
from generator.fields.time.moment import Between, MomentField
from generator.fields.time.rhythm import Hours, Rhythm, Weekdays, rhythmic

_OFFSET = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d|Etc/GMT[+-]?\d{1,2}|UTC|GMT|Z|Etc/UTC")


class RhythmicField(MomentField):
    """Moments that may be more frequent on some weekdays than on others."""

    weekdays: Weekdays | None = Option(
        default=None, description="Weights of weekdays between min and max, such as {mon-fri: 5, sat: 1}."
    )

    def _hours(self) -> dict[str, float] | None:
        return None

    @property
    def uneven(self) -> str | None:
        own = "weekdays" if self.weekdays is not None else "hours" if self._hours() is not None else None
        return own or super().uneven

    def _sampler(self, column: Column, start: int, count: int) -> Sampler:
        if self.weekdays is None and self._hours() is None:
            return super()._sampler(column, start, count)
        given = self.uneven or "weekdays"
        beside = [name for name in ("after", "before", "in_order") if getattr(self, name) is not None]
        if beside or self.distribution.name != "uniform":
            other = beside[0] if beside else "distribution"
            raise column.wrong(given, f"it does not go with {other!r}", "drop one of them")
        coarse = max(UNITS["s"] // self.ticks(), 1)
        rhythm = Rhythm.of(self.weekdays, self._hours(), DAY // max(self.ticks(), UNITS["s"]))
        sampler = rhythmic(rhythm, start, count, coarse)
        if sampler is None:
            raise column.wrong(given, "nothing between min and max has a weight", "widen the bounds, or name more")
        return sampler


@field_type("date", "date_between", "calendar_date", "date_object", "date_between_dates")
class Date(RhythmicField):
    """A calendar date from min to max, both included, or next to another one."""

    min: Day | None = Option(default=None, description="Earliest date, such as 2026-01-31, today or -30d.")
    max: Day | None = Option(default=None, description="Latest date; the reference date where there is one.")

    examples = (
        {"min": "1950-01-01", "max": "2006-12-31"},
        {"min": "2020-02-28", "max": "2024-03-02", "unique": True},
        {"after": "born", "within": "2w"},
        {"after": "parent.born", "within": "30d"},
        {"min": "-2y", "weekdays": {"mon-fri": 5, "sat": 1}},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.date32()

    def ticks(self) -> int:
        return DAY

    def _anchors(self) -> tuple[dt.date | str | None, dt.date | str | None]:
        return self.min, self.max


class InstantField(RhythmicField):
    """Moments finer than days: bounds are times, and hours may have weights too."""

    unit: Literal["s", "ms", "us", "ns"] = Option(default="us", description="Seconds, milli-, micro-, nanoseconds.")
    min: Instant | None = Option(
        default=None, description="Earliest moment, such as 2026-01-31T12:00:00Z, today or -30d."
    )
    max: Instant | None = Option(default=None, description="Latest moment; the reference date where there is one.")
    hours: Hours | None = Option(
        default=None, description="Weights of hours between min and max, such as {9-17: 8, 17-22: 3}."
    )

    def ticks(self) -> int:
        return UNITS[self.unit]

    def _anchors(self) -> tuple[dt.date | str | None, dt.date | str | None]:
        return self.min, self.max

    def _hours(self) -> dict[str, float] | None:
        return self.hours


@field_type("timestamp", "timestamptz", "instant", "iso8601", "utc_timestamp")
class Timestamp(InstantField):
    """A moment in UTC from min to max, both included, or next to another one, in whole units.

    Bounds and hours are in UTC where they name no zone. ``zone`` is the time zone that the Arrow type names, for typed
    formats whose readers show moments in it; cells are the same moments with it and without.
    """

    zone: str = Option(default="UTC", description="IANA time zone of the Arrow type, such as Europe/Berlin.")

    examples = (
        {"min": "2020-01-01T00:00:00Z", "max": "2026-01-01T00:00:00Z"},
        {"unit": "s", "min": "2024-01-01", "max": "2024-01-02", "unique": True},
        {"unit": "ms", "after": "born", "within": "1h30m"},
        {"after": "parent.born", "within": "30d", "in_order": "parent"},
        {"min": "-90d", "hours": {"8-18": 6, "18-23": 2}, "weekdays": {"mon-fri": 4, "sat-sun": 1}},
        {"after": "parent.born", "within": "90d", "distribution": {"exponential": {"mean": 5}}},
    )

    def prepare(self, column: Column) -> Between | Beside:
        if not _is_zone(self.zone):
            raise column.wrong("zone", f"{self.zone!r} is no time zone", "such as UTC, Europe/Berlin or +02:00")
        return super().prepare(column)

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.timestamp(self.unit, "UTC" if self.zone == "Z" else self.zone)


def _is_zone(name: str) -> bool:
    """Whether CLDR or ISO 8601 knows the zone: not the machine's own tables, which differ."""
    from babel.core import get_global

    return bool(_OFFSET.fullmatch(name)) or name in get_global("zone_territories") or name in get_global("zone_aliases")


@field_type("datetime", "date_time", "local_datetime", "naive_datetime", "date_time_between", "date_time_between_dates")
class Datetime(InstantField):
    """A date and time of day without a time zone, from min to max, both included, or next to another moment."""

    examples = (
        {"unit": "s", "min": "2025-01-01T08:00:00", "max": "2025-12-31T18:00:00"},
        {"unit": "ms", "before": "born", "within": "36h"},
        {"unit": "s", "after": "parent.born", "max": "today"},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.timestamp(self.unit)


@field_type(
    "epoch",
    "unix_time",
    "unix_timestamp",
    "unixtime",
    "epoch_time",
    "unix_epoch",
    "epoch_seconds",
    presets={
        "epoch_ms": {"unit": "ms"},
        "epoch_millis": {"unit": "ms"},
        "unix_time_ms": {"unit": "ms"},
        "unix_timestamp_ms": {"unit": "ms"},
    },
)
class Epoch(InstantField):
    """A moment as a whole number: seconds since 1970-01-01T00:00:00Z, or milli-, micro- or nanoseconds."""

    unit: Literal["s", "ms", "us", "ns"] = Option(default="s", description="What it counts.")

    examples = (
        {"min": "2020-01-01", "max": "2026-01-01"},
        {"unit": "ms", "after": "born", "within": "2d"},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def text_width(self, column: Column) -> int:
        return 10 + {"s": 0, "ms": 3, "us": 6, "ns": 9}[self.unit]
