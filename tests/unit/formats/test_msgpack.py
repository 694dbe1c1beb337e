"""MessagePack: the shortest form of every value, as the package that is known best writes it."""

from __future__ import annotations

from typing import Any

import msgpack
import numpy as np
import pyarrow as pa
import pytest

from formats import FormatError, Place, TableShape, format_named
from tests.laws import format_batches
from tests.laws.test_formats import part

DIFFERENT = ("float", "double", "decimal", "time", "date32", "struct", "map", "levels", "odd", "lists", "duration")
"""Columns with values that are text here, or floats of 32 bits, or that pyarrow gives back otherwise."""


def written(batch: pa.RecordBatch, **options: Any) -> bytes:
    chosen = format_named({"type": "msgpack", **options})
    data, _ = part(chosen, [batch], Place(), TableShape("people", batch.schema))
    return data


def packed(values: list[Any]) -> bytes:
    return b"".join(msgpack.packb({"x": value}) for value in values)


def test_rows_are_maps_or_arrays() -> None:
    batch = pa.record_batch({"a": pa.array([1, None]), "b": pa.array(["é", ""])})
    assert written(batch) == b"\x82\xa1a\x01\xa1b\xa2\xc3\xa9" + b"\x82\xa1a\xc0\xa1b\xa0"
    assert written(batch, rows="array") == b"\x92\x01\xa2\xc3\xa9" + b"\x92\xc0\xa0"


def test_the_package_writes_the_same_bytes_for_the_same_rows() -> None:
    names = [name for name in format_batches.ALL if not any(word in name for word in DIFFERENT)]
    batch = format_batches.batch(300, seed=5, names=tuple(names))
    rows = batch.to_pylist()
    assert written(batch) == b"".join(msgpack.packb(row) for row in rows)
    assert written(batch, rows="array") == b"".join(msgpack.packb([*row.values()]) for row in rows)


@pytest.mark.parametrize("data_type", [pa.int64(), pa.uint64(), pa.int32()])
def test_integers_at_the_edge_of_each_form_have_it(data_type: pa.DataType) -> None:
    edges = {
        sign * 2**bits + more for sign in (1, -1) for bits in (0, 5, 7, 8, 15, 16, 31, 32, 63) for more in (-1, 0, 1)
    }
    bounds = np.iinfo(data_type.to_pandas_dtype())
    values = sorted(int(edge) for edge in {*edges, 2**64 - 1} if bounds.min <= edge <= bounds.max)
    batch = pa.record_batch({"x": pa.array([*values, None], data_type)})
    assert written(batch) == packed([*values, None])
    assert written(batch.slice(3)) == packed([*values[3:], None])


@pytest.mark.parametrize("size", [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536])
def test_texts_bytes_and_lists_at_the_edge_of_each_form_have_it(size: int) -> None:
    for value, data_type in (
        ("a" * size, pa.string()),
        (b"\xff" * size, pa.binary()),
        ([1] * size, pa.list_(pa.int8())),
    ):
        batch = pa.record_batch({"x": pa.array([value, None], data_type)})
        assert written(batch) == packed([value, None])
    pairs = {str(at): at for at in range(size)}
    batch = pa.record_batch({"x": pa.array([[*pairs.items()]], pa.map_(pa.string(), pa.int32()))})
    assert written(batch) == packed([pairs])


@pytest.mark.parametrize("columns", [1, 15, 16, 300])
def test_rows_of_any_number_of_columns_have_their_head(columns: int) -> None:
    batch = pa.record_batch({f"column {at}": pa.array([at]) for at in range(columns)})
    assert written(batch) == msgpack.packb(batch.to_pylist()[0])


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_timestamps_have_the_shortest_of_their_three_forms(unit: str, zone: str | None) -> None:
    ticks = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    seconds = (0, 1, -1, 2**32 - 1, 2**32, 2**33)
    values = [second * ticks + more for second in seconds for more in (0, 1, ticks - 1)]
    batch = pa.record_batch({"x": pa.array([*values, None], pa.int64()).cast(pa.timestamp(unit, zone))})
    moments = [msgpack.Timestamp(value // ticks, value % ticks * (10**9 // ticks)) for value in values]
    assert written(batch) == packed([*moments, None])


def test_timestamps_can_be_text() -> None:
    batch = pa.record_batch({"x": pa.array([0, None], pa.int64()).cast(pa.timestamp("s", "UTC"))})
    assert written(batch, timestamps="text") == packed(["1970-01-01T00:00:00Z", None])


def test_floats_keep_their_width() -> None:
    values = [0.5, -0.0, float("inf"), None]
    assert written(pa.record_batch({"x": pa.array(values)})) == packed(values)
    single = b"".join(msgpack.packb({"x": value}, use_single_float=True) for value in values)
    assert written(pa.record_batch({"x": pa.array(values, pa.float32())})) == single
    half = pa.array([None if value is None else np.float16(value) for value in values], pa.float16())
    assert written(pa.record_batch({"x": half})) == single


def test_structs_are_maps_whether_they_can_be_missing_or_not() -> None:
    inner = pa.struct([pa.field("a", pa.int8()), pa.field("b", pa.struct([("c", pa.string())]), nullable=False)])
    values = [{"a": 1, "b": {"c": "x"}}, {"a": None, "b": {"c": None}}]
    for nullable in (True, False):
        field = pa.field("x", inner, nullable)
        batch = pa.RecordBatch.from_arrays([pa.array(values, inner)], schema=pa.schema([field]))
        assert written(batch) == packed(values)
    assert written(pa.record_batch({"x": pa.array([*values, None], inner)})) == packed([*values, None])


def test_a_map_may_have_keys_of_any_type() -> None:
    batch = pa.record_batch({"x": pa.array([[(1, 2.5)], None], pa.map_(pa.int64(), pa.float64()))})
    assert written(batch) == packed([{1: 2.5}, None])


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ([], "the table has no columns"),
        ([("x", pa.struct([]))], "column 'x' has no members"),
        (
            [("x", pa.list_(pa.month_day_nano_interval()))],
            r"column 'x\[\]': MessagePack has no type for month_day_nano",
        ),
    ],
)
def test_what_messagepack_cannot_hold_is_refused_at_once(schema: list[Any], said: str) -> None:
    with pytest.raises(FormatError, match=said):
        format_named("msgpack").encoder(TableShape("t", pa.schema(schema)), Place())
