"""Nested Arrow columns taken apart: members, items, and which values are missing, whatever slice of whatever kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from formats.format import FormatError

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Offsets = np.ndarray[Any, np.dtype[np.int64]]


def is_listing(data_type: pa.DataType) -> bool:
    """Whether values hold any number of items: lists of all kinds, and maps."""
    types = pa.types
    tests = (types.is_list, types.is_large_list, types.is_fixed_size_list, types.is_map)
    return any(test(data_type) for test in tests)


def without_values(array: pa.Array) -> Mask | None:
    """Which rows are null, or stand for a dictionary's null; None where none is."""
    missing = array.is_null() if array.null_count else None
    if pa.types.is_dictionary(array.type) and array.dictionary.null_count:
        missing = array.dictionary_decode().is_null()
    return None if missing is None else np.asarray(missing.to_numpy(zero_copy_only=False), np.bool_)


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
    return kept_items(offsets, items, np.repeat(~missing, lengths)) if lengths[missing].any() else (offsets, items)


def kept_items(offsets: Offsets, items: list[pa.Array], kept: Mask) -> tuple[Offsets, list[pa.Array]]:
    """The items that are kept, of lists that begin at ``offsets``, and where the lists begin then."""
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
    return before[offsets], [item.filter(pa.array(kept)) for item in items]


def check_members(fields: Sequence[pa.Field], within: str) -> None:
    """FormatError if there are none: a row, or the values of the column ``within`` (and a dot), would say nothing."""
    if not fields:
        what = f"column {within.removesuffix('.')!r} has no members" if within else "the table has no columns"
        raise FormatError(f"{what}, and rows would say nothing of it; leave it out, or write another format")


def retyped(
    data_type: pa.DataType, leaf: Callable[[pa.DataType], pa.DataType], keep_metadata: bool = True
) -> pa.DataType:
    """``data_type`` with ``leaf`` done to the types inside it, at any depth; names, nullability and metadata stay.

    Dictionaries give way to the type of their values.
    """

    def inner(field: pa.Field) -> pa.Field:
        made = field.with_type(retyped(field.type, leaf, keep_metadata))
        return made if keep_metadata else made.remove_metadata()

    types = pa.types
    if types.is_dictionary(data_type):
        return retyped(data_type.value_type, leaf, keep_metadata)
    if types.is_struct(data_type):
        return pa.struct([inner(field) for field in data_type])
    if types.is_map(data_type):
        return pa.map_(inner(data_type.key_field), inner(data_type.item_field))
    if not is_listing(data_type):
        return leaf(data_type)
    items = inner(data_type.value_field)
    if types.is_fixed_size_list(data_type):
        return pa.list_(items, data_type.list_size)
    return pa.large_list(items) if types.is_large_list(data_type) else pa.list_(items)


def plain_type(data_type: pa.DataType) -> pa.DataType:
    """``data_type`` with the values of its dictionaries in their place, at any depth; names and metadata stay."""
    return retyped(data_type, lambda leaf: leaf)


def leaves(path: str, data_type: pa.DataType) -> Iterator[tuple[str, pa.DataType]]:
    """The types inside one at any depth, each with its path: ``tags.list.element``, ``marks.key_value.key``.

    The paths are those of Parquet's rules for nested types (Apache Parquet format, LogicalTypes.md).
    """
    if pa.types.is_struct(data_type):
        for member in data_type:
            yield from leaves(f"{path}.{member.name}", member.type)
    elif pa.types.is_map(data_type):
        yield from leaves(f"{path}.key_value.key", data_type.key_type)
        yield from leaves(f"{path}.key_value.value", data_type.item_type)
    elif is_listing(data_type):
        yield from leaves(f"{path}.list.element", data_type.value_type)
    else:
        yield path, data_type
