"""The laws of cells hold for what is written dirty: of every type's examples, and of whole dirty tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from generator import EXAMPLE, STAGE, RowRange, SchemaError, TablePlan, compile_schema, field_types, staged

ROWS = 150
DIRTY = (Path(__file__).parents[1] / "golden/schemas/dirty.yaml").read_text()
TABLES = ("customers", "orders")


def dirty_table(name: str, rows: int = 1_000) -> TablePlan:
    return compile_schema(DIRTY, {"customers": 5_000, name: rows}).tables[name]


@pytest.mark.parametrize("name", TABLES)
def test_a_dirty_row_does_not_depend_on_the_rows_beside_it(name: str) -> None:
    plan = dirty_table(name)
    whole = pa.Table.from_batches([plan.batch(RowRange(0, 1_000))])
    whole.validate(full=True)
    for size, rows in ((1, 100), (97, 1_000), (512, 1_000)):
        parts = [plan.batch(part) for part in RowRange(0, rows).split(size)]
        assert pa.Table.from_batches(parts).to_pylist() == whole.slice(0, rows).to_pylist()
    some = np.random.default_rng(5).integers(0, 1_000, size=700)
    assert plan.take(some.astype(np.uint64)).to_pylist() == whole.take(pa.array(some)).to_pylist()
    assert plan.take(np.empty(0, dtype=np.uint64)).schema == plan.arrow_schema


@pytest.mark.parametrize("name", TABLES)
def test_growing_a_dirty_table_changes_no_row(name: str) -> None:
    small, large = dirty_table(name, 800), dirty_table(name, 1_300)
    assert small.batch(RowRange(0, 800)).to_pylist() == large.batch(RowRange(0, 800)).to_pylist()


def test_the_canonical_document_makes_the_same_dirt() -> None:
    plan = compile_schema(DIRTY, {"customers": 500, "orders": 500})
    again = compile_schema(plan.document)
    assert again.document == plan.document
    assert again.fingerprint() == plan.fingerprint()
    for name in TABLES:
        assert again.tables[name].batch(RowRange(0, 500)).equals(plan.tables[name].batch(RowRange(0, 500)))


def test_the_order_in_which_kinds_are_named_changes_nothing() -> None:
    one, other = (
        compile_schema({"rows": ROWS, "fields": {"x": {"type": "words", "dirty": {"share": 1, "kinds": kinds}}}})
        for kinds in (["typo", "case", "swap"], ["swap", "typo", "case"])
    )
    assert one.tables["data"].batch(RowRange(0, ROWS)).equals(other.tables["data"].batch(RowRange(0, ROWS)))


def _examples() -> list[Any]:
    return [pytest.param({"type": name, **cls.examples[0]}, id=name) for name, cls in field_types]


def _refused(options: dict[str, Any]) -> str:
    try:
        staged(options, ROWS)
    except SchemaError as error:
        return str(error)
    return ""


def _dirty(options: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The options with dirt of the usual kinds, or else with words for nothing; and why neither can be."""
    refusal = ""
    for kinds in ({}, {"kinds": ["null_text"]}):
        dirty = {**options, "dirty": {"share": 0.5, "clean": "was", **kinds}}
        refusal = _refused(dirty)
        if not refusal:
            return dirty, ""
    return options, refusal


@pytest.mark.parametrize("options", _examples())
def test_every_type_can_be_dirty_or_says_why_not(options: dict[str, Any]) -> None:
    dirty, refusal = _dirty(options)
    if refusal:
        assert f".{EXAMPLE}.dirty: " in refusal  # it says why
        return
    plan = staged(dirty, ROWS).tables[STAGE]
    batch = plan.batch(RowRange(0, ROWS))
    batch.validate(full=True)
    was = staged(options, ROWS).tables[STAGE].take(np.arange(ROWS), (EXAMPLE,))[EXAMPLE]
    assert batch["was"].equals(was)
    assert batch[EXAMPLE].null_count == was.null_count
    changed = sum(a != b for a, b in zip(batch[EXAMPLE].to_pylist(), was.to_pylist(), strict=True))
    assert changed > 0 or was.null_count == ROWS
    parts = [plan.batch(part) for part in RowRange(0, ROWS).split(64)]
    assert pa.Table.from_batches(parts)[EXAMPLE].to_pylist() == batch[EXAMPLE].to_pylist()
