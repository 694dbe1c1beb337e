"""Nested Arrow columns taken apart: members, items, and which values are missing, whatever slice of whatever kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Offsets = np.ndarray[Any, np.dtype[np.int64]]


def is_listing(data_type: pa.DataType) -> bool:
    """Whether values hold any number of items: lists of all kinds, and maps."""
    types = pa.types
    tests = (types.is_list, types.is_large_list, types.is_fixed_size_list, types.is_map)
    return any(test(data_type) for test in tests)


def without_values(array: pa.Array) -> Mask | None:
    """Which rows are null; None where none is."""
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False), np.bool_) if array.null_count else None


def members_of(array: pa.StructArray) -> list[pa.Array]:
    """The columns of a struct, each null where the struct is."""
    return list(array.flatten())


def items_of(array: pa.Array) -> tuple[Offsets, list[pa.Array]]:
    """Where the items of each row begin, in ``len + 1`` offsets from 0 on, and the items: of a map keys and values.

    Null rows have no items, even where the array keeps some for them.
    """
    if pa.types.is_fixed_size_list(array.type):
        array = array.cast(pa.list_(array.type.value_field))
    kind = np.int64 if pa.types.is_large_list(array.type) else np.int32
    items = [array.keys, array.items] if pa.types.is_map(array.type) else [array.values]
    if not len(array):
        return np.zeros(1, np.int64), [item.slice(0, 0) for item in items]
    places = np.frombuffer(array.buffers()[1], kind, len(array) + 1, array.offset * np.dtype(kind).itemsize)
    offsets = places.astype(np.int64) - int(places[0])
    items = [item.slice(int(places[0]), int(offsets[-1])) for item in items]
    missing = without_values(array)
    if missing is None:
        return offsets, items
    lengths = np.diff(offsets)
    if lengths[missing].any():
        kept = pa.array(np.repeat(~missing, lengths))
        items = [item.filter(kept) for item in items]
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.where(missing, 0, lengths))])
    return offsets, items


def plain_type(data_type: pa.DataType) -> pa.DataType:
    """``data_type`` with the values of its dictionaries in their place, at any depth; names and metadata stay."""
    types = pa.types
    if types.is_dictionary(data_type):
        return data_type.value_type
    if types.is_struct(data_type):
        return pa.struct([_plain_field(field) for field in data_type])
    if types.is_map(data_type):
        return pa.map_(_plain_field(data_type.key_field), _plain_field(data_type.item_field))
    if types.is_fixed_size_list(data_type):
        return pa.list_(_plain_field(data_type.value_field), data_type.list_size)
    if types.is_list(data_type):
        return pa.list_(_plain_field(data_type.value_field))
    return pa.large_list(_plain_field(data_type.value_field)) if types.is_large_list(data_type) else data_type


def _plain_field(field: pa.Field) -> pa.Field:
    return field.with_type(plain_type(field.type))
