"""Documents that would ask for years of work are refused before any is done."""

from __future__ import annotations

from typing import Any

import pytest

from generator import RowRange, SchemaError, compile_schema


def doubling(tables: int) -> dict[str, Any]:
    """Each table reads the one before it through two references."""
    found: dict[str, Any] = {"t0": {"rows": 9, "fields": {"id": "sequence", "x": "integer"}}}
    for i in range(1, tables):
        both = {name: {"type": "reference", "to": f"t{i - 1}.id"} for name in "ab"}
        total = {"type": "expression", "value": "(a.x + b.x) % 7"}
        found[f"t{i}"] = {"rows": 9, "fields": {"id": "sequence", **both, "x": total}}
    return {"tables": found}


def test_sets_of_rows_that_double_with_every_table_are_refused_at_once() -> None:
    with pytest.raises(SchemaError, match=r"\$\.tables\.t29: its rows lead to [0-9,]{10,} sets of rows"):
        compile_schema(doubling(30))


def test_a_few_steps_are_no_harm() -> None:
    plan = compile_schema(doubling(9))
    assert plan.tables["t8"].batch(RowRange(0, 9)).num_rows == 9


def test_fields_that_share_what_they_read_are_counted_once() -> None:
    many = {f"f{i}": {"type": "lookup", "via": "a", "field": "x"} for i in range(100)}
    document = doubling(8)
    document["tables"]["t7"]["fields"] |= many
    compile_schema(document)


def test_a_reference_to_its_own_table_ends() -> None:
    fields = {"id": "sequence", "boss": {"type": "reference", "to": "staff.id"}, "of": "uuid"}
    look = {"type": "lookup", "via": "boss", "field": "of"}
    compile_schema({"tables": {"staff": {"rows": 9, "fields": {**fields, "x": look}}}})
