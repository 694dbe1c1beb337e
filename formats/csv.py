"""CSV as RFC 4180 has it (Y. Shafranovich, 2005), in UTF-8 without a byte order mark."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

import pyarrow as pa
from pydantic import Field, field_validator, model_validator

from formats.format import Encoder, Format, Place, TableShape, file_format
from formats.text import BATCH_ROWS, TextEncoder
from generator.kernels import text

QUOTE = b'"'
IN_VALUES = re.compile(r'[0-9A-Za-z"+\-./:=\r\n\0]')
"""What no delimiter can be: numbers, dates, booleans and base64 are written without a look at their bytes."""
LIKE_A_VALUE = re.compile(r"[-+]?[0-9.]+.*|true|false|NaN|-?Infinity", re.DOTALL)


@file_format("csv")
class Csv(Format):
    """Comma-separated values: a header line, then a line for each row; an empty string is ``""``, a null is nothing.

    Members of an object are columns of their own, ``address.city``; arrays and maps are JSON text (formats/flatten.py).
    """

    suffix: ClassVar[str] = "csv"
    media_type: ClassVar[str] = "text/csv; charset=utf-8"
    batch_rows: ClassVar[int] = BATCH_ROWS
    examples: ClassVar = (
        {},
        {"delimiter": ";", "header": False, "null": "NULL", "line_ending": "\r\n"},
        {"delimiter": "\t", "quote": "strings"},
        {"delimiter": "|", "quote": "all", "null": "\\N"},
    )

    delimiter: str = Field(default=",", description="One ASCII character between the cells of a row.")
    header: bool = Field(default=True, description="Whether the first line holds the column names.")
    null: str = Field(default="", description="What stands for a missing value, never in quotes.")
    quote: Literal["minimal", "strings", "all"] = Field(
        default="minimal", description="Which cells are quoted: those that need it, all text cells, or all."
    )
    line_ending: Literal["\n", "\r\n"] = Field(default="\n", description="What ends a line.")

    @field_validator("delimiter")
    @classmethod
    def _usable(cls, delimiter: str) -> str:
        if len(delimiter) != 1 or not delimiter.isascii() or IN_VALUES.match(delimiter):
            raise ValueError(
                "the delimiter must be one ASCII character that no number or date holds, such as , ; | or a tab"
            )
        return delimiter

    @model_validator(mode="after")
    def _null_is_told_from_values(self) -> Csv:
        if any(mark in self.null for mark in (self.delimiter, '"', "\r", "\n", "\0")):
            raise ValueError("the null text must not hold the delimiter, a quote or a line break")
        if LIKE_A_VALUE.fullmatch(self.null):
            raise ValueError(f"the null text {self.null!r} could be a value; use for example NULL or \\N")
        return self

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        quotings = [self._quoting(column.type) for column in table.schema]
        head = self._header(table.schema.names) if self.header else b""
        return TextEncoder(table, place, self._layout(quotings), head)

    def _quoting(self, data_type: pa.DataType) -> text.Quoting:
        if self.quote == "all":
            return text.Quoting.ALWAYS
        if text.spelled(data_type) is not text.Spelled.TEXT:
            return text.Quoting.NEVER
        return text.Quoting.ALWAYS if self.quote == "strings" else text.Quoting.NEEDED

    def _layout(self, quotings: list[text.Quoting]) -> text.TextLayout:
        null = self.null.encode()
        if len(quotings) == 1 and not null:
            null = QUOTE + QUOTE  # an empty line would be a blank one, which most readers skip: the row would be lost
        delimiter = self.delimiter.encode()
        columns = (text.TextColumn(delimiter if at else b"", null, quoting) for at, quoting in enumerate(quotings))
        return text.TextLayout(
            columns=tuple(columns),
            suffix=self.line_ending.encode(),
            quote=QUOTE,
            escapes={QUOTE: QUOTE + QUOTE},
            special=delimiter + b"\r\n",
        )

    def _header(self, names: list[str]) -> bytes:
        line = pa.RecordBatch.from_arrays([pa.array([name]) for name in names], names=names)
        layout = self._layout([self._quoting(pa.string())] * len(names))
        return b"".join(text.row_writer(line.schema, layout).write(line))
