"""Structs, lists and maps as JSON values, byte for byte, and as several libraries read them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.json
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import FormatError, Place, TableShape, format_named
from generator.kernels import KernelError, library
from tests.laws import format_batches

WORDS = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0], pa.int32()), pa.array(["new", 'say "x"']))
TEXTS = st.text(st.characters(codec="utf-8"), max_size=5)


def written(batch: pa.RecordBatch, *more: pa.RecordBatch) -> str:
    encoder = format_named("ndjson").encoder(TableShape("t", batch.schema), Place())
    encoded = [chunk for each in (batch, *more) for chunk in encoder.encode(each)]
    return b"".join([*encoder.begin(), *encoded, *encoder.end()]).decode()


def one(values: list[Any], data_type: pa.DataType, nullable: bool = True) -> pa.RecordBatch:
    schema = pa.schema([pa.field("x", data_type, nullable)])
    return pa.RecordBatch.from_arrays([pa.array(values, data_type)], schema=schema)


def values_in(text: str) -> list[str]:
    return [line.removeprefix('{"x":').removesuffix("}") for line in text.splitlines()]


def test_nested_values_are_json_values_in_the_spelling_of_plain_ones() -> None:
    members = [pa.field("n", pa.int64()), pa.field("at", pa.timestamp("s", "UTC")), pa.field("b", pa.bool_())]
    values = [{"n": 2**63 - 1, "at": 0, "b": True}, {"n": None, "at": None, "b": None}, None]
    assert values_in(written(one(values, pa.struct(members)))) == [
        '{"n":9223372036854775807,"at":"1970-01-01T00:00:00Z","b":true}',
        '{"n":null,"at":null,"b":null}',
        "null",
    ]


def test_an_empty_list_is_told_from_a_missing_one_and_from_one_of_nothing() -> None:
    values = [[1, 2], [], None, [None], [3]]
    assert values_in(written(one(values, pa.list_(pa.int8())))) == ["[1,2]", "[]", "null", "[null]", "[3]"]
    assert values_in(written(one([[], None], pa.list_(pa.int8())))) == ["[]", "null"]
    assert values_in(written(one([None], pa.list_(pa.int8())))) == ["null"]


def test_a_map_is_an_object_with_its_keys_in_their_order() -> None:
    values = [[("z", 1), ('a"\n', None)], [], None]
    lines = values_in(written(one(values, pa.map_(pa.string(), pa.int64()))))
    assert lines == ['{"z":1,"a\\"\\n":null}', "{}", "null"]


@pytest.mark.parametrize(
    ("key", "text"), [(pa.int32(), "7"), (pa.bool_(), "true"), (pa.date32(), "1970-01-08")], ids=str
)
def test_keys_of_a_map_are_texts_whatever_they_are(key: pa.DataType, text: str) -> None:
    entries = pa.array([7], pa.int32()).cast(key)
    batch = pa.record_batch({"x": pa.MapArray.from_arrays([0, 1], entries, pa.array([1]))})
    assert values_in(written(batch)) == [f'{{"{text}":1}}']


def test_words_in_lists_are_escaped_as_in_columns() -> None:
    batch = pa.record_batch({"x": pa.ListArray.from_arrays([0, 2, 3], WORDS), "y": pa.array(["\t", "é"])})
    assert written(batch) == '{"x":["new","say \\"x\\""],"y":"\\t"}\n{"x":["new"],"y":"é"}\n'


def test_floats_that_a_nested_field_rounds_are_written_with_its_digits() -> None:
    rounded = pa.field("f", pa.float64(), metadata={"digits": "2"})
    values = pa.array([1e15, 0.25])
    struct = pa.StructArray.from_arrays([values, values], fields=[rounded, pa.field("g", pa.float64())])
    items = pa.ListArray.from_arrays([0, 1, 2], values).cast(pa.list_(rounded))
    batch = pa.RecordBatch.from_arrays(
        [struct, items], schema=pa.schema([pa.field("s", struct.type), pa.field("l", pa.list_(rounded))])
    )
    assert written(batch).splitlines()[1] == '{"s":{"f":0.25,"g":0.25},"l":[0.25]}'
    assert (
        written(batch).splitlines()[0]
        == '{"s":{"f":1000000000000000.0,"g":1000000000000000.0},"l":[1000000000000000.0]}'
    )


def test_an_object_that_is_never_null_is_written_like_one_that_may_be() -> None:
    inner = pa.struct([pa.field("a", pa.int8()), pa.field("b", pa.list_(pa.string()))])
    values = [{"i": {"a": 1, "b": ["x"]}, "n": 1}, {"i": {"a": None, "b": None}, "n": 2}]
    types = [pa.struct([pa.field("i", inner, nullable), pa.field("n", pa.int8())]) for nullable in (True, False)]
    lines = {written(one(values, kind, nullable)) for kind in types for nullable in (True, False)}
    assert lines == {'{"x":{"i":{"a":1,"b":["x"]},"n":1}}\n{"x":{"i":{"a":null,"b":null},"n":2}}\n'}


def test_what_lies_under_a_missing_value_is_not_written() -> None:
    there = pa.array([False, True]).buffers()[1]
    kept = pa.Array.from_buffers(
        pa.list_(pa.int64()), 2, [there, pa.array([0, 2, 3], pa.int32()).buffers()[1]], children=[pa.array([7, 8, 9])]
    )
    moment = pa.array([2**62, 0], pa.int64()).cast(pa.timestamp("s"))
    struct = pa.Array.from_buffers(pa.struct([("at", pa.timestamp("s"))]), 2, [there], children=[moment])
    text = written(pa.record_batch({"x": kept, "y": struct}))
    assert text == '{"x":null,"y":null}\n{"x":[9],"y":{"at":"1970-01-01T00:00:00"}}\n'


@pytest.mark.parametrize("name", sorted(format_batches.NESTED))
@pytest.mark.parametrize("nulls", [0.0, 0.3])
def test_both_kinds_of_kernels_write_the_same_bytes(name: str, nulls: float, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = format_batches.batch(80, seed=5, nulls=nulls, names=(name, "int8", name))
    pieces = [batch, batch.slice(3, 50), batch.slice(79), batch.slice(80)]
    native = written(*pieces)
    monkeypatch.setattr(library, "kind", "reference")
    assert written(*pieces) == native
    assert native.count("\n") == 80 + 50 + 1


STYLES = (
    {"type": "json", "pretty": True, "nulls": "left_out"},
    {"type": "ndjson", "nulls": "left_out", "large_integers": "text_if_large"},
    {"type": "yaml"},
    {"type": "toml"},
)


@pytest.mark.parametrize("spec", STYLES, ids=str)
def test_both_kinds_of_kernels_write_the_same_bytes_in_every_style(
    spec: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = format_batches.batch(60, seed=6, names=tuple(format_batches.ALL))
    found = []
    for kind in (library.kind, "reference"):
        monkeypatch.setattr(library, "kind", kind)
        encoder = format_named(spec).encoder(TableShape("t", batch.schema), Place())
        pieces = (batch.slice(0, 7), batch.slice(7, 0), batch.slice(7))
        encoded = [chunk for piece in pieces for chunk in encoder.encode(piece)]
        found.append(b"".join([*encoder.begin(), *encoded, *encoder.end()]))
    assert found[0] == found[1]


@settings(deadline=None, max_examples=60)
@given(
    values=st.lists(st.none() | st.lists(st.none() | st.lists(st.none() | TEXTS, max_size=3), max_size=3), max_size=9)
)
def test_any_lists_come_back_from_a_json_parser(values: list[Any]) -> None:
    lines = written(one(values, pa.list_(pa.list_(pa.string())))).split("\n")
    assert [json.loads(line)["x"] for line in lines[:-1]] == values


def test_polars_pandas_pyarrow_and_duckdb_read_the_values_that_were_written(tmp_path: Path) -> None:
    values = [
        {"name": "Ann", "tags": ["a", "b"], "home": {"city": 'Sa"n\n', "at": [1.5, None]}},
        {"name": "Bob", "tags": [], "home": {"city": None, "at": []}},
        {"name": "Eve", "tags": None, "home": None},
    ]
    home = pa.struct([pa.field("city", pa.string()), pa.field("at", pa.list_(pa.float64()))])
    schema = pa.schema([("name", pa.string()), ("tags", pa.list_(pa.string())), ("home", home)])
    data = written(pa.RecordBatch.from_pylist(values, schema=schema)).encode()
    path = tmp_path / "people.ndjson"
    path.write_bytes(data)
    options = pyarrow.json.ParseOptions(explicit_schema=schema)
    assert pyarrow.json.read_json(io.BytesIO(data), parse_options=options).to_pylist() == values
    assert polars.read_ndjson(io.BytesIO(data)).to_arrow().cast(schema).to_pylist() == values
    assert duckdb.read_json(str(path)).to_arrow_table().cast(schema).to_pylist() == values
    assert pandas.read_json(io.BytesIO(data), lines=True).to_dict("records") == values


def test_what_json_cannot_hold_is_refused_by_the_name_it_has_inside() -> None:
    wide = pa.decimal256(50, 2)
    with pytest.raises(KernelError, match=r"column 'x\[\]\.at': a text row cannot hold decimal256"):
        written(one([], pa.list_(pa.struct([("at", wide)]))))
    with pytest.raises(FormatError, match="column 'x' has no members"):
        written(one([], pa.struct([])))


def test_a_batch_of_other_nested_columns_is_refused() -> None:
    encoder = format_named("ndjson").encoder(TableShape("t", one([], pa.list_(pa.int8())).schema), Place())
    with pytest.raises(FormatError, match="a batch of"):
        encoder.encode(one([], pa.list_(pa.int16())))
