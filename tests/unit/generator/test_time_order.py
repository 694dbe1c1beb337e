"""Moments next to others: after and before, along chains, through references, and in the order of children."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from generator import RowRange, SchemaError, TablePlan, compile_schema
from tests.unit.generator.time_cells import cells, table, values

ORDERS = """
seed: 5
reference_date: 2026-01-01
tables:
  customers:
    rows: 10_000
    fields:
      id: sequence
      born: {type: birth_date, min_age: 30, max_age: 90}
      created_at: {type: timestamp, min: 2020-01-01, max: 2024-01-01}
  orders:
    rows: 100_000
    fields:
      customer: {type: reference, to: customers.id, per_parent: [0, 40]}
      number: {type: child_number, of: customer}
      joined: {type: lookup, via: customer, field: created_at}
      placed_at: {type: timestamp, after: customer.created_at, within: 90d, in_order: customer}
      paid_at: {type: timestamp, after: placed_at, within: 2d}
      shipped_at: {type: datetime, unit: s, after: paid_at, within: 5d}
      delivered_on: {type: date, after: shipped_at, within: 1w}
      seen_at: {type: timestamp, unit: ms, after: delivered_on, max: today}
      carted_at: {type: timestamp, before: placed_at, within: 1h}
      grown_up: {type: timestamp, after: customer.born, within: 7300d}
      visit: {type: timestamp, unit: s, min: 2025-01-01, max: 2025-12-31, in_order: customer}
"""


@pytest.fixture(scope="module")
def orders() -> TablePlan:
    return compile_schema(ORDERS).tables["orders"]


@pytest.fixture(scope="module")
def batch(orders: TablePlan) -> pa.RecordBatch:
    return orders.batch(RowRange(0, 100_000))


def micros(array: pa.Array) -> np.ndarray[Any, Any]:
    zone = array.type.tz if pa.types.is_timestamp(array.type) else None
    return np.asarray(array.cast(pa.timestamp("us", zone)).cast(pa.int64()))


DAY = 86_400_000_000


def test_a_chain_of_moments_through_a_reference_keeps_its_order(batch: pa.RecordBatch) -> None:
    chain = ["joined", "placed_at", "paid_at", "shipped_at", "delivered_on", "seen_at"]
    moments = [micros(batch.column(name)) for name in chain]
    for earlier, later in pairwise(moments):
        assert (earlier < later).all()
    for index, days in ((1, 90), (2, 2), (3, 5), (4, 7)):
        assert (moments[index] - moments[index - 1] <= days * DAY).all()
    assert moments[-1].max() <= micros(pa.array([dt.datetime(2026, 1, 1)]))[0]


def test_a_moment_before_another_is_earlier_by_the_span_at_most(batch: pa.RecordBatch) -> None:
    ahead = micros(batch.column("placed_at")) - micros(batch.column("carted_at"))
    assert ahead.min() > 0
    assert ahead.max() <= 3_600_000_000
    assert abs(ahead.mean() / 1_800_000_000 - 1) < 0.02


@pytest.mark.parametrize("name", ["placed_at", "visit"])
def test_children_of_one_parent_get_strictly_later_moments_one_by_one(batch: pa.RecordBatch, name: str) -> None:
    parents, moments = np.asarray(batch.column("customer")), micros(batch.column(name))
    siblings = parents[1:] == parents[:-1]
    assert siblings.sum() > 80_000
    assert (moments[1:] > moments[:-1])[siblings].all()


def test_children_spread_over_the_whole_span(batch: pa.RecordBatch) -> None:
    since = (micros(batch.column("placed_at")) - micros(batch.column("joined"))) / (90 * DAY)
    share, _ = np.histogram(since, bins=10, range=(0, 1))
    assert (abs(share / 10_000 - 1) < 0.1).all()


def test_any_row_alone_has_the_moment_it_has_among_all(orders: TablePlan, batch: pa.RecordBatch) -> None:
    rows = np.array([99_999, 0, 54_321, 7, 7], dtype=np.uint64)
    names = ("placed_at", "visit", "seen_at", "carted_at")
    some = orders.take(rows, names)
    for name in names:
        assert some.column(name).equals(batch.column(name).take(pa.array(rows)))


def test_children_and_their_moments_are_unique_together() -> None:
    document = compile_schema(ORDERS).document
    document["tables"]["orders"]["unique_together"] = [["customer", "placed_at"]]
    keys = compile_schema(document).tables["orders"].batch(RowRange(0, 100_000)).select(["customer", "placed_at"])
    assert pa.Table.from_batches([keys]).group_by(keys.schema.names).aggregate([]).num_rows == 100_000


def test_two_children_of_a_span_of_two_units_take_one_each() -> None:
    document = {
        "tables": {
            "p": {
                "rows": 400,
                "fields": {"id": "sequence", "at": {"type": "date", "min": "2024-01-01", "max": "2024-03-01"}},
            },
            "c": {
                "rows": 600,
                "fields": {
                    "p": {"type": "reference", "to": "p.id", "per_parent": [1, 2]},
                    "x": {"type": "date", "before": "p.at", "within": "2d", "in_order": "p"},
                    "at": {"type": "lookup", "via": "p", "field": "at"},
                },
            },
        }
    }
    batch = compile_schema(document).tables["c"].batch(RowRange(0, 600))
    by_parent: dict[int, list[int]] = {}
    for parent, day, at in zip(*(batch.column(name).to_pylist() for name in ("p", "x", "at")), strict=True):
        by_parent.setdefault(parent, []).append((at - day).days)
    assert {tuple(days) for days in by_parent.values()} == {(2, 1), (1,), (2,)}


def test_a_null_source_gives_null_and_no_error() -> None:
    some = {"type": "date", "min": "2020-01-01", "max": "2023-01-01", "nulls": 0.4}
    source = cells({"type": "expression", "value": "d"}, d=some)
    for options in ({"after": "d", "within": "3d"}, {"before": "d", "within": "3d"}, {"after": "d", "max": "today"}):
        assert cells({"type": "date", **options}, d=some).is_null().equals(source.is_null())


def test_up_to_max_every_moment_left_is_as_likely() -> None:
    day = {"type": "date", "min": "2024-02-19", "max": "2024-02-19"}
    found = values({"type": "date", "after": "d", "max": "today"}, rows=10_000, d=day)
    counts = np.unique(np.array(found), return_counts=True)[1]
    assert len(counts) == 10
    assert (abs(counts - 1_000) < 160).all()  # binomial: five standard deviations
    near = values({"type": "date", "after": "d", "max": "today", "within": "2d"}, d=day)
    assert set(near) == {dt.date(2024, 2, 20), dt.date(2024, 2, 21)}


def test_a_distribution_is_over_the_days_between_the_two() -> None:
    day = {"type": "timestamp", "unit": "s", "min": "2024-01-01", "max": "2024-01-01"}
    law = {"exponential": {"mean": 2}}
    for side, sign in (("after", 1), ("before", -1)):
        found = values({"type": "datetime", side: "d", "within": "60d", "distribution": law}, rows=20_000, d=day)
        days = [sign * (moment - dt.datetime(2024, 1, 1)) / dt.timedelta(days=1) for moment in found]
        assert min(days) > 0
        assert abs(sum(days) / len(days) - 2) < 0.06


@pytest.mark.parametrize(
    ("options", "place", "text"),
    [
        ({"after": "d"}, "after", "needs 'within'"),
        ({"before": "d"}, "before", "needs 'within'"),
        ({"after": "d", "before": "d", "within": "3d"}, "before", "does not go with 'after'"),
        ({"after": "d", "within": "3d", "min": "2020-01-01"}, "min", "does not go with 'after'"),
        ({"after": "d", "max": "2023-01-01"}, "max", "'d' can be at max or after it"),
        ({"before": "d", "min": "2022-06-01"}, "min", "'d' can be at min or before it"),
        ({"after": "n", "within": "3d"}, "after", "no date or time"),
        ({"after": "d", "within": "5h"}, "within", "shorter than the field's unit"),
        ({"min": "2020-01-01", "in_order": "d"}, "in_order", "no reference with per_parent"),
        ({"min": "2020-01-01", "in_order": "r", "distribution": "exponential"}, "distribution", "in_order"),
        ({"min": "2024-02-27", "in_order": "r"}, "in_order", "may have 9 children, but there are only 3"),
        ({"after": "d", "within": "90d", "in_order": "r"}, "in_order", "after a field of theirs"),
        ({"after": "r.at", "max": "today", "in_order": "r"}, "max", "does not go with 'in_order'"),
        ({"min": "2020-01-01", "in_order": "r", "unique": True}, "unique", "cannot be made unique"),
    ],
)
def test_what_does_not_go_together_is_said_at_its_place(options: dict[str, Any], place: str, text: str) -> None:
    document = {
        "reference_date": "2024-02-29",
        "tables": {
            "p": {"rows": 50, "fields": {"id": "sequence", "at": {"type": "date", "min": "2020-01-01"}}},
            "c": {
                "rows": 99,
                "fields": {
                    "n": {"type": "integer"},
                    "d": {"type": "date", "min": "2022-01-01", "max": "2023-01-01"},
                    "r": {"type": "reference", "to": "p.id", "per_parent": [0, 9]},
                    "x": {"type": "date", **options},
                },
            },
        },
    }
    with pytest.raises(SchemaError) as caught:
        compile_schema(document)
    (mistake,) = caught.value.mistakes
    assert mistake.path == f"$.tables.c.fields.x.{place}"
    assert text in f"{mistake.problem} {mistake.remedy}"


def test_a_source_known_only_by_its_cells_is_checked_when_they_are_made() -> None:
    late = {"type": "date", "min": "2024-02-20", "max": "2024-03-05"}
    options = {"type": "date", "after": "e", "max": "today"}
    with pytest.raises(SchemaError, match="'e' can be at max or after it"):
        cells(options, d=late, e={"type": "expression", "value": "d"})


def test_before_stays_within_the_calendar() -> None:
    first = {"type": "date", "min": "0001-01-05", "max": "0001-01-06"}
    assert pc.min(cells({"type": "date", "before": "d", "within": "4d"}, d=first)).as_py() == dt.date(1, 1, 1)
    with pytest.raises(SchemaError, match="outside the years 1 to 9999"):
        table({"type": "date", "before": "d", "within": "5d"}, d=first)
