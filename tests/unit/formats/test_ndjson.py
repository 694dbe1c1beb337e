"""NDJSON files, byte for byte."""

from __future__ import annotations

import json
from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from formats import Place, TableShape, format_named


def written(batch: pa.RecordBatch) -> bytes:
    encoder = format_named("ndjson").encoder(TableShape("t", batch.schema), Place())
    return b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()])


def test_values_are_json_values_and_missing_ones_null() -> None:
    table = {
        "n": pa.array([2**63 - 1, None]),
        "price": pa.array([Decimal("1.50"), None], pa.decimal128(6, 2)),
        "yes": [True, None],
        "at": pa.array([0, None], pa.timestamp("ms", "UTC")),
        "x": [float("nan"), 0.5],
        "bytes": [b"\xff", None],
    }
    first, second = written(pa.record_batch(table)).decode().splitlines()
    assert first == (
        '{"n":9223372036854775807,"price":1.50,"yes":true,"at":"1970-01-01T00:00:00.000Z","x":null,"bytes":"/w=="}'
    )
    assert second == '{"n":null,"price":null,"yes":null,"at":null,"x":0.5,"bytes":null}'


def test_a_moment_in_a_zone_is_written_as_the_instant_it_is() -> None:
    batch = pa.record_batch({"at": pa.array([0], pa.timestamp("s", "Europe/Berlin"))})
    assert written(batch) == b'{"at":"1970-01-01T00:00:00Z"}\n'


def test_keys_and_strings_are_escaped_and_everything_else_is_raw() -> None:
    batch = pa.record_batch({'a"b\n': ['\x00\x01\b\t\n\f\r"\\/é😀\x7f\u2028']})
    line = written(batch)
    assert line.decode() == ('{"a\\"b\\n":"\\u0000\\u0001\\b\\t\\n\\f\\r\\"\\\\/é😀\x7f\u2028"}\n')


@given(values=st.lists(st.none() | st.text(st.characters(codec="utf-8")), min_size=1, max_size=30))
def test_any_text_comes_back_from_a_json_parser(values: list[str | None]) -> None:
    lines = written(pa.record_batch({"x": pa.array(values, pa.string())})).split(b"\n")
    assert [json.loads(line)["x"] for line in lines[:-1]] == values
