"""Generates and encodes rows in this process, as a generator actor does, and says where the time went.

No digest is taken and nothing is stored: what those cost shows in ``bench.scaling``, which runs the whole path.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from formats import Place, TableShape, format_named
from generator import RowRange, compile_schema

SCHEMAS = Path(__file__).with_name("schemas")


@dataclass(frozen=True)
class Run:
    """``generate`` and ``encode`` are seconds."""

    rows: int
    bytes: int
    generate: float
    encode: float

    @property
    def seconds(self) -> float:
        return self.generate + self.encode


class Pipeline:
    """The first table of one of the schemas here, in one format."""

    def __init__(self, schema: str, format_name: str) -> None:
        plan = compile_schema((SCHEMAS / f"{schema}.yaml").read_text(encoding="utf-8"), 1 << 40)
        self.table = next(iter(plan.tables.values()))
        self.format = format_named(format_name)

    def run(self, rows: int) -> Run:
        """Makes the file of the first ``rows`` rows and drops its bytes, chunk by chunk."""
        encoder = self.format.encoder(TableShape(self.table.name, self.table.arrow_schema), Place())
        size, generate = 0, 0.0
        begun = time.perf_counter()
        size += sum(len(chunk) for chunk in encoder.begin())
        for part in RowRange(0, rows).split(self.format.batch_rows):
            before = time.perf_counter()
            batch = self.table.batch(part)
            generate += time.perf_counter() - before
            size += sum(len(chunk) for chunk in encoder.encode(batch))
        size += sum(len(chunk) for chunk in encoder.end())
        return Run(rows, size, generate, time.perf_counter() - begun - generate)
