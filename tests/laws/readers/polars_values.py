"""What polars makes of Arrow's types: it counts durations of seconds in milliseconds, and far ones wrap round."""

from __future__ import annotations

from typing import Any

import polars
import pyarrow as pa

from tests.laws.nested_values import Columns, mapped, plain


def from_polars(frame: polars.DataFrame, schema: pa.Schema) -> Columns:
    table = frame.to_arrow()
    assert table.schema.names == schema.names
    columns = zip(table.columns, schema, strict=True)
    return [
        plain(column.cast(field.type, safe=False) if _has_seconds(field.type) else column, field.type)
        for column, field in columns
    ]


def in_polars(_options: Any, data_type: pa.DataType, value: Any) -> Any:
    return mapped(
        value, data_type, lambda leaf, kind: leaf if leaf is None or not _is_seconds(kind) else _wrapped(leaf)
    )


def _wrapped(seconds: int) -> int:
    milliseconds = (seconds * 1000 + 2**63) % 2**64 - 2**63
    return milliseconds // 1000 if milliseconds >= 0 else -(-milliseconds // 1000)


def _is_seconds(data_type: pa.DataType) -> bool:
    return bool(pa.types.is_duration(data_type) and data_type.unit == "s")


def _has_seconds(data_type: pa.DataType) -> bool:
    return "duration[s]" in str(data_type)
