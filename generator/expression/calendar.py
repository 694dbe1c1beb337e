"""Dates and timestamps cut down to a unit, put together from numbers, and looked at by weeks and whole months.

The calendar is the proleptic Gregorian one of ``dates``; weeks start on Monday and are numbered as ISO 8601 does.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression import dates
from generator.expression.conversion import to_date
from generator.expression.dates import MONTHS, SECONDS, Integers, first_days, months_of, within
from generator.expression.errors import Failure
from generator.expression.types import DATE, INTEGER, TICKS
from generator.expression.values import Mask, Value, array, integers, is_scalar, missing

TIMESTAMP: Final = pa.timestamp("us", "UTC")
"""What functions that make timestamps make."""
_DAY: Final = 86_400


def truncated(value: Value, unit: str) -> Value:
    """The start of the second, minute, hour, day, week, month, quarter or year."""
    null, numbers = missing(value), integers(value)
    per_day = np.int64(1 if value.type == DATE else TICKS[value.type.unit] * _DAY)
    days = within(np.floor_divide(numbers, per_day), null)
    if SECONDS.get(unit, _DAY) < _DAY:
        return array(numbers - np.remainder(numbers, per_day // _DAY * SECONDS[unit]), value.type, null)
    start = _start(days, unit)
    if value.type == DATE:
        return array(start, DATE, null)
    return pc.multiply_checked(array(start, INTEGER, null), pa.scalar(int(per_day), INTEGER)).view(value.type)


def _start(days: Integers, unit: str) -> Integers:
    if unit == "day":
        return days
    if unit == "week":
        return days - np.remainder(days + 3, 7)
    months = months_of(days)
    return first_days(months - np.remainder(months, MONTHS[unit]))


def last_day(value: Value) -> Value:
    """The last day of the month, as a date."""
    null = missing(value)
    days = within(integers(to_date(value)), null)
    return array(first_days(months_of(days) + 1) - 1, DATE, null)


def days_in_month(days: Integers, seconds: Integers) -> Integers:
    months = months_of(days)
    return first_days(months + 1) - first_days(months)


def iso_week(days: Integers, seconds: Integers) -> Integers:
    """1 to 53: the week that holds the year's first Thursday is the first."""
    return (dates.day_of_year(_thursday(days), seconds) - 1) // 7 + 1


def iso_year(days: Integers, seconds: Integers) -> Integers:
    """The year that the ISO week belongs to."""
    return dates.year(_thursday(days), seconds)


def _thursday(days: Integers) -> Integers:
    return days - np.remainder(days + 3, 7) + 3


def is_weekend(value: Value) -> Value:
    """Whether it is a Saturday or a Sunday."""
    return pc.greater_equal(dates.part(dates.weekday)(value), 5)


def years_between(start: Value, stop: Value) -> Value:
    """Whole years from one day to another."""
    return dates.date_diff(start, stop, "year")


def made_date(year: Value, month: Value, day: Value) -> Value:
    """The date of a year, month and day; null where there is no such day."""
    days, null = _days(year, month, day)
    return array(np.where(null, 0, days), DATE, null)


def made_timestamp(year: Value, month: Value, day: Value, hour: Value, minute: Value, second: Value) -> Value:
    """The moment in UTC of those numbers; null where there is none. A minute has 60 seconds, never 61."""
    days, null = _days(year, month, day)
    seconds = days * _DAY
    for part, limit, weight in ((hour, 24, 3600), (minute, 60, 60), (second, 60, 1)):
        numbers = integers(part)
        bad = (numbers < 0) | (numbers >= limit)
        seconds, null = seconds + np.where(bad, 0, numbers) * weight, null | bad
    length = next(len(value) for value in (year, month, day, hour, minute, second) if not is_scalar(value))
    absent = missing(hour, minute, second)
    null = np.broadcast_to(null if absent is None else null | absent, length)
    return array(np.where(null, 0, seconds) * TICKS["us"], TIMESTAMP, null)


def _days(year: Value, month: Value, day: Value) -> tuple[Any, Mask]:
    """Days since 1970, anything where there is no such day, and where there is none."""
    years, months, days = integers(year), integers(month), integers(day)
    bad = (years < 1) | (years > 9999) | (months < 1) | (months > 12) | (days < 1) | (days > 31)
    years, months, days = (np.where(bad, 1, numbers) for numbers in (years, months, days))
    count = (years - 1970) * 12 + months - 1
    first, following = first_days(count), first_days(count + 1)
    found = first + days - 1
    null = np.atleast_1d(bad | (found >= following))
    absent = missing(year, month, day)
    return found, null if absent is None else null | absent


def from_epoch(value: Value) -> Value:
    """The moment in UTC so many seconds after 1970-01-01T00:00:00Z."""
    seconds, null = integers(value), missing(value)
    within(np.floor_divide(seconds, _DAY), null)
    return array((np.where(null, 0, seconds) if null is not None else seconds) * TICKS["us"], TIMESTAMP, null)


def as_timestamp(value: Value) -> Value:
    """A date's midnight, or a timestamp in microseconds, what is finer cut off."""
    null, numbers = missing(value), integers(value)
    if value.type == DATE:
        return array(within(numbers, null) * (_DAY * TICKS["us"]), TIMESTAMP, null)
    ticks = TICKS[value.type.unit]
    if ticks >= TICKS["us"]:
        return array(np.floor_divide(numbers, ticks // TICKS["us"]), TIMESTAMP, null)
    good = np.abs(numbers // ticks) < 2**62 // TICKS["us"]
    if not (good if null is None else good | null).all():
        raise Failure("the moment is beyond what a timestamp in microseconds can hold")
    return array(np.where(good, numbers, 0) * (TICKS["us"] // ticks), TIMESTAMP, null)
