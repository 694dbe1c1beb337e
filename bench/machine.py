"""What the figures were measured on, and how quiet it was."""

from __future__ import annotations

import os
import platform
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

_LIBRARIES = ("numpy", "pyarrow", "ray", "polars", "chdb", "chdb-core", "mimesis", "faker")


def describe() -> dict[str, Any]:
    """Processor, cores, memory, versions, load and date: plain JSON."""
    from generator import kernels

    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "kernels": kernels.KIND,
        "libraries": {name: version(name) for name in _LIBRARIES},
        "load_before": round(os.getloadavg()[0], 2),
        "date": datetime.now(UTC).date().isoformat(),
    }


def wait_for_quiet(limit: float, most_seconds: float) -> float:
    """Waits until the load is below ``limit`` or the time is up, and returns the load."""
    deadline = time.monotonic() + most_seconds
    while (load := os.getloadavg()[0]) > limit and time.monotonic() < deadline:
        time.sleep(2)
    return load


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
