"""JSON (RFC 8259): a table as one array of objects, or an object that holds it; and the options of JSON of any form."""

from __future__ import annotations

from abc import ABC
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from formats.format import Encoder, Format, Place, TableShape, file_format
from formats.json_text import DecimalsAs, LargeIntegers, json_key, json_style
from formats.nested_encoder import NestedEncoder
from formats.text import BATCH_ROWS

BECOMES = {
    "NaN, Infinity, -Infinity": "null",
    "null": "null, or left out",
    "uint64": "a number, or text",
    "decimals of up to 38 digits": "a number with all its digits, or text",
    "binary": "base64 text",
    "dates, times, timestamps": "ISO 8601 text, with a Z where there is a zone; years 0001 to 9999",
    "durations": "ISO 8601 text, such as PT1H30M",
    "structs, maps": "objects; the keys of a map as text",
    "lists": "arrays",
}


class NumberOptions(Format, ABC):
    """How numbers that many readers lose digits of are written, in JSON and what is like it."""

    nested: ClassVar[bool] = True
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar = BECOMES

    large_integers: LargeIntegers = Field(
        default="number",
        description="How 64-bit integers are written: as numbers, as text, or as text beyond ±2^53, where readers that "
        "take numbers for doubles lose digits.",
    )
    decimals: DecimalsAs = Field(
        default="number", description="Whether decimals are numbers with all their digits, or text."
    )


class JsonOptions(NumberOptions, ABC):
    """How values are written in JSON, whatever stands around the rows."""

    nulls: Literal["written", "left_out"] = Field(
        default="written",
        description="Whether members of objects that are null are written or left out, at every depth; items stay.",
    )


@file_format("json")
class Json(JsonOptions):
    """One JSON array of objects, a row a line, in UTF-8; NaN and the infinities are null, decimals keep their digits.

    Keys are in the order of the columns, strings hold only the escapes that RFC 8259 asks for.
    """

    suffix: ClassVar[str] = "json"
    media_type: ClassVar[str] = "application/json"
    examples: ClassVar = (
        {},
        {"records": True, "pretty": True, "large_integers": "text_if_large", "decimals": "text"},
        {"records": 'my "people"', "nulls": "left_out", "large_integers": "text", "decimals": "text"},
    )

    records: str | bool = Field(
        default=False,
        description="A key: the file is an object with the array under it. True: the table's name is the key.",
    )
    pretty: bool = Field(
        default=False, description="Whether each value stands on a line of its own, two spaces a level."
    )

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        style = json_style(
            left_out=self.nulls == "left_out",
            large_integers=self.large_integers,
            decimals=self.decimals,
            pretty=self.pretty,
        )
        key = table.name if self.records is True else self.records or None
        depth = 1 if key is None else 2
        line, frame = style.line(depth) or b"\n", style.frame(depth)
        head, foot = b"[", (style.line(depth - 1) or b"\n") + b"]"
        if key is not None:
            head, foot = b"{" + style.line(1) + json_key(key) + style.colon + head, foot + style.line(0) + b"}"
        return NestedEncoder(
            table,
            place,
            style,
            replace(frame, opening=b"," + line + frame.opening),
            depth=depth,
            head=head,
            foot=foot + b"\n",
            separator=b",",
        )
