"""Ray's real autoscaler under the real dispatcher: from no generator node to several and back to none, by the backlog.

The provider of nodes is the only part that is not the one of a Kubernetes cluster (tests/servers/ray_growing.py).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.database.engine import Database
from api.jobs.entries import Entry
from api.jobs.requests import JobRequests
from api.settings import Settings
from cluster.order import Order
from cluster.queue import JobState
from cluster.run import run_here
from tests.servers.ray_growing import Growing
from tests.servers.ray_head import RayHead, driver

pytestmark = pytest.mark.ray

NODES = 3
JOBS = 3
PARTS = 8
PART_SECONDS = 0.5
IDLE_SECONDS = 3.0
SLOW = {"type": "zstd", "level": 9}
"""Compression that takes a good part of a second for a part: there is a backlog worth a few nodes."""
WANTED = re.compile(r"(\d+) actors wanted for ([\d.]+) seconds of work")


class Timeline:
    """What there was to do, how many actors were wanted, how many nodes lived, whenever that changed.

    How many actors are at work is what each job last said: one that changes hands may be counted twice.
    """

    def __init__(self, head: RayHead, log: Path, requests: JobRequests) -> None:
        self._head, self._log, self._requests = head, log, requests
        self._begun = time.monotonic()
        self.jobs: list[tuple[str, str]] = []
        self.rows: list[tuple[float, float, int, int, int]] = []

    def look(self) -> tuple[int, int]:
        """(actors wanted, generator nodes that live) now."""
        views = [self._requests.job(user, job) for user, job in self.jobs]
        said = WANTED.findall(self._log.read_text())
        wanted = int(said[-1][0]) if said else 0
        work = sum(PART_SECONDS * (view.all_parts - view.parts) for view in views)
        actors = sum(view.actors for view in views if not view.state.final)
        nodes = max(0, self._head.alive() - 1)
        if not self.rows or (wanted, actors, nodes) != self.rows[-1][2:]:
            self.rows.append((time.monotonic() - self._begun, work, wanted, actors, nodes))
        return wanted, nodes

    def done(self) -> bool:
        """Whether all jobs have succeeded; AssertionError if one never will."""
        self.look()
        views = [self._requests.job(user, job) for user, job in self.jobs]
        assert not any(view.state in {JobState.FAILED, JobState.CANCELLED} for view in views), views
        return all(view.state is JobState.SUCCEEDED for view in views)

    def __str__(self) -> str:
        lines = [
            f"{moment:7.1f} {work:8.1f} {wanted:7} {actors:7} {nodes:6}"
            for moment, work, wanted, actors, nodes in self.rows
        ]
        return "\n".join([" second  backlog  wanted at work  nodes", *lines])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", drain_seconds=2.0, idle_seconds=IDLE_SECONDS, actors_ceiling=NODES)


@pytest.fixture
def requests(settings: Settings) -> Iterator[JobRequests]:
    settings.root.mkdir()
    database = Database(settings.database)
    database.upgrade()
    yield JobRequests(database, settings)
    database.close()


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a dispatcher reads them."""
    return {
        "SEEDBED_HOME": str(settings.home),
        "SEEDBED_DRAIN_SECONDS": str(settings.drain_seconds),
        "SEEDBED_IDLE_SECONDS": str(settings.idle_seconds),
        "SEEDBED_ACTORS_CEILING": str(settings.actors_ceiling),
    }


def entry(document: dict[str, Any]) -> Entry:
    order = Order.of(document, "memory://anywhere", compression=SLOW)
    made = order.compile()
    parts = made.part_count
    return Entry(
        made.fingerprint, order.model_dump_json(), made.family, made.rows, parts, made.text_bytes, PART_SECONDS * parts
    )


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_nodes_come_for_a_backlog_and_go_when_it_is_done(
    settings: Settings,
    requests: JobRequests,
    document: Callable[..., dict[str, Any]],
    tmp_path: Path,
    wait_for: Callable[..., Any],
) -> None:
    documents = [document(PARTS, wide=True, small=0, seed=seed) for seed in range(JOBS)]
    users = [requests.add_user(name).id for name in ("ann", "bob")]
    log = tmp_path / "log"
    log.touch()
    with RayHead(cpus=0, growing=Growing(cpus=1, most=NODES, idle_seconds=3.0)) as head:
        timeline = Timeline(head, log, requests)
        with driver(head, "-m", "api.dispatch", "grower", environment=environment(settings), log=log) as dispatcher:
            try:
                wait_for(lambda: " serves " in log.read_text(), 60, "the dispatcher's start")
                assert timeline.look() == (0, 0)
                for number, each in enumerate(documents):
                    user = users[number % len(users)]
                    timeline.jobs.append((user, requests.enter(user, entry(each)).job_id))
                wait_for(lambda: timeline.look() == (NODES, NODES), 60, "one node for each actor wanted")
                wait_for(timeline.done, 240, "the end of all jobs")
                wait_for(lambda: timeline.look() == (0, 0), 60, "the end of all nodes")
            finally:
                print(timeline)
                print(log.read_text()[-4000:])
            dispatcher.terminate()
            assert dispatcher.wait(30) == 0
    for number in (0, JOBS - 1):
        user, job = timeline.jobs[number]
        made = requests.job(user, job)
        run_here(Order.of(documents[number], str(tmp_path / job), compression=SLOW), threads=2)
        assert files(Path(made.target)) == files(tmp_path / job)
