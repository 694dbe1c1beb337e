"""Times of day and lengths of time."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from generator import RowRange, SchemaError, compile_schema
from tests.unit.generator.time_cells import cells, table, values


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("s", pa.time32("s")), ("ms", pa.time32("ms")), ("us", pa.time64("us")), ("ns", pa.time64("ns"))],
)
def test_a_time_of_day_is_of_the_unit_and_within_its_bounds(unit: str, kind: pa.DataType) -> None:
    found = cells({"type": "time", "unit": unit, "min": "09:30", "max": "17:00"})
    assert found.type == kind
    micros = found.cast(pa.time64("us"), safe=False).to_pylist()
    assert dt.time(9, 30) <= min(micros) < dt.time(9, 40)
    assert dt.time(16, 50) < max(micros) <= dt.time(17)


def test_a_time_from_evening_to_morning_is_at_night() -> None:
    found = values({"type": "time", "min": "22:00", "max": "06:00"}, rows=20_000)
    assert all(time >= dt.time(22) or time <= dt.time(6) for time in found)
    assert abs(sum(time >= dt.time(22) for time in found) / 20_000 - 0.25) < 0.02


def test_all_seconds_of_a_day_are_used_up_when_unique() -> None:
    found = cells({"type": "time", "unique": True}, rows=86_400)
    assert len(found.unique()) == 86_400
    with pytest.raises(SchemaError, match="86,400"):
        table({"type": "time", "unique": True}, rows=86_401)


def test_a_distribution_of_times_is_over_the_hours_since_midnight_and_goes_on_after_it() -> None:
    noon = values({"type": "time", "distribution": {"normal": {"mean": 13, "stddev": 2}}}, rows=20_000)
    hours = [time.hour + time.minute / 60 for time in noon]
    assert abs(sum(hours) / len(hours) - 13) < 0.1
    law = {"triangular": {"mode": 25}}
    night = values({"type": "time", "min": "22:00", "max": "06:00", "distribution": law}, rows=20_000)
    counts = [sum(time.hour == hour for time in night) for hour in (22, 0, 5)]
    assert counts[1] > 3 * counts[0]
    assert counts[1] > 3 * counts[2]


@pytest.mark.parametrize("wrong", ["9", "25:00", "noon", 930, 9.5, "09:30Z", "09:30+02:00"])
def test_what_is_no_time_of_day_is_refused(wrong: Any) -> None:
    with pytest.raises(SchemaError, match=r"\$\.fields\.x\.min: .*time of day"):
        table({"type": "time", "min": wrong})


ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def seconds_of(text: str) -> float:
    """The seconds of an ISO 8601 duration that has at least one part and no T for nothing."""
    match = ISO.fullmatch(text)
    assert match is not None, text
    assert any(match.groups()), text
    assert not text.endswith("T"), text
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


@pytest.mark.parametrize(
    ("low", "high"), [("0s", "2m"), ("59m55s", "1h5s"), ("86395s", "24h5s"), ("0", "3d"), ("P9D", "20w")]
)
@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_a_duration_as_text_and_as_a_number_are_the_same_length(low: str, high: str, unit: str) -> None:
    options = {"type": "duration", "min": low, "max": high, "unit": unit}
    texts, numbers = values(options), values({**options, "format": "number"})
    per_second = {"s": 1, "ms": 1_000, "us": 1_000_000}[unit]
    assert [round(seconds_of(text) * per_second) for text in texts] == numbers


@pytest.mark.parametrize(
    ("low", "unit", "expected"),
    [
        ("0s", "s", "PT0S"),
        ("0s", "ms", "PT0.000S"),
        ("1d", "s", "P1D"),
        ("1d1s", "s", "P1DT1S"),
        ("90m", "s", "PT1H30M"),
        ("1h250ms", "ms", "PT1H0.250S"),
        ("5m", "s", "PT5M"),
    ],
)
def test_durations_are_spelled_as_iso_8601_has_them(low: str, unit: str, expected: str) -> None:
    assert set(values({"type": "duration", "min": low, "max": low, "unit": unit}, rows=3)) == {expected}


def test_an_interval_can_be_reckoned_with() -> None:
    plan = compile_schema(
        {
            "rows": 500,
            "fields": {
                "start": {"type": "timestamp", "unit": "s", "min": "2024-01-01", "max": "2024-02-01"},
                "length": {"type": "duration", "min": "5m", "max": "2h", "format": "interval", "hidden": True},
                "end": {"type": "expression", "value": "start + length"},
            },
        }
    ).tables["data"]
    batch = plan.batch(RowRange(0, 500))
    lengths = pc.subtract(batch.column("end"), batch.column("start")).to_pylist()
    assert dt.timedelta(minutes=5) <= min(lengths) < max(lengths) <= dt.timedelta(hours=2)
    assert len(set(lengths)) > 400


def test_a_distribution_of_durations_is_over_seconds() -> None:
    options = {"type": "duration", "format": "number", "unit": "ms", "max": "10m"}
    found = values({**options, "distribution": {"exponential": {"mean": 20}}}, rows=20_000)
    assert abs(sum(found) / len(found) / 20_000 - 1) < 0.05


def test_durations_are_unique_up_to_as_many_as_there_are() -> None:
    found = values({"type": "duration", "min": "1m", "max": "2m", "unique": True}, rows=61)
    assert len(set(found)) == 61
    with pytest.raises(SchemaError, match="61"):
        table({"type": "duration", "min": "1m", "max": "2m", "unique": True}, rows=62)
    with pytest.raises(SchemaError, match="min is longer than max"):
        table({"type": "duration", "min": "3m", "max": "2m"})
