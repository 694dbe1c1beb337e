"""Whatever dies or goes away in the middle of a job: it ends as it should, with the bytes of a calm run, made once.

Real processes throughout: dispatchers, the service, PostgreSQL, S3, Ray. Long schedules of random faults are in
tests/soak.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.debian import program
from tests.servers.installation import (
    Command,
    Installation,
    PostgreSQL,
    in_parts,
    installation,
    kill,
    processes,
)

LARGE, LONG = in_parts(8), in_parts(40)
SLOW = {"type": "zstd", "level": 12}
"""Compression that takes some tenths of a second for a part."""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    """On SQLite, a folder and threads."""
    with installation(tmp_path) as found:
        yield found


def under_way(place: Installation, job: str, parts: int = 1) -> Callable[[], bool]:
    return lambda: place.progress(job) >= parts or place.state(job) not in {"pending", "running"}


def ended_well(place: Installation, job: str, document: Any, **options: Any) -> bool:
    return place.wait([job]) == {job: "succeeded"} and place.is_calm(job, document, **options)


def test_a_killed_dispatcher_is_started_again_and_goes_on_from_what_is_made(
    here: Installation, wait_for: Callable[..., Any]
) -> None:
    dispatcher = here.dispatcher()
    job = here.submit(LARGE, compression=SLOW)
    wait_for(under_way(here, job), seconds=90, what="the first part")
    (child,) = dispatcher.children()
    kill(child)
    assert ended_well(here, job, LARGE, compression=SLOW)
    assert here.is_verified(job)
    assert here.requests.job(here.user, job).reused >= 1


def test_another_dispatcher_takes_over_from_one_that_is_gone_for_good(
    here: Installation, wait_for: Callable[..., Any]
) -> None:
    first = here.dispatcher("first")
    job = here.submit(LARGE, compression=SLOW)
    wait_for(under_way(here, job), seconds=90, what="the first part")
    first.kill()  # its child sees that the parent is gone, and has no time of grace either
    for child in processes("", str(here.folder)):
        if child not in {command.process.pid for command in here.commands}:
            kill(child)
    here.dispatcher("second")
    assert ended_well(here, job, LARGE, compression=SLOW)


def test_a_dispatcher_that_was_paused_changes_nothing_when_it_comes_back(
    here: Installation, wait_for: Callable[..., Any]
) -> None:
    first = here.dispatcher("first")
    job = here.submit(LARGE, compression=SLOW)
    wait_for(under_way(here, job), seconds=90, what="the first part")
    (child,) = first.children()
    os.kill(child, signal.SIGSTOP)
    try:
        here.dispatcher("second")
        assert ended_well(here, job, LARGE, compression=SLOW)
    finally:
        os.kill(child, signal.SIGCONT)
    wait_for(lambda: "was taken away" in first.said, what="its finding out")
    assert here.state(job) == "succeeded"
    assert here.is_calm(job, LARGE, compression=SLOW)


def test_a_dispatcher_told_to_stop_hands_its_runs_back_within_its_time(
    here: Installation, wait_for: Callable[..., Any]
) -> None:
    first = here.dispatcher()
    job = here.submit(LONG, compression=SLOW)
    wait_for(under_way(here, job), seconds=90, what="the first part")
    began = time.monotonic()
    assert first.stop(30) == 0
    assert time.monotonic() - began < 20
    assert here.state(job) == "pending"
    assert here.requests.job(here.user, job).attempt == 1  # nothing is charged
    here.requests.cancel(here.user, job)
    here.dispatcher("second")
    here.wait([job], final={"cancelled"})
    wait_for(lambda: not Path(here.target(job)).exists(), what="the end of its files")


def test_a_cancelled_job_stops_within_five_seconds_and_leaves_nothing(
    here: Installation, wait_for: Callable[..., Any]
) -> None:
    here.dispatcher()
    job = here.submit(LONG, compression=SLOW)
    wait_for(under_way(here, job), seconds=90, what="the first part")
    target = Path(here.target(job))
    assert target.exists()
    here.requests.cancel(here.user, job)
    here.wait([job], seconds=5, final={"cancelled"})
    assert not target.exists()


def test_the_service_may_be_killed_and_started_again(here: Installation, wait_for: Callable[..., Any]) -> None:
    first = here.start("serve", "--port", "0", "--name", "service")
    job = here.submit(LARGE, compression=SLOW)
    wait_for(under_way(here, job), seconds=90, what="the first part")
    first.kill()
    here.start("serve", "--port", "0", "--name", "service")
    assert ended_well(here, job, LARGE, compression=SLOW)


def test_a_full_disk_is_borne_until_there_is_room(
    small_disk: Path, tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    with installation(tmp_path, environment={"SEEDBED_STORAGE_URL": str(small_disk / "data")}) as place:
        place.dispatcher()
        document = in_parts(14)
        job = place.submit(document)
        said = wait_for(lambda: place.requests.job(place.user, job).error, 90, "a failed attempt")
        assert "no space left" in said
        subprocess.run(["mount", "-o", "remount,size=400m", str(small_disk)], check=True)
        assert ended_well(place, job, document)


def test_the_database_may_be_away_for_a_while(
    tmp_path: Path, stoppable: PostgreSQL, wait_for: Callable[..., Any]
) -> None:
    with installation(tmp_path, environment={"SEEDBED_DATABASE_URL": stoppable.url}) as place:
        dispatchers = [place.dispatcher("first"), place.dispatcher("second")]
        jobs = [place.submit(in_parts(6, seed), compression=SLOW) for seed in range(2)]
        wait_for(under_way(place, jobs[0]), seconds=90, what="the first part")
        stoppable.stop()
        time.sleep(5)  # longer than a lease
        stoppable.start()
        assert set(place.wait(jobs).values()) == {"succeeded"}
        for seed, job in enumerate(jobs):
            assert place.is_calm(job, in_parts(6, seed), compression=SLOW)
            assert place.requests.job(place.user, job).attempt == 1
        assert all(command.process.poll() is None for command in dispatchers)


def test_a_clock_that_is_stepped_by_an_hour_changes_nothing(tmp_path: Path, wait_for: Callable[..., Any]) -> None:
    faketime = program("faketime", "faketime")
    library = next(Path(faketime).parents[1].glob("lib/**/libfaketimeMT.so.1"))
    clock = tmp_path / "clock"
    clock.write_text("+0")
    faked = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    with installation(tmp_path) as place:
        commands: list[Command] = [place.start("dispatcher", "--name", "stepped", environment=faked)]
        commands.append(place.dispatcher("steady"))
        jobs = [place.submit(in_parts(6, seed), compression=SLOW) for seed in range(2)]
        wait_for(under_way(place, jobs[0]), seconds=90, what="the first part")
        for step in ("+3600", "-3600", "+0"):
            clock.write_text(step)
            time.sleep(1.2)  # it looks once a second
        assert set(place.wait(jobs).values()) == {"succeeded"}
        for seed, job in enumerate(jobs):
            assert place.is_calm(job, in_parts(6, seed), compression=SLOW)
            found = place.requests.job(place.user, job)
            assert found.attempt == 1  # nothing is charged
