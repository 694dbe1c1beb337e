"""TOML 1.0: an array of tables, one a row."""

from __future__ import annotations

import re
from typing import ClassVar

import pyarrow as pa
from pydantic import Field

from formats.format import Encoder, Format, Place, TableShape, file_format
from formats.json_text import ESCAPES, DecimalsAs, integers_beyond, json_key
from formats.nested_encoder import NestedEncoder
from formats.text import BATCH_ROWS
from formats.text_style import Frame, Leaf, Style
from generator.kernels import text

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
DEL = b"\\u007f"
MOST = 2**63 - 1
"""The largest integer that TOML promises to keep."""


def toml_key(name: str) -> bytes:
    """A bare key where it can be one, else a basic string."""
    return name.encode() if BARE_KEY.fullmatch(name) else json_key(name).replace(b"\x7f", DEL)


@file_format("toml")
class Toml(Format):
    """An array of tables, ``[[people]]`` and a line for each value; what is null is left out, as TOML has no null.

    Dates, times and timestamps are TOML's own, offset date-times where there is a zone; structs and maps are inline
    tables, lists arrays. In UTF-8.
    """

    suffix: ClassVar[str] = "toml"
    media_type: ClassVar[str] = "application/toml"
    nested: ClassVar[bool] = True
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar = {
        "NaN, Infinity, -Infinity": "nan, inf, -inf",
        "null": "left out; items of lists too",
        "uint64": "a number, beyond 2^63 - 1 text",
        "decimals of up to 38 digits": "text with all their digits, or a number",
        "binary": "base64 text",
        "dates, times, timestamps": "TOML's dates and times, with a Z where there is a zone; years 0001 to 9999",
        "durations": "ISO 8601 text, such as PT1H30M",
        "structs, maps": "inline tables; the keys of a map as text",
        "lists": "arrays",
    }
    examples: ClassVar = ({}, {"records": 'my "people"', "decimals": "number"})

    records: str | None = Field(
        default=None, description="The name of the array of tables; without it, the table's name."
    )
    decimals: DecimalsAs = Field(
        default="text", description="Whether decimals are text, or floats, which readers round to 15 digits or so."
    )

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        name = toml_key(table.name if self.records is None else self.records)
        frame = Frame(b"\n[[%s]]\n" % name, b"", b"", b"\n", b"")
        empty = b"%s = []\n" % name
        return NestedEncoder(table, place, self._style, frame, empty=empty, separator=b"\n")

    @property
    def _style(self) -> Style:
        return Style(
            key=toml_key,
            leaf=self._leaf,
            escapes={**ESCAPES, b"\x7f": DEL},
            colon=b" = ",
            comma=b", ",
            null=b"",
            left_out=True,
            nan=b"nan",
            infinity=b"inf",
            minus_infinity=b"-inf",
        )

    def _leaf(self, data_type: pa.DataType) -> Leaf:
        if pa.types.is_decimal(data_type):
            return Leaf(quoted=self.decimals == "text")
        corrections = (integers_beyond(-MOST - 1, MOST),) if pa.types.is_uint64(data_type) else ()
        return Leaf(text.spelled(data_type) is text.Spelled.TEXT, corrections)
