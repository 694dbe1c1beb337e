"""A compiled document: tables whose every row range is a pure function of the plan.

There is a graph to compile, none to run: a column asks for its sources at the same rows, a reference for its parent's
columns at the parent's rows, and each is computed at most once per set of rows. A plan is immutable; what is computed
lives in an Evaluation and goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.cells import Cells, Mask, Rows
from generator.column import Column
from generator.fingerprint import fingerprint, in_order, versions
from generator.masking import with_nulls
from generator.rows import RowRange
from generator.schema import Schema


@dataclass(frozen=True)
class Link:
    """A reference at some rows: the parents' rows, which of them are there, and the parents to evaluate."""

    parent_rows: Rows
    present: Mask | None
    child_numbers: npt.NDArray[np.int64] | None
    parents: Evaluation

    def column(self, name: str) -> pa.Array:
        """The parents' cells of a field; null where there is no parent."""
        array = self.parents.column(name)
        return array if self.present is None else with_nulls(array, self.present)


@dataclass(frozen=True)
class Steps:
    """Where a reference leads from some rows: parents' rows, which are there, the child's number among its parent's."""

    parent_rows: Rows
    present: Mask | None = None
    child_numbers: npt.NDArray[np.int64] | None = None


@runtime_checkable
class LinkField(Protocol):
    """A field that leads to rows of another table: what ``reference`` implements."""

    def parent_table(self) -> str: ...

    def follow(self, cells: Cells) -> Steps: ...


class Evaluation:
    """Some rows of one table: each column and each link of them is computed at most once."""

    def __init__(self, table: TablePlan, rows: Rows) -> None:
        self.table = table
        self.rows = rows
        self._columns: dict[str, pa.Array] = {}
        self._links: dict[str, Link] = {}

    def column(self, name: str) -> pa.Array:
        """The final cells of a field; ``reference.field`` is the parent's."""
        found = self._columns.get(name)
        if found is None:
            head, dot, rest = name.partition(".")
            found = self.link(head).column(rest) if dot else self.table.columns[name].evaluate(self, self.rows)
            self._columns[name] = found
        return found

    def link(self, name: str) -> Link:
        """The parent rows behind a reference."""
        found = self._links.get(name)
        if found is None:
            column = self.table.columns[name]
            field = column.field
            assert isinstance(field, LinkField)
            cells = Cells(column, self.rows, self, None)
            steps = field.follow(cells)
            present = steps.present
            kept = column.presence(self, self.rows)
            if kept is not None:
                present = kept if present is None else present & kept
            parents = Evaluation(self.table.plan.tables[field.parent_table()], steps.parent_rows)
            found = self._links[name] = Link(steps.parent_rows, present, steps.child_numbers, parents)
        return found


class TablePlan:
    """One table of a plan: its columns in the document's order."""

    def __init__(self, plan: Plan, name: str, rows: int) -> None:
        self.plan = plan
        self.name = name
        self.rows = rows
        self.columns: dict[str, Column] = {
            field_name: Column(plan, name, field_name, field)
            for field_name, field in plan.schema.tables[name].fields.items()
        }

    def resolve(self, name: str) -> Column:
        """The column behind ``field`` or ``reference.field``; KeyError where there is none."""
        head, dot, rest = name.partition(".")
        column = self.columns[head]
        if not dot:
            return column
        field = column.field
        if not isinstance(field, LinkField):
            raise KeyError(name)
        return self.plan.tables[field.parent_table()].resolve(rest)

    @cached_property
    def visible(self) -> tuple[Column, ...]:
        """The columns that are written."""
        return tuple(column for column in self.columns.values() if not column.field.hidden)

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        """Names, types, nullability; float fields carry ``digits``."""
        return pa.schema([column.arrow_field() for column in self.visible])

    @property
    def primary_key(self) -> tuple[str, ...]:
        return self.plan.schema.tables[self.name].primary_key

    @property
    def unique(self) -> tuple[tuple[str, ...], ...]:
        """The column sets whose values never repeat together."""
        alone = tuple((column.name,) for column in self.visible if column.field.unique)
        return alone + self.plan.schema.tables[self.name].unique_together

    @cached_property
    def row_width(self) -> int:
        """About how many characters a row takes as text: a pure function of the fields, which fixes the grid."""
        return sum(1 + column.field.text_width(column) for column in self.visible)

    def at(self, rows: Rows) -> Evaluation:
        """An evaluation at any index array; rows at or beyond ``self.rows`` are the caller's mistake."""
        if len(rows) and int(rows.max()) >= self.rows:
            raise IndexError(f"table {self.name!r} has {self.rows:,} rows; there is no row {int(rows.max()):,}")
        return Evaluation(self, rows)

    def take(self, rows: Rows, fields: tuple[str, ...] | None = None) -> pa.RecordBatch:
        """The rows of any index array, in its order; all written fields or the named ones."""
        evaluation = self.at(np.ascontiguousarray(rows, dtype=np.uint64))
        if fields is None:
            arrays = [evaluation.column(column.name) for column in self.visible]
            return pa.RecordBatch.from_arrays(arrays, schema=self.arrow_schema)
        schema = pa.schema([self.columns[name].arrow_field() for name in fields])
        return pa.RecordBatch.from_arrays([evaluation.column(name) for name in fields], schema=schema)

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

    def fingerprint(self, extra: Mapping[str, Any] | None = None) -> str:
        """BLAKE2b-256, in hex, of the document, the versions and ``extra`` as canonical JSON.

        Canonical JSON sorts keys, but the order of tables, fields and weighted values decides cells: so the document
        goes in as lists of pairs.
        """
        about = {"document": in_order(self.document), "versions": self.versions, "order": dict(extra or {})}
        return fingerprint(about)
