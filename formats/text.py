"""The encoder under every text format: what stands before the rows, the rows by the text kernels, what stands behind.

A format hands over a layout and a few byte strings; nothing here knows which format it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from formats.format import Chunk, Encoder, Place, TableShape
from generator.kernels import text

BATCH_ROWS = 32_768
"""Rows at a time for text formats: measured best for generating and encoding together, at a few MB to 10 MB a batch."""


class TextEncoder(Encoder):
    """Writes ``head`` where the part is the first of its object, ``foot`` where it is the last, and rows between.

    ``separator`` is what stands between rows where the last one has none behind it, such as the comma of a JSON array:
    every row of the layout begins with it, and the first of the object does without.
    """

    def __init__(
        self,
        table: TableShape,
        place: Place,
        layout: text.TextLayout,
        head: bytes = b"",
        foot: bytes = b"",
        separator: bytes = b"",
    ) -> None:
        self._rows = text.row_writer(table.schema, layout)
        self._head = head if place.first else b""
        self._foot = foot if place.last else b""
        self._skipped = 0 if place.row else len(separator)

    def begin(self) -> Iterable[Chunk]:
        return [self._head] if self._head else []

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        chunks = self._rows.write(batch)
        if not (self._skipped and chunks):
            return chunks
        skipped, self._skipped = self._skipped, 0
        return without_first(chunks, skipped)

    def end(self) -> Iterable[Chunk]:
        return [self._foot] if self._foot else []


def without_first(chunks: list[memoryview], size: int) -> Iterator[Chunk]:
    """The chunks of rows without the separator before the first one, of that size and whole in the first chunk."""
    first, *others = chunks
    yield first[size:]
    yield from others
