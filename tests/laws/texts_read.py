"""Values from their texts, by Python's and numpy's own parsers: what readers of text formats share."""

from __future__ import annotations

import base64
import json
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from tests.laws.nested_values import comparable, is_listing, mapped


def value_of(text: str, data_type: pa.DataType) -> Any:
    """A value from its text, by Python's and numpy's own parsers; a list or a map from its JSON."""
    types = pa.types
    if is_listing(data_type):
        return from_json(json_value(text), data_type)
    if types.is_dictionary(data_type):
        return value_of(text, data_type.value_type)
    if types.is_boolean(data_type):
        return {"true": True, "false": False}[text]
    if types.is_integer(data_type):
        return int(text)
    if types.is_decimal(data_type):
        return Decimal(text)
    if types.is_floating(data_type):
        value = float(text)
        return comparable(float(np.float32(value)) if data_type.bit_width == 32 else value)
    if types.is_temporal(data_type):
        return _ticks(text, data_type)
    is_text = types.is_string(data_type) or types.is_large_string(data_type) or types.is_string_view(data_type)
    return text if is_text else base64.b64decode(text, validate=True)


LENGTH = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?", re.ASCII)
TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def _length(text: str, unit: str) -> int:
    """The ticks of an ISO 8601 duration that has some part, and as many digits as its unit."""
    found = LENGTH.fullmatch(text)
    assert found is not None
    sign, *whole, fraction = found.groups()
    assert any(part is not None for part in whole)
    assert 10 ** len(fraction or "") == TICKS[unit]
    days, hours, minutes, seconds = (int(part or 0) for part in whole)
    ticks = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * TICKS[unit] + int(fraction or 0)
    return -ticks if sign else ticks


def _ticks(text: str, data_type: pa.DataType) -> int:
    if pa.types.is_duration(data_type):
        return _length(text, data_type.unit)
    if pa.types.is_date32(data_type):
        return int(np.datetime64(text, "D").astype(np.int64))
    if pa.types.is_time(data_type):
        text = f"1970-01-01T{text}"
    elif data_type.tz:
        assert text.endswith("Z")
    return int(np.datetime64(text.removesuffix("Z"), data_type.unit).astype(np.int64))


def from_json(value: Any, data_type: pa.DataType) -> Any:
    """What :func:`json_value` gave, as values of a type; keys must be the type's, in its order."""
    types = pa.types
    if value is None or isinstance(value, bool):
        return value
    if types.is_struct(data_type):
        assert [key for key, _ in value] == [field.name for field in data_type]
        return {field.name: from_json(item, field.type) for field, (_, item) in zip(data_type, value, strict=True)}
    if types.is_map(data_type):
        return [(value_of(key, data_type.key_type), from_json(item, data_type.item_type)) for key, item in value]
    if is_listing(data_type):
        return [from_json(item, data_type.value_type) for item in value]
    return value_of(value, data_type)


def parsed(value: Any, data_type: pa.DataType) -> Any:
    """The same value with the texts in it read as the types that they are of."""
    if isinstance(value, str) and is_listing(data_type):
        return value_of(value, data_type)

    def read(leaf: Any, kind: pa.DataType) -> Any:
        return value_of(leaf, kind) if isinstance(leaf, str) and not is_wide(kind) else leaf

    return mapped(value, data_type, read)


def json_value(text: str) -> Any:
    """Objects as lists of pairs, in order; numbers as they are written."""
    return json.loads(text, object_pairs_hook=list, parse_float=str, parse_int=str, parse_constant=str)


def is_wide(data_type: pa.DataType) -> bool:
    """DuckDB reads the numbers of JSON as doubles, decimals of more than 15 digits too."""
    return bool(pa.types.is_decimal(data_type) and data_type.precision > 15)
