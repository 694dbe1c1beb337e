"""The statements that rows stand in: what begins one, what stands around each of its rows, and what ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from formats.format import FormatError, TableShape
from formats.sql.names import Names

OnConflict = Literal["error", "ignore", "update"]


@dataclass(frozen=True, slots=True)
class Statement:
    """``start``, ``rows`` rows with ``separator`` between them, and ``end``; a row is ``opening``, cells, ``closing``.

    ``typed_nulls``: a null among the cells must say of which type it is.
    """

    start: str
    opening: str
    closing: str
    separator: str
    end: str
    rows: int
    typed_nulls: bool = False

    def around(self, between: bytes) -> tuple[bytes, bytes, bytes]:
        """What stands around the cells of each row, the separator before it and of statements of one row all else."""
        opening, closing = self.opening.encode(), self.closing.encode()
        if self.rows == 1:
            return self.start.encode() + opening, between, closing + self.end.encode()
        return self.separator.encode() + opening, between, closing


def inserting(names: Names, table: TableShape, rows: int, on_conflict: OnConflict) -> Statement:
    """How rows get into a table, ``rows`` a statement.

    The conflict is one of the primary key, or where there is none of the first unique columns; a table without either
    has no conflicts.
    """
    most = names.dialect.most_cells // len(table.schema)
    if 1 < rows > most:
        problem = f"a statement of {names.dialect.name} has {names.dialect.most_cells:,} values at most"
        raise FormatError(f"table {table.name!r}: {problem}; set insert_rows to {max(most, 1)} or fewer")
    key = table.primary_key or next(iter(table.unique), ())
    columns = table.schema.names
    if not key or on_conflict == "error":
        return _values(names, table, rows, "")
    others = [name for name in columns if name not in key] if on_conflict == "update" else []
    if names.dialect.upsert == "merge":
        return _merge(names, table, rows, key, others)
    if names.dialect.upsert == "on conflict":
        return _values(names, table, rows, _on_conflict(names, key, others))
    changes = [f"{names.of(name)} = VALUES({names.of(name)})" for name in others]
    unchanged = f"{names.of(key[0])} = {names.of(key[0])}"  # unlike IGNORE it forgives nothing else
    return _values(names, table, rows, f"\nON DUPLICATE KEY UPDATE {', '.join(changes) or unchanged}")


def _values(names: Names, table: TableShape, rows: int, end: str) -> Statement:
    into = f"INTO {names.table(table.name)} ({names.listed(table.schema.names)}) VALUES"
    dual, terminator = names.dialect.dual, names.dialect.terminator
    if not dual or rows == 1:
        return Statement(f"INSERT {into}", "\n(", ")", ",", end + terminator, rows)
    return Statement("INSERT ALL", f"\n{into} (", ")", "", f"\nSELECT 1 FROM {dual}{terminator}", rows)


def _on_conflict(names: Names, key: Sequence[str], others: Sequence[str]) -> str:
    changes = ", ".join(f"{names.of(name)} = excluded.{names.of(name)}" for name in others)
    return f"\nON CONFLICT ({names.listed(key)}) DO " + (f"UPDATE SET {changes}" if changes else "NOTHING")


def _merge(names: Names, table: TableShape, rows: int, key: Sequence[str], others: Sequence[str]) -> Statement:
    columns, side_by_side = table.schema.names, names.side_by_side
    same = " AND ".join(f"target.{names.of(name)} = source.{names.of(name)}" for name in key)
    changes = side_by_side(f"{names.of(name)} = source.{names.of(name)}" for name in others)
    update = f"\nWHEN MATCHED THEN UPDATE SET {changes}" if changes else ""
    given = side_by_side(f"source.{names.of(name)}" for name in columns)
    insert = f"\nWHEN NOT MATCHED THEN INSERT ({names.listed(columns)}) VALUES ({given})"  # noqa: S608 - of names in quotes
    end = f" ON ({same}){update}{insert}{names.dialect.terminator}"
    name, dual = names.table(table.name), names.dialect.dual
    if dual:
        shape = side_by_side(f"NULL AS {names.of(column)}" for column in columns)
        start = f"MERGE INTO {name} target USING (\nSELECT {shape} FROM {dual} WHERE 1 = 0"
        return Statement(start, "\nUNION ALL SELECT ", f" FROM {dual}", "", f"\n) source{end}", rows)
    start = f"MERGE INTO {name} AS target USING (VALUES"
    return Statement(start, "\n(", ")", ",", f"\n) AS source ({names.listed(columns)}){end}", rows, typed_nulls=True)
