"""Functions on dates and timestamps: integer arithmetic on the proleptic Gregorian calendar, no time-zone database.

Timestamps are those of UTC or of no zone. Months and years keep the day of the month, or take its last day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.errors import Failure
from generator.expression.types import DATE, INTEGER, TICKS
from generator.expression.values import Mask, Value, array, integers, is_scalar, missing

Integers = npt.NDArray[np.int64]

SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
UNITS: Final = (*SECONDS, *MONTHS)
DATE_UNITS: Final = ("day", "week", *MONTHS)
_FIRST: Final = -719_162  # 0001-01-01
_LAST: Final = 2_932_896  # 9999-12-31
_MOST_MONTHS: Final = 120_000


def part(find: Callable[[Integers, Integers], Integers]) -> Callable[[Value], Value]:
    """A part of the date, from the days since 1970 and the seconds of the day."""

    def kernel(value: Value) -> Value:
        null = missing(value)
        days, seconds = days_and_seconds(value, null)
        return array(find(days, seconds), INTEGER, null)

    return kernel


def days_and_seconds(value: Value, null: Mask | None) -> tuple[Integers, Integers]:
    """Days since 1970 and seconds of the day; Failure outside the years 1 to 9999."""
    numbers = integers(value)
    if value.type == DATE:
        days, rest = numbers, np.zeros_like(numbers)
    else:
        per_second = np.int64(TICKS[value.type.unit])
        seconds = np.floor_divide(numbers, per_second)
        days = np.floor_divide(seconds, np.int64(86_400))
        rest = seconds - days * 86_400
    return within(days, null), rest


def within(days: Integers, null: Mask | None) -> Integers:
    """The days, 0 under nulls outside the years 1 to 9999; Failure where one that is no null is outside."""
    good = (days >= _FIRST) & (days <= _LAST)
    if not good.all():
        if null is None or not (good | null).all():
            raise Failure("the date is outside the years 1 to 9999")
        return np.where(good, days, 0)
    return days


def months_of(days: Integers) -> Integers:
    """Months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_days(months: Integers) -> Integers:
    """The first days of months since January 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def year(days: Integers, seconds: Integers) -> Integers:
    return np.floor_divide(months_of(days), 12) + 1970


def quarter(days: Integers, seconds: Integers) -> Integers:
    return np.remainder(months_of(days), 12) // 3 + 1


def month(days: Integers, seconds: Integers) -> Integers:
    return np.remainder(months_of(days), 12) + 1


def day(days: Integers, seconds: Integers) -> Integers:
    return days - first_days(months_of(days)) + 1


def weekday(days: Integers, seconds: Integers) -> Integers:
    """0 is Monday; 1970-01-01 was a Thursday."""
    return np.remainder(days + 3, 7)


def day_of_year(days: Integers, seconds: Integers) -> Integers:
    return days - first_days(np.floor_divide(months_of(days), 12) * 12) + 1


def hour(days: Integers, seconds: Integers) -> Integers:
    return seconds // 3600


def minute(days: Integers, seconds: Integers) -> Integers:
    return seconds // 60 % 60


def second(days: Integers, seconds: Integers) -> Integers:
    return seconds % 60


def epoch(value: Value) -> Value:
    """Whole seconds since 1970-01-01T00:00:00Z; of a duration, its whole seconds, rounded down."""
    numbers = integers(value)
    found = numbers * 86_400 if value.type == DATE else np.floor_divide(numbers, np.int64(TICKS[value.type.unit]))
    return array(found, INTEGER, missing(value))


def date_add(value: Value, count: Value, unit: str) -> Value:
    """``count`` units later. Failure outside the years 1 to 9999 or the range of the type."""
    length = next(len(found) for found in (value, count) if not is_scalar(found))
    value, count = (pa.repeat(found, length) if is_scalar(found) else found for found in (value, count))
    null = missing(value, count)
    if unit in MONTHS:
        steps = _bounded(integers(count), null, _MOST_MONTHS) * MONTHS[unit]
        return _add_months(value, steps, null)
    per_day = 1 if value.type == DATE else TICKS[value.type.unit] * 86_400
    step = per_day * SECONDS[unit] // 86_400
    start = array(integers(value), INTEGER, missing(value))
    found = pc.add_checked(start, pc.multiply_checked(count, pa.scalar(step, INTEGER)))
    days = np.floor_divide(integers(found), np.int64(per_day))
    within(days, null)
    return array(np.where(null, 0, integers(found)) if null is not None else integers(found), value.type, null)


def _bounded(numbers: Integers, null: Mask | None, limit: int) -> Integers:
    good = np.abs(numbers) <= limit
    if not (good if null is None else good | null).all():
        raise Failure("the date is outside the years 1 to 9999")
    return np.where(good, numbers, 0)


def _add_months(value: pa.Array, steps: Integers, null: Mask | None) -> pa.Array:
    numbers = integers(value)
    per_day = np.int64(1 if value.type == DATE else TICKS[value.type.unit] * 86_400)
    days = np.floor_divide(numbers, per_day)
    moved = within(_months_later(within(days, null), steps), null)
    if value.type == DATE:
        return array(moved, DATE, null)
    rest = pa.array(numbers - days * per_day, INTEGER)
    first = pc.multiply_checked(array(moved, INTEGER, null), pa.scalar(int(per_day), INTEGER))
    return pc.add_checked(first, rest).view(value.type)


def _months_later(days: Integers, steps: Integers) -> Integers:
    months = months_of(days)
    day_of_month = days - first_days(months)
    wanted = months + steps
    first, next_first = first_days(wanted), first_days(wanted + 1)
    found: Integers = first + np.minimum(day_of_month, next_first - first - 1)
    return found


def date_diff(start: Value, stop: Value, unit: str) -> Value:
    """Whole units from ``start`` to ``stop``: as many as can be added without passing it. Negative if it is earlier."""
    null = missing(start, stop)
    if unit not in MONTHS:
        return _elapsed(start, stop, unit)
    per_day = np.int64(1 if start.type == DATE else TICKS[start.type.unit] * 86_400)
    (from_days, from_rest), (to_days, to_rest) = (
        _split(integers(value), per_day, missing(value)) for value in (start, stop)
    )
    months = months_of(np.asarray(to_days)) - months_of(np.asarray(from_days))
    reached = _months_later(np.broadcast_to(from_days, months.shape), months)
    beyond = (reached > to_days) | ((reached == to_days) & (from_rest > to_rest))
    short = (reached < to_days) | ((reached == to_days) & (from_rest < to_rest))
    months = months - ((months > 0) & beyond) + ((months < 0) & short)
    return array(_truncated(months, np.int64(MONTHS[unit])), INTEGER, null)


def _split(numbers: Any, per_day: np.int64, null: Mask | None) -> tuple[Any, Any]:
    days = np.floor_divide(numbers, per_day)
    rest = numbers - days * per_day
    return within(np.atleast_1d(days), null), rest


def _elapsed(start: Value, stop: Value, unit: str) -> Value:
    per_day = 1 if start.type == DATE else TICKS[start.type.unit] * 86_400
    step = np.int64(per_day * SECONDS[unit] // 86_400)
    first, last = (
        (
            pa.scalar(int(integers(value)), INTEGER)
            if is_scalar(value)
            else array(integers(value), INTEGER, missing(value))
        )
        for value in (start, stop)
    )
    between = pc.subtract_checked(last, first)
    return array(_truncated(integers(between), step), INTEGER, missing(between))


def _truncated(numbers: Integers, step: Any) -> Integers:
    """The quotient, cut towards zero."""
    below: Integers = np.floor_divide(numbers, step)
    found: Integers = below + ((numbers < 0) & (below * step != numbers))
    return found
