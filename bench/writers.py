"""Encoders alone, against other writers: one batch of people-16 (and of numeric-8), a core each, in turns in one run.

All write the same table of plain columns. *as generated* is Seedbed with its dictionaries, as it writes its own data.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from isal import isal_zlib

from bench.child import undisturbed
from bench.goals import GZIP_SHARE, WRITER_RATIOS
from bench.pipeline import Pipeline
from bench.rivals.serialisers import WRITERS
from formats import Compression, Place, TableShape, format_named
from formats.nesting import plain_type
from generator import RowRange

ROWS = 262_144
FORMATS: dict[str, Any] = {
    "csv": "csv",
    "ndjson": "ndjson",
    "json": "json",
    "sql": {"type": "sql", "dialect": "mysql"},
    "xml": "xml",
    "parquet": "parquet",
    "avro": {"type": "avro", "codec": "none"},
    "arrow": {"type": "arrow", "codec": "none"},
}
CELLS = (*(("people", name) for name in FORMATS), ("numeric", "csv"), ("numeric", "parquet"))
OURS, AS_GENERATED = "Seedbed", "Seedbed, as generated"
TOOLS = (OURS, AS_GENERATED, *WRITERS)


def once(schema: str, name: str, tool: str, rows: int, repeats: int = 3) -> dict[str, float]:
    """In the child: ``rows`` rows written ``repeats`` times, after once that warms the memory. No tool: no rows."""
    write = _writer(schema, name, tool, rows)
    if write is None:
        return {"rows": 0, "bytes": 0, "seconds": 1.0, "processor": 1.0}
    size = write()
    wall, processor = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        write()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {"rows": rows * repeats, "bytes": size, "seconds": wall, "processor": processor}


def _writer(schema: str, name: str, tool: str, rows: int) -> Any:
    pa.set_cpu_count(1)
    made = Pipeline(schema, "csv").table
    batches = [made.batch(part) for part in RowRange(0, rows).split(65_536)]
    table = pa.Table.from_batches(batches)
    plain = table.cast(pa.schema([field.with_type(plain_type(field.type)) for field in table.schema]))
    if tool in WRITERS:
        return WRITERS[tool](plain.combine_chunks(), name)
    written = format_named(FORMATS[name])
    given = table if tool == AS_GENERATED else plain
    pieces = given.to_batches(max_chunksize=written.batch_rows)

    def write() -> int:
        encoder = written.encoder(TableShape(made.name, given.schema), Place())
        size = sum(len(chunk) for chunk in encoder.begin())
        for piece in pieces:
            size += sum(len(chunk) for chunk in encoder.encode(piece))
        return size + sum(len(chunk) for chunk in encoder.end())

    return write


def gzip_once(ours: bool, rows: int) -> dict[str, float]:
    """In the child: people-16 as CSV through our gzip or through ISA-L alone in one call a part."""
    made = Pipeline("people", "csv").table
    encoder = format_named("csv").encoder(TableShape(made.name, made.arrow_schema), Place())
    chunks = [bytes(c) for part in RowRange(0, rows).split(32_768) for c in encoder.encode(made.batch(part))]
    whole, size = b"".join(chunks), 0

    def write() -> int:
        if not ours:
            stream = isal_zlib.compressobj(1, isal_zlib.DEFLATED, 31)
            return len(stream.compress(whole)) + len(stream.flush())
        compressor = Compression.parse("gzip").compressor()
        return sum(len(compressor.feed(chunk)) for chunk in chunks) + len(compressor.finish())

    size = write()
    wall, processor = time.perf_counter(), time.process_time()
    for _ in range(3):
        write()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {"rows": 3 * len(whole), "bytes": size, "seconds": wall, "processor": processor}


def measure(repeats: int = 5, cells: Sequence[tuple[str, str]] = CELLS, rows: int = ROWS) -> dict[str, Any]:
    """Every tool in every cell, a schema and a format, ``repeats`` times, taking turns; medians."""
    runs: dict[tuple[str, str, str], list[float]] = {(*cell, tool): [] for cell in cells for tool in TOOLS}
    gzip: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(repeats):
        for (schema, name, tool), spent in runs.items():
            run = undisturbed("bench.writers:once", schema=schema, name=name, tool=tool, rows=rows)
            spent.append(run["seconds"] / run["rows"] * 1e9 if run["rows"] else 0.0)
        for ours, speeds in gzip.items():
            run = undisturbed("bench.writers:gzip_once", ours=ours, rows=rows)
            speeds.append(run["rows"] / run["seconds"] / 1e6)
    ours, theirs = statistics.median(gzip[True]), statistics.median(gzip[False])
    return {
        "writers": [_summary(schema, name, runs) for schema, name in cells],
        "gzip": {"seedbed": ours, "isal": theirs, "share": ours / theirs, "goal": GZIP_SHARE},
        "repeats": repeats,
    }


def _summary(schema: str, name: str, runs: dict[tuple[str, str, str], list[float]]) -> dict[str, Any]:
    spent = {tool: statistics.median(runs[schema, name, tool]) for tool in TOOLS}
    others = {tool: spent[tool] for tool in WRITERS if spent[tool]}
    fastest = min(others, key=lambda tool: others[tool])
    measured = "polars" if name == "avro" else fastest
    return {
        "schema": schema,
        "format": name,
        "nanoseconds": spent,
        "against": measured,
        "ratio": others[measured] / spent[OURS],
        "ratio_generated": others[measured] / spent[AS_GENERATED],
        "goal": WRITER_RATIOS.get(name),
    }
