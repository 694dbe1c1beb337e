"""``python -m bench [MEASUREMENT ...]``: measures, prints Markdown, and keeps the figures in bench/results.json."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import fairness, jobs, memory, preview, queue, rivalry, scaling, speeds, types, writers
from bench.machine import describe, wait_for_quiet
from bench.report import markdown, rewrite

RESULTS = Path(__file__).with_name("results.json")
MEASUREMENTS = (
    "rivals",
    "formats",
    "writers",
    "ray",
    "preview",
    "kernels",
    "types",
    "memory",
    "queue",
    "jobs",
    "fairness",
)
LONG = {"writers", "types", "memory", "queue", "jobs", "fairness"}
UNTIMED = {"memory"}


def main() -> None:
    """Runs what was asked for, in the order of MEASUREMENTS."""
    options = _options()
    os.environ.pop("RAY_ADDRESS", None)  # measured is this machine, in a Ray of our own
    chosen = [name for name in MEASUREMENTS if name in options.measurements] or [
        name for name in MEASUREMENTS if name not in LONG
    ]
    measured: dict[str, Any] = {}
    for name in chosen:
        load = 0.0 if name in UNTIMED else wait_for_quiet(options.quiet, options.wait)
        if load > options.quiet:
            print(f"bench: the machine is busy (load {load:.1f}); these figures are too low", file=sys.stderr)
        print(f"bench: {name} ...", file=sys.stderr)
        machine = describe()
        measured[name] = {**_measurement(name, options)(), "machine": machine}
        _keep(measured)
        print(f"\n## {name}\n\n{markdown(name, measured[name])}", flush=True)
    if options.write_readme:
        rewrite(measured)


def _measurement(name: str, options: argparse.Namespace) -> Callable[[], dict[str, Any]]:
    repeats = options.repeats
    return {
        "rivals": lambda: rivalry.measure(repeats),
        "formats": lambda: speeds.measure_formats(repeats),
        "writers": lambda: writers.measure(repeats),
        "ray": lambda: scaling.measure(repeats, folder=options.folder),
        "preview": preview.measure,
        "kernels": speeds.measure_kernels,
        "types": lambda: types.measure(repeats),
        "memory": lambda: memory.measure(options.memory_rows),
        "queue": queue.measure,
        "jobs": lambda: jobs.measure(repeats),
        "fairness": lambda: fairness.measure(folder=options.folder),
    }[name]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "measurements",
        nargs="*",
        metavar="MEASUREMENT",
        help=f"of {', '.join(MEASUREMENTS)}; default: all but writers, types, memory, queue, jobs and fairness",
    )
    parser.add_argument("--repeats", type=int, default=5, help="runs of each, taking turns (default 5)")
    parser.add_argument("--memory-rows", type=int, default=100_000_000, help="of the large job (default 100,000,000)")
    parser.add_argument("--folder", help="for the data sets of ray; default: one in memory where there is room")
    parser.add_argument("--quiet", type=float, default=0.7, help="load below which the machine counts as quiet")
    parser.add_argument("--wait", type=float, default=120.0, help="seconds to wait for that before each measurement")
    parser.add_argument("--write-readme", action="store_true", help="put the tables into bench/README.md")
    options = parser.parse_args()
    unknown = [name for name in options.measurements if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"{unknown[0]!r} is none of {', '.join(MEASUREMENTS)}")
    return options


def _keep(measured: dict[str, Any]) -> None:
    """Adds to the figures of earlier runs, replacing those measured now."""
    earlier = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**earlier, **measured}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
