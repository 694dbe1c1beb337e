"""Orders on a real Ray cluster: the bytes do not depend on how many actors there are, nor on which of them die."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cluster.errors import ClusterError, OrderError
from cluster.manifest import Manifest
from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run, run_here
from tests.servers.process import started

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_cluster")]

Document = Callable[..., dict[str, Any]]
PARTS = 10
SLOW = {"type": "zstd", "level": 6}
"""Compression that takes a fifth of a second for a part, so that there is a middle of the run to kill somebody in."""


@pytest.fixture(scope="module")
def reference(document: Document, tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, dict[str, bytes]]:
    """What the order gives when one thread makes it without Ray."""
    folder = tmp_path_factory.mktemp("reference")
    return run_here(Order.of(document(PARTS, wide=True), str(folder), compression=SLOW), threads=2), files(folder)


@pytest.fixture
def order(document: Document, tmp_path: Path) -> Order:
    return Order.of(document(PARTS, wide=True), str(tmp_path / "out"), compression=SLOW)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, temporary and hidden ones included."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def is_same(manifest: Manifest, folder: Path, reference: tuple[Manifest, dict[str, bytes]]) -> bool:
    return manifest == reference[0] and files(folder) == reference[1]


@pytest.mark.parametrize("actors", [1, 3])
def test_any_number_of_actors_gives_the_same_bytes_and_manifest(
    order: Order, tmp_path: Path, actors: int, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    seen: list[Progress] = []
    manifest = run(order, actors=actors, progress=seen.append)
    assert is_same(manifest, tmp_path / "out", reference)
    assert min(actors, 2) <= max(progress.actors for progress in seen) <= actors
    assert [seen[-1].stage, seen[-1].parts, seen[-1].rows] == ["done", seen[-1].all_parts, manifest.rows]


def test_a_killed_actor_costs_its_parts_and_nothing_else(
    order: Order, tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    killed: list[int] = []

    def kill(progress: Progress) -> None:
        if progress.stage == "making" and progress.parts >= 2 and len(killed) < 2 and (found := started("ray::Gen")):
            os.kill(min(found), signal.SIGKILL)
            killed.append(min(found))

    manifest = run(order, actors=2, progress=kill)
    assert len(killed) == 2
    assert is_same(manifest, tmp_path / "out", reference)


def test_a_killed_coordinator_is_started_again_and_goes_on(
    order: Order, tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    killed: list[int] = []
    seen: list[Progress] = []

    def kill(progress: Progress) -> None:
        seen.append(progress)
        if progress.stage == "making" and progress.parts >= 2 and not killed and (found := started("ray::coordinator")):
            os.kill(min(found), signal.SIGKILL)
            killed.append(min(found))

    manifest = run(order, actors=1, progress=kill)
    assert len(killed) == 1
    assert 2 <= seen[-1].resumed < seen[-1].all_parts
    assert is_same(manifest, tmp_path / "out", reference)


def test_an_order_whose_coordinators_all_die_resumes_when_it_is_run_again(
    order: Order, tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    most = [0]

    def kill(progress: Progress) -> None:
        if progress.stage == "making" and progress.parts >= 1 and (found := started("ray::coordinator")):
            most[0] = max(most[0], progress.parts)
            os.kill(min(found), signal.SIGKILL)

    with pytest.raises(ClusterError, match="the coordinator was killed 4 times"):
        run(order, actors=1, progress=kill)
    assert not (tmp_path / "out/manifest.json").exists()
    assert not (tmp_path / "out/orders.csv.zst").exists()
    seen: list[Progress] = []
    manifest = run(order, actors=1, progress=seen.append)
    assert seen[-1].resumed >= most[0]
    assert is_same(manifest, tmp_path / "out", reference)


def test_two_coordinators_on_one_order_at_once_give_one_data_set(
    order: Order, tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    results: list[Manifest | BaseException] = []

    def go() -> None:
        try:
            results.append(run(order, actors=1))
        except BaseException as error:
            results.append(error)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert results == [reference[0], reference[0]]
    assert files(tmp_path / "out") == reference[1]


def test_an_interrupted_run_tidies_up_and_keeps_finished_parts(
    order: Order, tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]], wait_for: Callable[..., Any]
) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.stage == "making" and progress.parts >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(order, actors=2, progress=interrupt)
    wait_for(lambda: not started("ray::Gen"), what="the end of all actors")
    left = files(tmp_path / "out")
    assert not [name for name in left if "scratch" in name]
    seen: list[Progress] = []
    manifest = run(order, actors=1, progress=seen.append)
    assert seen[-1].resumed >= 2
    assert is_same(manifest, tmp_path / "out", reference)


def test_more_actors_than_the_cluster_can_ever_have_are_refused(order: Order) -> None:
    with pytest.raises(ClusterError, match="99 actors need a processor each, but this cluster has 4"):
        run(order, actors=99)


def test_a_target_in_memory_is_refused_on_ray(document: Document) -> None:
    with pytest.raises(OrderError, match="exists in this process only"):
        run(Order.of(document(2), "memory://nowhere"), ray=True)


def test_a_small_order_asked_to_use_ray_is_the_same_as_in_this_process(document: Document, tmp_path: Path) -> None:
    wanted = document(1, small=0)
    on_ray = run(Order.of(wanted, str(tmp_path / "ray")), ray=True)
    here = run(Order.of(wanted, str(tmp_path / "here")))
    assert on_ray == here
    assert files(tmp_path / "ray") == files(tmp_path / "here")
