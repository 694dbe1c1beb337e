"""Dirty data on purpose: what is left clean beside it, which rows are repeated, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from generator import Plan, RowRange, SchemaError, TablePlan, compile_schema

ROWS = 2_000


def table(fields: dict[str, Any], rows: int = ROWS, **options: Any) -> TablePlan:
    return compile_schema({"seed": "dirt", "rows": rows, "fields": fields, **options}).tables["data"]


def refusal(fields: dict[str, Any], **options: Any) -> str:
    with pytest.raises(SchemaError) as caught:
        table(fields, **options)
    return str(caught.value)


def test_what_reads_a_dirty_field_reads_the_clean_value() -> None:
    fields = {
        "name": {"type": "last_name", "dirty": {"share": 1, "clean": "name_clean"}},
        "copy": {"type": "expression", "value": "name"},
    }
    plan = table(fields)
    batch = plan.batch(RowRange(0, ROWS))
    assert batch.schema.names == ["name", "name_clean", "copy"]
    assert batch["copy"].to_pylist() == batch["name_clean"].to_pylist()
    assert batch["name_clean"].equals(table({"name": "last_name"}).batch(RowRange(0, ROWS))["name"])
    assert plan.take(np.arange(5), ("name_clean", "name")).schema.names == ["name_clean", "name"]


TWO_TABLES: dict[str, Any] = {
    "seed": 3,
    "tables": {
        "parents": {
            "rows": 50,
            "fields": {"id": "sequence", "name": {"type": "last_name", "dirty": 1}, "n": {"type": "integer", "min": 5}},
            "dirty": 1,
        },
        "children": {
            "rows": 500,
            "primary_key": "id",
            "unique_together": [["id", "at"]],
            "fields": {
                "id": "sequence",
                "at": {"type": "reference", "to": "parents.id"},
                "name": {"type": "lookup", "via": "at", "field": "name"},
                "note": "words",
                "count": {"type": "integer", "min": 10, "max": 99},
            },
            "dirty": {"share": 1, "kinds": ["case", "outlier"]},
        },
    },
}


def two_tables(**options: Any) -> Plan:
    document = json.loads(json.dumps(TWO_TABLES))
    document["tables"]["children"] |= options
    return compile_schema(document)


def test_a_tables_dirt_leaves_keys_references_and_look_ups_as_they_are() -> None:
    plan = two_tables()
    parents, children = (plan.tables[name].batch(RowRange(0, plan.tables[name].rows)) for name in plan.tables)
    assert parents["id"].to_pylist() == list(range(1, 51))
    assert min(parents["n"].to_pylist()) < 5 or max(parents["n"].to_pylist()) > 100
    assert children["id"].to_pylist() == list(range(1, 501))
    assert set(children["at"].to_pylist()) <= set(range(1, 51))
    clean = {
        name.upper() for name in plan.tables["parents"].at(np.arange(50, dtype=np.uint64)).column("name").to_pylist()
    }
    assert {name.upper() for name in children["name"].to_pylist()} <= clean
    notes = plan.tables["children"].at(np.arange(500, dtype=np.uint64)).column("note")
    assert all(a != b for a, b in zip(notes.to_pylist(), children["note"].to_pylist(), strict=True))
    assert all(not 10 <= count <= 99 or count % 10 == 0 for count in children["count"].to_pylist())


def test_a_repeated_row_is_an_earlier_one_whole_and_as_it_was_written() -> None:
    plan = two_tables(dirty={"share": 0.4, "kinds": {"duplicate_row": 1, "case": 1, "outlier": 2}}, rows=4_000)
    rows = plan.tables["children"].batch(RowRange(0, 4_000)).to_pylist()
    first: dict[int, tuple[int, dict[str, Any]]] = {}
    repeated = 0
    for index, row in enumerate(rows):
        at, original = first.setdefault(row["id"], (index, row))
        assert original == row
        repeated += at != index
        assert at == row["id"] - 1  # the original stands in its own place, before its repetitions
    assert abs(repeated - 400) < 6 * 19


def test_uniqueness_is_promised_only_where_dirt_leaves_it() -> None:
    children = two_tables().tables["children"]
    assert (children.primary_key, children.unique) == (("id",), (("id", "at"),))
    repeated = two_tables(dirty={"share": 0.1, "kinds": ["duplicate_row"]}).tables["children"]
    assert (repeated.primary_key, repeated.unique) == ((), ())
    fields = {
        "id": {"type": "sequence", "dirty": 0.1},
        "code": {"type": "digits", "unique": True},
        "name": {"type": "pattern", "pattern": "####", "unique": True, "dirty": 0.1},
    }
    plan = table(fields, rows=100, primary_key="id")
    assert (plan.primary_key, plan.unique) == ((), (("code",),))


def test_every_kind_that_cannot_be_had_is_refused_with_those_that_can() -> None:
    said = refusal({"n": {"type": "integer", "dirty": {"share": 0.1, "kinds": ["typo"]}}})
    assert "$.fields.n.dirty.kinds" in said
    assert "outlier, wrong_type, null_text" in said
    assert "typo" in refusal({"n": {"type": "last_name", "dirty": {"share": 0.1, "kinds": ["outlier"]}}})
    assert "wrong_type, null_text" in refusal({"n": {"type": "boolean", "dirty": 0.1}})
    assert "at the table" in refusal({"n": {"type": "integer", "dirty": {"share": 0.1, "kinds": ["duplicate_row"]}}})
    array = {"type": "array", "items": {"type": "integer"}}
    assert "no dirt" in refusal({"n": {**array, "dirty": 0.1}})
    assert "inside another" in refusal({"n": {"type": "array", "items": {"type": "integer", "dirty": 0.1}}})
    assert "hidden" in refusal({"id": "sequence", "n": {"type": "integer", "hidden": True, "dirty": 0.1}})
    assert "no field" in refusal({"n": {"type": "integer"}}, dirty={"share": 0.1, "kinds": ["typo"]})


@pytest.mark.parametrize(
    ("dirt", "said"),
    [
        (1.5, "less than or equal to 1"),
        (-0.1, "greater than or equal to 0"),
        (True, "not true or false"),
        ("much", "dirty"),
        ({"kinds": ["typo"]}, "share: is missing"),
        ({"share": 0.1, "kinds": []}, "at least 1"),
        ({"share": 0.1, "kinds": ["tipo"]}, "did you mean 'typo'?"),
        ({"share": 0.1, "kinds": {"typo": 0}}, "greater than 0"),
        ({"share": 0.1, "kinds": ["typo", "typo"]}, "named twice"),
        ({"share": 0.1, "sort": ["typo"]}, "unknown key 'sort'"),
        ({"share": 0.1, "clean": "id"}, "a column 'id' already"),
        ({"share": 0.1, "clean": "a.b"}, "dot"),
    ],
)
def test_a_wrong_option_is_refused_where_it_stands(dirt: Any, said: str) -> None:
    text = refusal({"id": "sequence", "n": {"type": "last_name", "dirty": dirt}, "m": {"type": "colour"}})
    assert said in text
    assert text.startswith("$.fields.n.dirty")


def test_two_clean_columns_of_one_name_are_refused_and_so_is_a_clean_table() -> None:
    one = {"type": "last_name", "dirty": {"share": 0.1, "clean": "was"}}
    assert "'was' already" in refusal({"a": one, "b": one})
    assert "$.dirty.clean" in refusal({"a": "last_name"}, dirty={"share": 0.1, "clean": "was"})


def test_dirt_changes_neither_the_grid_nor_clean_cells() -> None:
    fields: dict[str, Any] = {"a": "last_name", "b": {"type": "integer"}}
    clean, dirty = table(fields), table(fields, dirty={"share": 0.2, "kinds": ["typo", "wrong_type"]})
    assert clean.row_width == dirty.row_width
    before, after = clean.batch(RowRange(0, ROWS)), dirty.batch(RowRange(0, ROWS))
    assert after.schema.types == [pa.string(), pa.string()]
    same = sum(a == b for a, b in zip(before["a"].to_pylist(), after["a"].to_pylist(), strict=True))
    assert abs(same - 1_600) < 6 * 18
