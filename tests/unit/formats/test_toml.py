"""TOML files, byte for byte, and as tomllib reads them."""

from __future__ import annotations

import datetime as dt
import tomllib
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import Place, TableShape, format_named


def written(batch: pa.RecordBatch, table: str = "people", **options: Any) -> str:
    encoder = format_named({"type": "toml", **options}).encoder(TableShape(table, batch.schema), Place())
    return b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()]).decode()


def test_a_row_is_a_table_of_an_array_and_nulls_are_left_out() -> None:
    batch = pa.record_batch({"id": [1, 2], "name": ["Ann", None], "yes": [None, True]})
    assert written(batch) == '[[people]]\nid = 1\nname = "Ann"\n\n[[people]]\nid = 2\nyes = true\n'


def test_a_table_without_rows_is_an_empty_array() -> None:
    assert written(pa.record_batch({"a": pa.array([], pa.int8())})) == "people = []\n"


def test_the_array_has_the_name_of_the_table_or_one_of_choice_whatever_is_in_it() -> None:
    batch = pa.record_batch({"a": [1]})
    for name in ("people", "my people", "a.b", 'quo"te\n', "", "日本", "\x7f"):
        assert tomllib.loads(written(batch, records=name)) == {name: [{"a": 1}]}
        assert tomllib.loads(written(batch, table=name)) == {name: [{"a": 1}]}


def test_dates_times_and_timestamps_are_toml_s_own() -> None:
    batch = pa.record_batch(
        {
            "d": pa.array([0], pa.date32()),
            "t": pa.array([61_500], pa.time32("ms")),
            "local": pa.array([1_500], pa.timestamp("ms")),
            "utc": pa.array([0], pa.timestamp("s", "Europe/Berlin")),
            "length": pa.array([90], pa.duration("s")),
        }
    )
    assert tomllib.loads(written(batch))["people"] == [
        {
            "d": dt.date(1970, 1, 1),
            "t": dt.time(0, 1, 1, 500_000),
            "local": dt.datetime(1970, 1, 1, 0, 0, 1, 500_000),
            "utc": dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
            "length": "PT1M30S",
        }
    ]


def test_numbers_that_toml_does_not_promise_to_keep_are_text() -> None:
    batch = pa.record_batch(
        {
            "u": pa.array([2**63 - 1, 2**63], pa.uint64()),
            "d": pa.array([Decimal("1.50"), None], pa.decimal128(38, 2)),
        }
    )
    assert tomllib.loads(written(batch))["people"] == [{"u": 2**63 - 1, "d": "1.50"}, {"u": "9223372036854775808"}]
    assert "d = 1.50\n" in written(batch, decimals="number")


def test_floats_keep_nan_and_infinities() -> None:
    batch = pa.record_batch({"x": [float("nan"), float("inf"), float("-inf"), 1e16, 5e-324]})
    assert written(batch) == "\n".join(f"[[people]]\nx = {x}\n" for x in ("nan", "inf", "-inf", "1e+16", "5e-324"))
    assert [row["x"] for row in tomllib.loads(written(batch))["people"]][1:] == [
        float("inf"), float("-inf"), 1e16, 5e-324,
    ]  # fmt: skip


def test_nested_values_are_inline_tables_and_arrays_without_their_nulls() -> None:
    home = pa.struct([("city", pa.string()), ("at", pa.list_(pa.int8()))])
    schema = pa.schema([("home", home), ("tags", pa.map_(pa.string(), pa.int8())), ("all", pa.list_(home))])
    rows: list[dict[str, Any]] = [
        {"home": {"city": "Bern", "at": [1, None, 2]}, "tags": [("a b", 1), ("n", None)], "all": [None, {"at": []}]},
        {"home": {"city": None, "at": None}, "tags": [], "all": [None]},
        {"home": None, "tags": None, "all": None},
    ]
    text = written(pa.RecordBatch.from_pylist(rows, schema=schema))
    assert text == (
        '[[people]]\nhome = {city = "Bern", at = [1, 2]}\ntags = {"a b" = 1}\nall = [{at = []}]\n\n'
        "[[people]]\nhome = {}\ntags = {}\nall = []\n\n[[people]]\n"
    )
    assert tomllib.loads(text)["people"][2] == {}


@settings(deadline=None, max_examples=60)
@given(
    name=st.text(st.characters(codec="utf-8"), max_size=8),
    values=st.lists(st.text(st.characters(codec="utf-8")), max_size=6),
)
def test_any_keys_and_texts_come_back(name: str, values: list[str]) -> None:
    batch = pa.record_batch(
        {
            name: pa.array(values, pa.string()),
            name + "_": pa.array([[(value, value)] for value in values], pa.map_(pa.string(), pa.string())),
        }
    )
    rows = tomllib.loads(written(batch))["people"]
    assert rows == [{name: value, name + "_": {value: value}} for value in values]


@pytest.mark.parametrize("records", [True, 7])
def test_the_name_of_the_array_is_text(records: Any) -> None:
    with pytest.raises(ValueError, match=r"\$\.format\.records"):
        format_named({"type": "toml", "records": records})
