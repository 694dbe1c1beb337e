"""How long small jobs wait while a job of 10^9 rows is under way, on a cluster of two generator actors.

Twenty jobs of 1,000 rows and three of 10^6 enter from other users at even intervals; the same jobs on the same cluster
without the large one are what they are compared with. All through the whole service: database, dispatcher, Ray. The
large job is cancelled when the last of the others is done. Times are the service's own, from entering a job to its
first worker and to its end.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.jobs import service
from bench.pipeline import SCHEMAS

_LARGE = {"type": "zstd", "level": 9}
"""Compression of the large job, so that a minute of it fits on a disk: a part takes a second or two."""
_ACTORS = 2
_SETTINGS = {"SEEDBED_ACTORS_CEILING": str(_ACTORS), "SEEDBED_DRAIN_SECONDS": "1"} | dict.fromkeys(
    ("SEEDBED_JOB_ROWS", "SEEDBED_JOB_BYTES", "SEEDBED_DAY_ROWS", "SEEDBED_DAY_BYTES"), str(10**15)
)
_POLL_SECONDS = 0.05
_LONGEST_SECONDS = 300.0


@dataclass(frozen=True)
class Kind:
    """Jobs of one size, each as often as ``count`` says, by ``users`` users."""

    name: str
    schema: str
    rows: int
    count: int
    users: int


KINDS = (Kind("small", "people", 1000, 20, 4), Kind("medium", "numeric", 1_000_000, 3, 3))


def measure(rows: int = 1_000_000_000, seconds: float = 60.0, folder: str | None = None) -> dict[str, Any]:
    """``seconds``: over how long the jobs enter. Waiting and completion in seconds, by kind, alone and beside."""
    home = Path(tempfile.mkdtemp(prefix="seedbed-bench-", dir=folder))
    try:
        with service(home, **_SETTINGS) as (jobs, requests, owner):
            load = _Load(jobs, requests)
            load.enter(owner, "numeric", 4_000_000, compression=_LARGE)  # starts the actors
            load.finish()
            alone = load.run(seconds / 2)
            large = jobs.submit(owner, _document("numeric", 0), rows=rows, layout="parts", compression=_LARGE).job_id
            while (begun := requests.job(owner, large)).actors < _ACTORS:
                time.sleep(_POLL_SECONDS)
            began = time.perf_counter()
            beside = load.run(seconds)
            ended, took = requests.job(owner, large), time.perf_counter() - began
            requests.cancel(owner, large)
            while not requests.job(owner, large).state.final:
                time.sleep(_POLL_SECONDS)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return {
        "rows": rows,
        "seconds": seconds,
        "actors": _ACTORS,
        "large_rows_per_second": (ended.rows - begun.rows) / took,
        "kinds": [
            {"name": kind.name, "rows": kind.rows, "count": kind.count}
            | {"alone": _summary(alone[kind.name]), "beside": _summary(beside[kind.name])}
            for kind in KINDS
        ],
    }


class _Load:
    """Enters jobs and follows them; every one has a seed of its own, so none is found in the cache."""

    def __init__(self, jobs: Any, requests: Any) -> None:
        self._jobs, self._requests = jobs, requests
        self._seed = 1
        self._entered: list[tuple[str, str]] = []
        self._users = {
            (kind.name, number): requests.add_user(f"{kind.name}-{number}").id
            for kind in KINDS
            for number in range(kind.users)
        }

    def enter(self, user: str, schema: str, rows: int, **options: Any) -> None:
        self._seed += 1
        job = self._jobs.submit(user, _document(schema, self._seed), rows=rows, layout="parts", **options).job_id
        self._entered.append((user, job))

    def run(self, seconds: float) -> dict[str, list[tuple[float, float]]]:
        """(seconds until it began, seconds until it was done) of each job, by kind."""
        found: dict[str, list[tuple[float, float]]] = {}
        begun = time.perf_counter()
        names = []
        for moment, kind, number in _schedule(seconds):
            time.sleep(max(0.0, begun + moment - time.perf_counter()))
            self.enter(self._users[kind.name, number % kind.users], kind.schema, kind.rows)
            names.append(kind.name)
        for name, view in zip(names, self.finish(), strict=True):
            times = ((view.started_at - view.created_at) / 1000, (view.finished_at - view.created_at) / 1000)
            found.setdefault(name, []).append(times)
        return found

    def finish(self) -> list[Any]:
        """What became of the jobs that were entered; RuntimeError if one did not succeed."""
        found = []
        deadline = time.perf_counter() + _LONGEST_SECONDS
        for user, job in self._entered:
            while not (view := self._requests.job(user, job)).state.final and time.perf_counter() < deadline:
                time.sleep(_POLL_SECONDS)
            if view.state != "succeeded":
                raise RuntimeError(f"the job is {view.state}: {view.error}")
            shutil.rmtree(view.target)
            self._requests.delete_dataset(user, view.dataset_id)
            found.append(view)
        self._entered = []
        return found


def _schedule(seconds: float) -> Iterator[tuple[float, Kind, int]]:
    """(when, kind, number) of each job, in the order of time: each kind at even intervals."""
    moments = [(seconds * (number + 0.5) / kind.count, kind, number) for kind in KINDS for number in range(kind.count)]
    return iter(sorted(moments, key=lambda each: (each[0], each[1].name)))


def _document(schema: str, seed: int) -> str:
    lines = (SCHEMAS / f"{schema}.yaml").read_text(encoding="utf-8").splitlines()
    return "\n".join([f"seed: {seed}", *(line for line in lines if not line.startswith("seed:"))])


def _summary(times: list[tuple[float, float]]) -> dict[str, float]:
    waits, ends = [wait for wait, _ in times], [end for _, end in times]
    return {
        "wait": statistics.median(waits),
        "wait_longest": max(waits),
        "done": statistics.median(ends),
        "done_longest": max(ends),
    }
