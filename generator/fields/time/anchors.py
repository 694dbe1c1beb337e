"""Bounds in time as users write them: 2026-01-31, 2026-01-31T12:00:00Z, or, from the reference date, today, -30d, +1y.

Everything becomes nanoseconds since 1970-01-01T00:00:00Z as a Python integer; what has no zone is taken as UTC.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from generator.column import Column
from generator.fields.series.moments import DAY, UNITS, since_1970
from generator.spans import nanoseconds

FIRST = since_1970(dt.date.min)
"""The first nanosecond of the year 1."""
END = since_1970(dt.date.max) + DAY
"""The first nanosecond after the year 9999."""

_PART = re.compile(r"(\d{1,6})(mo|ms|[ywdhms])")
_SHIFT = re.compile(rf"([+-])((?:{_PART.pattern})+)")
_RELATIVE = re.compile(rf"(?:today|now)?(?:{_SHIFT.pattern})*")
_SPAN = re.compile(rf"(?:{_PART.pattern})+")
_NUMBER = re.compile(r"[+-]?[\d.]*")
_MONTHS = {"y": 12, "mo": 1}
_LENGTHS = {"w": 7 * DAY, "d": DAY, "h": DAY // 24, "m": DAY // 1_440, "s": UNITS["s"], "ms": UNITS["ms"]}
_DATES, _TIMES = TypeAdapter(dt.date), TypeAdapter(dt.datetime)


def _read(value: object, kind: TypeAdapter[dt.date] | TypeAdapter[dt.datetime]) -> object:
    if isinstance(value, str):
        text = value.strip().lower()
        if text and _RELATIVE.fullmatch(text):
            return text
        if _NUMBER.fullmatch(text):
            raise PydanticCustomError("moment", "a date or time is a text such as 2026-01-31")
    elif not isinstance(value, dt.date):
        return value
    try:
        return kind.validate_python(value)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].partition(", ")[2]
        message = "it is no valid date or time{reason}; such as 2026-01-31, today or -30d"
        raise PydanticCustomError("moment", message, {"reason": f" ({reason})" if reason else ""}) from None


Day = Annotated[dt.date | str, BeforeValidator(lambda value: _read(value, _DATES))]
"""A date, or one counted from the reference date."""
Instant = Annotated[dt.datetime | str, BeforeValidator(lambda value: _read(value, _TIMES))]
"""A time of some date, or one counted from the reference date's midnight."""


def instant(column: Column, option: str, anchor: dt.date | str) -> int:
    """Nanoseconds since 1970 of an anchor; SchemaError where it needs a reference date and there is none."""
    if not isinstance(anchor, str):
        return since_1970(anchor)
    moment = today(column, option, anchor)
    for sign, parts in ((shift[0], shift[1]) for shift in _SHIFT.findall(anchor)):
        moment = shifted(column, option, moment, parts, 1 if sign == "+" else -1)
    return since_1970(moment) if not isinstance(moment, int) else moment


def today(column: Column, option: str, what: str) -> int:
    """The reference date's midnight in nanoseconds since 1970; SchemaError where ``what`` needs one in vain."""
    if column.reference_date is None:
        problem = f"{what!r} is counted from the reference date, and there is none"
        raise column.wrong(option, problem, "add $.reference_date, such as 2026-01-01")
    return since_1970(column.reference_date)


def shifted(column: Column, option: str, moment: int, span: str, sign: int) -> int:
    """A moment so much later or earlier (``sign`` 1 or -1): calendar years and months first, then lengths of time.

    The day of a month that has no such day is its last one: a month after 31 January is 28 or 29 February.
    """
    parts = _PART.findall(span) if _SPAN.fullmatch(span) else []
    months = sum(int(count) * _MONTHS[unit] for count, unit in parts if unit in _MONTHS)
    rest = sum(int(count) * _LENGTHS[unit] for count, unit in parts if unit in _LENGTHS)
    days, time = divmod(moment, DAY)
    try:
        found = _later(days, sign * months) * DAY + time
    except ValueError:
        found = END
    found += sign * (rest if parts else nanoseconds(span))
    if not FIRST <= found < END:
        raise column.wrong(option, f"{'+' if sign > 0 else '-'}{span} leads out of the years 1 to 9999", "shorten it")
    return found


def _later(days: int, months: int) -> int:
    """Days since 1970, so many calendar months later; ValueError out of the years 1 to 9999."""
    day = dt.date.fromordinal(days + dt.date(1970, 1, 1).toordinal())
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise ValueError(year)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last)).toordinal() - dt.date(1970, 1, 1).toordinal()


def _checked(span: str) -> str:
    if _SPAN.fullmatch(span) is None:
        try:
            nanoseconds(span)
        except ValueError:
            message = "no length of time is so written; such as 30d, 12h, 6mo or 10y"
            raise PydanticCustomError("span", message) from None
    elif not re.search("[1-9]", span):
        raise PydanticCustomError("span", "it is no time at all")
    return span


CalendarSpan = Annotated[str, AfterValidator(_checked)]
"""A length of time that may be in calendar years and months: 10y, 6mo, 7d, 1h30m, PT15M."""
