"""Delta Lake tables, against deltalake, polars and DuckDB."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import polars
import pyarrow as pa
import pytest
from deltalake import DeltaTable, QueryBuilder

from formats import FormatError, Place, TableShape, Written, format_named

SHAPE = TableShape(
    "people",
    pa.schema(
        [
            pa.field("id", pa.uint32(), nullable=False),
            pa.field("word", pa.dictionary(pa.int8(), pa.string())),
            pa.field("at", pa.timestamp("ns", "Europe/Berlin")),
            pa.field("home", pa.struct([pa.field("city", pa.string()), pa.field("visits", pa.list_(pa.int16()))])),
            pa.field("marks", pa.map_(pa.string(), pa.decimal128(5, 2))),
        ]
    ),
    metadata={"fingerprint": "f00d"},
)


def rows(start: int, count: int) -> pa.RecordBatch:
    ids = range(start, start + count)
    return pa.record_batch(
        [
            pa.array(ids, pa.uint32()),
            pa.array([f"word {at % 3}" for at in ids]).dictionary_encode().cast(SHAPE.schema.types[1]),
            pa.array([at * 1_000 for at in ids], pa.int64()).cast(SHAPE.schema.types[2]),
            pa.array(
                [{"city": f"city {at}", "visits": [at % 5]} if at % 4 else None for at in ids], SHAPE.schema.types[3]
            ),
            pa.array([[("a", 1)] for at in ids], SHAPE.schema.types[4]),
        ],
        schema=SHAPE.schema,
    )


def stored(folder: Path, sizes: list[int], shape: TableShape = SHAPE, **options: object) -> Path:
    """A table of files of so many rows, written and read by nobody but the format; its folder."""
    written, objects, start = format_named({"type": "delta", **options}), [], 0
    for index, size in enumerate(sizes):
        encoder = written.encoder(shape, Place(opens=index == 0, closes=index == len(sizes) - 1))
        batches = [rows(start, size)] if shape is SHAPE else []
        data = b"".join([*encoder.begin(), *(c for batch in batches for c in encoder.encode(batch)), *encoder.end()])
        name = f"all/{shape.name}/part-{index:05d}.parquet"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        objects.append((name, size, len(data)))
        start += size
    for name, data in written.companions([Written(shape, tuple(objects))]).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / "all" / shape.name


def log(folder: Path) -> dict[str, Any]:
    lines = (folder / "_delta_log/00000000000000000000.json").read_text("utf-8").splitlines()
    return {key: value for line in lines for key, value in json.loads(line).items()}


def test_a_table_of_several_files_is_read_by_every_reader(tmp_path: Path) -> None:
    folder = stored(tmp_path, [700, 0, 300], codec="zstd")
    found = DeltaTable(folder).to_pyarrow_table().sort_by("id")
    assert found["id"].to_pylist() == list(range(1_000))
    assert found["home"].to_pylist()[:2] == [None, {"city": "city 1", "visits": [1]}]
    assert found.schema.field("id").type == pa.int64()
    assert polars.scan_delta(str(folder)).select("id").collect()["id"].sum() == 499_500
    by_datafusion = QueryBuilder().register("t", DeltaTable(folder)).execute("select count(*) as n from t").read_all()
    assert by_datafusion["n"].to_pylist() == [1_000]
    files = [folder / name for name in DeltaTable(folder).file_uris()]
    assert len(files) == 3
    counted = duckdb.sql(f"select count(*), count(home), sum(id) from read_parquet({[str(f) for f in files]})")
    assert counted.fetchall() == [(1_000, 750, 499_500)]


def test_the_log_knows_rows_and_sizes_and_no_clock(tmp_path: Path) -> None:
    folder = stored(tmp_path, [700, 300])
    table = DeltaTable(folder)
    actions = pa.table(table.get_add_actions(flatten=True)).to_pydict()
    assert actions["num_records"] == [700, 300]
    assert actions["size_bytes"] == [file.stat().st_size for file in sorted(folder.glob("*.parquet"))]
    assert table.version() == 0
    assert table.metadata().configuration == {"fingerprint": "f00d"}
    text = (folder / "_delta_log/00000000000000000000.json").read_text("utf-8")
    assert [json.loads(line).get("add", {}).get("modificationTime", 0) for line in text.splitlines()] == [0] * 5


def test_the_same_table_has_the_same_id_and_another_one_another(tmp_path: Path) -> None:
    one, same, other = (stored(tmp_path / name, [size]) for name, size in (("a", 5), ("b", 5), ("c", 5)))
    assert log(one) == log(same) == log(other)
    changed = TableShape("people", SHAPE.schema, metadata={"fingerprint": "beef"})
    assert log(stored(tmp_path / "d", [0], changed))["metaData"]["id"] != log(one)["metaData"]["id"]


def test_only_local_timestamps_need_a_newer_reader(tmp_path: Path) -> None:
    assert log(stored(tmp_path / "a", [1]))["protocol"] == {"minReaderVersion": 1, "minWriterVersion": 2}
    local = pa.schema([pa.field("inner", pa.list_(pa.struct([pa.field("at", pa.timestamp("s"))])))])
    folder = stored(tmp_path / "b", [0], TableShape("t", local))
    assert log(folder)["protocol"]["readerFeatures"] == ["timestampNtz"]
    assert DeltaTable(folder).to_pyarrow_table().schema.field("inner").type.value_type[0].type == pa.timestamp("us")


def test_columns_that_may_be_missing_are_told_from_those_that_may_not(tmp_path: Path) -> None:
    fields = {field.name: field for field in DeltaTable(stored(tmp_path, [3])).schema().fields}
    assert (fields["id"].nullable, fields["word"].nullable) == (False, True)


def test_names_that_are_hard_on_paths_and_json_are_kept(tmp_path: Path) -> None:
    schema = pa.schema([pa.field('a "b", (c) é;', pa.int64()), pa.field("d\n=\\", pa.string())])
    folder = stored(tmp_path, [0, 0], TableShape("an odd näme.", schema))
    assert DeltaTable(folder).to_pyarrow_table().schema.names == schema.names
    assert polars.scan_delta(str(folder)).collect_schema().names() == schema.names


def test_dictionaries_make_files_smaller_as_in_parquet(tmp_path: Path) -> None:
    folders = [stored(tmp_path / str(way), [20_000], dictionary=way) for way in ("auto", False)]
    sizes = [(folder / "part-00000.parquet").stat().st_size for folder in folders]
    assert sizes[0] < sizes[1]


def test_names_that_differ_by_case_only_are_refused() -> None:
    inner = pa.struct([pa.field("City", pa.string()), pa.field("city", pa.string())])
    for schema in (pa.schema([("Id", pa.int64()), ("id", pa.int64())]), pa.schema([("homes", pa.list_(inner))])):
        with pytest.raises(FormatError, match="are one to Delta Lake, which ignores case; rename one"):
            format_named("delta").encoder(TableShape("t", schema), Place())


def test_a_type_that_delta_lacks_is_refused_by_column() -> None:
    schema = pa.schema([pa.field("far", pa.decimal256(50, 2))])
    with pytest.raises(FormatError, match=r"column 'far': Delta Lake has no type for decimal256\(50, 2\); give"):
        format_named("delta").encoder(TableShape("t", schema), Place())


def test_files_of_a_table_must_stand_in_a_folder() -> None:
    with pytest.raises(FormatError, match="must stand in a folder of their own"):
        format_named("delta").companions([Written(SHAPE, (("people.parquet", 1, 1),))])
