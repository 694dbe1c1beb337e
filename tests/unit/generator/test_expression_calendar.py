"""Dates and timestamps cut, made, formatted and read in expressions, against Python's datetime."""

from __future__ import annotations

import calendar
import datetime as dt

import pyarrow as pa
import pytest

from generator.expression import EvaluationError
from tests.unit.generator.test_expression_dates import EPOCH, dates, moments, values

STARTS = {
    "year": lambda moment: moment.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0),
    "quarter": lambda moment: moment.replace(
        month=(moment.month - 1) // 3 * 3 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
    ),
    "month": lambda moment: moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
    "week": lambda moment: moment.replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(moment.weekday()),
    "day": lambda moment: moment.replace(hour=0, minute=0, second=0, microsecond=0),
    "hour": lambda moment: moment.replace(minute=0, second=0, microsecond=0),
    "minute": lambda moment: moment.replace(second=0, microsecond=0),
    "second": lambda moment: moment.replace(microsecond=0),
}


@pytest.mark.parametrize("unit", list(STARTS))
def test_moments_are_cut_down_to_the_start_of_a_unit(unit: str) -> None:
    given = moments(unit)
    column = pa.array([*given, None], pa.timestamp("us"))
    assert values(f"date_trunc(x, '{unit}')", x=column) == [*map(STARTS[unit], given), None]
    if unit not in ("hour", "minute", "second"):
        days = [moment.date() for moment in given]
        assert values(f"date_trunc(x, '{unit}')", x=pa.array(days)) == [STARTS[unit](day).date() for day in given]


def test_the_start_of_a_year_that_nanoseconds_cannot_hold_is_an_error() -> None:
    column = pa.array([-(2**63)], pa.int64()).cast(pa.timestamp("ns"))
    with pytest.raises(EvaluationError, match="beyond what its type can hold"):
        values("date_trunc(x, 'year')", x=column)


def test_iso_weeks_month_ends_and_weekends_are_pythons() -> None:
    given = dates("weeks")
    column = pa.array(given)
    assert values("week(x)", x=column) == [day.isocalendar().week for day in given]
    assert values("iso_year(x)", x=column) == [day.isocalendar().year for day in given]
    assert values("is_weekend(x)", x=column) == [day.weekday() > 4 for day in given]
    ends = [day.replace(day=calendar.monthrange(day.year, day.month)[1]) for day in given]
    assert values("last_day(x)", x=column) == ends
    assert values("days_in_month(x)", x=column) == [day.day for day in ends]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_formats_are_pythons(unit: str) -> None:
    given = [moment for moment in moments(unit) if moment.year >= 1000]
    if unit == "ns":
        given = [moment for moment in given if 1700 < moment.year < 2200]
    if unit == "s":
        given = [moment.replace(microsecond=0) for moment in given]
    if unit == "ms":
        given = [moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in given]
    column = pa.array([*given, None], pa.timestamp(unit))
    for spec in ("%Y-%m-%d", "%A, %-d %B %y", "%a %b %j %I:%M:%S %p", "%F %T.%f%%", "%-H h %-m/%-I %%Y %R"):
        assert values(f"format_date(x, '{spec}')", x=column) == [*(moment.strftime(spec) for moment in given), None]
    assert values("day_name(x)", x=column) == [*(calendar.day_name[moment.weekday()] for moment in given), None]
    assert values("month_name(x)", x=column) == [*(calendar.month_name[moment.month] for moment in given), None]
    assert values("format_date(x, '%Y')", x=pa.array([dt.date(7, 1, 1)])) == ["0007"]


def test_dates_and_moments_are_made_of_numbers_where_there_are_such() -> None:
    numbers = [(2024, 2, 29), (2023, 2, 29), (0, 1, 1), (9999, 12, 31), (2024, 13, 1), (2024, 4, 31), (2**62, 1, 1)]
    year, month, day = (pa.array(column) for column in zip(*numbers, strict=True))
    expected = [dt.date(2024, 2, 29), None, None, dt.date(9999, 12, 31), None, None, None]
    assert values("make_date(y, m, d)", y=year, m=month, d=day) == expected
    hours = pa.array([0, 23, 24, -1, None, 2**62])
    made = values("make_timestamp(2024, 12, 31, h, 59, 58)", h=hours)
    assert made == [dt.datetime(2024, 12, 31, hour, 59, 58, tzinfo=dt.UTC) for hour in (0, 23)] + [None] * 4
    seconds = [0, -1, 2**31, 253402300799]
    since = [EPOCH.replace(tzinfo=dt.UTC) + dt.timedelta(seconds=count) for count in seconds]
    assert values("from_epoch(x)", x=pa.array(seconds)) == since
    with pytest.raises(EvaluationError, match="outside the years 1 to 9999"):
        values("from_epoch(x)", x=pa.array([253402300800]))


def test_ages_are_whole_years() -> None:
    born = pa.array([dt.date(2000, 2, 29), dt.date(2000, 3, 1), dt.date(2030, 1, 1), None])
    assert values("age(x, '2026-02-28')", x=born) == [26, 25, -3, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31", "2026-01-31T00:00:00"),
        ("2026-01-31T10:20", "2026-01-31T10:20:00"),
        ("2026-01-31 10:20:30.5", "2026-01-31T10:20:30.500000"),
        ("2026-01-31T10:20:30.000001Z", "2026-01-31T10:20:30.000001"),
        ("2026-01-31T10:20:30-05:30", "2026-01-31T15:50:30"),
        ("2026-01-01T00:00+14:00", "2025-12-31T10:00:00"),
        ("0001-01-01", "0001-01-01T00:00:00"),
        ("2026-02-30", None),
        ("2026-01-31T24:00", None),
        ("2026-01-31T10:60", None),
        ("2026-01-31T10", None),
        ("2026-01-31T10:20:30.1234567", None),
        ("2026-01-31T10:20:30+0200", None),
        (" 2026-01-31", None),
        ("", None),
    ],
)
def test_text_is_read_as_a_moment_in_utc_or_is_null(text: str, expected: str | None) -> None:
    wanted = expected and dt.datetime.fromisoformat(expected).replace(tzinfo=dt.UTC)
    column = pa.array([text, None, "2000-01-01"])
    assert values("timestamp(x)", x=column) == [wanted, None, dt.datetime(2000, 1, 1, tzinfo=dt.UTC)]
    assert values("timestamp(x)", x=column.slice(0, 2)) == [wanted, None]


def test_moments_of_whole_seconds_are_read_alike_alone_and_among_others() -> None:
    given = [moment.replace(microsecond=0) for moment in moments("seconds")]
    column = pa.array([*(moment.isoformat() for moment in given), "2026-02-30T10:00:00Z", None])
    found = values("timestamp(x)", x=column)
    assert found == [*(moment.replace(tzinfo=dt.UTC) for moment in given), None, None]
    assert values("timestamp(x)", x=pa.concat_arrays([column, pa.array(["?"])])) == [*found, None]


def test_dates_and_moments_of_every_unit_become_moments_in_microseconds() -> None:
    assert values("timestamp(x)", x=pa.array([dt.date(2026, 1, 31)])) == [dt.datetime(2026, 1, 31, tzinfo=dt.UTC)]
    for unit, ticks in {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}.items():
        column = pa.array([-ticks, 86_400 * ticks, None], pa.int64()).cast(pa.timestamp(unit))
        found = values("timestamp(x)", x=column)
        assert found == [
            dt.datetime(1969, 12, 31, 23, 59, 59, tzinfo=dt.UTC),
            dt.datetime(1970, 1, 2, tzinfo=dt.UTC),
            None,
        ]
    with pytest.raises(EvaluationError, match="microseconds"):
        values("timestamp(x)", x=pa.array([2**62], pa.int64()).cast(pa.timestamp("s")))
