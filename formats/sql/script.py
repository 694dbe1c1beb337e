"""The format ``sql``: what a script of one object holds, and the script that runs all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from formats.flatten import Flattening, with_own_keys
from formats.format import Encoder, Format, Place, TableShape, Written, file_format
from formats.sql.dialect import Dialect
from formats.sql.dialects import COPY, DIALECTS
from formats.sql.encoders import Copy, Framed, Inserts
from formats.sql.names import Names
from formats.sql.rows import rows_of
from formats.sql.statements import OnConflict, inserting
from formats.sql.tables import adding, creating, later_keys
from formats.sql.types import ColumnType, Types
from formats.text import BATCH_ROWS


@file_format("sql")
class Sql(Format):
    """SQL that makes a table and fills it: for PostgreSQL, MySQL and MariaDB, SQLite, SQL Server, Oracle, or ISO SQL.

    Numbers and texts stand for what they are in every dialect; ``becomes`` says what has no form of its own there.
    Members of an object are columns of their own, ``address.city``; arrays and maps are JSON text (formats/flatten.py).
    """

    suffix: ClassVar[str] = "sql"
    media_type: ClassVar[str] = "application/sql; charset=utf-8"
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar[Mapping[str, str]] = {
        "NaN and infinities": "themselves in PostgreSQL and Oracle; in SQLite infinities are 9e999 and NaN is NULL; "
        "elsewhere NULL",
        "-0.0": "0.0, except in PostgreSQL's COPY",
        "an empty text": "NULL in Oracle, which knows no other",
        "NUL in a text": "U+FFFD, except in MySQL",
        "binary": "a literal of hexadecimal digits",
        "unsigned 64-bit integers": "BIGINT UNSIGNED in MySQL, TEXT in SQLite, a decimal of 20 digits elsewhere",
        "decimals": "NUMERIC or DECIMAL; text where the dialect has not as many digits: more than 15 in SQLite, more "
        "than 30 behind the point in MySQL",
        "nanoseconds": "microseconds, the rest cut off, in PostgreSQL, MySQL and SQL Server",
        "timestamps with a zone": "TIMESTAMP WITH TIME ZONE or DATETIMEOFFSET; in MySQL and SQLite their UTC time",
        "dates and times in SQLite": "ISO 8601 text",
        "times of day in Oracle": "text",
        "durations": "ISO 8601 text such as PT1H30M",
    }
    examples: ClassVar = (
        {},
        {"dialect": "mysql", "insert_rows": 100},
        {"dialect": "sqlite", "quote_names": "always", "drop": True},
        {"statement": "copy", "transaction": False},
        {"dialect": "ansi", "insert_rows": 1, "schema_name": "sales"},
        {"dialect": "sqlserver", "text_length": 4000},
        {"dialect": "oracle", "create": False, "on_conflict": "update"},
    )

    dialect: Literal["postgresql", "mysql", "sqlite", "ansi", "sqlserver", "oracle"] = Field(
        default="postgresql",
        description="Whose SQL it is; mysql (or mariadb) is MariaDB's too, ansi is ISO/IEC 9075.",
    )
    create: bool = Field(default=True, description="Whether CREATE TABLE, with types and keys, stands before the rows.")
    drop: bool = Field(default=False, description="Whether a table of the same name is removed first.")
    foreign_keys: bool = Field(default=True, description="Whether tables declare what their columns refer to.")
    insert_rows: int | None = Field(
        default=None, ge=1, le=100_000, description="Rows of one INSERT: 500 by default, in Oracle 1."
    )
    on_conflict: OnConflict = Field(
        default="error",
        description="What becomes of a row whose key is there already: an error, the old row, or the new one. A table "
        "without primary_key and unique columns has no keys.",
    )
    statement: Literal["insert", "copy"] = Field(
        default="insert", description="What rows stand in: INSERT, or blocks of PostgreSQL's COPY, which psql reads."
    )
    transaction: bool = Field(default=True, description="Whether each file is one transaction.")
    schema_name: str = Field(default="", description="The schema that the tables are in.")
    quote_names: Literal["needed", "always"] = Field(
        default="needed", description="Which names stand in quotes: those that need it, or all."
    )
    key_length: int = Field(
        default=255,
        ge=1,
        le=4000,
        description="Characters of text columns in keys, where a length is due; fewer where a key has no room.",
    )
    text_length: int | None = Field(
        default=None, ge=1, le=4000, description="Characters of all other text columns; no limit by default."
    )
    types: Mapping[str, str] = Field(
        default={}, description='Types of columns by name instead of the usual ones, such as {"id": "UUID"}.'
    )

    @field_validator("dialect", mode="before")
    @classmethod
    def _also_called(cls, dialect: Any) -> Any:
        return ALSO_CALLED.get(dialect, dialect) if isinstance(dialect, str) else dialect

    @model_validator(mode="after")
    def _possible(self) -> Sql:
        copies = self.statement == "copy"
        if copies and self.dialect != "postgresql":
            raise ValueError("only the dialect postgresql has COPY: the statement of others is insert")
        if copies and self.on_conflict != "error":
            raise ValueError("COPY takes a row that is there already for an error: on_conflict needs statement insert")
        most = self._rules.most_rows
        if (self.insert_rows or 1) > most:
            raise ValueError(
                f"a statement of {self.dialect} has {most:,} rows at most: set insert_rows to that or fewer"
            )
        return self

    @property
    def _rules(self) -> Dialect:
        return DIALECTS[self.dialect]

    @property
    def _names(self) -> Names:
        return Names(self._rules, self.quote_names == "always", self.schema_name)

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        names, table = self._names, with_own_keys(table)
        names.check(table)
        types = Types(self._rules, table, (self.key_length, self.text_length), self.types)
        declared = {field.name: types.of(field) for field in table.schema}
        make = self._copy if self.statement == "copy" else self._inserts
        rows = make(table, place, declared)
        return Framed(rows, self._head(table, place, declared), self._foot(table, place))

    def _inserts(self, table: TableShape, place: Place, declared: Mapping[str, ColumnType]) -> Encoder:
        rules = self._rules
        rows = self.insert_rows or rules.insert_rows
        statement = inserting(self._names, table, rows, self.on_conflict)
        typed = {name: f"CAST(NULL AS {each.sql})".encode() for name, each in declared.items()}
        nulls = typed if statement.typed_nulls else {}
        made = rows_of(table.schema, declared, rules.literals, nulls, statement.around(rules.between))
        return Inserts(made, statement, place)

    def _copy(self, table: TableShape, place: Place, declared: Mapping[str, ColumnType]) -> Encoder:
        start = f"COPY {self._names.table(table.name)} ({self._names.listed(table.schema.names)}) FROM stdin;\n"
        return Copy(rows_of(table.schema, declared, COPY, {}, (b"", b"\t", b"\n")), start, place)

    def _head(self, table: TableShape, place: Place, declared: Mapping[str, ColumnType]) -> str:
        rules = self._rules
        if not place.first:
            return ""
        begin = rules.begin if self.transaction else ""
        made = ""
        if place.opens and self.drop:
            made += self._dropping(table)
        if place.opens and self.create:
            made += creating(self._names, table, declared, self.foreign_keys)
        return rules.settings + (made + begin if rules.ddl_commits else begin + made)

    def _dropping(self, table: TableShape) -> str:
        name = self._names.table(table.name)
        return self._rules.drop.format(name, name.replace("'", "''"))

    def _foot(self, table: TableShape, place: Place) -> str:
        if not place.last:
            return ""
        added = self._added(table, own=True) if place.closes else ""
        return added + (self._rules.commit if self.transaction else "")

    def _added(self, table: TableShape, own: bool) -> str:
        if not (self.create and self.foreign_keys):
            return ""
        return adding(self._names, table.name, later_keys(self._names, table, own))

    def columns_named(self) -> Mapping[str, Collection[str]]:
        """Those of ``types``."""
        return {"types": self.types}

    def companions(self, tables: Sequence[Written]) -> Mapping[str, bytes]:
        """``load.sql``: runs the objects of all tables in the order of their references."""
        if not tables:
            return {}
        taken = {name for table in tables for name, _, _ in table.objects}
        name = "load.sql"
        while name in taken:
            name = f"_{name}"
        return {name: "".join(self._loading(name, tables)).encode()}

    def _loading(self, name: str, tables: Sequence[Written]) -> Iterator[str]:
        rules = self._rules
        run, begins, ends = rules.script
        ordered = sorted(tables, key=lambda written: written.table.order)
        flat = [Flattening(written.table.schema).shape(written.table) for written in ordered]
        files = [object_name for written in ordered for object_name, _, _ in written.objects]
        yield f"-- Loads all tables: {run.format(name)}\n"
        packed = {file.rpartition(".")[2] for file in files} & {"gz", "zst"}
        if packed:
            yield f"-- Unpack the files first: {' and '.join(sorted(UNPACKED[each] for each in packed))}\n"
        yield begins + rules.settings
        if self.drop:
            for table in reversed(flat):
                yield self._dropping(table)
        for file in files:
            plain = file.removesuffix(".gz").removesuffix(".zst")
            yield rules.include.format(plain)
        yield "".join(self._added(table, own=False) for table in flat) + ends


ALSO_CALLED = {"postgres": "postgresql", "mariadb": "mysql", "sqlite3": "sqlite", "mssql": "sqlserver"}
"""Other names of dialects."""

UNPACKED = {"gz": "gunzip *.sql.gz", "zst": "unzstd *.sql.zst"}
