"""The queue on a Ray cluster of several nodes that are killed one by one, head included: jobs end all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.installation import Installation, in_parts, installation, kill, people, processes
from tests.servers.ray_head import RayHead

pytestmark = pytest.mark.ray

SLOW = {"type": "zstd", "level": 12}
LARGE = 24
"""Parts of some tenths of a second each."""


@pytest.fixture
def head() -> Iterator[RayHead]:
    with RayHead(cpus=0) as found:
        found.add_node(cpus=2)
        yield found


@pytest.fixture
def place(head: RayHead, tmp_path: Path) -> Iterator[Installation]:
    ray = {name: value for name, value in head.driver_environment.items() if name.startswith("RAY_")}
    # A driver gives up on a head that is away after so long; by default that is a minute.
    ray |= {"RAY_gcs_rpc_server_reconnect_timeout_s": "5"}
    with installation(tmp_path, environment=ray, runner="ray") as found:
        found.dispatcher()
        yield found


def begun(place: Installation, job: str) -> Callable[[], bool]:
    return lambda: place.progress(job) >= 1


def ended_well(place: Installation, job: str, document: Any) -> None:
    assert place.wait([job], 150) == {job: "succeeded"}
    assert place.is_calm(job, document, compression=SLOW)


def test_actors_coordinators_nodes_and_the_head_may_all_be_killed(
    head: RayHead, place: Installation, wait_for: Callable[..., Any]
) -> None:
    # An actor, and the process that coordinates.
    document = in_parts(LARGE, 1)
    job = place.submit(document, compression=SLOW)
    wait_for(begun(place, job), 120, "the first part")
    mark = f"RAY_TMPDIR={head.environment['RAY_TMPDIR']}"
    kill(wait_for(lambda: processes("ray::GeneratorActor", mark) or processes("ray::generator", mark))[0])
    kill(wait_for(lambda: processes("ray::CoordinatorHost", mark) or processes("ray::coordinator", mark))[0])
    ended_well(place, job, document)

    # The head, and with it everything that Ray knew.
    document = in_parts(LARGE, 2)
    job = place.submit(document, compression=SLOW)
    wait_for(begun(place, job), 120, "the first part")
    head.restart()
    head.add_node(cpus=2)
    small = place.submit(people(1000, 3))
    ended_well(place, job, document)
    assert place.wait([small]) == {small: "succeeded"}
    assert place.requests.job(place.user, job).attempt == 1  # nothing of this is the job's fault
