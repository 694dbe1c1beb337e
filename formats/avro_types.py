"""Arrow types as Avro has them: the schema of a column, and the cells of its values (Apache Avro 1.12 specification).

A nullable column is the union of null and its type: a byte before each value says which it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from formats.binary_rows import (
    BINARY,
    Around,
    BinaryRows,
    Entries,
    Items,
    Members,
    Value,
    big_endian,
    of_size,
    side_by_side,
    sized,
    spelled,
    stored,
    texts_of,
)
from formats.changes import Change
from formats.durations import is_duration
from formats.format import FormatError
from formats.identifiers import free, identifier, identifiers
from formats.kinds import is_binary, is_text
from formats.nesting import check_members, is_listing, without_values
from formats.retyping import no_type
from generator.kernels.text import Spelling, TextColumn
from generator.kernels.text_reference_values import varint

NULL, THERE, END = b"\x00", b"\x02", b"\x00"
"""Of a union with null first: its branches. And what ends the blocks of an array or a map."""
UNITS = {"s": "millis", "ms": "millis", "us": "micros", "ns": "nanos"}
UINT64 = pa.decimal128(20, 0)
OWN_NAMES = (
    "null", "boolean", "int", "long", "float", "double", "bytes", "string",
    "record", "enum", "array", "map", "fixed", "union", "error",
)  # fmt: skip
"""What no named type can be called, as it would be taken for one of Avro's own."""

Json = Any


@dataclass(frozen=True, slots=True)
class Typed:
    """The Avro schema of values, and the cells that hold them."""

    schema: Json
    value: Value


class AvroTypes:
    """The types of one schema, in which no two named ones may have one name."""

    def __init__(self) -> None:
        self._names = {*OWN_NAMES}

    def record(self, name: str, fields: Sequence[pa.Field], within: str = "") -> tuple[Json, list[Value]]:
        """The record of these fields, and the value of each. FormatError for a column that Avro cannot hold."""
        check_members(fields, within)
        name, members, values = free(identifier(name), self._names), [], []
        for field, label in zip(fields, identifiers([field.name for field in fields]), strict=True):
            typed = self.typed(field.with_name(f"{within}{field.name}"), f"{name}_{label}")
            about = {} if label == field.name else {"doc": field.name}
            usual = {"default": None} if field.nullable else {}
            members.append({"name": label, "type": typed.schema, **about, **usual})
            values.append(typed.value)
        return {"type": "record", "name": name, "fields": members}, values

    def typed(self, field: pa.Field, name: str) -> Typed:
        """The values of ``field``; ``name`` is for the named types among them, the field's own for error messages."""
        found = self._nested(field, name) if pa.types.is_nested(field.type) else self._plain(field, name)
        if not field.nullable or found.schema == "null":
            return found
        return Typed(["null", found.schema], found.value)

    def _plain(self, field: pa.Field, name: str) -> Typed:
        if pa.types.is_dictionary(field.type):
            entry = self._plain(field.with_type(field.type.value_type).with_nullable(False), name)
            cells = pa.field(field.name, pa.dictionary(field.type.index_type, BINARY))
            return Typed(entry.schema, stored(cells, _around(field), Entries(entry.value)))
        kind = field.type
        if pa.types.is_fixed_size_binary(kind):
            fixed = {"type": "fixed", "name": free(identifier(name), self._names), "size": kind.byte_width}
            return Typed(fixed, stored(field, _around(field)))
        if pa.types.is_decimal(kind) or pa.types.is_uint64(kind):
            return _decimal(field)
        return _simple(field) or _moment(field)

    def _nested(self, field: pa.Field, name: str) -> Typed:
        around = _around(field)
        if pa.types.is_struct(field.type):
            record, values = self.record(name, list(field.type), f"{field.name}.")
            if field.nullable:
                return Typed(record, stored(field.with_type(BINARY), around, Members(values)))
            return Typed(record, side_by_side(values))
        if not is_listing(field.type):
            raise no_type("Avro", field.name, field.type)
        if not pa.types.is_map(field.type):
            item = self.typed(field.type.value_field.with_name(f"{field.name}[]"), f"{name}_item")
            return Typed({"type": "array", "items": item.schema}, _listing(field, around, [item.value]))
        key = self.typed(field.type.key_field.with_name(f"{field.name}[]"), f"{name}_key")
        item = self.typed(field.type.item_field.with_name(f"{field.name}[]"), f"{name}_value")
        cells = _listing(field, around, [key.value, item.value])
        if key.schema == "string":
            return Typed({"type": "map", "values": item.schema}, cells)
        pair = [{"name": "key", "type": key.schema}, {"name": "value", "type": item.schema}]
        entry = {"type": "record", "name": free(identifier(f"{name}_entry"), self._names), "fields": pair}
        return Typed({"type": "array", "items": entry}, cells)


def _around(field: pa.Field) -> Around:
    return Around(THERE, NULL) if field.nullable else Around()


def _listing(field: pa.Field, around: Around, values: Sequence[Value]) -> Value:
    """One block of all items, behind their count, and the block of none that is the end; only that of empty ones."""
    counts = pa.field(field.name, pa.int64())
    columns = (around.cell(Spelling.ZIGZAG), TextColumn(spelling=Spelling.BYTES, suffix=END))
    return Value((counts, field.with_type(BINARY)), columns, Items(BinaryRows(values)))


def _simple(field: pa.Field) -> Typed | None:
    """The types that are Avro's own."""
    types, kind, around = pa.types, field.type, _around(field)
    if types.is_null(kind):
        return Typed("null", spelled(field, Around(), Spelling.BYTES))
    if types.is_boolean(kind):
        return Typed("boolean", stored(field, around))
    if types.is_integer(kind):
        wide = types.is_int64(kind) or types.is_uint32(kind)
        return Typed("long" if wide else "int", spelled(field, around, Spelling.ZIGZAG))
    if types.is_floating(kind):
        given = field.with_type(pa.float32() if types.is_float16(kind) else kind)
        return Typed("double" if types.is_float64(kind) else "float", stored(given, around, _cast(given.type)))
    if is_binary(kind):
        return Typed("bytes", sized(field, around, Spelling.ZIGZAG))
    if is_text(kind):
        return Typed("string", sized(field, around, Spelling.ZIGZAG))
    return None


def _moment(field: pa.Field) -> Typed:
    """Dates, times and timestamps as counts of Avro's units; times in nanoseconds and durations as ISO 8601 texts."""
    types, kind = pa.types, field.type
    if types.is_date(kind):
        return _count(field, pa.date32(), "int", "date")
    if types.is_timestamp(kind):
        unit = "ms" if kind.unit == "s" else kind.unit
        local = "" if kind.tz else "local-"
        return _count(field, pa.timestamp(unit, kind.tz), "long", f"{local}timestamp-{UNITS[unit]}")
    if types.is_time(kind) and kind.unit != "ns":
        wanted, number = (pa.time64("us"), "long") if kind.unit == "us" else (pa.time32("ms"), "int")
        return _count(field, wanted, number, f"time-{UNITS[kind.unit]}")
    if not types.is_time(kind) and not is_duration(kind):
        raise no_type("Avro", field.name, kind)
    text = field.with_type(pa.large_string())
    return Typed("string", sized(text, _around(field), Spelling.ZIGZAG, texts_of(field)))


def _count(field: pa.Field, wanted: pa.DataType, number: str, logical: str) -> Typed:
    def counted(array: pa.Array) -> pa.Array:
        try:
            return pc.cast(array, wanted)
        except pa.ArrowInvalid as error:
            raise FormatError(f"column {field.name!r}: a value is too large for Avro's {logical} ({error})") from None

    value = spelled(field.with_type(wanted), _around(field), Spelling.ZIGZAG, counted)
    return Typed({"type": number, "logicalType": logical}, value)


def _cast(wanted: pa.DataType) -> Change:
    return lambda array: array if array.type == wanted else pc.cast(array, wanted)


def _decimal(field: pa.Field) -> Typed:
    """The unscaled number in two's complement, the most significant byte first, in as many bytes as the widest has."""
    kind = UINT64 if pa.types.is_uint64(field.type) else field.type
    if not 0 <= kind.scale <= kind.precision:
        raise FormatError(
            f"column {field.name!r}: Avro has no decimal of {kind.precision} digits with {kind.scale} behind the "
            f"point; use a scale from 0 to {kind.precision}"
        )
    size = (10**kind.precision).bit_length() // 8 + 1
    length, around = varint(size, zigzag=True), _around(field)
    value = stored(
        field.with_type(BINARY),
        Around(around.before + length, around.null),
        lambda array: of_size(big_endian(array, size), without_values(array)),
    )
    schema = {"type": "bytes", "logicalType": "decimal", "precision": kind.precision, "scale": kind.scale}
    return Typed(schema, value)
