"""Columns as pyarrow's ORC writer needs them, so that every reader finds in the file what was meant."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from formats.durations import TICKS
from formats.nesting import is_listing


def orc_column(array: pa.Array) -> pa.Array:
    """The same values, but of timestamps before 1970, which are cut to the second they are in.

    ORC's readers take different moments from a fraction before 1970 (ORC-763), and the writer states it as negative
    nanoseconds, which are none to ORC. And the writer takes the members of a struct for what they are by themselves, so
    here they are null where the struct is. ``array`` is no slice; its lists are of variable length, or fixed.
    """
    kind, buffers = array.type, array.buffers()
    if pa.types.is_timestamp(kind):
        return _whole_seconds(array)
    if pa.types.is_struct(kind):
        return _rebuilt(array, buffers[:1], array.flatten())
    if pa.types.is_map(kind):
        fields = [kind.key_field, kind.item_field]
        entries = pa.StructArray.from_arrays([array.keys, orc_column(array.items)], fields=fields)
        return pa.Array.from_buffers(kind, len(array), buffers[:2], array.null_count, children=[entries])
    if is_listing(kind):
        return _rebuilt(array, buffers[: 1 if pa.types.is_fixed_size_list(kind) else 2], [array.values])
    return array


def _rebuilt(array: pa.Array, buffers: list[pa.Buffer], children: list[pa.Array]) -> pa.Array:
    made = [orc_column(child) for child in children]
    return pa.Array.from_buffers(array.type, len(array), buffers, array.null_count, children=made)


def _whole_seconds(array: pa.Array) -> pa.Array:
    per = TICKS[array.type.unit]
    ticks = np.frombuffer(array.buffers()[1], np.int64, len(array)) if len(array) else np.empty(0, np.int64)
    if per == 1 or not (ticks < 0).any():
        return array
    seconds = np.maximum(ticks // per, -(2**63 // per))
    cut = pa.py_buffer(np.where(ticks < 0, seconds * per, ticks))
    return pa.Array.from_buffers(array.type, len(array), [array.buffers()[0], cut], array.null_count)
