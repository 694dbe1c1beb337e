"""Batches of any size cut anew into runs of a fixed number of rows, so that what is made of a run knows no batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyarrow as pa

from formats.flatten import check_columns

GRID: Final = 65_536
FEWEST, MOST = 1_024, 16 * GRID


def on_the_grid(option: str, rows: int) -> int:
    """``rows`` if runs of so many rows end where parts do. ValueError, which names the option, if not."""
    if FEWEST <= rows <= MOST and (GRID % rows == 0 or rows % GRID == 0):
        return rows
    raise ValueError(
        f"{option} must be a power of two from {FEWEST:,} to {GRID:,}, or a multiple of {GRID:,} up to {MOST:,}"
    )


class Recutting:
    """Takes batches, gives tables of ``rows`` rows each, and at the end one of the rows left, if any."""

    def __init__(self, rows: int, schema: pa.Schema) -> None:
        self._rows, self._schema = rows, schema
        self._waiting: list[pa.RecordBatch] = []
        self._count = 0

    def add(self, batch: pa.RecordBatch) -> Iterator[pa.Table]:
        """The runs that are full now. FormatError for a batch of other columns."""
        check_columns(batch, self._schema)
        while self._count + batch.num_rows >= self._rows:
            missing = self._rows - self._count
            self._waiting.append(batch.slice(0, missing))
            yield self._run()
            batch = batch.slice(missing)
        if batch.num_rows:
            self._waiting.append(batch)
            self._count += batch.num_rows

    def rest(self) -> Iterator[pa.Table]:
        """The last run, unless no row is left."""
        if self._waiting:
            yield self._run()

    def _run(self) -> pa.Table:
        table = pa.Table.from_batches(self._waiting)
        self._waiting, self._count = [], 0
        return table
