"""Targets that run full: one clear message, nothing half-written left, and the next run goes on when there is room."""

from __future__ import annotations

import re
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.errors import StoreError
from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run, run_here

Document = Callable[..., dict[str, Any]]


def left_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def is_tidy(folder: Path) -> bool:
    """Whether only finished parts and their records are left."""
    kept = re.compile(r"\.seedbed/(claim|[0-9a-f]{64}/(parts/.*\.json|pieces/.*\.piece))")
    return all(kept.fullmatch(name) for name in left_in(folder))


@pytest.mark.ray
@pytest.mark.usefixtures("ray_cluster")
def test_a_full_disk_under_ray_is_one_message_and_the_order_goes_on_when_there_is_room(
    document: Document, small_disk: Path, tmp_path: Path
) -> None:
    order = Order.of(document(8, small=0, wide=True), str(small_disk / "out"))
    with pytest.raises(StoreError, match=r"no space left on device \(free some space") as caught:
        run(order, actors=2)
    assert "\n" not in str(caught.value)
    assert is_tidy(small_disk / "out")
    subprocess.run(["mount", "-o", "remount,size=400m", str(small_disk)], check=True)
    seen: list[Progress] = []
    manifest = run(order, actors=1, progress=seen.append)
    assert seen[-1].resumed >= 1
    assert left_in(small_disk / "out") == ["manifest.json", "orders.csv"]
    assert manifest == run_here(order.model_copy(update={"target": f"file://{tmp_path}/other"}))


def test_a_disk_that_runs_full_while_joining_leaves_no_object(document: Document, small_disk: Path) -> None:
    order = Order.of(document(4, small=0, wide=True), str(small_disk / "out"))
    with pytest.raises(StoreError, match="no space left on device"):
        run_here(order)
    assert is_tidy(small_disk / "out")
    assert len(list((small_disk / "out").rglob("*.piece"))) >= 2


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file of this process may grow beyond 1 MiB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_files")
def test_a_limit_on_file_sizes_is_one_message_and_leaves_nothing(tmp_path: Path) -> None:
    order = Order.of({"rows": 200_000, "fields": {"id": "uuid"}}, str(tmp_path / "out"))
    with pytest.raises(StoreError) as caught:
        run_here(order)
    assert re.fullmatch(r"cannot write .*data\.csv: file too large \(raise the limit .*\)", str(caught.value))
    assert is_tidy(tmp_path / "out")
