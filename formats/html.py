"""HTML: one table, alone or as a document (HTML Living Standard, WHATWG; section 4.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pyarrow as pa
from pydantic import Field

from formats import markup
from formats.changes import Changing, DecimalPlaces
from formats.format import Encoder, Format, Place, TableShape, file_format
from formats.text import BATCH_ROWS
from generator.kernels import text

STYLE = b"""table { border-collapse: collapse; font-family: sans-serif }
caption { font-weight: bold; text-align: start }
th, td { border: 1px solid #bbb; padding: .2em .5em; text-align: start; vertical-align: top; white-space: pre-wrap }
.number { text-align: end; font-variant-numeric: tabular-nums }
.null { background: #eee }
"""


@file_format("html")
class Html(Format):
    """A table of HTML with a head of column names; a missing value is a cell of class ``null``, a number one of
    class ``number``.

    Members of an object are columns of their own, ``address.city``; arrays and maps are JSON text. Binary is base64,
    dates and times are ISO 8601 of the years 0001 to 9999.
    """

    suffix: ClassVar[str] = "html"
    media_type: ClassVar[str] = "text/html; charset=utf-8"
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar[Mapping[str, str]] = {
        "null": 'the null text in a cell of class `null`: `<td class="null"></td>`',
        "NaN and the infinities": "`NaN`, `Infinity`, `-Infinity`",
        "uint64 and decimals": "all their digits",
        "binary": "base64",
        "lists and maps": "JSON text",
        "control characters and noncharacters": "U+FFFD, as HTML forbids them; tabs and line breaks stay",
    }
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({}, {"document": False, "null": "none", "decimal_places": 2})

    document: bool = Field(default=True, description="Whether the file is a document, with a title and a small style.")
    caption: bool = Field(default=True, description="Whether the table's name stands above it as its caption.")
    null: str = Field(default="", description="What a reader sees in place of a missing value.")
    decimal_places: DecimalPlaces = None

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        cells = Changing(table.schema, markup.changes(table.schema, markup.allowed, self.decimal_places))
        layout = text.TextLayout(
            columns=tuple(map(self._column, table.schema)),
            enclosed=True,
            opening=b"<tr>",
            suffix=b"</tr>\n",
            escapes=markup.HTML,
        )
        return cells.encoder(table, place, layout, self._head(table), self._foot())

    def _column(self, field: pa.Field) -> text.TextColumn:
        return text.TextColumn(
            prefix=b'<td class="number">' if markup.is_number(field.type) else b"<td>",
            suffix=b"</td>",
            null=b'<td class="null">%s</td>' % _text(self.null),
            decimals=self.decimal_places,
        )

    def _head(self, table: TableShape) -> bytes:
        name = _text(table.name)
        lines = [b"<table>"]
        if self.document:
            start = b'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">'
            lines = [start, b"<title>%s</title>" % name, b"<style>\n%s</style>" % STYLE, b"</head>\n<body>", *lines]
        if self.caption:
            lines.append(b"<caption>%s</caption>" % name)
        names = b"".join(
            b'<th scope="col"%s>%s</th>' % (b' class="number"' * markup.is_number(field.type), _text(field.name))
            for field in table.schema
        )
        return b"\n".join([*lines, b"<thead>", b"<tr>%s</tr>" % names, b"</thead>", b"<tbody>", b""])

    def _foot(self) -> bytes:
        return b"</tbody>\n</table>\n" + b"</body>\n</html>\n" * self.document


def _text(value: str) -> bytes:
    return markup.written(value, markup.allowed, markup.HTML)
