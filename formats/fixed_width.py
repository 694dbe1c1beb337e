"""Fixed width: every column has its place in the line, counted in characters, and blanks fill it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import pyarrow as pa
from pydantic import Field, field_validator

from formats.changes import Changing, DecimalPlaces
from formats.flatten import Flattening
from formats.format import Encoder, Format, FormatError, Place, TableShape, Written, file_format
from formats.kinds import values_of
from formats.padding import Padding, is_aligned_right, width_of
from formats.text import BATCH_ROWS
from generator import nearest
from generator.kernels import text

MOST_CHARACTERS = 1_000_000
"""The widest column: a line of a few of them is a few megabytes."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a column stands in the line: ``start`` counts characters from 0."""

    name: str
    start: int
    width: int
    right: bool

    @property
    def blank(self) -> bytes:
        """What stands for a missing value."""
        return b" " * self.width


@file_format("fixed_width", "fwf", "fixed")
class FixedWidth(Format):
    """Columns of fixed width in lines of text, numbers to the right, all others to the left.

    A width is what the longest value of the type needs; text has ``text_width`` characters. Widths are in characters
    (Unicode code points), the file is UTF-8. Where columns begin and end is in ``<table>.layout.json`` beside the data.
    Members of an object are columns of their own, ``address.city``; arrays and maps are JSON text. Binary is base64,
    dates and times are ISO 8601 of the years 0001 to 9999.
    """

    suffix: ClassVar[str] = "txt"
    media_type: ClassVar[str] = "text/plain; charset=utf-8"
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar[Mapping[str, str]] = {
        "null": "blanks, as an empty string is; blanks at the end of a text are not told from those that fill it",
        "NaN and the infinities": "`NaN`, `Infinity`, `-Infinity`",
        "uint64 and decimals": "all their digits",
        "binary": "base64",
        "lists and maps": "JSON text",
        "text that is too long, or holds line breaks": "an error, or cut, or a blank for each, as the options say",
    }
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"overflow": "cut", "line_breaks": "blank"},
        {
            "header": True, "separator": "|", "text_width": 400, "overflow": "cut", "line_breaks": "blank",
            "decimal_places": 2, "line_ending": "\r\n",
        },
    )  # fmt: skip

    header: bool = Field(default=False, description="Whether the first line holds the column names, cut to the widths.")
    text_width: int = Field(
        default=64, ge=1, le=MOST_CHARACTERS, description="Characters of a column of text, binary, JSON or a duration."
    )
    widths: dict[str, int] = Field(
        default_factory=dict,
        description="Characters of single columns, by name, such as {name: 40, address.city: 20}; where several tables "
        "are made, {people.name: 40}.",
    )
    overflow: Literal["error", "cut"] = Field(
        default="error",
        description="What happens to text that is longer than its column: an error that says what to set, or its end "
        "is cut. Numbers and dates are never cut.",
    )
    line_breaks: Literal["error", "blank"] = Field(
        default="error", description="What happens to text with line breaks: an error, or a blank for each of them."
    )
    separator: str = Field(default="", max_length=16, description="What stands between columns, such as a blank or |.")
    decimal_places: DecimalPlaces = None
    line_ending: Literal["\n", "\r\n"] = Field(default="\n", description="What ends a line.")

    @field_validator("widths")
    @classmethod
    def _wide_enough(cls, widths: dict[str, int]) -> dict[str, int]:
        for name, width in widths.items():
            if not 1 <= width <= MOST_CHARACTERS:
                raise ValueError(f"the width of {name!r} must be a number of characters from 1 to {MOST_CHARACTERS:,}")
        return widths

    @field_validator("separator")
    @classmethod
    def _in_one_line(cls, separator: str) -> str:
        if any(mark in separator for mark in "\r\n\0"):
            raise ValueError("the separator cannot hold a line break")
        return separator

    def check(self, table: TableShape, rows: int) -> None:
        """FormatError for widths of columns that there are not; ``other.column`` may be of another table."""
        names = Flattening(table.schema).schema.names
        own = {*names, *(f"{table.name}.{name}" for name in names)}
        for name in self.widths:
            first, dot, _ = name.partition(".")
            if name not in own and (not dot or first in {table.name, *table.schema.names}):
                raise FormatError(
                    f"widths: table {table.name!r} has no column {name!r} ({nearest(name, names)}); "
                    f"for a column of one table of several write table.column"
                )

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        slots = self._slots(table.name, table.schema)
        paddings = [
            Padding(
                table.name, field, slot.width, self.decimal_places, self.overflow == "cut", self.line_breaks == "blank"
            )
            for field, slot in zip(table.schema, slots, strict=True)
        ]
        cells = Changing(table.schema, paddings)
        separator = self.separator.encode()
        columns = (text.TextColumn(separator if at else b"", slot.blank) for at, slot in enumerate(slots))
        layout = text.TextLayout(tuple(columns), suffix=self.line_ending.encode())
        return cells.encoder(table, place, layout, self._header(slots))

    def companions(self, tables: Sequence[Written]) -> Mapping[str, bytes]:
        """``<table>.layout.json``: where each column begins and ends, in characters from 0 on."""
        return {f"{written.stem}.layout.json": self._layout(written.table) for written in tables}

    def _layout(self, table: TableShape) -> bytes:
        schema = Flattening(table.schema).schema
        columns = [
            {
                "name": slot.name,
                "type": str(values_of(field.type)),
                "start": slot.start,
                "end": slot.start + slot.width,
                "width": slot.width,
                "align": "right" if slot.right else "left",
            }
            for field, slot in zip(schema, self._slots(table.name, schema), strict=True)
        ]
        about = {
            "table": table.name,
            "encoding": "UTF-8",
            "unit": "character",
            "header": self.header,
            "line_ending": self.line_ending,
            "line_width": columns[-1]["end"],
            "columns": columns,
        }
        return json.dumps(about, ensure_ascii=False, indent=2).encode() + b"\n"

    def _slots(self, table: str, schema: pa.Schema) -> list[Slot]:
        slots: list[Slot] = []
        start = 0
        for field in schema:
            chosen = self.widths.get(f"{table}.{field.name}", self.widths.get(field.name))
            width = chosen or width_of(field, self.text_width, self.decimal_places)
            slots.append(Slot(field.name, start, width, is_aligned_right(field.type)))
            start += width + len(self.separator)
        return slots

    def _header(self, slots: Sequence[Slot]) -> bytes:
        if not self.header:
            return b""
        names = [(slot, slot.name.translate({10: " ", 13: " "})[: slot.width]) for slot in slots]
        cells = (name.rjust(slot.width) if slot.right else name.ljust(slot.width) for slot, name in names)
        return (self.separator.join(cells) + self.line_ending).encode()
