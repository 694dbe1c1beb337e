"""Scripts of SQL of small tables, for the tests of the format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from formats import Place, TableShape, format_named

ONLY = Place()
DIALECTS = ("postgresql", "mysql", "sqlite", "ansi", "sqlserver", "oracle")
BARE = {"create": False, "transaction": False}
PARSED_AS = {"postgresql": "postgres", "ansi": "trino", "sqlserver": "tsql"}
"""What sqlglot calls a dialect."""


def written(table: Mapping[str, Any] | TableShape, place: Place = ONLY, rows: Any = None, **options: Any) -> str:
    """The script of a table: of a mapping its rows, of a shape none unless they are given."""
    batch = rows if rows is not None else pa.record_batch(table) if isinstance(table, Mapping) else None
    shape = TableShape("t", batch.schema) if isinstance(table, Mapping) else table
    encoder = format_named({"type": "sql", **options}).encoder(shape, place)
    chunks = [*encoder.begin(), *([] if batch is None else encoder.encode(batch)), *encoder.end()]
    return b"".join(bytes(chunk) for chunk in chunks).decode()


def shape_of(fields: Mapping[str, pa.DataType], name: str = "t", **keys: Any) -> TableShape:
    required = set(keys.get("primary_key", ()))
    schema = pa.schema([pa.field(column, kind, column not in required) for column, kind in fields.items()])
    return TableShape(name, schema, **keys)


PEOPLE = shape_of({"id": pa.int64(), "name": pa.string(), "boss": pa.int64()}, "people", primary_key=("id",))
ROWS = pa.record_batch([[1, 2], ["Ann", None], [None, 1]], schema=PEOPLE.schema)
