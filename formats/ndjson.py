"""Newline-delimited JSON: one RFC 8259 object a line, in UTF-8, keys in the order of the columns."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from formats.format import Encoder, Place, TableShape, file_format
from formats.json import JsonOptions
from formats.json_text import json_style
from formats.nested_encoder import NestedEncoder


@file_format("ndjson", "jsonl")
class Ndjson(JsonOptions):
    """One JSON object a line; decimals are numbers with all their digits, NaN and the infinities are null."""

    suffix: ClassVar[str] = "ndjson"
    media_type: ClassVar[str] = "application/x-ndjson"
    examples: ClassVar = ({}, {"nulls": "left_out", "large_integers": "text_if_large", "decimals": "text"})

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        style = json_style(
            left_out=self.nulls == "left_out", large_integers=self.large_integers, decimals=self.decimals
        )
        frame = style.frame(0)
        return NestedEncoder(table, place, style, replace(frame, closing=frame.closing + b"\n"))
