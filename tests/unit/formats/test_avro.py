"""Avro files: bytes that the specification shows, names, nullability, blocks, and what other readers make of them."""

from __future__ import annotations

import io
import json
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import chdb
import cramjam
import fastavro
import polars
import pyarrow as pa
import pytest

from formats import FormatError, Place, TableShape, format_named
from generator import SchemaError
from tests.laws import format_batches
from tests.laws.nested_values import plain_columns
from tests.laws.test_formats import held, part

SENT = pa.field("sent", pa.int64(), nullable=False)


def written(batch: pa.RecordBatch, name: str = "people", **options: Any) -> bytes:
    data, _ = part(format_named({"type": "avro", **options}), [batch], Place(), TableShape(name, batch.schema))
    return data


def record(data: bytes) -> Any:
    """The schema as it stands in the file."""
    return json.loads(fastavro.reader(io.BytesIO(data)).metadata["avro.schema"])


def rows(data: bytes) -> list[Any]:
    return list(fastavro.reader(io.BytesIO(data)))


def body(batch: pa.RecordBatch) -> bytes:
    """The rows of a file of one block, without what is around them."""
    data = written(batch)
    header = len(written(batch.slice(0, 0)))
    return data[header:-16]


def test_a_row_has_the_bytes_of_the_specifications_example() -> None:
    fields = [pa.field("a", pa.int64(), nullable=False), pa.field("b", pa.string(), nullable=False)]
    batch = pa.RecordBatch.from_arrays([pa.array([27]), pa.array(["foo"])], schema=pa.schema(fields))
    assert body(batch) == b"\x02\x0a" + b"\x36\x06foo"


def test_a_column_that_may_miss_values_is_a_union_and_one_that_may_not_is_its_type_alone() -> None:
    values = pa.array([1, -1])
    never = pa.RecordBatch.from_arrays([values], schema=pa.schema([SENT]))
    maybe = pa.record_batch({"sent": pa.array([1, None])})
    assert record(written(never))["fields"] == [{"name": "sent", "type": "long"}]
    assert record(written(maybe))["fields"] == [{"name": "sent", "type": ["null", "long"], "default": None}]
    assert body(never) == b"\x04\x04" + b"\x02" + b"\x01"
    assert body(maybe) == b"\x04\x06" + b"\x02\x02" + b"\x00"


def test_a_missing_value_where_none_may_be_is_an_error_that_names_the_column() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([1, None])], schema=pa.schema([SENT]))
    with pytest.raises(FormatError, match="column 'sent' has missing values"):
        written(batch)
    entries = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), pa.array(["a", None]))
    schema = pa.schema([pa.field("word", entries.type, nullable=False)])
    with pytest.raises(FormatError, match="column 'word' has missing values"):
        written(pa.RecordBatch.from_arrays([entries], schema=schema))
    assert rows(written(pa.RecordBatch.from_arrays([entries[:1]], schema=schema))) == [{"word": "a"}]


@pytest.mark.parametrize("name", list(format_batches.ALL))
def test_a_column_that_is_never_null_is_read_as_it_was_written(name: str) -> None:
    array = format_batches.column(name, 60, seed=4, nulls=0.0)
    if name == "dictionary with null and twins":
        array = array.filter(array.is_valid()).dictionary_decode()
    plain, field = pa.record_batch({"x": array}), pa.field("x", array.type, nullable=False)
    sure = pa.RecordBatch.from_arrays([array], schema=pa.schema([field]))
    assert [repr(row) for row in rows(written(sure))] == [repr(row) for row in rows(written(plain))]
    assert not isinstance(record(written(sure))["fields"][0]["type"], list)


def test_polars_reads_the_values_that_were_written() -> None:
    """All but maps, where its reader stops; and it takes names as they are in the file, not as ``doc`` has them."""
    others = ("map", "levels", "duration", "time", "struct of structs")
    names = [name for name in held(format_named("avro")) if not any(word in name for word in others)]
    names += ["timestamp ms", "timestamp us", "timestamp us in UTC", "timestamp ns"]
    batch = format_batches.batch(200, seed=8, names=tuple(names))
    for codec in ("none", "deflate", "snappy"):
        found = polars.read_avro(io.BytesIO(written(batch, codec=codec, block_rows=64))).to_arrow()
        assert plain_columns(found) == plain_columns(batch)


def test_polars_reads_times_and_seconds_as_the_same_moments() -> None:
    batch = format_batches.batch(200, seed=8, names=("time s", "time ms", "time us", "timestamp s in UTC"))
    found = polars.read_avro(io.BytesIO(written(batch))).to_arrow()
    assert found.columns[3].type == pa.timestamp("ms", "UTC")
    for made, given in zip(found.columns, batch.columns, strict=True):
        assert made.cast(given.type).combine_chunks().equals(given)


@pytest.mark.parametrize("codec", ["none", "deflate", "snappy", "zstd"])
def test_clickhouse_reads_every_codec(codec: str, tmp_path: Path) -> None:
    batch = format_batches.batch(300, seed=2, names=("int64", "string", "map to numbers", "list of strings"))
    (tmp_path / "x.avro").write_bytes(written(batch, codec=codec, block_rows=100))
    found = chdb.query(f"SELECT * FROM file('{tmp_path}/x.avro', 'Avro')", "ArrowTable")
    assert [column.to_pylist() for column in found.columns[:2]] == [column.to_pylist() for column in batch.columns[:2]]
    assert found.num_rows == 300


def test_names_that_avro_has_not_are_made_ones_that_it_has_and_say_what_they_were() -> None:
    names = ["first name", "first_name", "first-name", "2nd", "größe", "", "a.b"]
    batch = pa.RecordBatch.from_arrays([pa.array([at]) for at in range(len(names))], names=names)
    data = written(batch, "order items", namespace="com.example")
    found = record(data)
    assert (found["name"], found["namespace"]) == ("order_items", "com.example")
    labels = ["first_name_2", "first_name", "first_name_3", "_2nd", "gr__e", "_", "a_b"]
    assert [field["name"] for field in found["fields"]] == labels
    assert [field.get("doc", field["name"]) for field in found["fields"]] == names
    assert [list(row.values()) for row in rows(data)] == [list(range(len(names)))]


@pytest.mark.parametrize("name", ["string", "null", "record", "Людмила", "9"])
def test_a_table_can_have_any_name(name: str) -> None:
    struct = pa.array([{"x": {"x": 1}}])
    batch = pa.record_batch({"x": struct, "x_x": struct})
    assert rows(written(batch, name)) == [{"x": {"x": {"x": 1}}, "x_x": {"x": {"x": 1}}}]


def test_rows_stand_in_blocks_of_the_size_that_was_asked_for() -> None:
    batch = format_batches.batch(5, seed=1)
    for codec in ("none", "zstd"):
        blocks = [*fastavro.block_reader(io.BytesIO(written(batch, block_rows=2, codec=codec)))]
        assert [block.num_records for block in blocks] == [2, 2, 1]


def test_the_marker_is_that_of_the_table_and_not_of_its_size() -> None:
    batch = pa.record_batch({"x": pa.array([1, 2, 3])})
    header = written(batch.slice(0, 0))
    assert written(batch).startswith(header)
    assert written(batch).endswith(header[-16:])
    assert header[-16:] != written(batch.slice(0, 0), "persons")[-16:]
    assert header[-16:] != written(pa.record_batch({"x": pa.array(["a"])}).slice(0, 0))[-16:]


def test_a_block_of_snappy_ends_in_the_checksum_of_its_rows() -> None:
    batch = pa.record_batch({"x": pa.array(["word"] * 20)})
    plain, packed = written(batch), written(batch, codec="snappy")
    header = len(written(batch.slice(0, 0), codec="snappy"))
    block, rows_alone = packed[header + 2 : -16], plain[-16 - 20 * 6 : -16]
    assert bytes(cramjam.snappy.decompress_raw(block[:-4])) == rows_alone
    assert int.from_bytes(block[-4:], "big") == zlib.crc32(rows_alone)


def test_a_map_with_keys_that_are_no_text_is_an_array_of_records() -> None:
    batch = pa.record_batch({"x": pa.array([[(1, "a"), (2, None)], [], None], pa.map_(pa.int32(), pa.string()))})
    pairs = [{"key": 1, "value": "a"}, {"key": 2, "value": None}]
    assert rows(written(batch)) == [{"x": pairs}, {"x": []}, {"x": None}]


def test_decimals_of_every_width_keep_their_digits() -> None:
    values = [Decimal("-0.01"), Decimal("9" * 36 + "." + "9" * 2), None]
    wide = [Decimal(f"-{'9' * 74}.99"), Decimal("1.00"), None]
    batch = pa.record_batch({"x": pa.array(values, pa.decimal128(38, 2)), "y": pa.array(wide, pa.decimal256(76, 2))})
    assert [[*row.values()] for row in rows(written(batch))] == [list(row) for row in zip(values, wide, strict=True)]


def test_each_batch_may_have_a_dictionary_of_its_own() -> None:
    first, second = (pa.array(words).dictionary_encode() for words in (["a", "b", "a"], ["c", None, "a"]))
    batches = [pa.record_batch({"x": array}) for array in (first, second, first)]
    data, _ = part(format_named("avro"), batches, Place(), TableShape("t", batches[0].schema))
    assert [row["x"] for row in rows(data)] == ["a", "b", "a", "c", None, "a", "a", "b", "a"]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ([], "the table has no columns"),
        ([("x", pa.struct([]))], "column 'x' has no members"),
        ([("x", pa.list_(pa.month_day_nano_interval()))], r"column 'x\[\]': Avro has no type for month_day_nano"),
        ([("x", pa.decimal128(5, -2))], "column 'x': Avro has no decimal of 5 digits with -2 behind"),
    ],
)
def test_what_avro_cannot_hold_is_refused_at_once(schema: list[Any], said: str) -> None:
    with pytest.raises(FormatError, match=said):
        format_named("avro").encoder(TableShape("t", pa.schema(schema)), Place())


def test_a_moment_beyond_avros_units_is_an_error_that_names_the_column() -> None:
    batch = pa.record_batch({"at": pa.array([2**62], pa.int64()).cast(pa.timestamp("s"))})
    with pytest.raises(FormatError, match="column 'at': a value is too large for Avro's local-timestamp-millis"):
        written(batch)


@pytest.mark.parametrize(
    ("options", "path", "said"),
    [
        ({"codec": "lz4"}, "$.format.codec", "'none', 'deflate', 'snappy' or 'zstd'"),
        ({"codec": "snappy", "level": 1}, "$.format", "codec snappy has no levels"),
        ({"codec": "deflate", "level": 4}, "$.format", "deflate has no level 4, but levels 0 to 3"),
        ({"block_rows": 0}, "$.format.block_rows", "must be 1 or more"),
        ({"namespace": "com.2nd"}, "$.format.namespace", "a namespace is names with dots between"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], path: str, said: str) -> None:
    with pytest.raises(SchemaError) as caught:
        format_named({"type": "avro", **options})
    (mistake,) = caught.value.mistakes
    assert mistake.path == path
    assert said in mistake.problem


@pytest.mark.parametrize(("avros", "ours"), [(None, "none"), ("null", "none"), ("zstandard", "zstd")])
def test_codecs_may_have_avros_names(avros: str | None, ours: str) -> None:
    assert format_named({"type": "avro", "codec": avros}) == format_named({"type": "avro", "codec": ours})
