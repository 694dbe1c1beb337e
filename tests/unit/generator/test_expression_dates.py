"""Functions on dates and timestamps, against Python's datetime."""

from __future__ import annotations

import calendar
import datetime as dt
import random
from typing import Any

import pyarrow as pa
import pytest

from generator.expression import EvaluationError, compile_expression

EPOCH = dt.datetime(1970, 1, 1)


def values(text: str, **columns: pa.Array) -> list[Any]:
    types = {name: column.type for name, column in columns.items()}
    length = len(next(iter(columns.values()))) if columns else 1
    return list(compile_expression(text, types).evaluate(columns, length).to_pylist())


def dates(name: str, count: int = 500) -> list[dt.date]:
    choose = random.Random(name)
    found = [dt.date.fromordinal(choose.randint(1, dt.date.max.toordinal())) for _ in range(count)]
    month_ends = [
        dt.date(year, month, calendar.monthrange(year, month)[1]) for year in (2023, 2024) for month in range(1, 13)
    ]
    return [*found, *month_ends, dt.date.min, dt.date.max, dt.date(1970, 1, 1)]


def moments(name: str, count: int = 500) -> list[dt.datetime]:
    choose = random.Random(name)
    return [dt.datetime.min + dt.timedelta(microseconds=choose.randint(0, 315 * 10**15)) for _ in range(count)]


@pytest.mark.parametrize("name", ["year", "month", "day", "weekday"])
def test_parts_of_dates_are_pythons(name: str) -> None:
    given = dates(name)
    expected = [date.weekday() if name == "weekday" else getattr(date, name) for date in given]
    assert values(f"{name}(d)", d=pa.array(given)) == expected
    assert values("day_of_year(d)", d=pa.array(given)) == [date.timetuple().tm_yday for date in given]
    assert values("quarter(d)", d=pa.array(given)) == [(date.month + 2) // 3 for date in given]


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_parts_of_timestamps_are_pythons(unit: str, zone: str | None) -> None:
    given = [moment.replace(microsecond=0) if unit == "s" else moment for moment in moments(unit)]
    column = pa.array(given, pa.timestamp("us")).cast(pa.timestamp(unit), safe=False).view(pa.timestamp(unit, zone))
    for name in ("year", "month", "day", "hour", "minute", "second"):
        assert values(f"{name}(t)", t=column) == [getattr(moment, name) for moment in given]
    assert values("date(t)", t=column) == [moment.date() for moment in given]
    assert values("epoch(t)", t=column) == [(moment - EPOCH) // dt.timedelta(seconds=1) for moment in given]


def months_later(date: dt.date, months: int) -> dt.date:
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


@pytest.mark.parametrize(("unit", "step"), [("month", 1), ("quarter", 3), ("year", 12)])
def test_months_are_added_and_counted_by_the_calendar(unit: str, step: int) -> None:
    choose = random.Random(unit)
    given = [date for date in dates(unit) if 1200 < date.year < 8000]
    counts = [choose.randint(-300, 300) for _ in given]
    expected = [months_later(date, count * step) for date, count in zip(given, counts, strict=True)]
    column = pa.array(given)
    assert values(f"date_add(d, n, '{unit}')", d=column, n=pa.array(counts)) == expected
    noon = pa.array([dt.datetime.combine(date, dt.time(12)) for date in given], pa.timestamp("ms", "UTC"))
    later = [dt.datetime.combine(date, dt.time(12), dt.UTC) for date in expected]
    assert values(f"date_add(t, n, '{unit}')", t=noon, n=pa.array(counts)) == later
    stops = [date + dt.timedelta(choose.randint(-900, 900)) for date in given]
    assert values(f"date_diff(a, b, '{unit}')", a=column, b=pa.array(stops)) == [
        whole_units(start, stop, step) for start, stop in zip(given, stops, strict=True)
    ]


def whole_units(start: dt.date, stop: dt.date, step: int) -> int:
    """The number farthest from zero whose addition does not pass ``stop``, found by counting."""
    count, sign = 0, 1 if stop >= start else -1
    while (months_later(start, sign * (count + 1) * step) - stop).days * sign <= 0:
        count += 1
    return sign * count


@pytest.mark.parametrize(
    ("unit", "seconds"), [("second", 1), ("minute", 60), ("hour", 3600), ("day", 86400), ("week", 604800)]
)
def test_elapsed_units_are_added_and_counted(unit: str, seconds: int) -> None:
    choose = random.Random(unit)
    given = [moment for moment in moments(unit) if 1000 < moment.year < 9000]
    counts = [choose.randint(-1000, 1000) for _ in given]
    column = pa.array(given, pa.timestamp("us"))
    later = [moment + dt.timedelta(seconds=seconds * count) for moment, count in zip(given, counts, strict=True)]
    assert values(f"date_add(t, n, '{unit}')", t=column, n=pa.array(counts)) == later
    stops = [moment + dt.timedelta(seconds=choose.uniform(-1e7, 1e7)) for moment in given]
    expected = [int((b - a) / dt.timedelta(seconds=seconds)) for a, b in zip(given, stops, strict=True)]
    assert values(f"date_diff(a, b, '{unit}')", a=column, b=pa.array(stops, pa.timestamp("us"))) == expected


@pytest.mark.parametrize(
    "text", ["date_add(d, 1, 'day')", "date_add(d, 1, 'month')", "date_add(d, 99999999999, 'week')"]
)
def test_dates_after_the_year_9999_are_errors(text: str) -> None:
    assert values(text, d=pa.array([None], pa.date32())) == [None]
    with pytest.raises(EvaluationError):
        values(text, d=pa.array([None, dt.date.max]))


def test_text_becomes_a_date_or_null() -> None:
    given = ["2024-02-29", "2023-02-29", "2024-2-9", "0001-01-01", "0000-01-01", "9999-12-31", "2024-04-31", "", None]
    expected = [dt.date(2024, 2, 29), None, None, dt.date.min, None, dt.date.max, None, None, None]
    assert values("date(s)", s=pa.array(given)) == expected


def test_text_literals_beside_dates_and_timestamps_are_read_as_such() -> None:
    day, moment = dt.date(2024, 3, 1), dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)
    columns = {"d": pa.array([day]), "t": pa.array([moment], pa.timestamp("ms", "UTC"))}
    for text, expected in {
        "d == '2024-03-01'": True,
        "'2024-02-29' < d < '2024-03-02'": True,
        "d in ['2024-03-01', '2024-03-02']": True,
        "t == '2024-03-01T13:00:00+01:00'": True,
        "t > '2024-03-01'": True,
        "t < '2024-03-01T12:00:00.001Z'": True,
        "max(d, '2025-01-01')": dt.date(2025, 1, 1),
        "'2020-01-01' if t is null else d": day,
        "t - '2024-03-01T11:00:00Z'": dt.timedelta(hours=1),
        "epoch(t - '2024-03-01T11:00:00Z')": 3600,
        "t - (t - '2024-03-01')": dt.datetime(2024, 3, 1, tzinfo=dt.UTC),
        "date(t) == d": True,
    }.items():
        assert values(text, **columns) == [expected], text


def test_timestamps_of_different_units_compare_in_the_finer_one() -> None:
    columns = {"a": pa.array([1, 2], pa.timestamp("s")), "b": pa.array([1001, 2000], pa.timestamp("ms"))}
    assert values("a < b", **columns) == [True, False]
    assert values("epoch(b - a)", **columns) == [0, 0]
    assert compile_expression("b - a", {k: v.type for k, v in columns.items()}).type == pa.duration("ms")
    assert values("a < t", a=pa.array([2**40], pa.timestamp("s")), t=pa.array([1], pa.timestamp("ms"))) == [False]
    with pytest.raises(EvaluationError):
        values("a < t", a=pa.array([2**40], pa.timestamp("s")), t=pa.array([1], pa.timestamp("ns")))
