"""Runs one measurement in a process of its own, on one core. ``python -m bench.child MODULE:FUNCTION JSON CORES``.

A process each, so that no contender inherits another's heap, threads or imports; one core, so that no tool counts
threads against another's single one. Start and imports are outside every measured time.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

SINGLE = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OMP_THREAD_LIMIT"), "1")


_TRIES = 4
_QUIET_SHARE = 0.97


class ChildError(RuntimeError):
    """A measurement ended without a result; the message holds what the process wrote."""


def in_child(function: str, environment: dict[str, str] | None = None, **arguments: Any) -> Any:
    """Calls ``module:function`` with keyword arguments in a process pinned to the core that is idlest just now."""
    command = [sys.executable, "-m", "bench.child", function, json.dumps(arguments), str(idlest_core())]
    variables = {**os.environ, **SINGLE, **(environment or {})}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        raise ChildError(f"{function} with {arguments} failed ({done.returncode}):\n{done.stderr[-2000:]}")
    return json.loads(lines[-1])


def undisturbed(function: str, **arguments: Any) -> dict[str, float]:
    """A run that had its core to itself, or the least disturbed of four.

    The function returns ``seconds`` on the clock and ``processor`` seconds; where the second are fewer, somebody else
    had the core. What others do to caches and memory does not show.
    """
    best: dict[str, float] = {}
    for _ in range(_TRIES):
        run = in_child(function, **arguments)
        if not best or _share(run) > _share(best):
            best = run
        if _share(best) >= _QUIET_SHARE:
            break
    return best


def _share(run: dict[str, float]) -> float:
    return run["processor"] / run["seconds"]


def idlest_core() -> int:
    """The core, of those this process may use, that did least in a fifth of a second."""
    cores = sorted(_affinity())
    if len(cores) == 1 or not Path("/proc/stat").exists():
        return cores[-1]
    before = _idle()
    time.sleep(0.2)
    after = _idle()
    return max(cores, key=lambda core: after.get(core, 0) - before.get(core, 0))


def _affinity() -> set[int]:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))


def _idle() -> dict[int, int]:
    """Core → clock ticks without work."""
    lines = Path("/proc/stat").read_text(encoding="ascii").splitlines()
    words = [line.split() for line in lines if line.startswith("cpu") and line[3:4].isdigit()]
    return {int(word[0][3:]): int(word[4]) for word in words}


def cores() -> list[int]:
    """In the child: the cores it may use."""
    return sorted(_affinity())


def main() -> None:
    """The child's side: the result is the last line of standard output."""
    name, arguments, core = sys.argv[1:]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core)})
    module, _, function = name.partition(":")
    result = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
