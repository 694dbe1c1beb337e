"""A reader of TOML: tomllib, which keeps the microseconds of times."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import pyarrow as pa

from tests.laws.nested_values import Columns
from tests.laws.readers.objects import columns, leaves, pairs, without_nulls
from tests.laws.readers.reader import Reader


def _read(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    found = tomllib.loads(data.decode(), parse_float=str)
    assert list(found) == ["people" if options.records is None else options.records]
    [rows] = found.values()
    return columns(schema, pairs(_with_texts(rows)), left_out=True)


def _with_texts(value: Any) -> Any:
    """The same with dates and times as ISO 8601 text, which must have a zone or not as their types do."""
    if isinstance(value, dict):
        return {key: _with_texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_texts(item) for item in value]
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        assert value.utcoffset() == dt.timedelta(0)
        return value.replace(tzinfo=None).isoformat() + "Z"
    return value.isoformat() if isinstance(value, dt.datetime | dt.date | dt.time) else value


def _kept(_options: Any, data_type: pa.DataType, value: Any) -> Any:
    return leaves(without_nulls(value, data_type, items=True), data_type, _to_microseconds)


def _to_microseconds(leaf: Any, kind: pa.DataType) -> Any:
    """Of nanoseconds; the first that int64 has stand in a microsecond that begins before, which numpy wraps around."""
    if not (pa.types.is_time(kind) or pa.types.is_timestamp(kind)) or kind.unit != "ns":
        return leaf
    whole = leaf - leaf % 1_000
    return whole if whole >= -(2**63) else whole + 2**64


READERS: dict[str, tuple[Reader, ...]] = {"toml": (Reader("tomllib", _read, _kept),)}
