"""Excel workbooks in memory, for the tests of what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from formats import Place, TableShape, format_named, zipped


def sheet_of(batches: list[pa.RecordBatch], options: Mapping[str, Any] | None = None) -> bytes:
    """The document of a sheet whose parts are these batches."""
    made, row = b"", 0
    for at, batch in enumerate(batches):
        place = Place(at == 0, at == len(batches) - 1, row)
        table = TableShape("t", batch.schema)
        encoder = format_named({"type": "excel", **(options or {})}).encoder(table, place)
        made += b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()])
        row += batch.num_rows
    return made


def workbook(tables: Mapping[str, pa.RecordBatch], options: Mapping[str, Any] | None = None) -> bytes:
    excel = format_named({"type": "excel", **(options or {})})
    members = excel.members([TableShape(name, batch.schema) for name, batch in tables.items()])
    assert members is not None
    return zipped([(m.name, sheet_of([tables[m.table]], options) if m.table else m.data) for m in members])
