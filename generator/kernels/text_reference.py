"""Batches to text rows, the reference: pyarrow and Python, a column at a time. The oracle of the native kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.kernels.library import KernelError
from generator.kernels.text_layout import FINISHED, Quoting, TextColumn, TextLayout, check_columns, check_types
from generator.kernels.text_reference_values import value_bytes, value_texts
from generator.kernels.text_types import Spelled, Spelling, plain, reread, spelled

Offsets = np.ndarray[Any, np.dtype[np.int64]]
BYTES = pa.large_binary()


class ReferenceRows:
    """Writes the rows of one table; see :func:`generator.kernels.text.row_writer`."""

    def __init__(self, schema: pa.Schema, layout: TextLayout) -> None:
        check_columns(schema, layout)
        self.schema, self.layout = schema, layout

    def write(self, batch: pa.RecordBatch) -> list[memoryview]:
        """The finished rows of ``batch``, in order; no chunk where it has no rows."""
        data, offsets = self.rows(batch)
        return [data[int(offsets[0]) : int(offsets[-1])]] if batch.num_rows else []

    def rows(self, batch: pa.RecordBatch) -> tuple[memoryview, Offsets]:
        """The finished rows of ``batch`` and their offsets."""
        check_types(self.schema, batch)
        rows = self._rows(batch)
        _, places, data = rows.buffers()
        count = len(rows)
        offsets = np.frombuffer(places, np.int64, count + 1, 8 * rows.offset) if count else np.zeros(1, np.int64)
        return memoryview(data or b"")[: int(offsets[-1])], offsets

    def texts(self, batch: pa.RecordBatch) -> pa.LargeStringArray:
        """The finished rows of ``batch`` as values; rows of binary spellings need be no UTF-8."""
        check_types(self.schema, batch)
        return reread(self._rows(batch), pa.large_string())

    def _rows(self, batch: pa.RecordBatch) -> pa.LargeBinaryArray:
        cells = [
            self._cells(field, column, plain(array, column.spelling))
            for field, column, array in zip(self.schema, self.layout.columns, batch.columns, strict=True)
        ]
        pieces = self._enclosed(cells) if self.layout.enclosed else self._dense(cells)
        return _side_by_side(*pieces, _bytes(self.layout.suffix))

    def _dense(self, cells: list[pa.Array]) -> list[object]:
        """Prefixes and cells by turns, nulls in their text."""
        pieces: list[object] = []
        for column, values in zip(self.layout.columns, cells, strict=True):
            filled = pc.if_else(pc.is_valid(values), values, _bytes(column.null))
            pieces += [_bytes(column.prefix), filled]
        return pieces

    def _enclosed(self, cells: list[pa.Array]) -> list[object]:
        """The opening, then what there is of the cells, each behind the text between them where one came before."""
        pieces: list[object] = [_bytes(self.layout.opening)]
        between, begun = _bytes(self.layout.between), np.zeros(len(cells[0]), bool)
        for column, values in zip(self.layout.columns, cells, strict=True):
            missing = _bytes(column.null)
            whole = _side_by_side(_bytes(column.prefix), values, _bytes(column.suffix))
            valid = pc.is_valid(values).to_numpy(zero_copy_only=False)
            there = valid | bool(column.null)
            pieces += [pc.if_else(pa.array(begun & there), between, _bytes(b"")), pc.if_else(valid, whole, missing)]
            begun |= there
        return pieces

    def _cells(self, field: pa.Field, column: TextColumn, array: pa.Array) -> pa.Array:
        """The cells of ``array``, quotes included, as large_binary; null where a value is."""
        if pa.types.is_dictionary(array.type):
            _check_indices(field.name, array)
            values = array.dictionary
            if column.finished:
                return pc.take(reread(values, BYTES), array.indices)
            return pc.take(self._cells(field, column, plain(values, column.spelling)), array.indices)
        if column.spelling is not Spelling.TEXT:
            return value_bytes(array, column.spelling)
        cells = value_texts(field, array, self.layout, column.decimals)
        if spelled(array.type) is Spelled.TEXT:
            return pc.cast(self._quote_text(cells, column), BYTES)
        cells = pc.cast(cells, BYTES)
        if column.quoting is Quoting.ALWAYS:
            quote = _bytes(self.layout.quote)
            cells = _side_by_side(quote, cells, quote)
        return cells

    def _quote_text(self, cells: pa.Array, column: TextColumn) -> pa.Array:
        escapes = {ord(byte): text.decode() for byte, text in self.layout.escapes.items()}
        special = {chr(byte) for byte in (*escapes, *self.layout.special)}
        quote = self.layout.quote.decode()

        def finish(text: str) -> str:
            needed = not text or text.encode() == column.null or not special.isdisjoint(text)
            quoted = column.quoting is Quoting.ALWAYS or (needed and column.quoting is Quoting.NEEDED)
            return f"{quote}{text.translate(escapes)}{quote}" if quoted else text.translate(escapes)

        return pa.array([None if text is None else finish(text) for text in cells.to_pylist()], pa.large_string())


def _bytes(text: bytes) -> pa.Scalar:
    return pa.scalar(text, BYTES)


def _side_by_side(*pieces: object) -> pa.Array:
    """The pieces of each row one after the other, null where a piece is."""
    return pc.binary_join_element_wise(*pieces, _bytes(b""))


def _check_indices(name: str, array: pa.DictionaryArray) -> None:
    """KernelError for indices that pick nothing and texts that point outside their data; no look at their UTF-8."""
    if array.type == FINISHED:
        array = pa.DictionaryArray.from_arrays(array.indices, reread(array.dictionary, BYTES), safe=False)
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise KernelError(f"column {name!r}: a dictionary index is out of range ({error})") from None
