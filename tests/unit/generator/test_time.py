"""Dates and moments between bounds: what bounds mean, what they are counted from, how cells spread between them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from generator import RowRange, SchemaError, compile_schema
from tests.unit.generator.time_cells import cells, table, values

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("2020-02-28", "2020-03-01", ("2020-02-28", "2020-03-01")),
        ("-1y", "today", ("2023-02-28", "2024-02-29")),
        ("today-1mo", "+1mo", ("2024-01-29", "2024-03-29")),
        ("-1y2mo3d", "-1y", ("2022-12-26", "2023-02-28")),
        ("now+2w", "+14d", ("2024-03-14", "2024-03-14")),
        ("+1y-1d", "+4y", ("2025-02-27", "2028-02-29")),
        ("-9999w", "-9999w", ("1832-07-12", "1832-07-12")),
        ("-1y", None, ("2023-02-28", "2024-02-29")),
        ("2024-02-27", None, ("2024-02-27", "2024-02-29")),
    ],
)
def test_bounds_are_dates_or_counted_from_the_reference_date(
    low: str, high: str | None, expected: tuple[str, str]
) -> None:
    options: dict[str, Any] = {"type": "date", "min": low, "max": high}
    found = values({key: value for key, value in options.items() if value is not None}, rows=20_000)
    assert (min(found).isoformat(), max(found).isoformat()) == expected


def test_moments_count_from_the_midnight_of_the_reference_date() -> None:
    found = values({"type": "timestamp", "unit": "s", "min": "-90m", "max": "-1h30s"}, rows=20_000)
    midnight = dt.datetime(2024, 2, 29)
    assert (min(found), max(found)) == (midnight - dt.timedelta(minutes=90), midnight - dt.timedelta(seconds=3630))


@pytest.mark.parametrize(
    "options",
    [
        {"type": "date", "min": "today", "max": "2030-01-01"},
        {"type": "timestamp", "min": "2020-01-01", "max": "+1y"},
        *({"type": name} for name in ("past", "recent", "future", "past_date", "year")),
        {"type": "business_date", "min": "2020-01-01"},
    ],
)
def test_without_a_reference_date_nothing_is_counted_from_a_clock(options: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match=r"add \$\.reference_date"):
        table(options, today=None)


@pytest.mark.parametrize(
    ("options", "place", "text"),
    [
        ({"type": "date", "max": "2020-01-01"}, "min", "is missing"),
        ({"type": "date", "min": "2024-03-01"}, "min", "later than the reference date"),
        ({"type": "date", "min": "2020-01-02", "max": "2020-01-01"}, "min", "swap them"),
        ({"type": "date", "min": "20200101", "max": "2021-01-01"}, "min", "text such as 2026-01-31"),
        ({"type": "date", "min": "-3", "max": "2021-01-01"}, "min", "text such as 2026-01-31"),
        ({"type": "date", "min": "-3q", "max": "2021-01-01"}, "min", "no valid date"),
        ({"type": "date", "min": "2023-02-29", "max": "2024-01-01"}, "min", "no valid date"),
        ({"type": "date", "min": "-9000y", "max": "today"}, "min", "years 1 to 9999"),
        ({"type": "date", "min": "-999999w999999d", "max": "today"}, "min", "years 1 to 9999"),
        ({"type": "timestamp", "min": "-1d", "within": "3d"}, "within", "needs 'after' or 'before'"),
        ({"type": "timestamp", "unit": "ns", "min": "1600-01-01", "max": "today"}, "min", "coarser unit"),
        ({"type": "timestamp", "min": "-1d", "zone": "Europe/Atlantis"}, "zone", "no time zone"),
        ({"type": "past", "within": "10q"}, "within", "no length of time"),
        ({"type": "past", "within": "9000y"}, "within", "years 1 to 9999"),
        ({"type": "past", "within": "3h", "format": "date"}, "within", "shorter than the field's unit"),
    ],
)
def test_what_is_wrong_with_a_bound_is_said_at_its_place(options: dict[str, Any], place: str, text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        table(options)
    (mistake,) = caught.value.mistakes
    assert mistake.path == f"$.fields.x.{place}"
    assert text in f"{mistake.problem} {mistake.remedy}"


def test_dates_reach_from_the_year_1_to_the_year_9999() -> None:
    found = values({"type": "date", "min": "0001-01-01", "max": "9999-12-31"}, rows=20_000)
    years = [day.year for day in found]
    assert min(years) < 20
    assert max(years) > 9980
    stamps = cells({"type": "datetime", "unit": "s", "min": "0001-01-01T00:00:00", "max": "9999-12-31T23:59:59"})
    assert stamps.null_count == 0
    assert min(stamps.to_pylist()).year < 40


def test_every_day_of_a_leap_year_is_as_likely_and_used_up_when_unique() -> None:
    options = {"type": "date", "min": "2024-01-01", "max": "2024-12-31"}
    assert sorted(values({**options, "unique": True}, rows=366)) == [dt.date(2024, 1, 1) + DAY * i for i in range(366)]
    with pytest.raises(SchemaError, match="366"):
        table({**options, "unique": True}, rows=367)
    counts = Counter(values(options, rows=36_600))
    assert len(counts) == 366
    assert 50 < min(counts.values()) < max(counts.values()) < 160  # Poisson(100): beyond five standard deviations


def test_bounds_finer_than_the_unit_are_not_passed() -> None:
    found = values(
        {"type": "datetime", "unit": "s", "min": "2024-01-01T00:00:00.7", "max": "2024-01-01T00:00:02.3"}, rows=200
    )
    assert {moment.second for moment in found} == {1, 2}


def test_a_timestamp_names_its_zone_a_datetime_has_none_and_both_are_the_same_moments() -> None:
    bounds = {"min": "2024-01-01", "max": "2024-06-01"}
    zoned = cells({"type": "timestamp", "zone": "Europe/Berlin", **bounds})
    plain = cells({"type": "timestamp", **bounds})
    naive = cells({"type": "datetime", **bounds})
    assert zoned.type == pa.timestamp("us", "Europe/Berlin")
    assert plain.type == pa.timestamp("us", "UTC")
    assert naive.type == pa.timestamp("us")
    assert zoned.cast(pa.int64()).equals(plain.cast(pa.int64()))
    assert naive.cast(pa.int64()).equals(plain.cast(pa.int64()))


@pytest.mark.parametrize(("unit", "per_second"), [("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)])
def test_an_epoch_counts_units_since_1970(unit: str, per_second: int) -> None:
    found = values({"type": "epoch", "unit": unit, "min": "2020-01-01", "max": "2020-01-02"})
    first = 1_577_836_800 * per_second
    assert all(first <= number <= first + 86_400 * per_second for number in found)
    assert any(number % per_second for number in found) == (unit != "s")


def test_past_recent_and_future_stay_within_their_span_and_leave_today_out() -> None:
    today = dt.date(2024, 2, 29)
    past = values({"type": "past", "format": "date", "within": "1y"}, rows=9_000)
    assert (min(past), max(past)) == (dt.date(2023, 2, 28), today - DAY)
    assert set(values({"type": "recent_date"})) == {today - DAY * i for i in range(1, 8)}
    assert set(values({"type": "future_date", "within": "3d"})) == {today + DAY * i for i in range(1, 4)}
    midnight = dt.datetime(2024, 2, 29)
    assert all(midnight - 7 * DAY <= moment < midnight for moment in values({"type": "recent"}))
    assert all(
        midnight < moment <= midnight + dt.timedelta(hours=2) for moment in values({"type": "future", "within": "2h"})
    )
    assert cells({"type": "future", "format": "datetime"}).type == pa.timestamp("us")


def test_other_names_lead_to_the_same_cells() -> None:
    bounds = {"min": "2020-01-01", "max": "2024-01-01"}
    for name, other in (("date", "date_between"), ("epoch", "unix_time"), ("datetime", "date_time")):
        assert cells({"type": name, **bounds}).equals(cells({"type": other, **bounds}))


def test_a_distribution_is_over_the_days_after_min() -> None:
    options = {"type": "timestamp", "unit": "s", "min": "2024-01-01", "max": "2024-12-31"}
    normal = values({**options, "distribution": {"normal": {"mean": 100, "stddev": 10}}}, rows=20_000)
    days = [(moment - dt.datetime(2024, 1, 1)) / DAY for moment in normal]
    assert abs(sum(days) / len(days) - 100) < 0.5
    rising = values({"type": "date", "min": "-1y", "distribution": {"triangular": {"mode": 366}}}, rows=20_000)
    late = sum(day > dt.date(2023, 8, 30) for day in rising) / len(rising)
    assert abs(late - 0.75) < 0.02
    with pytest.raises(SchemaError, match="distribution"):
        table({**options, "distribution": "beta", "unique": True})


def test_a_document_with_relative_bounds_gives_the_same_cells_when_read_back() -> None:
    document = {
        "rows": 50,
        "reference_date": "2025-05-31",
        "fields": {
            "a": {"type": "date", "min": "-1mo"},
            "b": {"type": "past", "format": "date"},
            "c": {"type": "month"},
        },
    }
    plan = compile_schema(document)
    again = compile_schema(plan.document)
    assert again.fingerprint() == plan.fingerprint()
    batch = plan.tables["data"].batch(RowRange(0, 50))
    assert again.tables["data"].batch(RowRange(0, 50)).equals(batch)
    assert min(batch.column("a").to_pylist()) >= dt.date(2025, 4, 30)


def test_a_moment_in_a_zone_is_written_and_formatted_as_the_instant_it_is() -> None:
    moment = {"type": "timestamp", "min": "2024-07-01T10:30:00Z", "max": "2024-07-01T10:30:00Z", "unit": "s"}
    text = {"type": "template", "template": "{x} {x:%H:%M}"}
    zoned = {"text": text, "x": {**moment, "zone": "Europe/Berlin"}}
    batch = compile_schema({"rows": 2, "fields": zoned}).tables["data"].batch(RowRange(0, 2))
    assert batch.column("text").to_pylist() == ["2024-07-01 10:30:00Z 10:30"] * 2
    assert batch.column("x").to_pylist()[0].isoformat() == "2024-07-01T12:30:00+02:00"
