"""The rows of a table as text of SQL, in any number of batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from formats.sql.cells import Cell, cell, converted, has_long_texts, row_layout
from formats.sql.dialect import Literals
from formats.sql.types import ColumnType
from generator.kernels import text

Offsets = np.ndarray[Any, np.dtype[np.int64]]
Around = tuple[bytes, bytes, bytes]
"""What stands before a row, between its cells, and behind it."""


class Rows(Protocol):
    """Rows as the row kernel writes them: see ``generator.kernels.text.RowWriter``."""

    def write(self, batch: pa.RecordBatch) -> list[memoryview]: ...

    def rows(self, batch: pa.RecordBatch) -> tuple[memoryview, Offsets]: ...


def rows_of(
    schema: pa.Schema,
    declared: Mapping[str, ColumnType],
    literals: Literals,
    nulls: Mapping[str, bytes],
    around: Around,
) -> Rows:
    """The rows of a table; ``nulls`` are the texts of missing values by column, where they are not the usual one."""

    def rows(literals: Literals) -> Rows:
        null = literals.null
        cells = [cell(each, declared[each.name], literals, nulls.get(each.name, null)) for each in schema]
        return _Plain(cells, literals, around)

    usual = rows(replace(literals, pieces=0))
    return _InPieces(usual, rows(literals), literals.pieces) if literals.pieces else usual


class _Plain:
    def __init__(self, cells: Sequence[Cell], literals: Literals, around: Around) -> None:
        self._cells = cells
        schema = pa.schema([each.field for each in cells])
        self._writer = text.row_writer(schema, row_layout(cells, literals, around))

    def write(self, batch: pa.RecordBatch) -> list[memoryview]:
        return self._writer.write(converted(self._cells, batch))

    def rows(self, batch: pa.RecordBatch) -> tuple[memoryview, Offsets]:
        return self._writer.rows(converted(self._cells, batch))


class _InPieces:
    """Texts in pieces, but only in batches in which one needs it: all others are the same either way, and quicker."""

    def __init__(self, usual: Rows, in_pieces: Rows, longest: int) -> None:
        self._usual, self._in_pieces, self._longest = usual, in_pieces, longest

    def write(self, batch: pa.RecordBatch) -> list[memoryview]:
        return self._chosen(batch).write(batch)

    def rows(self, batch: pa.RecordBatch) -> tuple[memoryview, Offsets]:
        return self._chosen(batch).rows(batch)

    def _chosen(self, batch: pa.RecordBatch) -> Rows:
        return self._in_pieces if has_long_texts(batch, self._longest) else self._usual
