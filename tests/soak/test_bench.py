"""The measurements of the benchmark program that take long run too, and say what they are meant to say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench import jobs, report, rivalry, speeds, writers
from bench.child import in_child
from bench.machine import describe
from bench.rivals import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
OWN_RAY = {"RAY_ADDRESS": ""}
CONTENDERS = {item.name: item for item in rivalry.CONTENDERS}


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for an undisturbed run may be in vain."""
    monkeypatch.setattr("bench.child._TRIES", 1)


def _page(tmp_path: Path, results: dict[str, Any]) -> str:
    page = tmp_path / "README.md"
    page.write_text((ROOT / "bench" / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    report.rewrite({name: {**result, "machine": describe()} for name, result in results.items()}, page)
    return page.read_text(encoding="utf-8")


def test_rivals_formats_and_kernels_are_measured_and_shown(tmp_path: Path) -> None:
    rivals = rivalry.measure(1, scale=0.001)
    formats = speeds.measure_formats(1, 20_000)
    kernels = speeds.measure_kernels(1, 1)
    assert [item["name"] for item in rivals["contenders"]] == list(CONTENDERS)
    assert rivals["contenders"][0]["ratio"] == 1
    assert kernels["kernels"]["people"].keys() == set(COLUMNS)
    page = _page(tmp_path, {"rivals": rivals, "formats": formats, "kernels": kernels})
    assert "| chDB |" in page
    assert "| numeric | parquet |" in page
    assert "| comment |" in page


def test_writers_are_measured_against_those_that_have_the_format(tmp_path: Path) -> None:
    found = writers.measure(1, [("numeric", "csv"), ("numeric", "ndjson")], 20_000)
    csv, ndjson = found["writers"]
    assert all(csv["nanoseconds"].values())
    assert ndjson["nanoseconds"]["pyarrow"] == 0
    assert found["gzip"]["share"] > 0
    assert "of ISA-L alone" in _page(tmp_path, {"writers": found})


@pytest.mark.ray
def test_memory_of_generator_actors_is_seen() -> None:
    found = in_child("bench.memory:once", OWN_RAY, schema="numeric", format_name="parquet", rows=100_000, actors=1)
    assert found["actors"] == 1
    assert 30 < found["megabytes"] < 600


@pytest.mark.ray
def test_the_making_of_parts_is_timed_through_ray() -> None:
    assert in_child("bench.scaling:once", OWN_RAY, actors=1, rows=400_000) > 0


@pytest.mark.ray
def test_the_cost_of_the_queue_and_the_time_of_a_small_job_are_measured(tmp_path: Path) -> None:
    found = jobs.measure(1, rows=2_000_000, small=2)
    assert found["bare"] > 0
    assert found["small"] > 0
    assert "on a warm cluster" in _page(tmp_path, {"jobs": found})
