"""The encoder under every text format: what stands before the rows, the rows by the text kernels, what stands behind.

A format hands over a layout and two byte strings; nothing here knows which format it is.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from formats.format import Chunk, Encoder, Place, TableShape
from generator.kernels import text

BATCH_ROWS = 32_768
"""Rows at a time for text formats: measured best for generating and encoding together, at a few MB to 10 MB a batch."""


class TextEncoder(Encoder):
    """Writes ``head`` where the part is the first of its object, ``foot`` where it is the last, and rows between."""

    def __init__(
        self, table: TableShape, place: Place, layout: text.TextLayout, head: bytes = b"", foot: bytes = b""
    ) -> None:
        self._rows = text.row_writer(table.schema, layout)
        self._head = head if place.first else b""
        self._foot = foot if place.last else b""

    def begin(self) -> Iterable[Chunk]:
        return [self._head] if self._head else []

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        return self._rows.write(batch)

    def end(self) -> Iterable[Chunk]:
        return [self._foot] if self._foot else []
