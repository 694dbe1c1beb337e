"""Columns as cells of a sheet (ECMA-376 part 1, 18.3.1.4): numbers, booleans, errors, and text in the cell itself.

Most of a column's cells are of one kind; few may be odd ones that need another, such as a number too long for Excel. A
batch with odd cells has that column as finished text, of both kinds, each written by the kernel.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from formats.excel import styles
from formats.excel.text import ESCAPES
from formats.text_rows import finished
from generator.kernels import text

BLANK = b"<c/>"

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def number_cell(style: int = styles.GENERAL, kind: str = "") -> text.TextColumn:
    """Cells of values: numbers, or the ``kind`` of ECMA-376 part 1, 18.18.11."""
    about = (f' s="{style}"' if style else "") + (f' t="{kind}"' if kind else "")
    return text.TextColumn(f"<c{about}><v>".encode(), BLANK, suffix=b"</v></c>")


def text_cell(style: int = styles.GENERAL) -> text.TextColumn:
    """Cells of text that stands in the cell."""
    about = f' s="{style}"' if style else ""
    begun = f'<c{about} t="inlineStr"><is><t xml:space="preserve">'
    return text.TextColumn(begun.encode(), BLANK, suffix=b"</t></is></c>")


def row_layout(columns: tuple[text.TextColumn, ...], opening: bytes = b"", suffix: bytes = b"") -> text.TextLayout:
    """Cells side by side."""
    return text.TextLayout(columns, suffix, escapes=ESCAPES, true=b"1", false=b"0", enclosed=True, opening=opening)


class Cells:
    """A column, of usual cells alone."""

    width = 12
    """Characters that the widest of usual values need."""

    def __init__(self, field: pa.Field, column: text.TextColumn) -> None:
        self.field, self.column = field, column

    def arrays(self, array: pa.Array) -> pa.Array:
        """The values to write in ``self.column``; or all cells, finished, where some are odd."""
        return array


class Mixed(Cells):
    """A column that may have odd cells. Once it had, it stays finished text: the bytes are the same either way."""

    def __init__(self, field: pa.Field, usual: pa.DataType, column: text.TextColumn) -> None:
        super().__init__(field.with_type(usual), column)
        self._given = field
        self._writers: tuple[text.RowWriter, text.RowWriter] | None = None

    def arrays(self, array: pa.Array) -> pa.Array:
        is_odd = self.is_odd(array)
        values = self.usual(array)
        if self._writers is None:
            if not is_odd.any():
                return values
            self._writers = _alone(self.field, self.column), _alone(*self._odd(self._given))
        odd = self.odd(array.filter(pa.array(is_odd)))
        cells = [_texts(writer, given) for writer, given in zip(self._writers, (values, odd), strict=True)]
        picks = np.arange(len(array), dtype=np.int32)
        picks[is_odd] = len(array) + np.arange(len(odd), dtype=np.int32)
        return finished(picks, pa.concat_arrays(cells))

    def is_odd(self, array: pa.Array) -> Mask:
        """Which cells are; nulls are not."""
        raise NotImplementedError

    def usual(self, array: pa.Array) -> pa.Array:
        """The values as ``self.field`` has them; any value in place of an odd one."""
        return array

    def odd(self, array: pa.Array) -> pa.Array:
        """Odd values as :meth:`_odd` says."""
        return array

    def _odd(self, field: pa.Field) -> tuple[pa.Field, text.TextColumn]:
        """How odd values are written: as text, with all their digits."""
        return field, text_cell()


def _alone(field: pa.Field, column: text.TextColumn) -> text.RowWriter:
    """The writer of cells of one column."""
    return text.row_writer(pa.schema([field.with_name("")]), row_layout((column,)))


def _texts(writer: text.RowWriter, array: pa.Array) -> pa.LargeStringArray:
    return writer.texts(pa.RecordBatch.from_arrays([array], names=[""]))
