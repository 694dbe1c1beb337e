"""What the queue and the coordinator cost beside the making of data, and how soon a small job is done.

*Overhead*: a large job through the whole service (database, dispatcher, Ray, one generator actor, manifest), from
entering it to its end, against a loop that generates, encodes, digests and writes the same parts in one process. Parts
stay as they are (layout ``parts``), so both write the same bytes once. *Small job*: from entering 1,000 rows to their
end, on a cluster that is warm. All on this machine, with a database and a Ray of their own.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.child import in_child
from bench.goals import QUEUE_OVERHEAD, SMALL_JOB_SECONDS
from bench.pipeline import SCHEMAS
from cluster import Order

ROOT = Path(__file__).resolve().parents[1]
_SMALL_ROWS = 1000
_POLL_SECONDS = 0.01


def bare(rows: int, folder: str) -> dict[str, float]:
    """Makes the parts of a numeric-8 order in a loop, each a file; seconds."""
    from cluster.worker import make_pieces

    target = Path(tempfile.mkdtemp(prefix="seedbed-bench-", dir=folder))
    try:
        blueprint = Order.of(_document("numeric"), str(target), rows=rows, layout="parts").compile()
        begun = time.perf_counter()
        for part in blueprint.parts():
            seats = blueprint.seats(part)
            with (target / f"{part.index}").open("wb", buffering=0) as file:
                make_pieces(blueprint, part, [(seat, file) for seat in seats])  # type: ignore[misc]
        return {"seconds": time.perf_counter() - begun}
    finally:
        shutil.rmtree(target)


@contextmanager
def service(folder: Path, **more: str) -> Iterator[Any]:
    """(JobService, JobRequests, user id) of a service whose dispatcher and Ray are up, with one actor at most.

    ``more``: settings, as environment variables.
    """
    settings = {
        "SEEDBED_HOME": str(folder),
        "SEEDBED_ACTORS_CEILING": "1",
        "SEEDBED_IDLE_SECONDS": "600",
        "SEEDBED_JOB_ROWS": "-1",
        "SEEDBED_JOB_BYTES": "-1",
        "SEEDBED_DAY_ROWS": "-1",
        "SEEDBED_DAY_BYTES": "-1",
        **more,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEEDBED_", "RAY_"))}
    os.environ.update(settings)
    try:
        from api.database.engine import Database
        from api.jobs.requests import JobRequests
        from api.jobs.service import JobService
        from api.settings import Settings

        found = Settings()
        database = Database(found.database)
        database.upgrade()
        requests = JobRequests(database, found)
        user = requests.add_user("bench").id
        command = [sys.executable, "-m", "cluster", "dispatcher", "--name", "bench"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env={**kept, **settings}, stderr=log)
        try:
            yield JobService(database, found), requests, user
        finally:
            process.terminate()
            process.wait(90)
            database.close()
    finally:
        for name in settings:
            del os.environ[name]


def _document(schema: str) -> str:
    return (SCHEMAS / f"{schema}.yaml").read_text(encoding="utf-8")


def _timed(place: Any, schema: str, rows: int, seed: int) -> float:
    """Seconds from entering a job to its end."""
    jobs, requests, user = place
    document = f"seed: {seed}\n" + "\n".join(
        line for line in _document(schema).splitlines() if not line.startswith("seed:")
    )
    begun = time.perf_counter()
    job = jobs.submit(user, document, rows=rows, layout="parts").job_id
    while not (found := requests.job(user, job)).state.final:
        time.sleep(_POLL_SECONDS)
    seconds = time.perf_counter() - begun
    if found.state != "succeeded":
        raise RuntimeError(f"the job {found.state}: {found.error}")
    requests.delete_dataset(user, found.dataset_id)
    shutil.rmtree(found.target)
    return seconds


def measure(repeats: int = 5, rows: int = 100_000_000, small: int = 20) -> dict[str, Any]:
    """Loop and job take turns; ``overhead`` compares the fastest of each, since a disturbance only slows down.

    ``overhead_of_pairs``: the median over neighbouring runs, which has the disturbances in it.
    """
    folder = Path(tempfile.mkdtemp(prefix="seedbed-bench-", dir=_roomy(rows)))
    pairs = []
    try:
        (folder / "home").mkdir()
        with service(folder / "home") as place:
            _timed(place, "numeric", 3_000_000, 1)  # starts the actor
            warm = [_timed(place, "people", _SMALL_ROWS, seed) for seed in range(2, small + 4)][2:]
            for repeat in range(repeats):
                alone = in_child("bench.jobs:bare", rows=rows, folder=str(folder))["seconds"]
                pairs.append((alone, _timed(place, "numeric", rows, 1000 + repeat)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "rows": rows,
        "bare": (bare_seconds := min(alone for alone, _ in pairs)),
        "job": (job_seconds := min(job for _, job in pairs)),
        "overhead": job_seconds / bare_seconds - 1,
        "overhead_of_pairs": statistics.median(job / alone - 1 for alone, job in pairs),
        "pairs": pairs,
        "goal": QUEUE_OVERHEAD,
        "small_rows": _SMALL_ROWS,
        "small": statistics.median(warm),
        "small_slowest": max(warm),
        "small_goal": SMALL_JOB_SECONDS,
        "repeats": repeats,
    }


def _roomy(rows: int) -> str:
    """A folder in memory with room for the data set, else the system's temporary one."""
    shared = Path("/dev/shm")
    if shared.is_dir() and shutil.disk_usage(shared).free > 200 * rows:
        return str(shared)
    return tempfile.gettempdir()
