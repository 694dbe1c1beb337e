"""people-16 by Seedbed: batches of its own size, generated and encoded, in one process without Ray."""

from __future__ import annotations

from bench.pipeline import Pipeline
from bench.rivals import Write


def prepare() -> Write:
    """A writer of whole files, header included."""
    pipeline = Pipeline("people", "csv")

    def write(rows: int) -> int:
        return pipeline.run(rows).bytes

    return write
