"""Rows of flat cells in a style, by the row kernel; what it would spell wrong comes as finished cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from formats.nesting import Mask, Offsets, without_values
from formats.text_style import Correction, Frame, Style
from generator.kernels import text


@dataclass(frozen=True, slots=True)
class Cell:
    """A flat column of a row: its field, what the layout says of it, and what must be looked for in it."""

    field: pa.Field
    column: text.TextColumn
    corrections: tuple[Correction, ...] = ()

    def behind(self, before: bytes) -> Cell:
        """The same with more before it."""
        return replace(self, column=self.column.behind(before))

    def needs(self, array: pa.Array) -> bool:
        """Whether some of these values need a correction; a dictionary is looked at, not its rows."""
        values = array.dictionary if pa.types.is_dictionary(array.type) else array
        return any(correction.needed(values) for correction in self.corrections)


class Row:
    """Writes rows of cells.

    Once a batch has a value that needs a correction, the column is written through finished cells from then on: the
    bytes are the same, as corrections leave alone what is right.
    """

    def __init__(self, style: Style, cells: Sequence[Cell], end: bytes, enclosed: Frame | None = None) -> None:
        self._style, self._cells, self._end, self._enclosed = style, list(cells), end, enclosed
        self._corrected: dict[int, _Corrected] = {}
        self._watched = [at for at, cell in enumerate(cells) if cell.corrections]
        self._begin()

    def write(self, arrays: Sequence[pa.Array]) -> list[memoryview]:
        """The finished rows of the flat columns, in chunks."""
        batch = self._batch(arrays)
        return self._writer.write(batch)

    def texts(self, arrays: Sequence[pa.Array]) -> pa.LargeStringArray:
        """The finished rows of the flat columns as values."""
        batch = self._batch(arrays)
        return self._writer.texts(batch)

    def _begin(self) -> None:
        """A writer for the columns that are corrected by now."""
        columns, fields = [], []
        for at, cell in enumerate(self._cells):
            is_corrected = at in self._corrected
            plain = replace(cell.column, quoting=text.Quoting.NEVER, finished=True)
            columns.append(plain if is_corrected else cell.column)
            fields.append(pa.field(cell.field.name, text.FINISHED) if is_corrected else cell.field)
        layout, frame = self._style.layout(columns, self._end), self._enclosed
        if frame is not None:
            columns = [replace(column, null=b"", suffix=frame.after) for column in columns]
            layout = replace(
                layout, columns=tuple(columns), enclosed=True, opening=frame.opening, between=frame.between
            )
        self._schema = pa.schema(fields)
        self._writer = text.row_writer(self._schema, layout)

    def _batch(self, arrays: Sequence[pa.Array]) -> pa.RecordBatch:
        if self._watched:
            arrays = self._right(list(arrays))
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)

    def _right(self, arrays: list[pa.Array]) -> list[pa.Array]:
        """The columns, as finished cells where the kernels alone would get some wrong."""
        found = [at for at in self._watched if at not in self._corrected and self._cells[at].needs(arrays[at])]
        if found:
            self._corrected.update((at, _Corrected(self._style, self._cells[at])) for at in found)
            self._begin()
        for at, corrected in self._corrected.items():
            arrays[at] = corrected.cells(arrays[at])
        return arrays


class _Corrected:
    """The finished cells of one column."""

    def __init__(self, style: Style, cell: Cell) -> None:
        column, kind = text.TextColumn(quoting=cell.column.quoting), cell.field.type
        self._is_dictionary, self._corrections = pa.types.is_dictionary(kind), cell.corrections
        field = cell.field.with_type(kind.value_type if self._is_dictionary else kind)
        self._schema = pa.schema([field])
        self._writer = text.row_writer(self._schema, style.layout([column], b""))

    def cells(self, array: pa.Array) -> pa.Array:
        array = array.dictionary_decode() if self._is_dictionary else array
        cells = self._writer.texts(pa.RecordBatch.from_arrays([array], schema=self._schema))
        for correction in self._corrections:
            cells = correction.corrected(array, cells)
        return cells_of(cells, array)


def finished(picks: np.ndarray[Any, np.dtype[np.int32]], texts: pa.Array, missing: Mask | None = None) -> pa.Array:
    """The picked texts as finished cells, null where ``missing``."""
    return pa.DictionaryArray.from_arrays(pa.array(picks, mask=missing), texts, safe=False)


def cells_of(texts: pa.LargeStringArray, values: pa.Array) -> pa.Array:
    """The texts of ``values`` as finished cells, null where these are."""
    return finished(np.arange(len(values), dtype=np.int32), texts, without_values(values))


def runs(texts: pa.LargeStringArray, offsets: Offsets) -> pa.LargeStringArray:
    """The texts between each two offsets as one."""
    _, places, data = texts.buffers()
    ends = np.frombuffer(places, np.int64, len(texts) + 1, 8 * texts.offset) if len(texts) else np.zeros(1, np.int64)
    stored = pa.py_buffer(np.ascontiguousarray(ends[offsets]))
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, [None, stored, data or pa.py_buffer(b"")])
