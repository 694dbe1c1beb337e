"""Years, months, weekdays, business days, and the rhythm of a week."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from generator import SchemaError
from generator.fields.time.business import Business
from generator.fields.time.rhythm import Rhythm
from generator.vocabulary import KEPT
from tests.unit.generator.time_cells import cells, shares, table, values

DAY = dt.timedelta(days=1)
EPOCH = dt.date(1970, 1, 1)


def test_years_reach_from_1970_to_the_reference_date_or_between_bounds() -> None:
    assert set(values({"type": "year"})) == set(range(1970, 2025))
    assert set(values({"type": "year", "min": 9990, "max": 9999, "unique": True}, rows=10)) == set(range(9990, 10_000))
    peak = shares({"type": "year", "min": 2000, "max": 2024, "distribution": {"triangular": {"mode": 2020}}})
    assert max(peak, key=lambda year: peak[year]) in (2019, 2020, 2021)


def test_months_and_weekdays_are_named_in_the_language_of_the_locale() -> None:
    assert set(values({"type": "month", "locale": "de_AT"})) >= {"Jänner", "März", "Dezember"}
    assert set(values({"type": "weekday", "locale": "fr_FR"})) >= {"lundi", "dimanche"}
    assert set(values({"type": "weekday", "format": "short"})) == {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
    assert "январь" in values({"type": "month", "locale": "ru_RU"})  # not the genitive of dates


@pytest.mark.parametrize("locale", KEPT)
def test_no_two_months_or_weekdays_have_one_name(locale: str) -> None:
    for name, count in (("month", 12), ("weekday", 7)):
        for form in ("name", "short"):
            options = {"type": name, "format": form, "locale": locale, "unique": True}
            assert len(set(values(options, rows=count))) == count


def test_as_numbers_months_and_weekdays_count_from_1() -> None:
    assert set(values({"type": "month", "format": "number"})) == set(range(1, 13))
    assert set(values({"type": "weekday", "format": "number"})) == set(range(1, 8))
    names = cells({"type": "weekday"}).to_pylist()
    numbers = cells({"type": "weekday", "format": "number"}).to_pylist()
    assert {name for name, number in zip(names, numbers, strict=True) if number == 1} == {"Monday"}
    assert pa.types.is_dictionary(cells({"type": "month"}).type)


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"type": "month", "format": "number", "prefix": "M"}, "prefix"),
        ({"type": "month", "max_length": 5}, "max_length"),
        ({"type": "weekday", "locale": "xx_YY"}, "locale"),
    ],
)
def test_names_are_never_cut_and_numbers_have_no_text_options(options: dict[str, Any], place: str) -> None:
    with pytest.raises(SchemaError, match=rf"\$\.fields\.x\.{place}"):
        table(options)


def test_a_mix_of_locales_names_months_in_all_its_languages() -> None:
    found = set(values({"type": "month", "locale": {"en_US": 1, "de_DE": 1}}))
    assert {"March", "März", "May", "Mai"} <= found


HOLIDAYS = ["2024-01-01", "2024-01-06", "2024-01-15", "2024-01-16", "2024-01-31", "2030-05-05"]


def test_business_days_are_every_working_day_and_no_other() -> None:
    options = {"type": "business_date", "min": "2024-01-01", "max": "2024-01-31", "holidays": HOLIDAYS}
    days = (dt.date(2024, 1, 1) + DAY * i for i in range(31))
    expected = {day for day in days if day.weekday() < 5 and day.isoformat() not in HOLIDAYS}
    assert set(values(options)) == expected
    assert set(values({**options, "unique": True}, rows=len(expected))) == expected
    with pytest.raises(SchemaError, match=str(len(expected))):
        table({**options, "unique": True}, rows=len(expected) + 1)
    counts = Counter(values(options, rows=19_000))
    assert all(abs(count - 1_000) < 160 for count in counts.values())


def test_business_days_agree_with_a_calendar_wherever_they_begin_and_end() -> None:
    random = np.random.default_rng(7)
    for _ in range(200):
        first = int(random.integers(-719_162, 2_932_000))
        last = first + int(random.integers(0, 60))
        holidays = {int(day) for day in random.integers(first - 3, last + 3, size=6)}
        expected = [d for d in range(first, last + 1) if (EPOCH + DAY * d).weekday() < 5 and d not in holidays]
        found = Business.of(first, last, holidays)
        assert found.count == len(expected)
        assert found.days(np.arange(found.count, dtype=np.int64)).tolist() == expected


def test_bounds_without_a_business_day_are_refused() -> None:
    with pytest.raises(SchemaError, match="no business day"):
        table({"type": "business_date", "min": "2024-03-02", "max": "2024-03-03"})


def test_hours_and_weekdays_have_the_shares_of_their_weights() -> None:
    options = {
        "type": "datetime",
        "unit": "ms",
        "min": "2024-01-01",
        "max": "2024-12-29T23:59:59.999",
        "hours": {"9-17": 8, "17": 4, "22-2": 1},
        "weekdays": {"mon-fri": 2, "Saturday": 1},
    }
    found = values(options, rows=40_000)
    hours, days = Counter(moment.hour for moment in found), Counter(moment.weekday() for moment in found)
    weights = [1.0] * 2 + [0.0] * 7 + [8.0] * 8 + [4.0] + [0.0] * 4 + [1.0] * 2
    for hour, weight in enumerate(weights):
        assert abs(hours[hour] / 40_000 - weight / sum(weights)) < 0.007
    assert days[6] == 0
    for day, weight in enumerate((2, 2, 2, 2, 2, 1)):
        assert abs(days[day] / 40_000 - weight / 11) < 0.01
    assert len({moment.microsecond for moment in found}) > 900


def test_a_list_weighs_alike_and_bounds_are_kept_to_the_unit() -> None:
    found = values({"type": "date", "min": "2024-02-03", "max": "2024-02-19", "weekdays": ["sat-mon"]})
    assert {day.isoformat()[5:] for day in found} == {f"02-{day:02}" for day in (3, 4, 5, 10, 11, 12, 17, 18, 19)}
    options = {"type": "timestamp", "unit": "s", "min": "2024-02-01T09:59:58", "max": "2024-02-01T11:00:01"}
    moments = values({**options, "hours": ["9", "11"]})
    assert {moment.strftime("%H:%M:%S") for moment in moments} == {"09:59:58", "09:59:59", "11:00:00", "11:00:01"}


def test_weight_and_moment_are_each_other_s_inverse() -> None:
    rhythm = Rhythm.of({"mon": 3, "sun": 1}, {"7": 2, "20-3": 5}, 86_400)
    units = np.random.default_rng(3).integers(-62_135_596_800, 253_402_300_800, size=2_000)
    for unit in units.tolist():
        low, high = rhythm.weight_until(unit), rhythm.weight_until(unit + 1)
        if high > low:
            assert set(rhythm.at(np.array([low, high - 1], dtype=np.int64)).tolist()) == {unit}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"weekdays": {"caturday": 1}}, "weekdays: 'caturday' is no weekday"),
        ({"hours": ["9-25"]}, "hours: '25' is no hour"),
        ({"hours": [24]}, "hours: '24' is no hour"),
        ({"hours": {"9-17": 0}}, "one must be above 0"),
        ({"hours": {"9-17": -1}}, "one must be above 0"),
        ({"hours": "9-17"}, "a list or weights"),
        ({"hours": ["9-17"], "distribution": "beta"}, "distribution"),
        ({"hours": ["9-17"], "unique": True}, "unique"),
        ({"min": "2024-02-03", "max": "2024-02-04", "weekdays": ["mon"]}, "nothing between min and max has a weight"),
    ],
)
def test_what_is_wrong_with_a_rhythm_is_said(options: dict[str, Any], text: str) -> None:
    with pytest.raises(SchemaError, match=text):
        table({"type": "timestamp", "min": "2024-01-01", "max": "2024-02-01", **options})
