"""Readers of MessagePack: its own package."""

from __future__ import annotations

import io
from typing import Any

import msgpack
import pyarrow as pa

from tests.laws.nested_values import Columns, comparable, is_listing
from tests.laws.readers.reader import Reader
from tests.laws.texts_read import value_of

NANOSECONDS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def _by_package(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    rows = list(msgpack.Unpacker(io.BytesIO(data), raw=False, strict_map_key=False, object_pairs_hook=list))
    if options.rows == "map":
        assert all([name for name, _ in row] == schema.names for row in rows)
        rows = [[value for _, value in row] for row in rows]
    assert all(len(row) == len(schema) for row in rows)
    return [[_value(row[at], field.type) for row in rows] for at, field in enumerate(schema)]


def _value(value: Any, data_type: pa.DataType) -> Any:
    types = pa.types
    if value is None:
        return None
    if types.is_dictionary(data_type):
        return _value(value, data_type.value_type)
    if types.is_struct(data_type):
        assert [name for name, _ in value] == [field.name for field in data_type]
        return {field.name: _value(item, field.type) for field, (_, item) in zip(data_type, value, strict=True)}
    if types.is_map(data_type):
        return [(_value(key, data_type.key_type), _value(item, data_type.item_type)) for key, item in value]
    if is_listing(data_type):
        return [_value(item, data_type.value_type) for item in value]
    if isinstance(value, msgpack.Timestamp):
        ticks, rest = divmod(value.seconds * 10**9 + value.nanoseconds, NANOSECONDS[data_type.unit])
        assert rest == 0
        return ticks
    if types.is_temporal(data_type) or types.is_decimal(data_type):
        return value_of(value, data_type)
    return comparable(value)


READERS: dict[str, tuple[Reader, ...]] = {"msgpack": (Reader("msgpack", _by_package),)}
