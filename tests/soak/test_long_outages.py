"""A database that is away for longer than leases and retries are long."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.servers.installation import PostgreSQL, installation, people

SLOW = {"type": "zstd", "level": 6}


def test_the_database_may_be_away_for_twenty_seconds(
    tmp_path: Path, stoppable: PostgreSQL, wait_for: Callable[..., Any]
) -> None:
    with installation(tmp_path, environment={"SEEDBED_DATABASE_URL": stoppable.url}) as place:
        for name in ("first", "second"):
            place.dispatcher(name)
        jobs = {place.submit(people(1_000_000, seed), compression=SLOW): seed for seed in range(4)}
        wait_for(lambda: any(place.progress(job) for job in jobs), 90, "the first part")
        stoppable.stop()
        time.sleep(20)
        stoppable.start()
        assert set(place.wait(list(jobs), 200).values()) == {"succeeded"}
        for job, seed in jobs.items():
            assert place.is_calm(job, people(1_000_000, seed), compression=SLOW)
            found = place.requests.job(place.user, job)
            assert (found.attempt, found.lease_losses) == (1, 0)
