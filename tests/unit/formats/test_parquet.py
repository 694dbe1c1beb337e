"""Parquet parts and their joined footer, against pyarrow, polars, DuckDB and pandas."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import duckdb
import numpy as np
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from formats import FormatError, Place, TableShape, Tail, format_named

ROWS = 40_000


def table(rows: int = ROWS) -> pa.Table:
    rng = np.random.default_rng(4)
    words = pa.array([f"word {index}" for index in range(700)])
    picks = pa.array(rng.integers(0, 700, rows).astype(np.int16), mask=rng.random(rows) < 0.1)
    return pa.table(
        {
            "id": np.arange(rows),
            "word": pa.DictionaryArray.from_arrays(picks, words),
            "text": pa.array([f"text {index * 7_919 % 10_007}" for index in range(rows)]),
            "at": pa.array(rng.integers(0, 2**41, rows)).cast(pa.timestamp("ms", "UTC")),
            "score": pa.array(rng.random(rows), mask=rng.random(rows) < 0.3),
        }
    )


def part(batches: Iterable[pa.RecordBatch], schema: pa.Schema, **options: object) -> tuple[bytes, Tail]:
    encoder = format_named({"type": "parquet", **options}).encoder(TableShape("t", schema), Place())
    chunks = [*encoder.begin()]
    for batch in batches:
        chunks += encoder.encode(batch)
    data = b"".join([*chunks, *encoder.end()])
    return data, Tail(len(data), encoder.tail)


def joined(parts: list[tuple[bytes, Tail]]) -> bytes:
    return b"".join(data for data, _ in parts) + format_named("parquet").join([tail for _, tail in parts])


def decoded(data: pa.Table) -> pa.Table:
    plain = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in data.columns]
    return pa.table(dict(zip(data.schema.names, plain, strict=True)))


@pytest.mark.parametrize("cut", [16_384, 1_000, 33_333])
def test_row_groups_and_bytes_are_the_same_for_every_cut(cut: int) -> None:
    whole = table().combine_chunks()
    data, tail = part(whole.to_batches(cut), whole.schema, row_group_rows=16_384)
    assert (data, tail) == part(whole.to_batches(), whole.schema, row_group_rows=16_384)
    metadata = pq.ParquetFile(io.BytesIO(data)).metadata
    assert [metadata.row_group(index).num_rows for index in range(3)] == [16_384, 16_384, 7_232]


@pytest.mark.parametrize("codec", ["snappy", "zstd", "gzip", "none"])
def test_joined_parts_are_one_file_to_every_reader(codec: str, tmp_path: Path) -> None:
    whole = table().combine_chunks()
    pieces = [whole.slice(0, 20_000), whole.slice(20_000, 0), whole.slice(20_000, 1), whole.slice(20_001)]
    parts = [part(piece.to_batches(), whole.schema, codec=codec, row_group_rows=16_384) for piece in pieces]
    path = tmp_path / "joined.parquet"
    path.write_bytes(joined(parts))
    expected = decoded(whole)
    assert pq.read_table(path).equals(expected)
    assert duckdb.read_parquet(str(path)).to_arrow_table().cast(expected.schema).equals(expected)
    assert polars.read_parquet(path).to_arrow().cast(expected.schema).equals(expected)
    assert pandas.read_parquet(path)["word"].isna().sum() == expected["word"].null_count
    found = duckdb.sql(f"select count(*), min(text) from '{path}' where id between 19999 and 20001").fetchall()
    assert found[0][0] == 3


def test_an_object_of_one_part_is_that_file_and_nothing_else() -> None:
    data, tail = part(table(10).to_batches(), table(10).schema)
    assert format_named("parquet").join([tail]) == b""
    assert pq.read_table(io.BytesIO(data)).num_rows == 10


def test_more_row_groups_than_an_ordinal_can_count_are_joined() -> None:
    small = table(1).combine_chunks()
    data, tail = part(small.to_batches(), small.schema)
    metadata = pq.read_metadata(io.BytesIO(data + joined([(b"", tail)] * 33_000)))
    assert metadata.num_rows == metadata.num_row_groups == 33_000
    assert metadata.row_group(32_999).column(0).data_page_offset == 32_999 * len(data) + 4


def test_statistics_are_kept_for_numbers_and_times_and_left_out_for_text() -> None:
    data, _ = part(table().to_batches(), table().schema)
    group = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0)
    assert {group.column(at).path_in_schema: group.column(at).is_stats_set for at in range(5)} == {
        "id": True, "word": False, "text": False, "at": True, "score": True,
    }  # fmt: skip


def test_only_low_cardinality_columns_are_stored_with_a_dictionary() -> None:
    data, _ = part(table().to_batches(), table().schema)
    group = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0)
    assert [group.column(at).has_dictionary_page for at in range(5)] == [False, True, False, False, False]


def test_dictionaries_that_differ_between_batches_give_the_values_all_the_same() -> None:
    batches = [
        pa.record_batch({"x": pa.array(words * 9).dictionary_encode()}) for words in (["a", "b"], ["b", "c", "a"])
    ]
    data, _ = part(batches, batches[0].schema)
    assert pq.read_table(io.BytesIO(data))["x"].to_pylist() == ["a", "b"] * 9 + ["b", "c", "a"] * 9


def test_parts_of_different_tables_do_not_join() -> None:
    one, two = pa.table({"a": [1]}), pa.table({"b": [1]})
    tails = [part(each.to_batches(), each.schema)[1] for each in (one, two)]
    with pytest.raises(FormatError, match="part 1 has another Parquet schema"):
        format_named("parquet").join(tails)


def test_the_encoder_hands_row_groups_on_as_they_are_full() -> None:
    whole = table(65_536 * 2).combine_chunks()
    encoder = format_named("parquet").encoder(TableShape("t", whole.schema), Place())
    sizes = [sum(map(len, encoder.begin()))]
    sizes += [sum(map(len, encoder.encode(batch))) for batch in whole.to_batches(32_768)]
    assert sizes[1] == sizes[3] == 0
    assert min(sizes[2], sizes[4]) > 100_000


def nested(rows: int = ROWS) -> pa.Table:
    rng = np.random.default_rng(6)
    words = pa.array(["new", "vip", "churned"])

    def picked(count: int) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(rng.integers(0, 3, count).astype(np.int32)), words)

    def offsets() -> pa.Array:
        ends = np.concatenate([[0], np.cumsum(rng.integers(0, 4, rows))]).astype(np.int32)
        return pa.array(ends, mask=np.append(rng.random(rows) < 0.1, False))

    home = [pa.array([f"{at} High Street" for at in range(rows)]), picked(rows), pa.array(rng.integers(0, 99, rows))]
    tags, marks = offsets(), offsets()
    keys = pa.array([f"k{at}" for at in range(marks[-1].as_py())])
    return pa.table(
        {
            "id": np.arange(rows),
            "home": pa.StructArray.from_arrays(
                home, names=["street", "city", "floor"], mask=pa.array(rng.random(rows) < 0.2)
            ),
            "tags": pa.ListArray.from_arrays(tags, picked(tags[-1].as_py())),
            "marks": pa.MapArray.from_arrays(marks, keys, pa.array(rng.random(len(keys)))),
        }
    )


def test_joined_parts_with_nested_columns_are_one_file_to_every_reader(tmp_path: Path) -> None:
    whole = nested().combine_chunks()
    pieces = [whole.slice(0, 20_000), whole.slice(20_000, 0), whole.slice(20_000, 1), whole.slice(20_001)]
    parts = [part(piece.to_batches(), whole.schema, row_group_rows=16_384) for piece in pieces]
    path = tmp_path / "joined.parquet"
    path.write_bytes(joined(parts))
    expected = whole.to_pylist()
    assert pq.read_table(path).to_pylist() == expected
    assert duckdb.read_parquet(str(path)).to_arrow_table().to_pylist() == expected
    by_polars = polars.read_parquet(path, columns=["id", "home", "tags"]).to_arrow().to_pylist()
    assert by_polars == whole.select(["id", "home", "tags"]).to_pylist()
    assert pandas.read_parquet(path)["home"].tolist() == whole["home"].to_pylist()
    found = duckdb.sql(f"select sum(home.floor), count(tags[1]) from '{path}'").fetchall()
    lists = [row["tags"] for row in expected if row["tags"]]
    assert found == [(sum(row["home"]["floor"] for row in expected if row["home"]), len(lists))]


@pytest.mark.parametrize("cut", [1_000, 33_333])
def test_bytes_of_nested_columns_are_the_same_for_every_cut(cut: int) -> None:
    whole = nested(20_000).combine_chunks()
    assert part(whole.to_batches(cut), whole.schema) == part(whole.to_batches(), whole.schema)


def test_columns_inside_others_are_stored_by_what_they_hold() -> None:
    data, _ = part(nested(9_000).to_batches(), nested(1).schema)
    group = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0)
    leaves = [group.column(at) for at in range(group.num_columns)]
    assert {leaf.path_in_schema: (leaf.has_dictionary_page, leaf.is_stats_set) for leaf in leaves} == {
        "id": (False, True),
        "home.street": (False, False),
        "home.city": (True, False),
        "home.floor": (False, True),
        "tags.list.element": (True, False),
        "marks.key_value.key": (False, False),
        "marks.key_value.value": (False, True),
    }


def test_a_footer_is_taken_apart_by_the_sizes_of_its_parts_only() -> None:
    table = pa.table({"id": pa.array(range(100))})
    made = [part(table.slice(start, 50).to_batches(), table.schema) for start in (0, 50)]
    tails = [tail for _, tail in made]
    parquet = format_named("parquet")
    ending = parquet.join(tails)
    assert parquet.tails(ending, [tail.size for tail in tails]) == tails
    with pytest.raises(FormatError, match="a row group is not in any of the parts"):
        parquet.tails(ending, [tails[0].size // 2] * 2)
    with pytest.raises(FormatError, match="does not end with its footer"):
        parquet.tails(ending[:-1], [tail.size for tail in tails])
