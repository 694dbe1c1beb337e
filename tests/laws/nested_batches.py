"""Nested columns that formats find hard: missing values at every level, items kept under missing lists, empty ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

Rng = np.random.Generator
Maker = Callable[[Rng, int], pa.Array]
Column = Callable[[str, int, int, float], pa.Array]
"""``format_batches.column``: name, rows, seed and share of nulls."""

EACH_LENGTH = (0, 1, 2, 3, 0, 0, 40)
"""The first rows' lists have so many items, the others up to 3."""


def masked(values: pa.Array, bits: pa.Buffer) -> pa.Array:
    """The same nested values with this validity bitmap: what lies under missing ones stays there."""
    types, kind, buffers = pa.types, values.type, values.buffers()
    if types.is_struct(kind):
        return pa.Array.from_buffers(kind, len(values), [bits], children=[values.field(at) for at in range(len(kind))])
    if types.is_fixed_size_list(kind):
        return pa.Array.from_buffers(kind, len(values), [bits], children=[values.values])
    if types.is_map(kind):
        entries = pa.StructArray.from_arrays([values.keys, values.items], fields=[kind.key_field, kind.item_field])
        return pa.Array.from_buffers(kind, len(values), [bits, buffers[1]], children=[entries])
    return pa.Array.from_buffers(kind, len(values), [bits, buffers[1]], children=[values.values])


def columns(column: Column) -> dict[str, tuple[Maker, None]]:
    """What makes a nested column, by its name."""

    def flat(name: str, nulls: float = 0.2) -> Maker:
        return lambda rng, rows: column(name, rows, int(rng.integers(2**32)), nulls)

    text, whole, word = flat("string"), flat("int64"), flat("dictionary by int32")
    members = {
        "n": whole, "price": flat("decimal128(10, 2)"), "text": text, "word": word, "yes": flat("bool"),
        "at": flat("timestamp us in UTC"), "ratio": flat("float64 odd of 6 digits"), "day": flat("date32"),
    }  # fmt: skip
    digits = {"ratio": {b"digits": b"6"}}
    person = _struct(members, digits)
    found = {
        "struct": person,
        "struct of structs": _struct({"sure": person, "maybe": _some(person), 'a "key"': text}, never_null=("sure",)),
        "list of strings": _list(text),
        "list of words": _list(word),
        "list of numbers": _list(flat("uint64")),
        "list of odd floats": _list(flat("double odd")),
        "list of wide decimals": _list(flat("decimal128(38, 10)")),
        "large list": _large_list(whole),
        "list of three": _fixed_list(whole),
        "list of lists": _list(_some(_list(flat("date32")))),
        "list of structs": _list(_some(person)),
        "map to numbers": _map(whole),
        "map to structs": _map(_some(person)),
        "struct of lists of maps": _struct({"all": _some(_list(_some(_map(word)))), "n": whole}),
        "five levels": _list(_some(_struct({"a": _some(_list(_some(_struct({"b": _some(_map(text)), "n": whole}))))}))),
    }
    return {name: (made, None) for name, made in found.items()}


def durations(column: Column) -> dict[str, tuple[Maker, None]]:
    """What makes a nested column with lengths of time in it, by its name."""

    def length(unit: str) -> Maker:
        return lambda rng, rows: column(f"duration {unit}", rows, int(rng.integers(2**32)), 0.2)

    struct = _struct({"wait": length("s"), "laps": _some(_list(length("ms")))})
    return {"struct of durations": (struct, None), "map to durations": (_map(length("ns")), None)}


def _some(made: Maker) -> Maker:
    """The same with a share of values missing."""

    def make(rng: Rng, rows: int) -> pa.Array:
        values = made(rng, rows)
        return masked(values, pa.array(rng.random(rows) < 0.8).buffers()[1]) if rows else values

    return make


def _struct(
    members: dict[str, Maker], metadata: dict[str, Any] | None = None, never_null: tuple[str, ...] = ()
) -> Maker:
    def make(rng: Rng, rows: int) -> pa.Array:
        arrays = [made(rng, rows) for made in members.values()]
        about = metadata or {}
        fields = [
            pa.field(name, array.type, name not in never_null, about.get(name))
            for name, array in zip(members, arrays, strict=True)
        ]
        return pa.StructArray.from_arrays(arrays, fields=fields)

    return make


def _offsets(rng: Rng, rows: int, kind: pa.DataType) -> pa.Array:
    lengths = rng.integers(0, 4, rows)
    lengths[: len(EACH_LENGTH)] = EACH_LENGTH[:rows]
    return pa.array(np.concatenate([[0], np.cumsum(lengths)]), kind)


def _list(items: Maker) -> Maker:
    def make(rng: Rng, rows: int) -> pa.Array:
        offsets = _offsets(rng, rows, pa.int32())
        return pa.ListArray.from_arrays(offsets, items(rng, offsets[-1].as_py()))

    return make


def _large_list(items: Maker) -> Maker:
    def make(rng: Rng, rows: int) -> pa.Array:
        offsets = _offsets(rng, rows, pa.int64())
        return pa.LargeListArray.from_arrays(offsets, items(rng, offsets[-1].as_py()))

    return make


def _fixed_list(items: Maker) -> Maker:
    return lambda rng, rows: pa.FixedSizeListArray.from_arrays(items(rng, 3 * rows), 3)


def _map(items: Maker) -> Maker:
    """Keys that differ within a map, some of them hard to quote."""

    def make(rng: Rng, rows: int) -> pa.Array:
        offsets = _offsets(rng, rows, pa.int32())
        count = offsets[-1].as_py()
        keys = pa.array([f'{at} "\\\n, é' if at % 3 else f"k{at}" for at in range(count)], pa.string())
        return pa.MapArray.from_arrays(offsets, keys, items(rng, count))

    return make
