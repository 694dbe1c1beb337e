"""How much quicker two generator actors are than one: whole orders through Ray, into a local directory.

Timed is the making of parts: generating, encoding, the digest and the writing into the page cache. The time runs from
the moment that all actors are ready to the moment that all rows are made, as the run itself reports them; Ray's start,
the merge and the last fsync are outside: parts are left as they are (layout ``parts``), for merging begins while others
are still being made.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.goals import TWO_ACTORS
from bench.pipeline import SCHEMAS
from cluster import Order, Progress, run_order

_ROW_BYTES = 250


class Clock:
    """Takes the time of the making of parts from a run's progress."""

    def __init__(self, actors: int) -> None:
        self.actors = actors
        self.begun: tuple[float, int] | None = None
        self.ended: tuple[float, int] | None = None

    def __call__(self, progress: Progress) -> None:
        now = time.perf_counter()
        if self.begun is None and progress.actors >= self.actors:
            self.begun = (now, progress.rows)
        if self.ended is None and progress.rows == progress.all_rows:
            self.ended = (now, progress.rows)

    @property
    def rows_per_second(self) -> float:
        """ValueError where the run was over before all actors were ready: it had too few rows."""
        if self.begun is None or self.ended is None or self.ended[1] <= self.begun[1]:
            raise ValueError(f"the run was over before {self.actors} actors were ready; give it more rows")
        return (self.ended[1] - self.begun[1]) / (self.ended[0] - self.begun[0])


def once(actors: int, rows: int, schema: str = "people", format_name: str = "csv", folder: str | None = None) -> float:
    """Rows a second of one run; its data set is removed again, and written back pages are waited for."""
    target = Path(tempfile.mkdtemp(prefix="seedbed-bench-", dir=folder))
    clock = Clock(actors)
    try:
        order = Order.of(
            (SCHEMAS / f"{schema}.yaml").read_text(encoding="utf-8"),
            str(target / "out"),
            rows=rows,
            format=format_name,
            layout="parts",
        )
        run_order(order, actors=actors, ray=True, progress=clock)
    finally:
        shutil.rmtree(target)
        os.sync()
    return clock.rows_per_second


def measure(repeats: int = 5, rows: int = 8_000_000, folder: str | None = None) -> dict[str, Any]:
    """One actor and two, taking turns; medians. ``folder``: where data sets go; None: into memory if there is room."""
    folder = folder or _memory_folder(rows)
    speeds: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(repeats):
        for actors, found in speeds.items():
            found.append(once(actors, rows, folder=folder))
    ratio = statistics.median(two / one for one, two in zip(speeds[1], speeds[2], strict=True))
    return {
        "actors": [
            {
                "actors": actors,
                "rows_per_second": statistics.median(found),
                "slowest": min(found),
                "fastest": max(found),
            }
            for actors, found in speeds.items()
        ],
        "ratio": ratio,
        "goal": TWO_ACTORS,
        "rows": rows,
        "file_system": _file_system(folder),
        "repeats": repeats,
    }


def _memory_folder(rows: int) -> str:
    """A folder on tmpfs with room for the data set twice (parts, merged object), else the system's temporary one.

    A disk that is slower than the actors would otherwise be what is measured: writing back slows down every writer.
    """
    shared = Path("/dev/shm")
    if shared.is_dir() and shutil.disk_usage(shared).free > 3 * _ROW_BYTES * rows:
        return str(shared)
    return tempfile.gettempdir()


def _file_system(folder: str) -> str:
    """The kind of file system that holds a folder, such as ext4 or tmpfs (Linux)."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return "unknown"
    found = [line.split()[1:3] for line in mounts.read_text(encoding="utf-8").splitlines()]
    path = Path(folder).resolve()
    holding = [(len(point), kind) for point, kind in found if path.is_relative_to(point)]
    return max(holding)[1] if holding else "unknown"
