"""Digests of every field type's examples and of whole schemas: ``python tests/golden/data_sets.py`` prints them.

With ``--write`` they replace data_sets.json. A digest that changes changes users' data sets: it bumps ENGINE_VERSION
and is said in CHANGELOG.md.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from formats import Place, TableShape, format_named
from generator import ENGINE_VERSION, RowRange, TablePlan, compile_schema, field_types
from generator.stage import EXAMPLE, STAGE, staged

GOLDEN = Path(__file__).with_suffix(".json")
SCHEMAS = sorted(Path(__file__).parent.glob("schemas/*.yaml"))
ROWS = 3_000


def text_digest(table: TablePlan, format_name: str, rows: RowRange, fields: tuple[str, ...] | None = None) -> str:
    """Of the bytes that the format gives for some rows."""
    batch = table.take(rows.indices(), fields)
    encoder = format_named(format_name).encoder(TableShape(table.name, batch.schema), Place())
    digest = hashlib.blake2b(digest_size=12)
    for chunks in (encoder.begin(), encoder.encode(batch), encoder.end()):
        for chunk in chunks:
            digest.update(chunk)
    return digest.hexdigest()


def digests() -> dict[str, str]:
    """Digest by name, the engine's version first."""
    found = {"engine": ENGINE_VERSION}
    for name, cls in field_types:
        for number, example in enumerate(cls.examples):
            table = staged({"type": name, **example}, rows=500).tables[STAGE]
            found[f"{name}-{number}"] = text_digest(table, "ndjson", RowRange(0, 500), (EXAMPLE,))
    for path in SCHEMAS:
        for table in compile_schema(path.read_text()).tables.values():
            last = RowRange(max(table.rows - ROWS, 0), table.rows)
            for format_name in ("csv", "ndjson"):
                found[f"{path.stem}.{table.name}.{format_name}"] = text_digest(table, format_name, last)
    return found


if __name__ == "__main__":
    if "--write" in sys.argv:
        GOLDEN.write_text(json.dumps(digests(), indent=1) + "\n")
    else:
        print(json.dumps(digests()))
