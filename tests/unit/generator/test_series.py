"""Series from row to row: the same cells whichever rows are asked for, and the shape that their options promise."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from generator import SchemaError, TablePlan, compile_schema

N = 300_000
LARGE = 10**13
"""Rows of a table of which only some are looked at."""


def table(field: str, rows: int = N, others: str = "") -> TablePlan:
    return compile_schema(f"seed: series\nrows: {rows}\nfields: {{{others} x: {field}}}").tables["data"]


def cells(plan: TablePlan, rows: Sequence[int] | np.ndarray[Any, Any]) -> pa.Array:
    return plan.take(np.asarray(rows, dtype=np.uint64), ("x",)).column(0)


def values(field: str, rows: int = N, others: str = "") -> np.ndarray[Any, Any]:
    return np.asarray(cells(table(field, rows, others), np.arange(rows)))


WALKS = [
    "{type: random_walk, digits: null}",
    "{type: time_series, noise: 1, persistence: 0.9, digits: null}",
    "{type: time_series, noise: 1, persistence: 0.9999, digits: null}",
]


@pytest.mark.parametrize("field", WALKS)
def test_a_path_is_the_same_whichever_rows_are_asked_for(field: str) -> None:
    plan = table(field, LARGE)
    whole = np.asarray(cells(plan, np.arange(5_000)))
    for rows in ([0], [1], [4_999], [4_096, 4_095], list(range(1_000, 1_777)), [7, 3_000, 7, 0, 2_049]):
        assert (np.asarray(cells(plan, rows)) == whole[rows]).all()
    far = np.random.default_rng(5).integers(0, LARGE, 40)
    together = np.asarray(cells(plan, np.concatenate([far, np.arange(3_000), far[3] + np.arange(3_000)])))
    assert (together[:40] == np.asarray(cells(plan, far))).all()
    assert (together[40:3_040] == whole[:3_000]).all()
    assert (together[3_040:] == np.asarray(cells(plan, far[3] + np.arange(3_000)))).all()
    assert all(np.asarray(cells(plan, [row]))[0] == each for row, each in zip(far, together, strict=False))


@pytest.mark.parametrize("first", [0, 10**6 - 77, 10**12 + 5])
def test_increments_of_a_walk_have_their_variance_at_every_lag(first: int) -> None:
    walk = np.asarray(cells(table("{type: random_walk, step: 2.5, digits: null}", LARGE), first + np.arange(N)))
    for lag in (1, 2, 3, 16, 17, 250):
        steps = (walk[lag:] - walk[:-lag]) / 2.5
        around = 5 * math.sqrt(2 * lag * 1.4 / N)  # overlapping increments count for about N / lag
        assert abs(steps.var() / lag - 1) < around
        assert abs(steps.mean()) < 5 * lag / math.sqrt(N)
    steps = np.diff(walk)
    for lag in (1, 2, 64):
        assert abs(np.corrcoef(steps[:-lag], steps[lag:])[0, 1]) < 5 / math.sqrt(N)
    for parity in range(4):  # rows that are easy to reach are no calmer than others
        assert abs(steps[parity::4].var() / 6.25 - 1) < 5 * math.sqrt(8 / N)


def test_steps_of_a_walk_are_normal() -> None:
    steps = np.sort(np.diff(values("{type: random_walk, digits: null}")))
    points = np.linspace(0, len(steps) - 1, 200).astype(int)
    law = np.array([0.5 * math.erfc(-steps[point] / math.sqrt(2)) for point in points])
    assert np.abs(law - points / len(steps)).max() * math.sqrt(len(steps)) < 1.95


def test_far_parts_of_a_walk_spread_with_the_square_root_of_the_rows() -> None:
    rows = [10**4, 10**8, 10**12]
    ends = np.array(
        [
            np.asarray(
                compile_schema(f"seed: {seed}\nrows: {LARGE}\nfields: {{x: {{type: random_walk, digits: null}}}}")
                .tables["data"]
                .take(np.array(rows, dtype=np.uint64))
                .column(0)
            )
            for seed in range(300)
        ]
    )
    assert np.abs((ends / np.sqrt(rows)).var(axis=0) - 1).max() < 0.4
    assert np.abs(np.corrcoef(ends.T) - np.eye(3)).max() < 0.25


def test_a_walk_begins_at_its_start_and_stays_within_its_bounds() -> None:
    free = values("{type: random_walk, start: 3, digits: null}")
    assert free[0] == 3.0
    held = values("{type: random_walk, start: 3, bounds: [0, 10], digits: null}")
    assert held.min() >= 0
    assert held.max() <= 10
    assert np.abs(np.diff(held)).max() <= np.abs(np.diff(free)).max() + 1e-9
    assert np.histogram(held, bins=5, range=(0, 10))[0].min() > N / 20  # it visits all of them
    inside = (free[:-1] > 0) & (free[:-1] < 10) & (free[1:] > 0) & (free[1:] < 10)
    assert np.allclose(np.abs(np.diff(held)[inside]), np.abs(np.diff(free)[inside]))
    floor = values("{type: random_walk, start: 3, bounds: [0, null], digits: null}")
    assert np.allclose(floor, np.abs(free))
    ceiling = values("{type: random_walk, start: 3, bounds: [null, 4], digits: 3}")
    assert ceiling.max() <= 4
    assert (np.rint(ceiling * 1000) / 1000 == ceiling).all()


def test_a_series_is_base_trend_and_seasons() -> None:
    plain = values("{type: time_series, base: 5, trend: 0.25, season: {period: 24, amplitude: 3, phase: 0.25}}", 500)
    rows = np.arange(500)
    assert np.allclose(plain, 5 + 0.25 * rows + 3 * np.sin(2 * np.pi * (rows / 24 + 0.25)), atol=1e-6)
    both = values("{type: time_series, season: [{period: 7}, {period: 30.4, amplitude: 2}], digits: null}", 500)
    assert np.allclose(both, np.sin(2 * np.pi * rows / 7) + 2 * np.sin(2 * np.pi * rows / 30.4))


def test_a_series_of_a_moment_follows_the_calendar() -> None:
    days = "d: {type: date_sequence, start: 2024-01-01, nulls: 0.2},"  # a Monday
    field = "{type: time_series, of: d, base: 10, trend: 2, start: 2024-01-01, season: {period: 7d, amplitude: 4}}"
    plan = table(field, 400, days)
    batch = plan.take(np.arange(400, dtype=np.uint64))
    dates, found = batch.column("d").to_pylist(), batch.column("x").to_pylist()
    assert None in found
    for day, value in zip(dates, found, strict=True):
        if day is None:
            assert value is None
        else:
            since = (day - dt.date(2024, 1, 1)).days
            assert value == pytest.approx(10 + 2 * since + 4 * math.sin(2 * math.pi * since / 7), abs=1e-6)
    hours = "d: {type: timestamp, min: '1900-01-01', max: '2100-01-01'},"
    batch = table("{type: time_series, of: d, season: {period: 1d}}", 400, hours).take(np.arange(400, dtype=np.uint64))
    for moment, value in zip(batch.column("d").to_pylist(), batch.column("x").to_pylist(), strict=True):
        turn = (moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond * 1e-6) / 86_400
        assert value == pytest.approx(math.sin(2 * math.pi * turn), abs=2e-6)


def test_noise_has_its_deviation_and_its_persistence() -> None:
    for persistence in (0.0, 0.5, 0.95):
        noise = values(f"{{type: time_series, noise: 3, persistence: {persistence}, digits: null}}")
        assert abs(noise.std() / 3 - 1) < 0.03
        for lag in (1, 2, 5):
            assert abs(np.corrcoef(noise[:-lag], noise[lag:])[0, 1] - persistence**lag) < 0.01


def test_outliers_have_their_share_and_go_both_ways() -> None:
    found = values("{type: time_series, base: 1, outliers: {share: 0.02, size: 50}}")
    assert abs((found == 51).sum() - 0.01 * N) < 5 * math.sqrt(0.01 * N)
    assert abs((found == -49).sum() - 0.01 * N) < 5 * math.sqrt(0.01 * N)
    assert (found == 1).sum() + (found == 51).sum() + (found == -49).sum() == N


def test_a_series_is_held_between_min_and_max() -> None:
    found = values("{type: time_series, noise: 4, min: -1.5, max: 2}")
    assert found.min() == -1.5
    assert found.max() == 2


def test_dates_follow_one_another() -> None:
    days = cells(table("{type: date_sequence, start: 2024-02-27}", 9), range(9))
    assert days.type == pa.date32()
    assert days.to_pylist()[:4] == [
        dt.date(2024, 2, 27),
        dt.date(2024, 2, 28),
        dt.date(2024, 2, 29),
        dt.date(2024, 3, 1),
    ]
    times = cells(table("{type: date_sequence, start: 2024-02-27, step: 90m}", 9), range(9))
    assert times.type == pa.timestamp("us", "UTC")
    assert times[3].as_py() == dt.datetime(2024, 2, 27, 4, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("jitter", ["1s", "59s", "1m"])
def test_a_jitter_up_to_the_step_never_reorders_rows_nor_repeats_them(jitter: str) -> None:
    field = f"{{type: date_sequence, start: '2024-01-01T00:00:00Z', step: 1m, jitter: {jitter}, unit: s, unique: true}}"
    found = np.asarray(cells(table(field, 50_000), np.arange(50_000)).cast("int64"))
    assert (np.diff(found) > 0).all()
    late = found - found[0] // 60 * 60 - 60 * np.arange(50_000)
    assert late.min() == 0
    assert late.max() == {"1s": 0, "59s": 58, "1m": 59}[jitter]


@pytest.mark.parametrize(
    ("start", "step"), [("2024-01-01", 1), ("2024-01-05", 1), ("2024-01-06", 1), ("2023-12-27", 3)]
)
def test_business_days_pass_weekends_over(start: str, step: int) -> None:
    field = f"{{type: date_sequence, start: {start}, step: {step}d, business_days: true}}"
    found = np.asarray(cells(table(field, 500), range(500))).astype("datetime64[D]")
    assert (found == np.busday_offset(start, step * np.arange(500), roll="forward")).all()


def test_a_permuted_sequence_is_every_number_once_in_no_order() -> None:
    found = values("{type: permuted_sequence, start: 1000}")
    assert (np.sort(found) == 1000 + np.arange(N)).all()
    assert abs(np.corrcoef(found, np.arange(N))[0, 1]) < 5 / math.sqrt(N)
    assert abs(np.corrcoef(found[1:], found[:-1])[0, 1]) < 5 / math.sqrt(N)


def test_digits_keep_their_zeros_and_are_all_as_likely() -> None:
    for length in (2, 6, 23):
        text = cells(table(f"{{type: digits, length: {length}}}", 20_000), np.arange(20_000)).cast("string").to_pylist()
        assert all(len(each) == length and each.isdigit() for each in text)
        counts = np.bincount([int(digit) for each in text for digit in each], minlength=10)
        assert np.abs(counts / (2_000 * length) - 1).max() < 5 * math.sqrt(10 / (20_000 * length))


def test_unique_digits_use_up_their_domain() -> None:
    every = cells(table("{type: digits, length: 3, unique: true}", 1000), range(1000)).cast("string").to_pylist()
    assert sorted(every) == [f"{number:03}" for number in range(1000)]
    long = cells(table("{type: digits, length: 25, unique: true}", 5000), range(5000)).to_pylist()
    assert len(set(long)) == 5000
    assert {len(each) for each in long} == {25}


@pytest.mark.parametrize(
    ("field", "path", "message"),
    [
        ("{type: random_walk, start: 5, bounds: [0, 1]}", r"\.x\.start", "not within the bounds"),
        ("{type: random_walk, bounds: [1, 1]}", r"\.x\.bounds", "no room to move"),
        ("{type: random_walk, step: 0}", r"\.x\.step", "greater than 0"),
        ("{type: time_series, season: {period: 1d}}", r"season\[0\]\.period", "name a date or timestamp by 'of'"),
        ("{type: time_series, of: d, season: {period: 7}}", r"season\[0\]\.period", "a span of time"),
        ("{type: time_series, of: id}", r"\.x\.of", "no date or time"),
        ("{type: time_series, of: d, trend: 1}", r"\.x\.trend", "give start"),
        ("{type: time_series, start: 2024-01-01}", r"\.x\.start", "counted in rows"),
        ("{type: time_series, persistence: 0.5}", r"\.x\.persistence", "no noise"),
        ("{type: time_series, min: 2, max: 1}", r"\.x\.min", "swap them"),
        ("{type: date_sequence}", r"\.x\.start", "missing"),
        ("{type: date_sequence, start: 2024}", r"\.x\.start", "a text such as"),
        ("{type: date_sequence, start: 9990-01-01, step: 52w}", r"\.x\.step", "years 1 to 9999"),
        ("{type: date_sequence, start: 2024-01-01, step: 5h, business_days: true}", r"\.x\.step", "whole days"),
        ("{type: date_sequence, start: '2024-01-01T00:00:00Z', step: 5ms, unit: s}", r"\.x\.step", "whole number of s"),
        ("{type: date_sequence, start: 2024-01-01, jitter: 2d, unique: true}", r"\.x\.jitter", "repeat"),
        ("{type: digits, length: 12, max_length: 4}", r"\.x\.max_length", "only 4 of 12"),
        ("{type: digits, length: 2, unique: true}", r"\.x\.unique", "only 100"),
        ("{type: permuted_sequence, start: 9_223_372_036_854_775_807}", r"\.x\.start", "64-bit"),
    ],
)
def test_options_that_contradict_themselves_are_refused(field: str, path: str, message: str) -> None:
    others = "id: {type: sequence}, d: {type: date_sequence, start: 2024-01-01},"
    with pytest.raises(SchemaError, match=path) as refusal:
        table(field, 200, others)
    assert message in str(refusal.value)
