"""Rows a second on one core, by schema and format; and what each column costs with either set of kernels."""

from __future__ import annotations

import statistics
import time
from typing import Any

import numpy as np

from bench.child import in_child, undisturbed
from bench.goals import ROWS_PER_SECOND
from bench.pipeline import Pipeline

_BATCH = 16_384


def formats_once(schema: str, format_name: str, rows: int) -> dict[str, float]:
    """In the child: a file of ``rows`` rows, after as many that warm its memory and are not timed."""
    pipeline = Pipeline(schema, format_name)
    pipeline.run(rows)
    begun = time.process_time()
    run = pipeline.run(rows)
    return {
        "rows": rows,
        "bytes": run.bytes,
        "generate": run.generate,
        "encode": run.encode,
        "seconds": run.seconds,
        "processor": time.process_time() - begun,
    }


def measure_formats(repeats: int = 5, rows: int = 2_000_000) -> dict[str, Any]:
    """Every schema in every format ``repeats`` times, taking turns; medians."""
    pairs = [(schema, name) for schema in ("people", "numeric") for name in ("csv", "ndjson", "parquet")]
    runs: dict[tuple[str, str], list[dict[str, float]]] = {pair: [] for pair in pairs}
    for _ in range(repeats):
        for schema, name in pairs:
            runs[schema, name].append(
                undisturbed("bench.speeds:formats_once", schema=schema, format_name=name, rows=rows)
            )
    return {"formats": [_summary(schema, name, runs[schema, name]) for schema, name in pairs]}


def _summary(schema: str, name: str, runs: list[dict[str, float]]) -> dict[str, Any]:
    speeds = [run["rows"] / run["seconds"] for run in runs]
    return {
        "schema": schema,
        "format": name,
        "rows_per_second": statistics.median(speeds),
        "slowest": min(speeds),
        "fastest": max(speeds),
        "generate_ns": statistics.median(run["generate"] / run["rows"] * 1e9 for run in runs),
        "encode_ns": statistics.median(run["encode"] / run["rows"] * 1e9 for run in runs),
        "bytes_per_row": runs[0]["bytes"] / runs[0]["rows"],
        "undisturbed": min(run["processor"] / run["seconds"] for run in runs),
        "goal": ROWS_PER_SECOND.get((schema, name)),
        "repeats": len(runs),
    }


def columns_once(schema: str, batches: int) -> dict[str, float]:
    """In the child: column → nanoseconds a row to generate it, over batches of 16,384 rows."""
    table = Pipeline(schema, "csv").table
    rows = [np.arange(at * _BATCH, (at + 1) * _BATCH, dtype=np.uint64) for at in range(batches)]
    found = {}
    for name in table.columns:
        table.at(rows[0]).column(name)
        begun = time.perf_counter()
        for batch in rows:
            table.at(batch).column(name)
        found[name] = (time.perf_counter() - begun) / batches / _BATCH * 1e9
    return found


def measure_kernels(repeats: int = 3, batches: int = 20) -> dict[str, Any]:
    """Each column with the native kernels and with the reference ones: medians, in nanoseconds a row."""
    found: dict[str, Any] = {}
    for schema in ("people", "numeric"):
        runs: dict[str, list[dict[str, float]]] = {"native": [], "reference": []}
        for _ in range(repeats):
            for kind, done in runs.items():
                environment = {"SEEDBED_KERNELS": kind}
                done.append(in_child("bench.speeds:columns_once", environment, schema=schema, batches=batches))
        found[schema] = {
            name: {kind: statistics.median(run[name] for run in done) for kind, done in runs.items()}
            for name in runs["native"][0]
        }
    return {"kernels": found}
