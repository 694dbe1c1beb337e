"""Entries: dates and times."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa

from generator.expression import calendar, dates, formats
from generator.expression.function import (
    CALENDAR,
    INTEGERS,
    MOMENTS,
    TIMESTAMPS,
    Function,
    Parameter,
    always,
    same,
)
from generator.expression.table.parameters import (
    TO_BOOLEAN,
    TO_DATE,
    TO_INTEGER,
    TO_TEXT,
    Constants,
    Types,
    constant_text,
)
from generator.expression.types import DATE

_VALUE: Final = (Parameter("value", CALENDAR),)
_TIMESTAMP: Final = (Parameter("value", TIMESTAMPS),)
_UNIT: Final = constant_text("unit", choices=dates.UNITS)
_BETWEEN: Final = (Parameter("start", CALENDAR), Parameter("stop", CALENDAR))


def _unit_of_date(types: Types, constants: Constants) -> str | None:
    fits = types[0] != DATE or constants[0] in dates.DATE_UNITS
    return None if fits else f"dates have no {constants[0]}s, only {', '.join(dates.DATE_UNITS)}"


def _format_checked(types: Types, constants: Constants) -> str | None:
    return formats.check_format(constants[0], types[0])


def _part(name: str, summary: str, find: Any, of: tuple[Parameter, ...] = _VALUE) -> Function:
    return Function(name, summary, of, TO_INTEGER, dates.part(find))


def functions() -> list[Function]:
    return [*_parts(), *_names(), *_steps(), *_makers()]


def _parts() -> list[Function]:
    return [
        _part("year", "the year", dates.year),
        _part("quarter", "1 to 4", dates.quarter),
        _part("month", "1 to 12", dates.month),
        _part("week", "the week of ISO 8601, 1 to 53", calendar.iso_week),
        _part("iso_year", "the year that the week of ISO 8601 belongs to", calendar.iso_year),
        _part("day", "of the month, from 1", dates.day),
        _part("weekday", "0 (Monday) to 6 (Sunday)", dates.weekday),
        _part("day_of_year", "from 1", dates.day_of_year),
        _part("days_in_month", "28 to 31", calendar.days_in_month),
        _part("hour", "0 to 23", dates.hour, _TIMESTAMP),
        _part("minute", "0 to 59", dates.minute, _TIMESTAMP),
        _part("second", "0 to 59", dates.second, _TIMESTAMP),
        Function(
            "epoch",
            "whole seconds since 1970, or of a duration",
            (Parameter("value", MOMENTS),),
            TO_INTEGER,
            dates.epoch,
        ),
        Function("is_weekend", "whether it is a Saturday or Sunday", _VALUE, TO_BOOLEAN, calendar.is_weekend),
    ]


def _names() -> list[Function]:
    day, month = formats.name_of(dates.weekday, formats.DAYS), formats.name_of(formats.month_index, formats.MONTHS)
    return [
        Function("day_name", "the English name of its weekday", _VALUE, TO_TEXT, day),
        Function("month_name", "the English name of its month", _VALUE, TO_TEXT, month),
        Function(
            "format_date",
            "as text, by a format such as %d %B %Y %H:%M; names are English",
            (*_VALUE, constant_text("format")),
            TO_TEXT,
            formats.formatted,
            check=_format_checked,
        ),
    ]


def _steps() -> list[Function]:
    add, diff, cut = (*_VALUE, Parameter("count", INTEGERS), _UNIT), (*_BETWEEN, _UNIT), (*_VALUE, _UNIT)
    return [
        Function(
            "date_add",
            "so many units later; months keep the day or take their last one",
            add,
            same,
            dates.date_add,
            check=_unit_of_date,
        ),
        Function(
            "date_diff",
            "whole units from start to stop",
            diff,
            TO_INTEGER,
            dates.date_diff,
            together=2,
            check=_unit_of_date,
        ),
        Function(
            "date_trunc",
            "the start of its year, quarter, month, week (a Monday), day, hour, minute or second",
            cut,
            same,
            calendar.truncated,
            check=_unit_of_date,
        ),
        Function("last_day", "the last day of its month", _VALUE, TO_DATE, calendar.last_day),
        Function(
            "age", "whole years from one date to another", _BETWEEN, TO_INTEGER, calendar.years_between, together=2
        ),
    ]


def _makers() -> list[Function]:
    day = tuple(Parameter(name, INTEGERS) for name in ("year", "month", "day"))
    moment = (*day, *(Parameter(name, INTEGERS) for name in ("hour", "minute", "second")))
    to_timestamp = always(pa.timestamp("us", "UTC"))
    return [
        Function(
            "make_date", "the date of year, month and day; null where there is none", day, TO_DATE, calendar.made_date
        ),
        Function(
            "make_timestamp",
            "the moment in UTC of year, month, day, hour, minute and second; null where none is",
            moment,
            to_timestamp,
            calendar.made_timestamp,
        ),
        Function(
            "from_epoch",
            "the moment in UTC so many seconds after 1970",
            (Parameter("seconds", INTEGERS),),
            to_timestamp,
            calendar.from_epoch,
        ),
    ]
