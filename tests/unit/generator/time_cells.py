"""Cells of one field, for the tests of times."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from generator import RowRange, TablePlan, compile_schema

TODAY = "2024-02-29"


def table(options: dict[str, Any], rows: int = 2_000, today: str | None = TODAY, **more: Any) -> TablePlan:
    """A table whose field ``x`` has these options; ``more`` are other fields of it."""
    document: dict[str, Any] = {"seed": 1, "rows": rows, "fields": {**more, "x": options}}
    if today is not None:
        document["reference_date"] = today
    return compile_schema(document).tables["data"]


def cells(options: dict[str, Any], rows: int = 2_000, today: str | None = TODAY, **more: Any) -> pa.Array:
    """All cells of that field."""
    plan = table(options, rows, today, **more)
    return plan.batch(RowRange(0, rows)).column("x")


def values(options: dict[str, Any], rows: int = 2_000, today: str | None = TODAY, **more: Any) -> list[Any]:
    """All values of that field; moments without their zone."""
    array = cells(options, rows, today, **more)
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.timestamp(array.type.unit))
    found: list[Any] = array.to_pylist()
    return found


def shares(options: dict[str, Any], rows: int = 20_000) -> dict[Any, float]:
    """Value → its share of all rows."""
    found, counts = np.unique(np.array(values(options, rows), dtype=object), return_counts=True)
    return dict(zip(found.tolist(), (counts / rows).tolist(), strict=True))
