"""Every measurement of the benchmark program runs and says what it is meant to say. Nothing is timed here."""

from __future__ import annotations

import csv
import importlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import preview, report, rivalry, scaling, types
from bench.child import ChildError, in_child
from bench.machine import describe
from bench.rivals import COLUMNS

ROOT = Path(__file__).resolve().parents[3]

OWN_RAY = {"RAY_ADDRESS": ""}
CONTENDERS = {item.name: item for item in rivalry.CONTENDERS}


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests run beside these, so waiting for an undisturbed run would be in vain."""
    monkeypatch.setattr("bench.child._TRIES", 1)


@pytest.mark.parametrize("name", CONTENDERS)
def test_every_contender_makes_the_rows_it_is_asked_for(name: str) -> None:
    item = CONTENDERS[name]
    run = in_child("bench.rivalry:once", module=item.module, rows=50, options=item.options)
    assert run["rows"] == 50
    assert 200 < run["bytes"] / run["rows"] < 320
    assert run["seconds"] > 0


def _rows_of_frame() -> list[dict[str, str]]:
    from bench.rivals.polars_people import _People
    from bench.rivals.words import read_words

    numpy = importlib.import_module("numpy")
    frame = _People(read_words(), numpy.random.default_rng(1)).frame(0, 300)
    return list(csv.DictReader(io.StringIO(frame.write_csv())))


def test_polars_makes_rows_whose_columns_agree() -> None:
    rows = _rows_of_frame()
    assert list(rows[0]) == list(COLUMNS)
    assert [int(row["id"]) for row in rows] == list(range(1, 301))
    for row in rows:
        assert row["full_name"] == f"{row['first_name']} {row['last_name']}"
        assert row["email"].startswith(f"{row['first_name']}.{row['last_name']}".lower())
        assert row["uuid"][14] == "4"
        assert row["uuid"][19] in "89ab"
        assert row["comment"] == "" or 5 <= len(row["comment"].split()) <= 12
    assert 40 < sum(row["comment"] == "" for row in rows) < 140


CHDB = """
import sys
from bench.rivals import chdb_people
import chdb
answered = chdb.query
def shown(query, kind):
    answer = answered(query, kind)
    sys.stdout.write(str(answer))
    return answer
chdb.query = shown
chdb_people.prepare()(300)
"""


def test_chdb_makes_rows_whose_columns_agree() -> None:
    done = subprocess.run([sys.executable, "-c", CHDB], cwd=ROOT, capture_output=True, text=True, check=True)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == list(COLUMNS)
    assert len(rows) == 300
    assert all(row["full_name"] == f"{row['first_name']} {row['last_name']}" for row in rows)
    assert all(row["comment"] == r"\N" or 5 <= len(row["comment"].split()) <= 12 for row in rows)
    assert len({row["comment"] for row in rows}) > 150


def test_a_child_that_fails_tells_why() -> None:
    with pytest.raises(ChildError, match="no_such_people"):
        in_child("bench.rivalry:once", module="no_such_people", rows=1, options={})


def test_a_child_runs_on_one_core() -> None:
    found = in_child("bench.child:cores")
    assert len(found) == 1
    assert set(found) <= os.sched_getaffinity(0)


def _page(tmp_path: Path, results: dict[str, Any]) -> str:
    page = tmp_path / "README.md"
    page.write_text((ROOT / "bench" / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    report.rewrite({name: {**result, "machine": describe()} for name, result in results.items()}, page)
    return page.read_text(encoding="utf-8")


def test_the_preview_is_measured_and_shown(tmp_path: Path) -> None:
    found = preview.measure(1)
    assert 0 < found["best"] == found["median"] == found["worst"]
    assert "First row of `seedbed preview` after" in _page(tmp_path, {"preview": found})


def test_types_are_measured_by_their_examples_and_slow_ones_say_why(tmp_path: Path) -> None:
    found = types.measure(1, 200, ["integer", "reference", "array", "faker"])
    measured = {item["type"]: item for item in found["types"]}
    assert measured.keys() == {"integer", "reference", "array", "faker"}
    assert all(0 < item["fastest"] <= item["slowest"] for item in found["types"])
    page = _page(tmp_path, {"types": {**found, "types": [measured["faker"]]}})
    assert "Faker makes one value at a time" in page


def test_a_slow_type_that_gives_no_reason_is_marked() -> None:
    item = {"type": "tortoise", "options": {"of": "a|b"}, "fastest": 3.0, "slowest": 401.0, "reason": ""}
    assert list(types.lines({"types": [item], "goal": 400})) == [
        ["tortoise", r'`{"of": "a\|b"}`', "**no reason is known**", "3.0", "401"]
    ]


def test_every_reason_is_of_a_type_that_there_is() -> None:
    from generator import field_types

    assert set(types.REASONS) <= set(field_types.names())


def test_rewriting_the_page_twice_leaves_one_table_and_all_other_text(tmp_path: Path) -> None:
    jobs = [{"schema": "people", "format": "csv", "rows": 7, "bytes": 9, "actors": 1, "megabytes": 700.0}]
    once = _page(tmp_path, {"memory": {"jobs": jobs, "goal": 600}})
    report.rewrite({"memory": {"jobs": jobs, "goal": 600, "machine": describe()}}, tmp_path / "README.md")
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == once
    assert "700 MB | **missed**" in once
    assert "What is not claimed" in once


def test_a_run_that_ended_before_its_actors_were_ready_is_refused() -> None:
    with pytest.raises(ValueError, match="more rows"):
        _ = scaling.Clock(2).rows_per_second
