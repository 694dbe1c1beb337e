"""Arrow columns as plain values to compare by: None, bool, int, float, Decimal, str, bytes, dict, list.

Dates and times are the count of their unit since 1970 or midnight, a struct is a dict, a map a list of pairs. Written
without what the formats use to take nested columns apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

import pyarrow as pa

Columns = list[list[Any]]


def plain_columns(data: pa.Table | pa.RecordBatch) -> Columns:
    """The values of Arrow data, as readers give them."""
    return [plain(column) for column in data.columns]


def flat_columns(batch: pa.RecordBatch) -> tuple[pa.Schema, Columns]:
    """What a format of flat columns holds of a batch: members as ``struct.member``, lists and maps as they are."""
    found = [
        flat
        for field, values in zip(batch.schema, plain_columns(batch), strict=True)
        for flat in _flat(field, field.name, values)
    ]
    return pa.schema([field for field, _ in found]), [values for _, values in found]


def _flat(field: pa.Field, name: str, values: list[Any]) -> Iterator[tuple[pa.Field, list[Any]]]:
    if not pa.types.is_struct(field.type):
        yield field.with_name(name), values
        return
    for member in field.type:
        inner = [None if value is None else value[member.name] for value in values]
        yield from _flat(member, f"{name}.{member.name}", inner)


def is_listing(data_type: pa.DataType) -> bool:
    """Whether values are lists or maps."""
    return bool(pa.types.is_nested(data_type) and not pa.types.is_struct(data_type))


def comparable(value: Any) -> Any:
    """NaN equals nothing, so it goes by its name; 0.0 and -0.0 are equal and should not be."""
    return repr(value) if isinstance(value, float) and (value == 0 or not isfinite(value)) else value


def plain(column: pa.Array | pa.ChunkedArray, wanted: pa.DataType | None = None) -> list[Any]:
    """The values of a column, read as the type ``wanted`` at its leaves; what stands around them keeps its kind."""
    if isinstance(column, pa.ChunkedArray):
        return [value for chunk in column.chunks for value in plain(chunk, wanted)]
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    wanted = column.type if wanted is None else wanted
    if pa.types.is_struct(wanted):
        return _structs(column, wanted)
    if is_listing(wanted):
        return _lists(column, wanted)
    wanted = wanted.value_type if pa.types.is_dictionary(wanted) else wanted
    column = column if column.type == wanted else column.cast(wanted)
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.int32() if column.type.bit_width == 32 else pa.int64())
    return [comparable(value) for value in column.to_pylist()]


def _structs(column: pa.Array, wanted: pa.DataType) -> list[Any]:
    names = [field.name for field in wanted]
    assert [field.name for field in column.type] == names
    members = [plain(column.field(at), field.type) for at, field in enumerate(wanted)]
    there = column.is_valid().to_pylist()
    rows = zip(*members, strict=True) if members else iter([()] * len(column))
    return [dict(zip(names, row, strict=True)) if here else None for row, here in zip(rows, there, strict=True)]


def _lists(column: pa.Array, wanted: pa.DataType) -> list[Any]:
    """A map may come as one, or as a list of structs of two."""
    if pa.types.is_map(wanted):
        kinds = (wanted.key_type, wanted.item_type)
        pair = (column.keys, column.items) if pa.types.is_map(column.type) else map(column.values.field, range(2))
        items = list(zip(*(plain(part, kind) for part, kind in zip(pair, kinds, strict=True)), strict=True))
    else:
        items = plain(column.values, wanted.value_type)
    if pa.types.is_fixed_size_list(column.type):
        size = column.type.list_size
        ends = [size * (column.offset + at) for at in range(len(column) + 1)]
    else:
        ends = column.offsets.to_pylist()
    there = column.is_valid().to_pylist()
    return [items[ends[at] : ends[at + 1]] if here else None for at, here in enumerate(there)]


def mapped(value: Any, data_type: pa.DataType, change: Callable[[Any, pa.DataType], Any]) -> Any:
    """The same value with ``change`` done to its leaves, each handed over with its type."""
    types = pa.types
    if types.is_dictionary(data_type):
        return mapped(value, data_type.value_type, change)
    if not types.is_nested(data_type):
        return change(value, data_type)
    if value is None:
        return None
    if types.is_struct(data_type):
        return {field.name: mapped(value[field.name], field.type, change) for field in data_type}
    if types.is_map(data_type):
        kinds = (data_type.key_type, data_type.item_type)
        return [tuple(mapped(part, kind, change) for part, kind in zip(pair, kinds, strict=True)) for pair in value]
    return [mapped(item, data_type.value_type, change) for item in value]
