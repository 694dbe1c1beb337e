"""Null masks over Arrow arrays, without moving the values."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.cells import Mask


def validity(array: pa.Array) -> Mask | None:
    """Which values are there, as bools; None where all are."""
    if array.null_count == 0:
        return None
    return np.asarray(array.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)


def with_nulls(array: pa.Array, present: Mask) -> pa.Array:
    """The array with nulls where ``present`` is false as well as where it had them. Values stay where they are."""
    if len(array) == 0 or bool(present.all()):
        return array
    if pa.types.is_dictionary(array.type):
        indices = with_nulls(array.indices, present)
        return pa.DictionaryArray.from_arrays(indices, array.dictionary, safe=False)
    if array.offset or pa.types.is_null(array.type):
        return pc.if_else(pa.array(present), array, pa.scalar(None, array.type))
    bits = np.packbits(present, bitorder="little")
    if array.null_count:
        bits &= np.frombuffer(array.buffers()[0], dtype=np.uint8, count=len(bits))
    own = array.buffers()[1 : array.type.num_buffers]
    children = _children(array)
    return pa.Array.from_buffers(array.type, len(array), [pa.py_buffer(bits), *own], children=children or None)


def _children(array: pa.Array) -> list[pa.Array]:
    """The arrays inside a nested one of offset 0."""
    if pa.types.is_struct(array.type):
        return [array.field(index) for index in range(array.type.num_fields)]
    if pa.types.is_map(array.type):
        entries = [pa.field("key", array.type.key_type, nullable=False), array.type.item_field]
        return [pa.StructArray.from_arrays([array.keys, array.items], fields=entries)]
    return [array.values] if pa.types.is_list(array.type) else []
