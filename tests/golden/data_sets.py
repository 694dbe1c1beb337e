"""Digests of every field type's examples, of every locale and of whole schemas; this script prints them.

With ``--write`` they replace data_sets.json; with ``1 3`` every third locale is printed, from the second on. A digest
that changes changes users' data sets: it bumps ENGINE_VERSION and is said in CHANGELOG.md.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from formats import Place, TableShape, format_named
from generator import ENGINE_VERSION, RowRange, SchemaError, TablePlan, compile_schema, field_types
from generator.stage import EXAMPLE, STAGE, staged
from generator.vocabulary import KEPT

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


def locale_digest(locale: str) -> str:
    """Of some rows of every type that asks for the locale, with the options of its first example."""
    fields = {name: {"type": name, **cls.examples[0]} for name, cls in field_types if cls.localized}
    document: dict[str, Any] = {"reference_date": "2026-01-01", "locale": locale, "rows": 200, "fields": fields}
    try:
        plan = compile_schema(document)
    except SchemaError as error:  # identifiers of a country that gives out none that is known
        for mistake in error.mistakes:
            fields.pop(mistake.path.split(".")[2], None)
        plan = compile_schema(document)
    return text_digest(plan.tables["data"], "ndjson", RowRange(0, 200))


def digests(locales: slice = slice(None)) -> dict[str, str]:
    """Digest by name, the engine's version first. ``locales``: which of them, as most of the time goes into these."""
    found = {"engine": ENGINE_VERSION}
    for name, cls in field_types:
        for number, example in enumerate(cls.examples):
            table = staged({"type": name, **example}, rows=500).tables[STAGE]
            found[f"{name}-{number}"] = text_digest(table, "ndjson", RowRange(0, 500), (EXAMPLE,))
    for locale in list(KEPT)[locales]:
        found[f"locale-{locale}"] = locale_digest(locale)
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
        first, step = map(int, sys.argv[1:] or (0, 1))
        print(json.dumps(digests(slice(first, None, step))))
