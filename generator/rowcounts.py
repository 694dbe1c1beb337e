"""How many rows each table has: as given, or as many as its parent's children."""

from __future__ import annotations

from generator.errors import Mistake, json_path
from generator.field import Broken, Field
from generator.schema import MAX_ROWS, Schema


def resolve_rows(schema: Schema) -> Schema:
    """The schema with every table's ``rows`` filled in where something decides them; else they stay None."""
    known = {name: table.rows for name, table in schema.tables.items() if table.rows is not None}
    open_tables = [name for name in schema.tables if name not in known]
    while open_tables:
        found = {name: count for name in open_tables if (count := _from_parents(schema, name, known)) is not None}
        if not found:
            break
        known |= found
        open_tables = [name for name in open_tables if name not in found]
    return schema.with_rows(known)


def undecided(schema: Schema, *, all_of_them: bool) -> list[Mistake]:
    """A mistake for each table without rows; unless all are asked for, only where no broken or bounded field is why."""
    return [
        Mistake(json_path(("tables", name, "rows")), "is missing", "say how many rows the table has")
        for name, table in schema.tables.items()
        if table.rows is None and (all_of_them or not any(_may_decide(field) for field in table.fields.values()))
    ]


def _may_decide(field: Field) -> bool:
    return isinstance(field, Broken) or getattr(field, "per_parent", None) is not None


def _from_parents(schema: Schema, name: str, known: dict[str, int]) -> int | None:
    for field in schema.tables[name].fields.values():
        bounds: tuple[int, int] | None = getattr(field, "per_parent", None)
        if bounds is not None:
            parent = field.parents()[0].partition(".")[0]
            if parent in known and 0 <= bounds[0] <= bounds[1]:
                return min(known[parent] * (bounds[0] + bounds[1]) // 2, MAX_ROWS)
    return None
