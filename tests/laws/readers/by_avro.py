"""Readers of Avro object container files."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import fastavro
import fastavro.read
import pyarrow as pa
import zstandard

from tests.laws.nested_values import Columns, comparable, is_listing
from tests.laws.readers.reader import Reader
from tests.laws.texts_read import value_of

PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
EPOCH = dt.datetime(1970, 1, 1)


def _zstandard_block(block: Any) -> io.BytesIO:
    """What fastavro does itself where a package of Python 3.14's zstd is installed."""
    packed = fastavro.schemaless_reader(block, "bytes")
    return io.BytesIO(zstandard.ZstdDecompressor().decompressobj().decompress(packed))


fastavro.read.BLOCK_READERS["zstandard"] = _zstandard_block


def _by_fastavro(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    found = fastavro.reader(io.BytesIO(data))
    assert found.codec == {"none": "null", "zstd": "zstandard"}.get(options.codec, options.codec)
    assert found.writer_schema["name"] == f"{options.namespace}.people".lstrip(".")
    assert [field.get("doc", field["name"]) for field in found.writer_schema["fields"]] == schema.names
    rows = [list(row.values()) for row in found]
    assert all(len(row) == len(schema) for row in rows)
    return [[_value(row[at], field.type) for row in rows] for at, field in enumerate(schema)]


def _value(value: Any, data_type: pa.DataType) -> Any:
    types = pa.types
    if value is None:
        return None
    if types.is_dictionary(data_type):
        return _value(value, data_type.value_type)
    if types.is_struct(data_type):
        return {field.name: _value(part, field.type) for field, part in zip(data_type, value.values(), strict=True)}
    if types.is_map(data_type):
        return [(_value(key, data_type.key_type), _value(item, data_type.item_type)) for key, item in value.items()]
    if is_listing(data_type):
        return [_value(item, data_type.value_type) for item in value]
    if types.is_temporal(data_type):
        return value_of(value, data_type) if isinstance(value, str) else ticks(value, data_type)
    if types.is_uint64(data_type):
        assert isinstance(value, Decimal)
        return int(value)
    return comparable(value)


def ticks(value: Any, data_type: pa.DataType) -> int:
    """A moment of ``datetime`` as the count of a type's unit."""
    if isinstance(value, int):  # nanoseconds, which fastavro leaves alone
        return value
    if isinstance(value, dt.datetime):
        assert (value.tzinfo is not None) == (data_type.tz is not None)
        passed = value.replace(tzinfo=None) - EPOCH
    elif isinstance(value, dt.date):
        return (value - EPOCH.date()).days
    else:
        passed = dt.datetime.combine(EPOCH, value) - EPOCH
    whole, rest = divmod(passed // dt.timedelta(microseconds=1) * PER_SECOND[data_type.unit], 10**6)
    assert rest == 0
    return whole


READERS: dict[str, tuple[Reader, ...]] = {"avro": (Reader("fastavro", _by_fastavro),)}
