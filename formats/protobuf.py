"""Protocol Buffers: a message for each row, each behind its length, and the .proto file that describes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

import pyarrow as pa
from pydantic import Field, field_validator

from formats.binary_rows import Around, SizedRows
from formats.flatten import check_columns
from formats.format import Chunk, Encoder, Format, Place, TableShape, Written, file_format
from formats.identifiers import capitalised, check_dotted, free, identifier, identifiers
from formats.protobuf_schema import proto_file
from formats.protobuf_types import Scope
from formats.text import BATCH_ROWS
from generator.kernels.text import Spelling


@file_format("protobuf", "proto")
class Protobuf(Format):
    """Messages of proto3, each behind its length as a varint, as ``parseDelimitedFrom`` reads them.

    The messages are described in ``<table>.proto``; fields are numbered in the order of the columns, so that a column
    added at the end leaves the others as they were. A missing value is a field that is not there. NaN, infinities,
    uint64 and binary are kept. A timestamp is a ``google.protobuf.Timestamp`` (without a zone as if it were in UTC), a
    duration a ``google.protobuf.Duration``; dates, times and decimals are text, in ISO 8601 and with all digits.
    Structs are messages, lists are repeated fields and maps are maps; of these a missing one is an empty one. Items
    that may be missing, or are lists themselves, stand in a message of their own.
    """

    suffix: ClassVar[str] = "binpb"
    media_type: ClassVar[str] = "application/protobuf"
    nested: ClassVar[bool] = True
    readable: ClassVar[bool] = False
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar[Mapping[str, str]] = {
        "nulls": "fields that are not there",
        "missing lists and maps": "empty ones",
        "timestamps without a zone": "google.protobuf.Timestamp, as if in UTC",
        "dates and times": "ISO 8601 text",
        "decimals": "text with all their digits",
        "names": "letters of ASCII, digits and underscores; in JSON their own",
    }
    examples: ClassVar = ({}, {"package": "com.example"})

    package: str = Field(default="", description="The package of the messages, such as com.example.")

    @field_validator("package")
    @classmethod
    def _of_names(cls, package: str) -> str:
        check_dotted("package", package)
        if "google" in package.split(".")[1:]:
            raise ValueError("a part of the package that is named google would hide google.protobuf; use another name")
        return package

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        return ProtobufEncoder(table)

    def companions(self, tables: Sequence[Written]) -> Mapping[str, bytes]:
        """The description of each table's messages, ``<table>.proto``."""
        labels = identifiers([written.table.name for written in tables], str.casefold)
        found, taken = {}, set[str]()
        for label, written in zip(labels, tables, strict=True):
            message = _scope(written.table).message
            message.name = free(message.name, taken)
            found[f"{label}.proto"] = proto_file(message, self.package)
        return found


class ProtobufEncoder(Encoder):
    """Messages behind their lengths; nothing before, between or behind them."""

    def __init__(self, table: TableShape) -> None:
        self._schema = table.schema
        self._rows = SizedRows(_scope(table).values, Around(), Spelling.VARINT)

    def begin(self) -> Iterable[Chunk]:
        return []

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        check_columns(batch, self._schema)
        return self._rows.write(batch.columns)

    def end(self) -> Iterable[Chunk]:
        return []


def _scope(table: TableShape) -> Scope:
    """The message of a table's rows: ``OrderItems`` of the table ``order_items``."""
    return Scope(capitalised(identifier(table.name)), list(table.schema), "")
