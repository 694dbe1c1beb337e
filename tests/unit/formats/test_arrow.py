"""Arrow streams and files, against pyarrow, polars, DuckDB, ClickHouse and pandas."""

from __future__ import annotations

import io
from pathlib import Path

import chdb
import duckdb
import numpy as np
import pandas
import polars
import pyarrow as pa
import pytest

from formats import FormatError, Place, TableShape, format_named
from generator import SchemaError

ROWS = 5_000


def table(rows: int = ROWS) -> pa.Table:
    rng = np.random.default_rng(8)
    words = pa.array([f"word {index}" for index in range(50)])
    picks = pa.array(rng.integers(0, 50, rows).astype(np.int16), mask=rng.random(rows) < 0.1)
    return pa.table(
        {
            "id": np.arange(rows),
            "word": pa.DictionaryArray.from_arrays(picks, words),
            "yes": pa.array(rng.random(rows) < 0.5, mask=rng.random(rows) < 0.1),
            "marks": pa.array([[1] * (at % 4) if at % 5 else None for at in range(rows)]),
            "at": pa.array(rng.integers(0, 2**41, rows)).cast(pa.timestamp("ms", "UTC")),
        }
    )


def part(rows: pa.Table, place: Place | None = None, name: str = "arrow", cut: int = 700, **options: object) -> bytes:
    shape = TableShape("t", rows.schema, metadata={"fingerprint": "f00d"})
    encoder = format_named({"type": name, **options}).encoder(shape, place or Place())
    chunks = [*encoder.begin()]
    for batch in rows.to_batches(cut):
        chunks += encoder.encode(batch)
    return b"".join([*chunks, *encoder.end()])


def joined(rows: pa.Table, ends: list[int], **options: object) -> bytes:
    starts = [0, *ends[:-1]]
    return b"".join(
        part(rows.slice(start, end - start), Place(first=start == 0, last=end == ends[-1], row=start), **options)
        for start, end in zip(starts, ends, strict=True)
    )


def plain(rows: pa.Table) -> pa.Table:
    return rows.set_column(1, "word", rows["word"].cast(pa.string()))


@pytest.mark.parametrize("codec", ["none", "lz4", "zstd"])
@pytest.mark.parametrize("dictionary", [False, True])
def test_joined_streams_are_read_in_full_by_every_reader(codec: str, dictionary: bool, tmp_path: Path) -> None:
    whole = table().combine_chunks()
    data = joined(whole, [2_048, 4_096, ROWS], codec=codec, dictionary=dictionary, record_batch_rows=1_024)
    path = tmp_path / "t.arrows"
    path.write_bytes(data)
    expected = plain(whole).to_pylist()
    with pa.ipc.open_stream(data) as reader:
        found = reader.read_all()
    assert found.to_pylist() == expected
    assert pa.types.is_dictionary(found.schema.field("word").type) == dictionary
    assert polars.read_ipc_stream(io.BytesIO(data)).to_dicts() == expected
    assert duckdb.sql("select count(*), count(word), sum(len(marks)) from found").fetchall() == [
        (ROWS, ROWS - whole["word"].null_count, sum(len(row["marks"] or []) for row in expected))
    ]
    counted = str(chdb.query(f"SELECT count(), count(word), sum(id) FROM file('{path}', ArrowStream)", "CSV"))
    assert counted.strip() == f"{ROWS},{ROWS - whole['word'].null_count},{ROWS * (ROWS - 1) // 2}"


def test_a_stream_of_parts_has_the_bytes_of_one_made_at_once() -> None:
    whole = table().combine_chunks()
    assert joined(whole, [1_024, 3_072, ROWS], record_batch_rows=1_024) == part(whole, record_batch_rows=1_024)


@pytest.mark.parametrize("name", ["arrow", "feather"])
@pytest.mark.parametrize("cut", [1, 63, 1_024, 4_999])
def test_buffers_do_not_tell_how_rows_came(name: str, cut: int) -> None:
    whole = table().combine_chunks()
    at_once = part(whole, name=name, cut=ROWS, record_batch_rows=1_024)
    assert part(whole, name=name, cut=cut, record_batch_rows=1_024) == at_once


def test_a_stream_is_what_pyarrow_itself_would_write() -> None:
    whole = plain(table()).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, whole.schema) as writer:
        writer.write_table(whole)
    assert part(whole) == sink.getvalue().to_pybytes()


def test_the_middle_of_a_stream_without_rows_is_nothing() -> None:
    nothing = table(0)
    assert part(nothing, Place(first=False, last=False)) == b""
    begun, ended = part(nothing, Place(last=False)), part(nothing, Place(first=False))
    assert pa.ipc.open_stream(begun + ended).read_all().num_rows == 0


@pytest.mark.parametrize("codec", ["none", "lz4", "zstd"])
def test_a_feather_file_is_read_by_every_reader(codec: str, tmp_path: Path) -> None:
    whole = table()
    path = tmp_path / "t.arrow"
    path.write_bytes(part(whole, name="feather", codec=codec, record_batch_rows=2_048))
    expected = plain(whole).to_pylist()
    with pa.ipc.open_file(path) as reader:
        assert [reader.get_batch(at).num_rows for at in range(reader.num_record_batches)] == [2_048, 2_048, 904]
        assert reader.metadata == {b"fingerprint": b"f00d"}
        assert reader.read_all().to_pylist() == expected
    assert polars.read_ipc(path).to_dicts() == expected
    assert pandas.read_feather(path)["id"].tolist() == list(range(ROWS))
    assert str(chdb.query(f"SELECT count() FROM file('{path}', Arrow)", "CSV")).strip() == str(ROWS)


def test_zones_durations_and_narrow_types_stay_and_rare_ones_are_made_usual() -> None:
    kinds = [pa.timestamp("ns", "Asia/Kolkata"), pa.duration("s"), pa.uint8(), pa.decimal256(60, 3), pa.float16()]
    rare = [pa.decimal64(9, 2), pa.string_view(), pa.binary_view(), pa.dictionary(pa.int8(), pa.duration("s"))]
    usual = [pa.decimal128(9, 2), pa.string(), pa.binary(), pa.duration("s")]
    rows = pa.table([pa.nulls(3, kind) for kind in [*kinds, *rare]], [f"c{at}" for at in range(9)])
    assert pa.ipc.open_stream(part(rows)).schema.types == [*kinds, *usual]


def test_records_of_another_table_are_refused() -> None:
    encoder = format_named("arrow").encoder(TableShape("t", table(1).schema), Place())
    with pytest.raises(FormatError, match="a batch of"):
        encoder.encode(pa.record_batch({"id": ["one"]}))


@pytest.mark.parametrize("rows", [0, 1_000, 65_537, 1_100_000])
def test_record_batches_must_end_where_parts_do(rows: int) -> None:
    with pytest.raises(SchemaError, match="record_batch_rows must be a power of two"):
        format_named({"type": "feather", "record_batch_rows": rows})
