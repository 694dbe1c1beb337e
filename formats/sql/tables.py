"""The statements that make tables: CREATE TABLE with its keys, and what is added once the rows are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from formats.format import ForeignKey, TableShape
from formats.sql.names import Names
from formats.sql.types import ColumnType

DEFERRED = " DEFERRABLE INITIALLY DEFERRED"


def creating(names: Names, table: TableShape, types: Mapping[str, ColumnType], foreign_keys: bool) -> str:
    """CREATE TABLE. Foreign keys stand in it where what they refer to is there already, or need not be."""
    lines = [_column(names, table, field, types[field.name]) for field in table.schema]
    if table.primary_key:
        lines.append(f"PRIMARY KEY ({names.listed(table.primary_key)})")
    indexes = []
    for number, key in enumerate(_unique(table), 1):
        if names.dialect.unique_nulls or not any(table.schema.field(name).nullable for name in key):
            lines.append(f"UNIQUE ({names.listed(key)})")
        else:
            indexes.append(_unique_index(names, table, key, number))
    if foreign_keys:
        lines += [_foreign(names, key) for key in table.foreign_keys if stands_inside(names, table, key)]
    inside = ",\n".join(f"  {line}" for line in lines)
    return (
        f"CREATE TABLE {names.table(table.name)} (\n{inside}\n){names.dialect.table_options}{names.dialect.terminator}"
        + "".join(indexes)
    )


def stands_inside(names: Names, table: TableShape, key: ForeignKey) -> bool:
    """Whether a foreign key is part of CREATE TABLE. If not, it is added when all rows are there."""
    return key.earlier or not names.dialect.later_keys


def adding(names: Names, table: str, keys: Sequence[ForeignKey]) -> str:
    """The statements that add foreign keys to a table that is there."""
    end = names.dialect.terminator
    return "".join(f"ALTER TABLE {names.table(table)} ADD {_foreign(names, key)}{end}" for key in keys)


def later_keys(names: Names, table: TableShape, own: bool) -> list[ForeignKey]:
    """The foreign keys that wait for rows: of the table itself (``own``), or of others that come later."""
    waiting = [key for key in table.foreign_keys if not stands_inside(names, table, key)]
    return [key for key in waiting if (key.table == table.name) == own]


def _column(names: Names, table: TableShape, field: pa.Field, declared: ColumnType) -> str:
    is_text = declared.kind == "text"
    required = not field.nullable or field.name in table.primary_key
    if names.dialect.empty_is_null and is_text and field.name not in table.primary_key:
        required = False
    name = names.of(field.name)
    collation = names.dialect.collation if is_text and declared.sql != names.dialect.types["text"] else ""
    return f"{name} {declared.sql}{collation}{' NOT NULL' if required else ''}"


def _unique(table: TableShape) -> list[tuple[str, ...]]:
    return [key for key in dict.fromkeys(table.unique) if {*key} != {*table.primary_key}]


def _unique_index(names: Names, table: TableShape, key: Sequence[str], number: int) -> str:
    """What SQL Server has for columns that are unique where they are not null."""
    there = " AND ".join(f"{names.of(name)} IS NOT NULL" for name in key if table.schema.field(name).nullable)
    name = names.of(f"unique_{number}")
    columns, end = f"{names.table(table.name)} ({names.listed(key)})", names.dialect.terminator
    return f"CREATE UNIQUE INDEX {name} ON {columns} WHERE {there}{end}"


def _foreign(names: Names, key: ForeignKey) -> str:
    deferred = "" if names.dialect.later_keys else DEFERRED
    parent = f"{names.table(key.table)} ({names.listed(key.references)})"
    return f"FOREIGN KEY ({names.listed(key.columns)}) REFERENCES {parent}{deferred}"
