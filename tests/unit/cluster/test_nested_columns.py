"""Objects, arrays and maps from the document to the file, and as they are shown on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from cluster import worker
from cluster.catalogue import show_plan, show_type
from cluster.order import Order
from cluster.preview import show_preview
from cluster.run import run_here
from cluster.verify import verify
from cluster.worker import batch_rows
from generator import compile_schema

ROWS = 65_536 + 300
"""Two parts, as the padding counts as wide; it is never more than a letter."""
DOCUMENT: dict[str, Any] = {
    "seed": 8,
    "name": "people",
    "rows": ROWS,
    "fields": {
        "id": {"type": "sequence"},
        "home": {
            "type": "object",
            "nulls": 0.2,
            "fields": {"city": {"type": "city"}, "floor": {"type": "integer", "min": 0, "max": 9, "nulls": 0.1}},
        },
        "tags": {"type": "array", "length": [0, 4], "items": {"type": "choice", "values": ["new", "vip", 'a "b"']}},
        "padding": {"type": "choice", "values": ["a", "x" * 3000], "weights": [1, 0]},
    },
}


@pytest.fixture(params=["parquet", "ndjson", "csv"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    run_here(Order.of(DOCUMENT, str(tmp_path / "out"), format=request.param))
    return tmp_path / "out" / f"people.{request.param}"


def test_a_data_set_with_nested_columns_verifies_and_is_read_as_the_rows_it_was_made_of(made: Path) -> None:
    report = verify(str(made.parent))
    assert report.ok
    assert report.parts == 2
    rows = [0, 1, 65_535, 65_536, ROWS - 1]
    expected = [compile_schema(DOCUMENT).tables["people"].take([row]).to_pylist()[0] for row in rows]
    if made.suffix == ".parquet":
        found = [pq.read_table(made).slice(row, 1).to_pylist()[0] for row in rows]
    elif made.suffix == ".ndjson":
        lines = made.read_text().split("\n")
        found = [json.loads(lines[row]) for row in rows]
    else:
        flat = duckdb.read_csv(str(made), header=True).to_arrow_table()
        assert flat.schema.names == ["id", "home.city", "home.floor", "tags", "padding"]
        found = [flat.slice(row, 1).to_pylist()[0] for row in rows]
        expected = [
            {
                "id": row["id"],
                "home.city": row["home"] and row["home"]["city"],
                "home.floor": row["home"] and row["home"]["floor"],
                "tags": json.dumps(row["tags"], separators=(",", ":")),
                "padding": "a",
            }
            for row in expected
        ]
    assert found == expected


def test_a_plan_names_nested_types_by_what_is_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    show_plan(compile_schema(DOCUMENT), as_json=True)
    (table,) = json.loads(capsys.readouterr().out)["tables"]
    assert table["columns"]["home"] == "struct<city: string not null, floor: int64>"
    assert table["columns"]["tags"] == "list<item: string not null>"


def test_examples_of_nested_types_are_shown_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("object", "array", "map"):
        show_type(name, as_json=True)
        for example in json.loads(capsys.readouterr().out)["examples"]:
            shown = [json.loads(value) for value in example["values"] if value != "null"]
            assert {type(value) for value in shown} == {list if name == "array" else dict}


def test_a_preview_shows_members_as_columns_and_lists_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    show_preview(compile_schema(DOCUMENT), None, 0, 5)
    shown = capsys.readouterr().out
    assert "home.city" in shown
    assert '["' in shown
    show_preview(compile_schema(DOCUMENT), None, 0, 5, as_json=True)
    rows = json.loads(capsys.readouterr().out)["tables"]["people"]
    assert rows == compile_schema(DOCUMENT).tables["people"].take(range(5)).to_pylist()


@pytest.mark.parametrize("format_name", ["csv", "ndjson", "parquet"])
def test_wide_rows_are_made_fewer_at_once_and_give_the_same_bytes(
    format_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"type": "array", "length": [0, 100], "items": {"type": "string", "length": 100}}
    schema = {"rows": 1_300, "fields": {"id": "sequence", "a": words, "b": words, "c": words}}
    assert batch_rows(compile_schema(schema).tables["data"].row_width, 32_768) > 1_300
    hashes = []
    for least in (64 << 20, 1):  # all rows at once, and 512 at a time
        monkeypatch.setattr(worker, "BATCH_BYTES", least)
        manifest = run_here(Order.of(schema, str(tmp_path / str(least)), format=format_name))
        hashes.append([item.content_digest for item in manifest.objects])
    assert hashes[0] == hashes[1]


def test_rows_at_once_follow_from_their_width() -> None:
    assert batch_rows(1_000, 32_768) == 32_768
    assert batch_rows(40_000, 32_768) == 1_024
    assert batch_rows(10_000_000, 32_768) == 512
