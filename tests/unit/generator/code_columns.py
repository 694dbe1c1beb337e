"""Columns of one field, for tests of codes against other people's libraries."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from generator import RowRange, compile_schema

ROWS = 2_000


def table(fields: dict[str, dict[str, Any]], rows: int = ROWS, **more: Any) -> pa.Table:
    """All rows of a table of these fields."""
    document = {"seed": "codes", "reference_date": "2026-01-01", "rows": rows, "fields": fields, **more}
    plan = compile_schema(document)
    batch = next(iter(plan.tables.values())).batch(RowRange(0, rows))
    return pa.Table.from_batches([batch])


def column(options: dict[str, Any], rows: int = ROWS, **more: Any) -> list[Any]:
    """The cells of one field."""
    found: list[Any] = table({"code": options}, rows, **more)["code"].to_pylist()
    return found
