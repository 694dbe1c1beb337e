"""Markdown: a table of GitHub Flavored Markdown (specification 0.29, section 4.10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from formats import markup
from formats.changes import Changing, DecimalPlaces
from formats.format import Encoder, Format, Place, TableShape, file_format
from formats.text import BATCH_ROWS
from generator.kernels import text

TRIMMED = (
    " \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""White space that readers strip from the ends of a cell: there it is written by its number."""
STAND_INS = [code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n\r"]
"""Control characters, which no cell holds: at the ends of a text they stand for white space until it is escaped."""
STANDS_IN = {space: chr(code) for space, code in zip(TRIMMED, STAND_INS[: len(TRIMMED)], strict=True)}
AT_AN_END = f"(?s)^[{TRIMMED}]|[{TRIMMED}]$"
MEANT = "\\`*_~[]|$<>&!"
"""What could begin something of Markdown within a cell: it is written by its number, which is never more than text."""
ESCAPES: Mapping[bytes, bytes] = {
    **{code.encode(): b"&#%d;" % ord(space) for space, code in STANDS_IN.items()},
    **{mark.encode(): b"&#%d;" % ord(mark) for mark in MEANT},
    b"<": b"&lt;",
    b">": b"&gt;",
    b"&": b"&amp;",
    b"\n": b"<br>",
    b"\r": b"&#13;",
    b"\t": b"&#9;",
}


@file_format("markdown", "md")
class Markdown(Format):
    """A table as GitHub reads it, numbers to the right; each cell is rendered as exactly the value's text.

    Members of an object are columns of their own, ``address.city``; arrays and maps are JSON text. Binary is base64,
    dates and times are ISO 8601 of the years 0001 to 9999. Line feeds are ``<br>``.
    """

    suffix: ClassVar[str] = "md"
    media_type: ClassVar[str] = "text/markdown; charset=utf-8"
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar[Mapping[str, str]] = {
        "null": "the null text; an empty cell by default, as an empty string is",
        "NaN and the infinities": "`NaN`, `Infinity`, `-Infinity`",
        "uint64 and decimals": "all their digits",
        "binary": "base64",
        "lists and maps": "JSON text",
        "control characters and noncharacters": "U+FFFD, as HTML forbids them; tabs and line breaks stay",
    }
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({}, {"title": True, "null": "none", "decimal_places": 2})

    title: bool = Field(default=False, description="Whether the table's name stands above it as a heading.")
    null: str = Field(default="", description="What stands for a missing value.")
    decimal_places: DecimalPlaces = None

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        cells = Changing(table.schema, markup.changes(table.schema, _protected, self.decimal_places))
        null = _text(self.null)
        columns = (
            text.TextColumn(b" | " if at else b"| ", null, decimals=self.decimal_places)
            for at in range(len(table.schema))
        )
        layout = text.TextLayout(tuple(columns), suffix=b" |\n", escapes=ESCAPES)
        return cells.encoder(table, place, layout, self._head(table))

    def _head(self, table: TableShape) -> bytes:
        title = b"# %s\n\n" % _text(table.name).replace(b"<br>", b" ") if self.title else b""
        names = b" | ".join(_text(name) for name in table.schema.names)
        marks = b" | ".join(b"---:" if markup.is_number(field.type) else b"---" for field in table.schema)
        return title + b"| %s |\n| %s |\n" % (names, marks)


def _protected(array: pa.Array) -> pa.Array:
    """Strings without forbidden characters, the white space at their ends in stand-ins."""
    array = markup.without_controls(array)
    first, last = markup.ends(array.cast(pa.large_string()))
    if not any(bool(((end == ord(" ")) | (end >= markup.NOT_ASCII)).any()) for end in (first, last)):
        return array
    padded = pc.fill_null(pc.match_substring_regex(array, AT_AN_END), False)
    values = [_with_stand_ins(value) for value in array.filter(padded).to_pylist()]
    return pc.replace_with_mask(array, padded, pa.array(values, array.type)) if values else array


def _with_stand_ins(value: str) -> str:
    first, last = (STANDS_IN.get(end, end) for end in (value[0], value[-1]))
    return first + value[1:-1] + last if len(value) > 1 else first


def _text(value: str) -> bytes:
    return markup.written(value, _protected, ESCAPES)
