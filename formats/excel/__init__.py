"""Excel workbooks: Office Open XML (ECMA-376, 5th edition, part 1, SpreadsheetML), a sheet for each table.

A workbook is an archive of small documents, and a sheet's one is a text format like any other: so sheets of any size
are made part by part, by the text kernels, and join as bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from formats.excel.sheet import MOST_COLUMNS, MOST_ROWS, SheetEncoder, SheetOptions
from formats.excel.workbook import workbook
from formats.flatten import Flattening
from formats.format import Encoder, Format, FormatError, Member, Place, TableShape, file_format
from formats.text import BATCH_ROWS

ELSEWHERE = "cut the table into several, or write CSV or Parquet, which have no such limit"


@file_format("excel", "xlsx")
class Excel(Format):
    """A workbook with a sheet for each table, its first row the column names.

    Excel's numbers are doubles of which it shows 15 digits, so integers and decimals of more digits are text. Dates and
    times are numbers that are shown as dates, to the millisecond; Excel has no zones (instants are in UTC), and dates
    before March 1900, where its calendar is wrong, are ISO 8601 text. Members of an object are columns of their own,
    ``address.city``; arrays and maps are JSON text.
    """

    suffix: ClassVar[str] = "xlsx"
    media_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    text: ClassVar[bool] = False
    batch_rows: ClassVar[int] = BATCH_ROWS
    libraries: ClassVar[tuple[str, ...]] = ("isal",)
    becomes: ClassVar[Mapping[str, str]] = {
        "null": "a blank cell",
        "NaN and infinities": "the error #NUM!",
        "integers beyond 10^15, decimals of more than 15 digits": "text, or numbers that Excel rounds, on request",
        "dates and timestamps before 1900-03-01": "ISO 8601 text",
        "microseconds and nanoseconds": "cut to the millisecond",
        "instants": "date and time in UTC",
        "durations": "ISO 8601 text, such as PT1H30M",
        "binary": "base64",
        "characters that XML forbids": "_x0001_, as Excel itself writes them",
        "text of more than 32,767 characters": "an error, or cut, on request",
    }
    examples: ClassVar = (
        {},
        {"header": False, "dates": "text", "overflow": "cut"},
        {"header_style": "plain", "freeze_header": False, "autofilter": True, "long_numbers": "number"},
    )

    header: bool = Field(default=True, description="Whether the first row holds the column names.")
    header_style: Literal["bold", "plain"] = Field(default="bold", description="How the column names look.")
    freeze_header: bool = Field(default=True, description="Whether the column names stay in sight when rows scroll.")
    autofilter: bool = Field(default=False, description="Whether the column names have buttons that filter the rows.")
    dates: Literal["dates", "text"] = Field(
        default="dates", description="What dates and times are: Excel's own, or ISO 8601 text with all their digits."
    )
    long_numbers: Literal["text", "number"] = Field(
        default="text", description="What numbers of more than 15 digits are: text, or numbers that Excel rounds."
    )
    overflow: Literal["error", "cut"] = Field(
        default="error", description="What becomes of text of more than 32,767 characters, the most a cell can hold."
    )

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        return SheetEncoder(SheetOptions(**self.model_dump()), table.schema, place)

    def check(self, table: TableShape, rows: int) -> None:
        most, columns = MOST_ROWS - self.header, len(Flattening(table.schema).schema)
        if rows > most:
            raise FormatError(f"a sheet of Excel holds {most:,} rows of data, not {rows:,}: {ELSEWHERE}")
        if columns > MOST_COLUMNS:
            raise FormatError(f"a sheet of Excel holds {MOST_COLUMNS:,} columns, not {columns:,}: {ELSEWHERE}")

    def members(self, tables: Sequence[TableShape]) -> Sequence[Member]:
        """The documents of a workbook with a sheet for each table."""
        return workbook([table.name for table in tables])
