"""Newline-delimited JSON: one RFC 8259 object a line, in UTF-8, keys in the order of the columns."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pyarrow as pa

from formats.flatten import Converted, check_columns
from formats.format import Encoder, Format, Place, TableShape, file_format
from formats.json_text import JsonRow
from formats.text import BATCH_ROWS, TextEncoder


@file_format("ndjson", "jsonl")
class Ndjson(Format):
    """One JSON object a line; decimals are numbers with all their digits, NaN and the infinities are null."""

    suffix: ClassVar[str] = "ndjson"
    media_type: ClassVar[str] = "application/x-ndjson"
    nested: ClassVar[bool] = True
    batch_rows: ClassVar[int] = BATCH_ROWS

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        row = JsonRow.of(table.schema, b"\n")

        def flat(batch: pa.RecordBatch) -> pa.RecordBatch:
            check_columns(batch, table.schema)
            return row.batch(batch.columns)

        return Converted(TextEncoder(replace(table, schema=row.schema), place, row.layout), flat)
