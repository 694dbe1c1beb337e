"""Random faults over many small jobs: every job ends as it should, and every finished data set is that of a calm run.

Each schedule has a seed, which is printed: SEEDBED_SOAK_SEEDS says which are run (``7``, or ``0-99``, as by default),
SEEDBED_SOAK_RUNNER (threads, ray) where runs are carried out; without it one schedule in ten is on Ray.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster import open_store, verify_data_set
from cluster.s3_server import S3Server
from cluster.storage_s3 import S3Store
from tests.servers.faulty import FaultyProxy, random_faults
from tests.servers.faulty import calm as no_faults
from tests.servers.installation import FINAL, Command, Installation, PostgreSQL, installation, kill, people, processes

_FIRST, _, _LAST = os.environ.get("SEEDBED_SOAK_SEEDS", "0-99").partition("-")
SEEDS = range(int(_FIRST), int(_LAST or _FIRST) + 1)
ROWS = (500, 500, 5_000, 70_000, 150_000, 600_000)
"""The last are two parts."""
JOBS = 10
FAULTS = 5
PATIENCE = 240.0
OPTIONS: list[dict[str, Any]] = [
    {},
    {"compression": "zstd"},
    {"format": "csv,parquet"},
    {"format": "ndjson", "layout": "parts"},
    {"format": "json", "layout": "both"},
    {"archive": "zip"},
]


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


class Schedule:
    """One installation, its jobs, and what is done to it."""

    def __init__(self, place: Installation, chance: random.Random, proxy: FaultyProxy | None, data: PostgreSQL) -> None:
        self.place, self.chance, self.proxy, self.data = place, chance, proxy, data
        self.jobs: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        self.cancelled: set[str] = set()
        self.dispatchers = {name: place.dispatcher(name) for name in ("first", "second")}
        self.said: list[str] = []

    def submit(self) -> None:
        document = people(self.chance.choice(ROWS), self.chance.randrange(4))
        options = self.chance.choice(OPTIONS)
        self.jobs[self.place.submit(document, **options)] = (document, options)

    def harm(self) -> None:
        harms = [self._kill_child, self._kill_dispatcher, self._stop_dispatcher, self._kill_worker, self._pause]
        act = self.chance.choice([*harms, self._stop_database, self._trouble_s3, self._cancel])
        self.said.append(act.__name__.strip("_"))
        act()

    def _any(self) -> tuple[str, Command]:
        return self.chance.choice(sorted(self.dispatchers.items()))

    def _kill_child(self) -> None:
        for child in self._any()[1].children():
            with contextlib.suppress(ProcessLookupError):
                kill(child)

    def _kill_dispatcher(self) -> None:
        name, command = self._any()
        command.kill()
        self.dispatchers[name] = self.place.dispatcher(name)

    def _stop_dispatcher(self) -> None:
        name, command = self._any()
        command.stop()
        self.dispatchers[name] = self.place.dispatcher(name)

    def _pause(self) -> None:
        children = self._any()[1].children()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGSTOP)
        time.sleep(self.chance.uniform(0.5, 7))
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGCONT)

    def _stop_database(self) -> None:
        self.data.stop()
        time.sleep(self.chance.uniform(0.2, 6))
        self.data.start()

    def _trouble_s3(self) -> None:
        if self.proxy is None:
            return self._kill_child()
        if self.chance.random() < 0.5:
            self.proxy.go_away()
            time.sleep(self.chance.uniform(0.5, 4))
            self.proxy.come_back()
        else:
            self.proxy.plan = random_faults(self.chance.randrange(1 << 30), 0.15)
            time.sleep(self.chance.uniform(0.5, 4))
            self.proxy.plan = no_faults
        return None

    def _kill_worker(self) -> None:
        """An actor or a coordinator on Ray; without Ray there is none."""
        found = processes("ray::", str(self.place.folder))
        if not found:
            return self._kill_child()
        with contextlib.suppress(ProcessLookupError):
            kill(self.chance.choice(found))
        return None

    def _cancel(self) -> None:
        job = self.chance.choice(sorted(self.jobs))
        with contextlib.suppress(Exception):  # it has ended already
            self.place.requests.cancel(self.place.user, job)
            self.cancelled.add(job)


def check(schedule: Schedule, calm: Callable[[Any, Any], str]) -> None:
    """Every job is in a final state, and every finished data set is whole, verified and alone at its target."""
    place = schedule.place
    states = place.wait(list(schedule.jobs), PATIENCE)
    for job, state in states.items():
        view = place.requests.job(place.user, job)
        document, options = schedule.jobs[job]
        if state == "succeeded":
            assert view.digest == calm(document, options), f"{job} is another data set"
            assert verify_data_set(view.target).ok
            assert not open_store(view.target).entries(".seedbed"), "state is left"
        else:
            assert (state, job in schedule.cancelled) == ("cancelled", True), f"{job} {state}: {view.error}"
    kept = {place.requests.job(place.user, job).target for job, state in states.items() if state == "succeeded"}
    gone = {place.requests.job(place.user, job).target for job in states} - kept
    deadline = time.monotonic() + 60
    while any(open_store(target).entries("") for target in gone):
        assert time.monotonic() < deadline, "files of cancelled jobs are left"
        time.sleep(0.1)
    store = open_store(place.settings.storage)
    if isinstance(store, S3Store):
        while list(store.uploads("")):
            assert time.monotonic() < deadline, "open uploads are left"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def calm() -> Callable[[Any, Any], str]:
    """The digest of a calm run, each made once."""
    from cluster import Order, run_here

    known: dict[str, str] = {}

    def digest(document: Any, options: Any) -> str:
        key = repr((document, sorted(options.items())))
        if key not in known:
            with tempfile.TemporaryDirectory() as folder:
                known[key] = run_here(Order.of(document, folder, **options)).digest
        return known[key]

    return digest


@pytest.mark.parametrize("seed", SEEDS)
def test_a_schedule_of_random_faults_loses_nothing(
    seed: int,
    tmp_path: Path,
    stoppable: PostgreSQL,
    s3: S3Server,
    calm: Callable[[Any, Any], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(seed)
    runner = os.environ.get("SEEDBED_SOAK_RUNNER") or ("ray" if seed % 10 == 9 else "threads")
    on_s3 = seed % 2 == 1
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(stoppable.server.database())
        environment = {"SEEDBED_DATABASE_URL": stoppable.server.url(database)}
        proxy = stack.enter_context(FaultyProxy(s3.endpoint)) if on_s3 else None
        if proxy is not None:
            environment |= {**s3.environment, "AWS_ENDPOINT_URL": proxy.url}
            environment["SEEDBED_STORAGE_URL"] = f"s3://{s3.bucket}/soak-{seed}"
        place = stack.enter_context(installation(tmp_path, environment=environment, runner=runner))
        schedule = Schedule(place, chance, proxy, stoppable)
        print(f"\nseed {seed}: {runner}, {'S3' if on_s3 else 'a folder'}", flush=True)
        begun = time.monotonic()
        for at in range(max(JOBS, FAULTS)):
            if at < JOBS:
                schedule.submit()
            if at % (JOBS // FAULTS) == 1:
                time.sleep(chance.uniform(0, 2))
                schedule.harm()
        check(schedule, calm)
        ended = [place.state(job) for job in schedule.jobs]
        counts = {state: ended.count(state) for state in sorted(FINAL) if state in ended}
        print(f"  {', '.join(schedule.said)}: {counts} in {time.monotonic() - begun:.0f} s", flush=True)
