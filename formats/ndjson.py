"""Newline-delimited JSON: one RFC 8259 object a line, in UTF-8, keys in the order of the columns."""

from __future__ import annotations

import json
from typing import ClassVar

import pyarrow as pa

from formats.format import Encoder, Format, Place, TableShape, file_format
from formats.text import BATCH_ROWS, TextEncoder
from generator.kernels import text

NULL = b"null"
SHORT = {b'"': b'\\"', b"\\": b"\\\\", b"\b": b"\\b", b"\f": b"\\f", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t"}
ESCAPES = {bytes([code]): b"\\u%04x" % code for code in range(0x20)} | SHORT
"""All that RFC 8259, section 7, says must be escaped; everything else is written as it is."""


@file_format("ndjson", "jsonl")
class Ndjson(Format):
    """One JSON object a line; decimals are numbers with all their digits, NaN and the infinities are null."""

    suffix: ClassVar[str] = "ndjson"
    media_type: ClassVar[str] = "application/x-ndjson"
    batch_rows: ClassVar[int] = BATCH_ROWS

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        columns = (
            text.TextColumn((b",%s:" if at else b"{%s:") % _key(column.name), NULL, _quoting(column.type))
            for at, column in enumerate(table.schema)
        )
        layout = text.TextLayout(
            columns=tuple(columns),
            suffix=b"}\n",
            quote=b'"',
            escapes=ESCAPES,
            nan=NULL,
            infinity=NULL,
            minus_infinity=NULL,
        )
        return TextEncoder(table, place, layout)


def _key(name: str) -> bytes:
    return json.dumps(name, ensure_ascii=False).encode()


def _quoting(data_type: pa.DataType) -> text.Quoting:
    return (
        text.Quoting.ALWAYS
        if text.spelled(data_type) in {text.Spelled.TEXT, text.Spelled.MOMENT}
        else text.Quoting.NEVER
    )
