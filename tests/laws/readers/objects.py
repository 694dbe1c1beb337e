"""What readers of JSON and its like share: rows of objects as columns, and what is left where nulls are left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from tests.laws.nested_values import Columns, comparable, mapped
from tests.laws.texts_read import from_json


def pairs(value: Any) -> Any:
    """Dictionaries as lists of pairs, at every depth."""
    if isinstance(value, dict):
        return [(key, pairs(item)) for key, item in value.items()]
    return [pairs(item) for item in value] if isinstance(value, list) else value


def columns(schema: pa.Schema, rows: list[Any], left_out: bool) -> Columns:
    """The columns of rows, which are lists of pairs; members that are ``left_out`` are there again, as null."""
    found = [_object(row, list(schema), left_out) for row in rows]
    return [[from_json(row[at][1], field.type) for row in found] for at, field in enumerate(schema)]


def _object(pairs: Any, fields: list[pa.Field], left_out: bool) -> list[tuple[str, Any]]:
    found, names = dict(pairs), [field.name for field in fields]
    if left_out:
        assert None not in found.values()
        assert list(found) == [name for name in names if name in found]
    else:
        assert [key for key, _ in pairs] == names
    return [(field.name, _members(found.get(field.name), field.type, left_out)) for field in fields]


def _members(value: Any, data_type: pa.DataType, left_out: bool) -> Any:
    types = pa.types
    if value is None or types.is_dictionary(data_type) or not types.is_nested(data_type):
        return value
    if types.is_struct(data_type):
        return _object(value, list(data_type), left_out)
    if types.is_map(data_type):
        assert not left_out or all(item is not None for _, item in value)
        return [(key, _members(item, data_type.item_type, left_out)) for key, item in value]
    return [_members(item, data_type.value_type, left_out) for item in value]


def without_nulls(value: Any, data_type: pa.DataType, items: bool = False) -> Any:
    """What is left of maps where members that are null are left out; of lists too, where ``items`` are."""
    types = pa.types
    if value is None or types.is_dictionary(data_type) or not types.is_nested(data_type):
        return value
    if types.is_struct(data_type):
        return {field.name: without_nulls(value[field.name], field.type, items) for field in data_type}
    if types.is_map(data_type):
        found = [(key, without_nulls(item, data_type.item_type, items)) for key, item in value]
        return [(key, item) for key, item in found if item is not None]
    inner = [without_nulls(item, data_type.value_type, items) for item in value]
    return [item for item in inner if item is not None or not items]


def leaves(value: Any, data_type: pa.DataType, change: Callable[[Any, pa.DataType], Any]) -> Any:
    """The same value with ``change`` done to its leaves that are not null."""
    return mapped(value, data_type, lambda leaf, kind: None if leaf is None else change(leaf, kind))


def double(leaf: Any, kind: pa.DataType) -> Any:
    """A decimal as readers have it that take numbers for doubles."""
    return comparable(float(leaf)) if pa.types.is_decimal(kind) else leaf


def with_double_decimals(schema: pa.Schema, found: Columns) -> Columns:
    """Columns with every decimal as a double."""
    return [
        [leaves(value, field.type, double) for value in column] for field, column in zip(schema, found, strict=True)
    ]
