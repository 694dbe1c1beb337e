"""How long somebody waits for ``seedbed preview``: from the start of the command to the first row it prints."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.goals import PREVIEW_SECONDS
from bench.pipeline import SCHEMAS


def measure(repeats: int = 7) -> dict[str, Any]:
    """Best and median of ``repeats`` commands after one that warms the page cache; the interpreter's start is in."""
    once()
    seconds = [once() for _ in range(repeats)]
    return {
        "best": min(seconds),
        "median": statistics.median(seconds),
        "worst": max(seconds),
        "goal": PREVIEW_SECONDS,
        "repeats": repeats,
    }


def once() -> float:
    """Seconds until the row with the id 1 is there."""
    command = [str(Path(sys.executable).with_name("seedbed")), "preview", str(SCHEMAS / "people.yaml")]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.split()[:1] == ["1"]:
                seconds = time.perf_counter() - begun
                process.communicate()
                return seconds
        errors = process.stderr.read() if process.stderr else ""
    raise RuntimeError(f"the preview showed no row with the id 1:\n{errors[-2000:]}")
