"""Parquet files as their options ask for, against pyarrow, polars, DuckDB and fastparquet."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import fastparquet
import numpy as np
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from formats import FormatError, Place, TableShape, Tail, format_named
from generator import SchemaError
from tests.unit.formats.test_parquet import decoded, joined, nested, part, table


def footer_of(data: bytes) -> pq.FileMetaData:
    return pq.read_metadata(io.BytesIO(data))


@pytest.mark.parametrize("codec", ["lz4", "brotli"])
def test_newer_codecs_are_read_by_every_reader(codec: str, tmp_path: Path) -> None:
    whole = table(2_000).combine_chunks()
    path = tmp_path / "file.parquet"
    path.write_bytes(part(whole.to_batches(), whole.schema, codec=codec)[0])
    expected = decoded(whole)
    assert pq.read_table(path).equals(expected)
    assert duckdb.read_parquet(str(path)).to_arrow_table().cast(expected.schema).equals(expected)
    assert polars.read_parquet(path).to_arrow().cast(expected.schema).equals(expected)


@pytest.mark.parametrize("codec", ["snappy", "zstd", "gzip", "brotli", "lz4", "none"])
def test_fastparquet_reads_joined_parts(codec: str, tmp_path: Path) -> None:
    whole = table(3_000).combine_chunks()
    parts = [
        part(piece.to_batches(), whole.schema, codec=codec) for piece in (whole.slice(0, 2_000), whole.slice(2_000))
    ]
    path = tmp_path / "joined.parquet"
    path.write_bytes(joined(parts))
    found = fastparquet.ParquetFile(str(path)).to_pandas()
    assert found["id"].tolist() == whole["id"].to_pylist()
    assert found["text"].tolist() == whole["text"].to_pylist()
    assert found["score"].isna().sum() == whole["score"].null_count
    assert found["at"].dt.tz_localize("UTC").tolist() == whole["at"].to_pandas().tolist(), "it knows no zones"


def test_the_level_of_a_codec_makes_smaller_files() -> None:
    sizes = [
        len(part(table().to_batches(), table().schema, codec="zstd", level=level, dictionary=False)[0])
        for level in (1, 19)
    ]
    assert sizes[1] < sizes[0]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"level": 3}, "codec snappy has no level"),
        ({"codec": "zstd", "level": 23}, "the level of zstd must be from 1 to 22"),
        ({"codec": "gzip", "level": 0}, "the level of gzip must be from 1 to 9"),
        ({"row_group_rows": 50_000}, "row_group_rows must be a power of two from 1,024 to 65,536, or a multiple"),
        ({"row_group_rows": 512}, "row_group_rows must be a power of two"),
        ({"row_group_rows": 0}, "row_group_rows must be a power of two"),
        ({"row_group_rows": 65_536 * 17}, "row_group_rows must be a power of two"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options: dict[str, object], problem: str) -> None:
    with pytest.raises(SchemaError, match=problem):
        format_named({"type": "parquet", **options})


@pytest.mark.parametrize("rows", [1_024, 8_192, 131_072])
def test_row_groups_have_the_rows_asked_for(rows: int) -> None:
    whole = pa.table({"id": np.arange(150_000)})
    footer = footer_of(part(whole.to_batches(50_000), whole.schema, row_group_rows=rows)[0])
    sizes = [footer.row_group(at).num_rows for at in range(footer.num_row_groups)]
    assert {*sizes[:-1]} == {rows}
    assert sum(sizes) == 150_000


@pytest.mark.parametrize(
    ("dictionary", "expected"),
    [
        ("auto", [False, True, False, False, False]),
        (True, [True] * 5),
        (False, [False] * 5),
        (["text", "no such column"], [False, False, True, False, False]),
    ],
)
def test_the_user_says_which_columns_have_a_dictionary(dictionary: object, expected: list[bool]) -> None:
    whole = table(5_000)
    data, _ = part(whole.to_batches(), whole.schema, dictionary=dictionary)
    group = footer_of(data).row_group(0)
    assert [group.column(at).has_dictionary_page for at in range(5)] == expected
    assert pq.read_table(io.BytesIO(data)).equals(decoded(whole))


@pytest.mark.parametrize(
    ("statistics", "expected"),
    [(True, [True] * 5), (False, [False] * 5), (["text", "score"], [False, False, True, False, True])],
)
def test_the_user_says_which_columns_have_statistics(statistics: object, expected: list[bool]) -> None:
    whole = table(5_000)
    group = footer_of(part(whole.to_batches(), whole.schema, statistics=statistics)[0]).row_group(0)
    assert [group.column(at).is_stats_set for at in range(5)] == expected


def test_all_that_is_inside_a_named_column_is_meant() -> None:
    whole = nested(2_000)
    group = footer_of(part(whole.to_batches(), whole.schema, statistics=["home"])[0]).row_group(0)
    stated = {group.column(at).path_in_schema for at in range(group.num_columns) if group.column(at).is_stats_set}
    assert stated == {"home.street", "home.city", "home.floor"}


def test_page_indexes_and_bloom_filters_are_found_in_joined_parts(tmp_path: Path) -> None:
    whole = table().combine_chunks()
    options = {"page_index": True, "bloom_filters": ["text"], "row_group_rows": 16_384}
    parts = [
        part(piece.to_batches(), whole.schema, **options) for piece in (whole.slice(0, 20_000), whole.slice(20_000))
    ]
    path = tmp_path / "joined.parquet"
    path.write_bytes(joined(parts))
    footer = pq.read_metadata(path)
    columns = [footer.row_group(group).column(at) for group in range(footer.num_row_groups) for at in range(5)]
    assert all(column.has_offset_index for column in columns)
    assert [column.has_column_index for column in columns[:5]] == [True, False, False, True, True]
    assert duckdb.sql(f"select count(*) from '{path}' where text = 'text 4711'").fetchall() == [
        (whole["text"].to_pylist().count("text 4711"),)
    ]
    kept = duckdb.sql(f"select * from parquet_bloom_probe('{path}', 'text', 'nobody wrote this')").fetchall()
    assert len(kept) == footer.num_row_groups
    assert any(excluded for *_, excluded in kept)
    assert pq.read_table(path).equals(decoded(whole))


def test_a_bloom_filter_of_booleans_is_refused_by_name() -> None:
    with pytest.raises(FormatError, match="column 'yes': Parquet has no Bloom filters of booleans"):
        part([], pa.schema([pa.field("yes", pa.bool_())]), bloom_filters=["yes"])


def test_the_footer_says_what_the_user_and_the_order_say_and_only_the_last_part_says_it() -> None:
    whole = table(10).combine_chunks()
    shape = TableShape("t", whole.schema, metadata={"fingerprint": "f00d"})
    written = format_named({"type": "parquet", "metadata": {"owner": "Zoë"}})
    parts = []
    for place in (Place(last=False), Place(first=False)):
        encoder = written.encoder(shape, place)
        data = b"".join([*encoder.begin(), *encoder.encode(whole.to_batches()[0]), *encoder.end()])
        parts.append((data, Tail(len(data), encoder.tail)))
    expected = {b"fingerprint": b"f00d", b"owner": "Zoë".encode()}
    assert footer_of(parts[0][0]).metadata is None
    assert footer_of(parts[1][0]).metadata == expected
    assert footer_of(joined(parts)).metadata == expected


def test_with_the_arrow_schema_durations_zones_and_categories_are_found_again() -> None:
    whole = pa.table(
        {
            "wait": pa.array([1, None, -3], pa.duration("ms")),
            "at": pa.array([1, 2, None], pa.timestamp("us", "Europe/Berlin")),
            "word": pa.array(["a", "b", "a"]).dictionary_encode(),
        }
    )
    batches = whole.to_batches()
    plain = pq.read_table(io.BytesIO(part(batches, whole.schema)[0]))
    assert plain.schema.types == [pa.int64(), pa.timestamp("us", "UTC"), pa.string()]
    found = pq.read_table(io.BytesIO(part(batches, whole.schema, arrow_schema=True)[0]))
    assert found.schema.types == [pa.duration("ms"), pa.timestamp("us", "Europe/Berlin"), whole.schema.types[2]]
    assert found.to_pylist() == whole.to_pylist()


def test_a_type_that_parquet_lacks_is_refused_by_column() -> None:
    schema = pa.schema([pa.field("id", pa.int64()), pa.field("pause", pa.month_day_nano_interval())])
    with pytest.raises(FormatError, match="column 'pause': Parquet has no type for month_day_nano_interval; give"):
        part([], schema)


def test_floats_in_streams_of_bytes_are_read_by_every_reader(tmp_path: Path) -> None:
    whole = table(2_000).combine_chunks()
    path = tmp_path / "file.parquet"
    path.write_bytes(part(whole.to_batches(), whole.schema, byte_stream_split=True, codec="zstd")[0])
    assert "BYTE_STREAM_SPLIT" in footer_of(path.read_bytes()).row_group(0).column(4).encodings
    expected = whole["score"].to_pylist()
    assert pq.read_table(path)["score"].to_pylist() == expected
    assert duckdb.read_parquet(str(path)).to_arrow_table()["score"].to_pylist() == expected
    assert polars.read_parquet(path)["score"].to_list() == expected


def test_floats_of_sixteen_bits_are_read_by_every_reader_where_others_are_in_streams(tmp_path: Path) -> None:
    """To Parquet they are bytes of one size, which DuckDB does not put together again."""
    rows = pa.table({"half": pa.array([0.5, None, -2.0], pa.float16()), "score": [0.1, None, 1e300]})
    path = tmp_path / "file.parquet"
    path.write_bytes(part(rows.to_batches(), rows.schema, byte_stream_split=True)[0])
    assert duckdb.read_parquet(str(path)).fetchall() == [(0.5, 0.1), (None, None), (-2.0, 1e300)]
    assert pq.read_table(path)["half"].to_pylist() == rows["half"].to_pylist()
