"""Batches to text rows, native: checks and describes the buffers of a batch for ``native/text.c`` and calls it."""

from __future__ import annotations

from ctypes import POINTER, addressof, byref, c_int32, c_int64
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.kernels import library
from generator.kernels.library import KernelError
from generator.kernels.text_buffers import (
    BOOLEAN,
    DICTIONARY,
    LANE_CELLS,
    MINI_BATCH,
    NOTHING,
    SLACK,
    SLOT,
    WITH_OFFSETS,
    Column,
    Lane,
    Layout,
    Run,
    address,
)
from generator.kernels.text_described import Described
from generator.kernels.text_entries import Entries, finished_entries
from generator.kernels.text_layout import TextLayout, check_columns, check_types
from generator.kernels.text_types import plain

GROW_OUTPUT, GROW_SCRATCH = 1, 2
FAULTED = "column {!r}, {}"
FAULTS = {
    -1: "string offsets that fall or point outside the data, in the rows from {row} on",
    -2: "a dictionary index out of range, in the rows from {row} on",
    -3: "row {row} of the batch: {type} outside the day or the years 0001 to 9999",
}

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Offsets = np.ndarray[Any, np.dtype[np.int64]]


@cache
def _text_rows() -> Any:
    pointers = (POINTER(Layout), POINTER(Column), c_int64, POINTER(Run))
    return library.function("seedbed_text_rows", *pointers, result=c_int32)


class NativeRows:
    """Writes the rows of one table; see :func:`generator.kernels.text.row_writer`. Not for several threads at once."""

    def __init__(self, schema: pa.Schema, layout: TextLayout) -> None:
        check_columns(schema, layout)
        self.schema, self.layout = schema, layout
        self._described = Described(schema, layout)
        self._dictionaries: dict[int, Entries] = {}
        self._cells = np.empty((len(schema) * LANE_CELLS, 2), np.int64)
        self._lanes = (Lane * len(schema))()
        self._scratch = np.empty(len(schema) * MINI_BATCH * SLOT + 65_536, np.uint8)
        self._row_bytes = 16.0 * len(schema)

    def write(self, batch: pa.RecordBatch) -> list[memoryview]:
        """The finished rows of ``batch``, in order; no chunk where it has no rows."""
        check_types(self.schema, batch)
        if not batch.num_rows:
            return []
        output, written = self._run(batch.columns, batch.num_rows, None)
        self._row_bytes = written / batch.num_rows
        return [output.data[:written]]

    def rows(self, batch: pa.RecordBatch) -> tuple[memoryview, Offsets]:
        """The finished rows of ``batch`` and their offsets."""
        check_types(self.schema, batch)
        offsets, output, written = np.zeros(batch.num_rows + 1, np.int64), np.empty(0, np.uint8), 0
        if batch.num_rows:
            output, written = self._run(batch.columns, batch.num_rows, offsets[1:])
            self._row_bytes = written / batch.num_rows
        return output.data[:written], offsets

    def texts(self, batch: pa.RecordBatch) -> pa.LargeStringArray:
        """The finished rows of ``batch`` as values; rows of binary spellings need be no UTF-8."""
        data, offsets = self.rows(batch)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        return pa.Array.from_buffers(pa.large_string(), batch.num_rows, buffers)

    def _run(self, arrays: list[pa.Array], rows: int, ends: Offsets | None) -> tuple[Bytes, int]:
        described, spellings = self._described, [column.spelling for column in self.layout.columns]
        kept = [self._fill(index, plain(array, spellings[index])) for index, array in enumerate(arrays)]
        output = np.empty(int(rows * self._row_bytes * 1.02) + 65_536, np.uint8)
        run = Run(rows=rows, cells=self._cells.ctypes.data, lanes=addressof(self._lanes))
        run.ends = None if ends is None else ends.ctypes.data
        while True:
            run.output, run.capacity = output.ctypes.data, len(output)
            run.scratch, run.scratch_size = self._scratch.ctypes.data, len(self._scratch)
            status = _text_rows()(byref(described.layout), described.columns, len(described.columns), byref(run))
            if status == 0:
                del kept
                return output, run.written
            if status == GROW_SCRATCH:
                self._scratch = np.empty(max(run.needed, 2 * len(self._scratch)), np.uint8)
            elif status == GROW_OUTPUT:
                output = _grown(output, run, rows)
            else:
                field = self.schema.field(run.bad_column)
                fault = FAULTS[status].format(row=run.bad_row, type=field.type)
                raise KernelError(FAULTED.format(field.name, fault))

    def _fill(self, index: int, array: pa.Array) -> object:
        """Describes the buffers of column ``index``; what it returns must live as long as the kernel reads them."""
        column, rows, kept = self._described.columns[index], len(array), list[object]()
        if column.kind == DICTIONARY:
            if self.layout.enclosed and array.dictionary.null_count:
                array = self._without_missing_entries(index, array)
            entries = self._entries(index, array.dictionary)
            kept.append(entries)
            column.data, column.data_size = entries.texts.ctypes.data, len(entries.texts)
            column.entries, column.entry_count = entries.offsets.ctypes.data, len(entries.offsets) - 2
            array = array.indices
        end, buffers = array.offset + rows, array.buffers()
        column.offset, column.validity = array.offset, None
        kept.append(array)
        if column.kind == NOTHING:
            return kept
        if buffers[0] is not None and array.null_count:
            column.validity = address(buffers[0], (end + 7) // 8, 1, kept)
        if column.kind in WITH_OFFSETS:
            column.values = address(buffers[1], (end + 1) * column.width, column.width, kept)
            data = buffers[2] if buffers[2] is not None else pa.py_buffer(b"")
            column.data, column.data_size = address(data, 0, 1, kept), data.size
        else:
            size = (end + 7) // 8 if column.kind == BOOLEAN else end * column.width
            column.values = address(buffers[1], size, min(column.width, 8), kept)
        return kept

    def _without_missing_entries(self, index: int, array: pa.DictionaryArray) -> pa.DictionaryArray:
        """The same values with nulls in place of indices that pick a null."""
        try:
            picked = pc.take(pc.is_valid(array.dictionary), array.indices)
        except pa.ArrowIndexError:
            raise KernelError(FAULTED.format(self.schema.field(index).name, FAULTS[-2].format(row=0))) from None
        indices = pc.if_else(picked, array.indices, pa.scalar(None, array.indices.type))
        return pa.DictionaryArray.from_arrays(indices, array.dictionary, safe=False)

    def _entries(self, index: int, dictionary: pa.Array) -> Entries:
        """The finished cells of a dictionary: made once, as batches of one table share theirs."""
        if self.layout.columns[index].finished:
            return finished_entries(self.schema.field(index).name, dictionary, self.layout.columns[index].null)
        known = self._dictionaries.get(index)
        if known is None or not known.is_of(dictionary):
            field = self.schema.field(index)
            writer = NativeRows(pa.schema([field.with_type(dictionary.type)]), self.layout.alone(index))
            known = self._dictionaries[index] = Entries(dictionary, *writer.cells(dictionary))
        return known

    def cells(self, array: pa.Array) -> tuple[Bytes, Offsets]:
        """The cells of the only column, prefix included, with slack behind them, and their len + 2 offsets.

        The last cell is the null's.
        """
        offsets = np.zeros(len(array) + 2, np.int64)
        column = self.layout.columns[0]
        null = np.frombuffer(column.prefix + column.null, np.uint8)
        texts, written = self._run([array], len(array), offsets[1:]) if len(array) else (np.empty(0, np.uint8), 0)
        offsets[-1] = written + len(null)
        return np.concatenate([texts[:written], null, np.zeros(SLACK, np.uint8)]), offsets


def _grown(output: Bytes, run: Run, rows: int) -> Bytes:
    """A larger output that holds what was written: enough for the rows that are left, by those that were."""
    expected = int(run.written / max(run.row, 1) * rows * 1.02)
    larger = np.empty(max(run.needed, expected, len(output) * 3 // 2), np.uint8)
    larger[: run.written] = output[: run.written]
    return larger
