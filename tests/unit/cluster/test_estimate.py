"""Estimates: as large as what is made, whatever the order's size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cluster import Order, estimate_order, run_here
from cluster.cli import app
from cluster.estimate import FASTEST, PART_SECONDS, SLOWEST, rate_name

ROOT = Path(__file__).parents[3]
SHOP = (ROOT / "examples/shop.yaml").read_text(encoding="utf-8")
PEOPLE = (ROOT / "bench/schemas/people.yaml").read_text(encoding="utf-8")
SMALL = {"customers": 500, "products": 50, "orders": 1000, "order_lines": 4000}


def order(document: Any, target: object = "memory://estimate", **wanted: Any) -> Order:
    return Order.of(document, str(target), **wanted)


@pytest.mark.parametrize(
    ("written", "compression"),
    [("csv", None), ("ndjson", None), ("parquet", None), ("csv", "gzip"), ("csv,parquet", "zstd")],
)
@pytest.mark.parametrize(
    ("document", "rows"),
    [(SHOP, {"customers": 20_000, "orders": 30_000, "order_lines": 100_000}), (PEOPLE, 80_000)],
    ids=["shop", "people"],
)
def test_estimated_bytes_are_within_a_twentieth_of_what_is_made(
    document: str, rows: Any, written: str, compression: str | None, tmp_path: Path
) -> None:
    wanted = order(document, tmp_path, rows=rows, format=written, compression=compression)
    found, made = estimate_order(wanted.compile()), run_here(wanted)
    assert not found.exact
    assert found.bytes == pytest.approx(made.bytes, rel=0.05)
    assert (found.rows, found.parts) == (made.rows, wanted.compile().part_count)
    sizes: dict[tuple[str, str], int] = {}
    for item in made.objects:
        sizes[item.format, item.table] = sizes.get((item.format, item.table), 0) + item.bytes
    assert {(share.format, share.table): share.bytes for share in found.shares} == pytest.approx(sizes, rel=0.06)


@pytest.mark.parametrize(
    "wanted",
    [
        {"format": "csv,sql,parquet"},
        {"format": "excel"},
        {"format": "csv,ndjson", "archive": "zip"},
        {"format": "csv", "layout": "both", "compression": "gzip"},
    ],
    ids=str,
)
def test_small_orders_are_estimated_exactly(wanted: dict[str, Any], tmp_path: Path) -> None:
    small = order(SHOP, tmp_path, rows=SMALL, **wanted)
    found, made = estimate_order(small.compile()), run_here(small)
    assert found.exact
    assert found.bytes == made.bytes == sum(share.bytes for share in found.shares)
    assert sum(share.objects for share in found.shares) == len(made.objects)


def test_tables_without_rows_are_estimated_too() -> None:
    found = estimate_order(order("{rows: 0, fields: {id: sequence}}").compile())
    assert (found.rows, found.bytes, found.parts) == (0, 3, 1)


def test_a_thousand_times_the_rows_are_a_thousand_times_the_bytes() -> None:
    document = "{rows: 1, fields: {key: uuid, flag: boolean}}"
    one, many = (estimate_order(order(document, rows=rows, format="ndjson").compile()) for rows in (10**9, 10**12))
    assert many.bytes == pytest.approx(1000 * one.bytes, rel=0.01)
    assert many.parts == pytest.approx(1000 * one.parts, rel=0.01)
    assert sum(share.objects for share in many.shares) == many.parts // 10_000 + 1


def test_sizes_are_the_same_every_time() -> None:
    blueprint = order(PEOPLE, rows=10**9, format="parquet").compile()
    assert estimate_order(blueprint).shares == estimate_order(blueprint).shares


def test_seconds_follow_measured_rates_and_without_any_stay_within_bounds() -> None:
    blueprint = order(PEOPLE, rows=10**8, compression="gzip").compile()
    guess = estimate_order(blueprint)
    work = guess.seconds - PART_SECONDS * guess.parts
    assert not guess.measured
    assert guess.bytes / FASTEST < work < 10 * guess.bytes / SLOWEST
    assert rate_name(blueprint.order) == "csv gzip"
    known = estimate_order(blueprint, {"csv gzip": 50e6, "csv none": 1.0})
    assert known.measured
    assert known.seconds == pytest.approx(known.bytes / 50e6)


def test_actors_shorten_the_time_as_far_as_there_are_parts() -> None:
    found = estimate_order(order(PEOPLE, rows=2_000_000, layout="parts").compile())
    assert found.actors == found.parts > 4
    assert found.seconds_with(1) == pytest.approx(found.seconds)
    assert found.seconds_with(found.parts) == found.seconds_with(10**6) == pytest.approx(found.seconds / found.parts)


def test_the_command_says_bytes_parts_and_node_seconds() -> None:
    shop = str(ROOT / "examples/shop.yaml")
    options = ["--format", "csv,parquet", "--actors", "100", "--node-actors", "8"]
    rows = ["--rows", "orders=1T", "--rows", "order_lines=4T"]
    result = CliRunner().invoke(app, ["estimate", shop, *rows, *options, "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["rows"] == 5 * 10**12 + 105_000
    assert found["nodes"] == 13
    assert found["node_seconds"] == pytest.approx(13 * found["seconds"])
    assert found["bytes"] == sum(share["bytes"] for share in found["shares"])
    plain = CliRunner().invoke(app, ["estimate", shop, "--actors", "2"])
    assert "orders, csv" in plain.stdout
    assert "with 2 actors on" in plain.stdout
