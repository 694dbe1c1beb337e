"""The encoder of text formats that take nested columns: rows in a style, with what stands before and behind them."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from formats.flatten import check_columns
from formats.format import Chunk, Encoder, Place, TableShape
from formats.nested_text import Values
from formats.text import without_first
from formats.text_style import Frame, Style


class NestedEncoder(Encoder):
    """Writes ``head`` and ``foot`` where an object begins and ends, and rows between; ``empty`` if there are none.

    ``separator`` begins ``frame``'s opening: what stands between rows. The first row of the object does without it.
    """

    def __init__(
        self,
        table: TableShape,
        place: Place,
        style: Style,
        frame: Frame,
        *,
        depth: int = 0,
        head: bytes = b"",
        foot: bytes = b"",
        empty: bytes = b"",
        separator: bytes = b"",
    ) -> None:
        self._schema, self._values = table.schema, Values.of(style, list(table.schema), frame, depth=depth)
        self._row, self._place, self._head, self._foot, self._empty = self._values.row, place, head, foot, empty
        self._rows, self._separator = place.row, len(separator)

    def begin(self) -> Iterable[Chunk]:
        return [self._head] if self._head and self._place.first else []

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        check_columns(batch, self._schema)
        chunks = self._row.write(self._values.batch(batch.columns))
        skipped = 0 if self._rows else self._separator
        self._rows += batch.num_rows
        return without_first(chunks, skipped) if skipped and chunks else chunks

    def end(self) -> Iterable[Chunk]:
        foot = self._foot if self._rows else self._empty + self._foot
        return [foot] if foot and self._place.last else []
