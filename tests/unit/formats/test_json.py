"""JSON files, byte for byte, and as other libraries read them."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import jq
import pandas
import polars
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import Place, TableShape, format_named
from generator import SchemaError

HOME = pa.struct([pa.field("city", pa.string()), pa.field("at", pa.list_(pa.float64()))])
SCHEMA = pa.schema(
    [pa.field("id", pa.int64()), pa.field("tags", pa.map_(pa.string(), pa.int64())), pa.field("home", HOME)]
)
ROWS = [
    {"id": 1, "tags": [("a", 2**53 + 1), ("b", None)], "home": {"city": None, "at": [1.5, None]}},
    {"id": -(2**53), "tags": [], "home": None},
    {"id": None, "tags": None, "home": {"city": "Bern", "at": []}},
]
PEOPLE = pa.RecordBatch.from_pylist(ROWS, schema=SCHEMA)
VALUES = [
    {"id": 1, "tags": {"a": 2**53 + 1, "b": None}, "home": {"city": None, "at": [1.5, None]}},
    {"id": -(2**53), "tags": {}, "home": None},
    {"id": None, "tags": None, "home": {"city": "Bern", "at": []}},
]


def written(batch: pa.RecordBatch, name: str = "json", **options: Any) -> str:
    encoder = format_named({"type": name, **options}).encoder(TableShape("people", batch.schema), Place())
    return b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()]).decode()


def test_a_file_is_one_array_with_a_row_on_each_line() -> None:
    batch = pa.record_batch({"a": [1, 2], "b": ["x", None]})
    assert written(batch) == '[\n{"a":1,"b":"x"},\n{"a":2,"b":null}\n]\n'


def test_the_array_can_stand_under_a_key_or_under_the_name_of_the_table() -> None:
    batch = pa.record_batch({"a": [1]})
    assert written(batch, records=True) == '{"people":[\n{"a":1}\n]}\n'
    assert written(batch, records='my "rows"\n') == '{"my \\"rows\\"\\n":[\n{"a":1}\n]}\n'


@pytest.mark.parametrize("records", [False, True])
@pytest.mark.parametrize("pretty", [False, True])
def test_a_table_without_rows_is_an_empty_array(records: bool, pretty: bool) -> None:
    found = json.loads(written(PEOPLE.slice(0, 0), records=records, pretty=pretty))
    assert found == ({"people": []} if records else [])


@pytest.mark.parametrize("records", [False, True])
def test_pretty_is_what_the_json_module_writes_with_an_indent_of_two(records: bool) -> None:
    values: Any = {"people": VALUES} if records else VALUES
    assert written(PEOPLE, records=records, pretty=True) == json.dumps(values, indent=2) + "\n"


def test_what_is_null_can_be_left_out_at_every_depth_but_items_of_lists_stay() -> None:
    assert written(PEOPLE, "ndjson", nulls="left_out").splitlines() == [
        '{"id":1,"tags":{"a":9007199254740993},"home":{"at":[1.5,null]}}',
        '{"id":-9007199254740992,"tags":{}}',
        '{"home":{"city":"Bern","at":[]}}',
    ]


def test_nan_and_infinities_are_left_out_with_nulls_as_null_is_all_that_they_could_be() -> None:
    odd = pa.array([float("nan"), float("-inf"), 0.5])
    maps = pa.MapArray.from_arrays([0, 1, 2, 3], pa.array(["a", "b", "c"]), odd)
    words = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2]), odd)
    batch = pa.record_batch({"x": odd, "m": maps, "w": words, "l": pa.ListArray.from_arrays([0, 0, 2, 3], odd)})
    assert written(batch, "ndjson", nulls="left_out").splitlines() == [
        '{"m":{},"l":[]}',
        '{"m":{},"l":[null,null]}',
        '{"x":0.5,"m":{"c":0.5},"w":0.5,"l":[0.5]}',
    ]


def test_a_row_of_nulls_that_are_left_out_is_an_empty_object() -> None:
    batch = pa.record_batch({"a": pa.array([None, 1]), "b": pa.array([None, None], pa.string())})
    assert json.loads(written(batch, nulls="left_out", pretty=True)) == [{}, {"a": 1}]
    assert written(batch, "ndjson", nulls="left_out") == '{}\n{"a":1}\n'


def test_large_integers_can_be_text_always_or_where_a_double_would_not_hold_them() -> None:
    limit = 2**53
    batch = pa.record_batch(
        {
            "n": pa.array([limit, limit + 1, -limit, -limit - 1, None]),
            "u": pa.array([0, 2**64 - 1, limit, None, limit + 1], pa.uint64()),
            "small": pa.array([1, 2, 3, 4, 5], pa.int32()),
        }
    )
    lines = written(batch, "ndjson", large_integers="text_if_large").splitlines()
    assert lines == [
        '{"n":9007199254740992,"u":0,"small":1}',
        '{"n":"9007199254740993","u":"18446744073709551615","small":2}',
        '{"n":-9007199254740992,"u":9007199254740992,"small":3}',
        '{"n":"-9007199254740993","u":null,"small":4}',
        '{"n":null,"u":"9007199254740993","small":5}',
    ]
    assert written(batch, "ndjson", large_integers="text").splitlines()[0] == (
        '{"n":"9007199254740992","u":"0","small":1}'
    )


def test_large_integers_in_nested_values_and_dictionaries_are_text_too() -> None:
    numbers = pa.array([1, 2**60])
    words = pa.DictionaryArray.from_arrays(pa.array([1, 0]), numbers)
    lists = pa.ListArray.from_arrays([0, 1, 2], numbers)
    maps = pa.MapArray.from_arrays([0, 1, 2], numbers, numbers)
    structs = pa.StructArray.from_arrays([numbers], ["n"])
    batch = pa.record_batch({"w": words, "l": lists, "m": maps, "s": structs})
    assert written(batch, "ndjson", large_integers="text_if_large").splitlines() == [
        '{"w":"1152921504606846976","l":[1],"m":{"1":1},"s":{"n":1}}',
        '{"w":1,"l":["1152921504606846976"],"m":{"1152921504606846976":"1152921504606846976"},'
        '"s":{"n":"1152921504606846976"}}',
    ]


def test_a_large_integer_does_not_change_how_the_rows_before_and_behind_it_are_written() -> None:
    batch = pa.record_batch({"n": pa.array([1, 2, 2**60, 3])})
    encoder = format_named({"type": "ndjson", "large_integers": "text_if_large"}).encoder(
        TableShape("t", batch.schema), Place()
    )
    chunks = [chunk for at in range(4) for chunk in encoder.encode(batch.slice(at, 1))]
    assert b"".join(chunks).decode() == written(batch, "ndjson", large_integers="text_if_large")


def test_decimals_can_be_text() -> None:
    prices = pa.array([Decimal("1.50"), None], pa.decimal128(38, 2))
    batch = pa.record_batch({"p": prices, "l": pa.ListArray.from_arrays([0, 1, 2], prices)})
    assert written(batch, "ndjson", decimals="text") == '{"p":"1.50","l":["1.50"]}\n{"p":null,"l":[null]}\n'


def test_lengths_of_time_are_iso_8601_texts() -> None:
    lengths = pa.array([3_723_500, None, -1], pa.duration("ms"))
    batch = pa.record_batch({"d": lengths, "l": pa.ListArray.from_arrays([0, 2, 2, 3], lengths)})
    assert written(batch, "ndjson").splitlines() == [
        '{"d":"PT1H2M3.500S","l":["PT1H2M3.500S",null]}',
        '{"d":null,"l":[]}',
        '{"d":"-PT0.001S","l":["-PT0.001S"]}',
    ]


@settings(deadline=None, max_examples=40)
@given(
    name=st.text(st.characters(codec="utf-8"), max_size=8),
    values=st.lists(st.none() | st.text(st.characters(codec="utf-8")), max_size=9),
    pretty=st.booleans(),
)
def test_any_keys_and_texts_come_back_from_a_json_parser(name: str, values: list[str | None], pretty: bool) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(values, pa.string())], names=[name])
    assert json.loads(written(batch, pretty=pretty)) == [{name: value} for value in values]


def test_polars_pandas_duckdb_and_jq_read_the_same_table(tmp_path: Path) -> None:
    values = [
        {"name": 'An"n\n', "n": 2**53, "home": {"city": "Bern", "at": [1.5, None]}},
        {"name": None, "n": None, "home": None},
    ]
    schema = pa.schema([("name", pa.string()), ("n", pa.int64()), ("home", HOME)])
    batch = pa.RecordBatch.from_pylist(values, schema=schema)
    for options in ({}, {"pretty": True}, {"nulls": "left_out"}):
        data = written(batch, **options).encode()
        path = tmp_path / "people.json"
        path.write_bytes(data)
        assert polars.read_json(io.BytesIO(data)).to_arrow().cast(schema).to_pylist() == values
        assert duckdb.read_json(str(path)).to_arrow_table().cast(schema).to_pylist() == values
        frame = pandas.read_json(io.BytesIO(data)).astype(object)
        found = frame.where(frame.notna(), None).to_dict("records")
        assert found[0]["name"] == values[0]["name"]
        assert found[1] == values[1]
        assert jq.compile(".[0].home.city").input_text(data.decode()).first() == "Bern"


@pytest.mark.parametrize(
    ("options", "place", "problem"),
    [
        ({"nulls": "dropped"}, r"\$\.format\.nulls", "written"),
        ({"large_integers": True}, r"\$\.format\.large_integers", "text_if_large"),
        ({"records": 7}, r"\$\.format\.records", "must be a text, or true or false"),
        ({"indent": 2}, r"\$\.format\.indent", "unknown option"),
    ],
)
def test_a_wrong_option_is_named_with_what_would_be_right(options: dict[str, Any], place: str, problem: str) -> None:
    with pytest.raises(SchemaError, match=f"{place}.*{problem}"):
        format_named({"type": "json", **options})
