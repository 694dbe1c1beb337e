"""Seedbed against Faker, Mimesis, polars and chDB: people-16 as CSV, a core each, in turns within one run."""

from __future__ import annotations

import importlib
import statistics
import time
from dataclasses import dataclass, field
from typing import Any

from bench.child import undisturbed
from bench.goals import RATIOS


@dataclass(frozen=True)
class Contender:
    """``rows``: how many it makes in one measurement, enough for half a second or more. ``goal``: key of RATIOS."""

    name: str
    module: str
    rows: int
    goal: str = ""
    options: dict[str, Any] = field(default_factory=dict)


CONTENDERS = (
    Contender("Seedbed", "seedbed_people", 2_000_000),
    Contender("chDB", "chdb_people", 1_000_000, "chDB"),
    Contender("polars", "polars_people", 500_000, "polars"),
    Contender("Mimesis", "mimesis_people", 20_000, "Mimesis"),
    Contender("Mimesis, tuned", "mimesis_people", 40_000, "", {"tuned": True}),
    Contender("Faker", "faker_people", 4_000, "Faker"),
    Contender("Faker, tuned", "faker_people", 20_000, "", {"tuned": True}),
)


def once(module: str, rows: int, options: dict[str, Any]) -> dict[str, float]:
    """In the child: one contender's rows, after as many that warm its memory and are not timed."""
    write = importlib.import_module(f"bench.rivals.{module}").prepare(**options)
    write(rows)
    wall, processor = time.perf_counter(), time.process_time()
    size = write(rows)
    return {
        "rows": rows,
        "bytes": size,
        "seconds": time.perf_counter() - wall,
        "processor": time.process_time() - processor,
    }


def measure(repeats: int = 5, scale: float = 1.0) -> dict[str, Any]:
    """Each contender ``repeats`` times, taking turns. ``scale`` multiplies their rows."""
    runs: dict[str, list[dict[str, float]]] = {item.name: [] for item in CONTENDERS}
    for _ in range(repeats):
        for item in CONTENDERS:
            rows = max(20, int(item.rows * scale))
            runs[item.name].append(
                undisturbed("bench.rivalry:once", module=item.module, rows=rows, options=item.options)
            )
    speeds = {name: [run["rows"] / run["seconds"] for run in done] for name, done in runs.items()}
    ours = statistics.median(speeds["Seedbed"])
    return {"contenders": [_summary(item, runs[item.name], speeds[item.name], ours) for item in CONTENDERS]}


def _summary(item: Contender, runs: list[dict[str, float]], speeds: list[float], ours: float) -> dict[str, Any]:
    median = statistics.median(speeds)
    return {
        "name": item.name,
        "rows_per_second": median,
        "slowest": min(speeds),
        "fastest": max(speeds),
        "bytes_per_row": runs[0]["bytes"] / runs[0]["rows"],
        "undisturbed": min(run["processor"] / run["seconds"] for run in runs),
        "ratio": ours / median,
        "goal": RATIOS.get(item.goal),
        "rows": runs[0]["rows"],
        "repeats": len(runs),
    }
