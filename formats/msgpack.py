"""MessagePack: one value for each row, one after the other (MessagePack specification, msgpack/spec.md, 2017)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from formats.binary_rows import (
    BINARY,
    Around,
    BinaryRows,
    Entries,
    Items,
    Members,
    Value,
    side_by_side,
    stored,
    texts_of,
)
from formats.changes import Change
from formats.durations import is_duration
from formats.flatten import check_columns
from formats.format import Chunk, Encoder, Format, Place, TableShape, file_format
from formats.kinds import is_binary, is_text
from formats.msgpack_bytes import (
    FALSE,
    FLOAT32,
    FLOAT64,
    HEADS,
    NIL,
    Head,
    Heads,
    array_head,
    big_endian_words,
    binary_head,
    integers,
    map_head,
    text_head,
    timestamps,
)
from formats.nesting import check_members, is_listing
from formats.retyping import no_type
from formats.text import BATCH_ROWS
from generator.kernels.text import Spelling, TextColumn


@file_format("msgpack", "messagepack")
class Msgpack(Format):
    """A map for each row, of column names and values, or an array of values; every value in its shortest form.

    NaN, infinities, nulls, uint64 and binary are kept. A timestamp is the extension -1 (without a zone as if it were in
    UTC), of any year; dates, times, durations and decimals are text, in ISO 8601 and with all digits. Structs and maps
    are maps, lists are arrays. Floats of 16 bits become such of 32.
    """

    suffix: ClassVar[str] = "msgpack"
    media_type: ClassVar[str] = "application/vnd.msgpack"
    nested: ClassVar[bool] = True
    readable: ClassVar[bool] = False
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar[Mapping[str, str]] = {
        "timestamps without a zone": "timestamps as if in UTC",
        "dates, times and durations": "ISO 8601 text",
        "decimals": "text with all their digits",
        "floats of 16 bits": "floats of 32 bits",
    }
    examples: ClassVar = ({}, {"rows": "array", "timestamps": "text"})

    rows: Literal["map", "array"] = Field(
        default="map", description="Whether a row is a map with the names of the columns, or an array of values alone."
    )
    timestamps: Literal["extension", "text"] = Field(
        default="extension", description="Whether timestamps are MessagePack's own, or ISO 8601 text."
    )

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        return MsgpackEncoder(table.schema, _Values(self).row(list(table.schema), self.rows == "map"))


class MsgpackEncoder(Encoder):
    """Values of rows; nothing before, between or behind them."""

    def __init__(self, schema: pa.Schema, values: Sequence[Value]) -> None:
        self._schema, self._rows = schema, BinaryRows(values)

    def begin(self) -> Iterable[Chunk]:
        return []

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        check_columns(batch, self._schema)
        return self._rows.write(batch.columns)

    def end(self) -> Iterable[Chunk]:
        return []


class _Values:
    """How columns are written, each behind bytes that lead to it whether it has a value or not."""

    def __init__(self, options: Msgpack) -> None:
        self._options = options

    def row(self, fields: Sequence[pa.Field], named: bool, lead: bytes = b"", within: str = "") -> list[Value]:
        """The members of a row or a struct, each behind its name if they are ``named``."""
        check_members(fields, within)
        lead += map_head(len(fields)) if named else array_head(len(fields))
        values = []
        for field in fields:
            key = field.name.encode()
            lead += text_head(len(key)) + key if named else b""
            values.append(self._value(field.with_name(f"{within}{field.name}"), lead))
            lead = b""
        return values

    def _value(self, field: pa.Field, lead: bytes = b"") -> Value:
        types, around = pa.types, _behind(lead)
        if types.is_dictionary(field.type):
            entry = self._value(field.with_type(field.type.value_type))
            return stored(field.with_type(pa.dictionary(field.type.index_type, BINARY)), around, Entries(entry))
        if types.is_struct(field.type):
            within = f"{field.name}."
            if field.nullable:
                return stored(field.with_type(BINARY), around, Members(self.row(list(field.type), True, b"", within)))
            return side_by_side(self.row(list(field.type), True, lead, within))
        if is_listing(field.type):
            return self._listing(field, around)
        if types.is_timestamp(field.type) and self._options.timestamps == "extension":
            return stored(field.with_type(BINARY), around, timestamps)
        return _text_or_binary(field, lead) or _plain(field, lead)

    def _listing(self, field: pa.Field, around: Around) -> Value:
        kind, name = field.type, f"{field.name}[]"
        is_map = pa.types.is_map(kind)
        inner = [kind.key_field, kind.item_field] if is_map else [kind.value_field]
        items = Items(BinaryRows([self._value(each.with_name(name)) for each in inner]))
        heads = Heads(map_head if is_map else array_head)

        def arrays(array: pa.Array) -> Sequence[pa.Array]:
            counts, found = items(array)
            return [heads(counts), found]

        return Value(*_headed(field, around, BINARY), arrays)


def _behind(lead: bytes, head: bytes = b"") -> Around:
    return Around(lead + head, lead + NIL)


def _headed(
    field: pa.Field, around: Around, kind: pa.DataType
) -> tuple[tuple[pa.Field, ...], tuple[TextColumn, TextColumn]]:
    """The flat columns of a value of bytes behind their head."""
    columns = around.cell(Spelling.BYTES), TextColumn(spelling=Spelling.BYTES)
    return (field.with_type(HEADS), field.with_type(kind)), columns


def _text_or_binary(field: pa.Field, lead: bytes) -> Value | None:
    types, kind = pa.types, field.type
    if is_text(kind):
        return _sized(field, lead, text_head, pa.large_string(), lambda array: array.cast(pa.large_string()))
    if types.is_fixed_size_binary(kind):
        return stored(field, _behind(lead, binary_head(kind.byte_width)))
    if is_binary(kind):
        return _sized(field, lead, binary_head, BINARY, lambda array: array.cast(BINARY))
    moments = (types.is_date32, types.is_time, types.is_timestamp, is_duration, types.is_decimal)
    if any(test(kind) for test in moments):
        return _sized(field, lead, text_head, pa.large_string(), texts_of(field))
    return None


def _sized(field: pa.Field, lead: bytes, head: Head, kind: pa.DataType, change: Change) -> Value:
    heads = Heads(head)

    def arrays(array: pa.Array) -> Sequence[pa.Array]:
        made = change(array)
        return [heads(pc.binary_length(made)), made]

    return Value(*_headed(field, _behind(lead), kind), arrays)


def _plain(field: pa.Field, lead: bytes) -> Value:
    """Numbers, booleans and nothing."""
    types, kind, around = pa.types, field.type, _behind(lead)
    if types.is_null(kind):
        return stored(field, around)
    if types.is_boolean(kind):
        return stored(field.with_type(pa.uint8()), around, _boolean_bytes)
    if types.is_integer(kind):
        return stored(field.with_type(BINARY), around, integers)
    if types.is_float64(kind):
        words = field.with_type(pa.uint64())
        return stored(words, _behind(lead, FLOAT64), lambda array: big_endian_words(array, np.uint64))
    if types.is_floating(kind):
        words = field.with_type(pa.uint32())
        single = pa.float32()
        return stored(words, _behind(lead, FLOAT32), lambda array: big_endian_words(array.cast(single), np.uint32))
    raise no_type("MessagePack", field.name, kind)


def _boolean_bytes(array: pa.Array) -> pa.Array:
    return pc.add(array.cast(pa.uint8()), pa.scalar(FALSE, pa.uint8()))
