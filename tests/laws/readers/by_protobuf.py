"""Readers of length-delimited Protocol Buffers: Google's runtime, by the .proto file that comes with the data."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
from google.protobuf.proto import parse_length_prefixed, serialize_length_prefixed
from google.protobuf.unknown_fields import UnknownFieldSet

from formats import TableShape, Written
from tests.laws.nested_values import Columns, comparable, is_listing
from tests.laws.readers.proto_language import message_class
from tests.laws.readers.reader import Reader
from tests.laws.texts_read import value_of

NANOSECONDS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def _by_runtime(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    ((name, text),) = options.companions([Written(TableShape("people", schema), ())]).items()
    assert name == "people.proto"
    kind = message_class(text.decode())
    assert kind.DESCRIPTOR.full_name == f"{options.package}.People".lstrip(".")
    assert [field.json_name for field in kind.DESCRIPTOR.fields] == schema.names
    rows, stream, again = [], io.BytesIO(data), io.BytesIO()
    while (message := parse_length_prefixed(kind, stream)) is not None:
        rows.append(_members(message, list(schema)))
        serialize_length_prefixed(message, again)
        assert again.tell() == stream.tell(), "as many bytes as the runtime takes for the same"
    return [[row[at] for row in rows] for at in range(len(schema))]


def _members(message: Any, fields: list[pa.Field]) -> list[Any]:
    assert len(message.DESCRIPTOR.fields) == len(fields)
    assert len(UnknownFieldSet(message)) == 0
    return [_member(message, known.name, field) for known, field in zip(message.DESCRIPTOR.fields, fields, strict=True)]


def _member(message: Any, name: str, field: pa.Field) -> Any:
    value = getattr(message, name)
    if pa.types.is_map(field.type):
        item, keys = field.type.item_field, sorted(value)
        return [(key, _item(value[key], item)) for key in keys]
    if is_listing(field.type):
        return [_item(item, field.type.value_field) for item in value]
    return _value(value, field.type) if message.HasField(name) else None


def _item(value: Any, field: pa.Field) -> Any:
    """An item, which stands in a message of its own if it may be missing or is a list."""
    if field.nullable or is_listing(field.type):
        return _members(value, [field])[0]
    return _value(value, field.type)


def _value(value: Any, data_type: pa.DataType) -> Any:
    types = pa.types
    if types.is_dictionary(data_type):
        return _value(value, data_type.value_type)
    if types.is_struct(data_type):
        members = _members(value, list(data_type))
        return {field.name: member for field, member in zip(data_type, members, strict=True)}
    if types.is_timestamp(data_type) or types.is_duration(data_type):
        ticks, rest = divmod(value.seconds * 10**9 + value.nanos, NANOSECONDS[data_type.unit])
        assert rest == 0
        assert value.seconds * value.nanos >= 0 or types.is_timestamp(data_type)
        return ticks
    if types.is_temporal(data_type) or types.is_decimal(data_type):
        return value_of(value, data_type)
    return comparable(value)


def _without_missing_lists(options: Any, data_type: pa.DataType, value: Any) -> Any:
    """Missing lists are empty ones, and the entries of a map have no order."""
    types = pa.types
    if is_listing(data_type):
        if types.is_map(data_type):
            items = [(key, _without_missing_lists(options, data_type.item_type, item)) for key, item in value or ()]
            return sorted(items, key=lambda pair: pair[0])
        return [_without_missing_lists(options, data_type.value_type, item) for item in value or ()]
    if types.is_struct(data_type) and value is not None:
        return {field.name: _without_missing_lists(options, field.type, value[field.name]) for field in data_type}
    return value


READERS: dict[str, tuple[Reader, ...]] = {
    "protobuf": (Reader("Google's runtime", _by_runtime, _without_missing_lists),),
}
