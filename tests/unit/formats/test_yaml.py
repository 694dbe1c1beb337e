"""YAML files, byte for byte, and as parsers of YAML 1.1 and 1.2 read them."""

from __future__ import annotations

from math import isnan
from typing import Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from formats import Place, TableShape, format_named
from formats.yaml_text import UNPRINTABLE
from generator.kernels import library


def written(batch: pa.RecordBatch, **options: Any) -> str:
    encoder = format_named({"type": "yaml", **options}).encoder(TableShape("people", batch.schema), Place())
    return b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()]).decode()


def read(text: str) -> Any:
    """What PyYAML reads; ruamel.yaml reads the same."""
    found = yaml.safe_load(text)
    assert YAML(typ="safe", pure=True).load(text) == found
    return found


def one(values: list[Any], name: str = "x", data_type: pa.DataType | None = None) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(values, data_type)], names=[name])


def test_rows_are_mappings_of_a_sequence_and_nested_values_are_in_the_flow_style() -> None:
    home = pa.struct([("city", pa.string()), ("no", pa.int8())])
    schema = pa.schema([("id", pa.int64()), ("name", pa.string()), ("tags", pa.list_(pa.string())), ("home", home)])
    rows = [
        {"id": 1, "name": "Ann: yes", "tags": ["a", "no"], "home": {"city": "Bern", "no": 7}},
        {"id": None, "name": None, "tags": [], "home": None},
    ]
    text = written(pa.RecordBatch.from_pylist(rows, schema=schema))
    assert text == (
        '- id: 1\n  name: "Ann: yes"\n  tags: ["a", "no"]\n  home: {city: "Bern", "no": 7}\n'
        "- id: null\n  name: null\n  tags: []\n  home: null\n"
    )
    assert read(text) == rows


def test_the_sequence_can_stand_under_a_key() -> None:
    assert written(one([1], "a"), records=True) == "people:\n- a: 1\n"
    assert read(written(one([1], "a"), records="yes")) == {"yes": [{"a": 1}]}
    assert read(written(one([1], "a"), records=": #")) == {": #": [{"a": 1}]}


def test_a_table_without_rows_is_an_empty_sequence() -> None:
    assert read(written(one([], "a", pa.int8()))) == []
    assert read(written(one([], "a", pa.int8()), records=True)) == {"people": []}


@pytest.mark.parametrize("kind", ["native", "reference"])
@pytest.mark.parametrize(
    "character", [*UNPRINTABLE, "\x00", "\t", "\x1b", "\r", "\xa0", "\u2027", "\ufffd", "\U0001f600"]
)
def test_characters_that_yaml_does_not_take_as_they_are_come_back(
    character: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "reference":
        monkeypatch.setattr(library, "kind", kind)
    values = [f"a{character}b", None, "", character * 3, "plain"]
    words = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3, 4]), pa.array(values))
    batch = pa.record_batch({"text": pa.array(values), "word": words, "view": pa.array(values, pa.string_view())})
    assert read(written(batch)) == [{"text": value, "word": value, "view": value} for value in values]


def test_what_looks_like_something_else_is_still_text() -> None:
    values = [
        "null",
        "~",
        "yes",
        "1e3",
        "0x1F",
        "2026-01-01",
        "12:30:45",
        "- a",
        "? b",
        "#",
        "!!int 1",
        "&a",
        "*a",
        "=",
    ]
    assert read(written(one(values))) == [{"x": value} for value in values]


def test_floats_are_floats_whichever_version_of_yaml_reads_them() -> None:
    values = [1e16, -1e22, 5e-324, 1e-5, 1.5e300, 0.1, -0.0, 3.0, float("inf"), float("-inf")]
    for data_type in (pa.float64(), pa.float32(), pa.float16()):
        batch = one(values, "x", pa.float64())
        with_type = pa.RecordBatch.from_arrays([batch.column(0).cast(data_type)], names=["x"])
        found = [row["x"] for row in read(written(with_type))]
        assert all(isinstance(value, float) for value in found)
        assert pa.array(found).cast(data_type) == with_type.column(0)
    assert [row["x"] for row in read(written(one(values)))] == values
    assert isnan(yaml.safe_load(written(one([float("nan")])))[0]["x"])
    assert written(one([1e16, float("nan"), 2.5])) == "- x: 1.0e+16\n- x: .nan\n- x: 2.5\n"


def test_dates_and_times_are_text_to_every_parser() -> None:
    batch = pa.record_batch({"d": pa.array([0], pa.date32()), "t": pa.array([0], pa.timestamp("s", "UTC"))})
    assert written(batch) == '- d: "1970-01-01"\n  t: "1970-01-01T00:00:00Z"\n'
    assert read(written(batch)) == [{"d": "1970-01-01", "t": "1970-01-01T00:00:00Z"}]


@pytest.mark.parametrize("length", [990, 1_000, 1_024, 5_000])
@pytest.mark.parametrize("character", ["k", '"', "\x85"])
def test_keys_may_be_longer_than_yaml_takes_without_a_question_mark(length: int, character: str) -> None:
    key = character * length
    inner = pa.array([{key: 1}], pa.struct([(key, pa.int8())]))
    maps = pa.array([[("a", 1), (key, 2), ("b", 3)]], pa.map_(pa.string(), pa.int8()))
    batch = pa.RecordBatch.from_arrays([pa.array([0]), inner, maps], names=[key, "s", "m"])
    for records in (False, key):
        found = read(written(batch, records=records))
        rows = found[records] if records else found
        assert rows == [{key: 0, "s": {key: 1}, "m": {"a": 1, key: 2, "b": 3}}]


@settings(deadline=None, max_examples=60)
@given(
    name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
    values=st.lists(st.none() | st.text(st.characters(codec="utf-8")), max_size=6),
)
def test_any_keys_and_texts_come_back(name: str, values: list[str | None]) -> None:
    batch = pa.record_batch(
        {
            name: pa.array(values, pa.string()),
            name + "_": pa.array([[(value or "", value)] for value in values], pa.map_(pa.string(), pa.string())),
        }
    )
    assert read(written(batch)) == [{name: value, name + "_": {value or "": value}} for value in values]
