"""Record batches to finished text rows: the one mechanism under every text format, native where it was built.

A text format hands over a :class:`TextLayout` and gets a row writer; what the bytes are for is not known here.

>>> import pyarrow as pa
>>> layout = TextLayout((TextColumn(), TextColumn(b",", b"NULL")), suffix=b";")
>>> batch = pa.record_batch({"a": [1, 2], "b": [True, None]})
>>> b"".join(row_writer(batch.schema, layout).write(batch))
b'1,true;2,NULL;'
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from generator.kernels import library
from generator.kernels.text_layout import FINISHED, Quoting, TextColumn, TextLayout, check_columns
from generator.kernels.text_native import NativeRows
from generator.kernels.text_reference import ReferenceRows
from generator.kernels.text_types import Spelled, Spelling, spelled

__all__ = [
    "FINISHED",
    "Quoting",
    "RowWriter",
    "Spelled",
    "Spelling",
    "TextColumn",
    "TextLayout",
    "check_columns",
    "row_writer",
    "spelled",
]

Offsets = np.ndarray[Any, np.dtype[np.int64]]


class RowWriter(Protocol):
    """Writes the rows of one table's batches, in order; batches may be slices and may hold nulls anywhere."""

    def write(self, batch: pa.RecordBatch) -> list[memoryview]:
        """The finished rows of ``batch`` in chunks that are the caller's to keep.

        KernelError for buffers that do not fit together (offsets, indices) and for times outside the years 0001
        to 9999; nothing of the batch is written then.
        """
        ...

    def rows(self, batch: pa.RecordBatch) -> tuple[memoryview, Offsets]:
        """The finished rows of ``batch`` and where each begins, in ``rows + 1`` offsets; errors as of ``write``."""
        ...

    def texts(self, batch: pa.RecordBatch) -> pa.LargeStringArray:
        """The finished rows of ``batch`` as values, for cells of other rows to be made of; errors as of ``write``."""
        ...


def row_writer(schema: pa.Schema, layout: TextLayout) -> RowWriter:
    """The row writer of the kernels in use.

    KernelError if a column's type cannot be a cell; nested columns come as finished text.
    """
    if library.kind == "reference":
        return ReferenceRows(schema, layout)
    return NativeRows(schema, layout)
