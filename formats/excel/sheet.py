"""The document of a sheet: its columns' widths, then a row for each row (ECMA-376 part 1, 18.3.1.99).

Rows and cells have no numbers of their own, which the standard leaves to their order, so no row depends on the ones
before. A missing value is a blank cell, as each cell's place says which column it is of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from formats.excel import styles
from formats.excel.cells import row_layout, text_cell
from formats.excel.columns import Options, cells_of
from formats.excel.text import escaped_text
from formats.excel.workbook import HEAD, SHEETS
from formats.flatten import check_columns
from formats.format import Chunk, Encoder, Place
from generator.kernels import text

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
WIDEST = 60


@dataclass(frozen=True, slots=True)
class SheetOptions(Options):
    """What of a format's options decides how sheets look."""

    header: bool
    header_style: Literal["bold", "plain"]
    freeze_header: bool
    autofilter: bool


class SheetEncoder(Encoder):
    """A table as a sheet. Batches with odd cells in some columns have a layout of their own: formats/excel/cells.py."""

    def __init__(self, options: SheetOptions, schema: pa.Schema, place: Place) -> None:
        self._options, self._schema, self._place = options, schema, place
        self._cells = [cells_of(field, options) for field in schema]
        self._rows = place.row
        self._finished = [False] * len(schema)
        self._made, self._writer = self._writer_of(self._finished)

    def begin(self) -> Iterable[Chunk]:
        return [self._head().encode()] if self._place.first else []

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        check_columns(batch, self._schema)
        self._rows += batch.num_rows
        arrays = [cells.arrays(array) for cells, array in zip(self._cells, batch.columns, strict=True)]
        finished = [array.type == text.FINISHED for array in arrays]
        if finished != self._finished:
            self._finished, (self._made, self._writer) = finished, self._writer_of(finished)
        return self._writer.write(pa.RecordBatch.from_arrays(arrays, schema=self._made))

    def end(self) -> Iterable[Chunk]:
        return [self._foot().encode()] if self._place.last else []

    def _writer_of(self, finished: list[bool]) -> tuple[pa.Schema, text.RowWriter]:
        """The writer of batches where the columns so marked are finished text, and their schema."""
        pairs = list(zip(finished, self._cells, strict=True))
        columns = (text.TextColumn(finished=True) if mixed else cells.column for mixed, cells in pairs)
        fields = [cells.field.with_type(text.FINISHED) if mixed else cells.field for mixed, cells in pairs]
        schema = pa.schema(fields)
        return schema, text.row_writer(schema, row_layout(tuple(columns), b"<row>", b"</row>"))

    def _head(self) -> str:
        options = self._options
        pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        view = pane + '<selection pane="bottomLeft"/>' if options.header and options.freeze_header else ""
        widths = "".join(
            f'<col min="{at}" max="{at}" width="{min(max(cells.width, len(cells.field.name) + 3), WIDEST)}"'
            ' customWidth="1"/>'
            for at, cells in enumerate(self._cells, 1)
        )
        return (
            f'{HEAD}<worksheet xmlns="{SHEETS}"><sheetViews><sheetView workbookViewId="0">{view}</sheetView>'
            f'</sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>{self._header()}'
        )

    def _header(self) -> str:
        if not self._options.header:
            return ""
        cell = text_cell(styles.HEADER if self._options.header_style == "bold" else styles.GENERAL)
        before, behind = cell.prefix.decode(), cell.suffix.decode()
        return f"<row>{''.join(before + escaped_text(name) + behind for name in self._schema.names)}</row>"

    def _foot(self) -> str:
        options, last = self._options, self._rows + self._options.header
        span = f"A1:{column_letters(len(self._cells))}{max(last, 1)}"
        found = f'<autoFilter ref="{span}"/>' if options.autofilter and options.header else ""
        return f"</sheetData>{found}</worksheet>"


def column_letters(number: int) -> str:
    """What Excel calls the column of this number, from 1 on: A to Z, AA, AB ..."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
