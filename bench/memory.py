"""Peak memory of the generator actors, for a small job and a large one: it must not grow with the job.

Read while the job runs from the kernel's own high-water mark of each actor's process (Linux: VmHWM, shared pages
included). The data set goes to a local directory and is removed again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

from bench.goals import ACTOR_MEGABYTES
from bench.pipeline import SCHEMAS, Pipeline
from cluster import Order, run_order

_SAMPLE_SECONDS = 0.1
_TITLE = b"ray::GeneratorActor"


def measure(rows: int = 100_000_000, small: int = 1_000_000, actors: int = 2) -> dict[str, Any]:
    """Two pairs of jobs: numeric-8 as Parquet with ``rows`` rows, people-16 as CSV with a fifth of that."""
    cases = [("numeric", "parquet", small), ("numeric", "parquet", rows)]
    cases += [("people", "csv", small), ("people", "csv", max(small, rows // 5))]
    return {"jobs": [once(*case, actors) for case in cases], "goal": ACTOR_MEGABYTES}


def once(schema: str, format_name: str, rows: int, actors: int) -> dict[str, Any]:
    """One job, and the highest mark of any of its actors, in megabytes of 10**6 bytes."""
    target = Path(tempfile.mkdtemp(prefix="seedbed-bench-"))
    watch = Watch()
    try:
        _check_room(target, schema, format_name, rows)
        document = (SCHEMAS / f"{schema}.yaml").read_text(encoding="utf-8")
        order = Order.of(document, str(target / "out"), rows=rows, format=format_name)
        with watch:
            manifest = run_order(order, actors=actors, ray=True)
    finally:
        shutil.rmtree(target)
    if not watch.marks:
        raise RuntimeError("no generator actor was seen; this measurement needs Linux and a Ray on this machine")
    return {
        "schema": schema,
        "format": format_name,
        "rows": rows,
        "bytes": manifest.bytes,
        "actors": len(watch.marks),
        "megabytes": max(watch.marks.values()) / 1e6,
    }


class Watch:
    """Samples this process' descendants in the background; ``marks``: process id → bytes."""

    def __init__(self) -> None:
        self.marks: dict[int, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            for process in _descendants():
                mark = _mark(process)
                if mark:
                    self.marks[process] = max(mark, self.marks.get(process, 0))


def _descendants() -> list[int]:
    """Processes whose line of parents leads to this one: nobody else's actors are counted."""
    parents: dict[int, int] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                # The name, in brackets, may hold blanks; the parent is the second word after it.
                parents[int(path.name)] = int(
                    (path / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1]
                )
            except OSError:
                continue  # it has just ended
    found, line = [], {os.getpid()}
    while line:
        line = {process for process, parent in parents.items() if parent in line}
        found += sorted(line)
    return found


def _mark(process: int) -> int:
    """The high-water mark of an actor's process in bytes; 0 for any other process."""
    try:
        if not Path(f"/proc/{process}/cmdline").read_bytes().startswith(_TITLE):
            return 0
        for line in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return 0
    return 0


def _check_room(target: Path, schema: str, format_name: str, rows: int) -> None:
    """RuntimeError unless there is room for the data set twice: parts and the merged object may both be there."""
    sample = Pipeline(schema, format_name).run(min(rows, 20_000))
    needed = 2 * sample.bytes / sample.rows * rows
    free = shutil.disk_usage(target).free
    if free < needed * 1.2:
        raise RuntimeError(
            f"{needed / 1e9:.0f} GB are needed in {target}, {free / 1e9:.0f} are free; lower --memory-rows"
        )
