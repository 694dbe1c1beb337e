"""A compiled document: tables whose every row range is a pure function of the plan.

There is a graph to compile, none to run: a column asks for its sources at the same rows, a reference for its parent's
columns at the parent's rows, and each is computed at most once per set of rows. A plan is immutable; what is computed
lives in an Evaluation and goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from generator.cells import Rows
from generator.column import Column
from generator.dirt.stain import Written
from generator.dirt.table import CLEAN, TableDirt
from generator.evaluation import Evaluation, LinkField
from generator.fingerprint import fingerprint, in_order, versions
from generator.place import Place
from generator.rows import RowRange
from generator.schema import Schema


class TablePlan:
    """One table of a plan: its columns in the document's order; ``nested`` are those inside others, by dotted name."""

    def __init__(self, plan: Plan, name: str, rows: int) -> None:
        self.plan = plan
        self.name = name
        self.rows = rows
        self.columns: dict[str, Column] = {
            field_name: Column(plan, name, Place.of_table(field_name), field)
            for field_name, field in plan.schema.tables[name].fields.items()
        }
        self.nested: dict[str, Column] = {}
        self.dirt: TableDirt = CLEAN
        for column in self.columns.values():
            self._unfold(column)

    def _unfold(self, outer: Column) -> None:
        for nested in outer.field.nested():
            column = Column(self.plan, self.name, outer.place.inside(nested), nested.field)
            self.nested[column.name] = column
            self._unfold(column)

    @cached_property
    def every(self) -> dict[str, Column]:
        """All columns by dotted name."""
        return {**self.columns, **self.nested}

    @cached_property
    def groups(self) -> dict[tuple[str, str], tuple[Column, ...]]:
        """The columns of each group, by the repeated field around it ("" where there is none) and its name."""
        found: dict[tuple[str, str], list[Column]] = {}
        for column in self.every.values():
            if column.field.group is not None:
                found.setdefault((column.place.repeated, column.field.group), []).append(column)
        return {group: tuple(columns) for group, columns in found.items()}

    def split(self, name: str) -> tuple[Column, str]:
        """The column of this table that an absolute name begins with, and what is left of it after a reference.

        KeyError where there is none.
        """
        every = self.every
        head, *rest = name.split(".")
        while rest and not isinstance(every[head].field, LinkField):
            head = f"{head}.{rest.pop(0)}"
        return every[head], ".".join(rest)

    def way(self, name: str) -> list[Column]:
        """The columns on the way to an absolute name, the last one its own; KeyError where there is none."""
        column, rest = self.split(name)
        field = column.field
        if not rest:
            return [column]
        assert isinstance(field, LinkField)
        return [column, *self.plan.tables[field.parent_table()].way(rest)]

    def resolve(self, name: str) -> Column:
        """The column behind an absolute name; KeyError where there is none."""
        return self.way(name)[-1]

    @cached_property
    def visible(self) -> tuple[Column, ...]:
        """The fields that are written."""
        return tuple(column for column in self.columns.values() if not column.field.hidden)

    @cached_property
    def written(self) -> tuple[Written, ...]:
        """The columns as they are written: the visible ones with their dirt, and clean values beside them."""
        return tuple(each for column in self.visible for each in self.dirt.written(column))

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        """Names, types, nullability as written; float fields carry ``digits``."""
        return pa.schema([each.field for each in self.written])

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The fields of the primary key, of which dirt has left none as it was where it is empty."""
        key = self.plan.schema.tables[self.name].primary_key
        return key if self.dirt.keeps(key) else ()

    @property
    def unique(self) -> tuple[tuple[str, ...], ...]:
        """The column sets whose values never repeat together, as they are written."""
        alone = tuple((column.name,) for column in self.visible if column.field.unique)
        together = self.plan.schema.tables[self.name].unique_together
        return tuple(names for names in alone + together if self.dirt.keeps(names))

    @cached_property
    def foreign_keys(self) -> tuple[tuple[str, str, str], ...]:
        """(column, table, its column) of each reference that holds as it is written.

        The other column is a primary key or unique as written; neither has dirt that could break the reference.
        """
        return tuple(key for column in self.visible for key in self._reference(column))

    def _reference(self, column: Column) -> list[tuple[str, str, str]]:
        if not isinstance(column.field, LinkField) or column.name in self.dirt.stains:
            return []
        parent = self.plan.tables[column.field.parent_table()]
        key = (column.field.parents()[0].partition(".")[2],)
        holds = key == parent.primary_key or key in parent.unique
        return [(column.name, parent.name, key[0])] if holds and parent.columns[key[0]] in parent.visible else []

    @cached_property
    def row_width(self) -> int:
        """About how many characters a row takes as text: a pure function of the fields, which fixes the grid."""
        return sum(1 + column.text_width for column in self.visible)

    @cached_property
    def row_counts(self) -> frozenset[str]:
        """The tables whose row counts some cell as written depends on; what is dirty about them never does."""
        return frozenset().union(*(column.row_counts for column in self.visible))

    def at(self, rows: Rows) -> Evaluation:
        """Clean cells at any index array; rows at or beyond ``self.rows`` are the caller's mistake."""
        if len(rows) and int(rows.max()) >= self.rows:
            raise IndexError(f"table {self.name!r} has {self.rows:,} rows; there is no row {int(rows.max()):,}")
        return Evaluation(self, rows)

    def take(self, rows: Rows, fields: tuple[str, ...] | None = None) -> pa.RecordBatch:
        """The rows of any index array, in its order, as they are written; all written columns or the named ones."""
        given = self.at(np.ascontiguousarray(rows, dtype=np.uint64)).rows
        evaluation = Evaluation(self, self.dirt.rows(given))
        if fields is None:
            chosen, schema = self.written, self.arrow_schema
        else:
            chosen = tuple(map(self._as_written, fields))
            schema = pa.schema([each.field for each in chosen])
        return pa.RecordBatch.from_arrays([each.cells(evaluation) for each in chosen], schema=schema)

    def _as_written(self, name: str) -> Written:
        """A column by its name as written; a hidden one as it would be."""
        if name in self.columns:
            return self.dirt.written(self.columns[name])[0]
        return {each.field.name: each for each in self.written}[name]

    def batch(self, rows: RowRange) -> pa.RecordBatch:
        """The rows of a range: the same cells however ranges are cut."""
        return self.take(rows.indices())


class Plan:
    """Everything compiled. ``schema`` has all row counts filled in. Made by ``compile_schema`` only."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.tables: Mapping[str, TablePlan] = {}

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document with defaults and row counts filled in, as plain JSON; it compiles to the same plan."""
        return self.schema.model_dump(mode="json")

    @cached_property
    def versions(self) -> dict[str, str]:
        """Of all that decides cells: the engine and the packages it pins."""
        return versions()

    @cached_property
    def reference_order(self) -> tuple[str, ...]:
        """The tables, each after those that its foreign keys refer to, as far as no circle prevents it.

        Tables that have nothing to do with each other stay in the document's order.
        """
        placed: dict[str, None] = {}
        entered: set[str] = set()
        waiting = list(self.tables)[::-1]
        while waiting:
            name = waiting[-1]
            parents = [parent for _, parent, _ in self.tables[name].foreign_keys if parent not in entered]
            if name in placed or (name in entered and not parents):
                placed[waiting.pop()] = None
                continue
            entered.add(name)
            waiting += [parent for parent in reversed(parents) if parent != name]
        return tuple(placed)

    def fingerprint(self, extra: Mapping[str, Any] | None = None) -> str:
        """BLAKE2b-256, in hex, of the document, the versions and ``extra`` as canonical JSON.

        Canonical JSON sorts keys, but the order of tables, fields and weighted values decides cells: so the document
        goes in as lists of pairs.
        """
        return self._fingerprint(self.document, extra)

    def family(self, extra: Mapping[str, Any] | None = None) -> str:
        """The fingerprint without row counts: documents of one family differ in nothing else."""
        tables = {
            name: {key: value for key, value in table.items() if key != "rows"}
            for name, table in self.document["tables"].items()
        }
        return self._fingerprint({**self.document, "tables": tables}, extra)

    def _fingerprint(self, document: Mapping[str, Any], extra: Mapping[str, Any] | None) -> str:
        about = {"document": in_order(document), "versions": self.versions, "order": dict(extra or {})}
        return fingerprint(about)
