"""What is read through a reference: a parent's field, a child's number, how many children there are."""

from __future__ import annotations

import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells
from generator.column import Column
from generator.field import Field, field_type
from generator.fields.references import Reference
from generator.masking import with_nulls


@field_type("lookup")
class Lookup(Field):
    """A field of the row that a reference leads to: ``{type: lookup, via: customer_id, field: email}``."""

    via: str
    field: str

    examples = ({"via": "parent", "field": "name"}, {"via": "parent", "field": "born"})

    def sources(self) -> tuple[str, ...]:
        return (f"{self.via}.{self.field}",)

    def arrow_type(self, column: Column) -> pa.DataType:
        return column.source(self.sources()[0]).type

    def generate(self, cells: Cells) -> pa.Array:
        return cells.source(self.sources()[0])

    def dictionary(self, column: Column) -> pa.Array | None:
        return column.source(self.sources()[0]).dictionary

    def text_width(self, column: Column) -> int:
        return column.source(self.sources()[0]).text_width


@field_type("child_number")
class ChildNumber(Field):
    """The number of a row among the children of its parent, from 1; ``of`` is a reference with ``per_parent``."""

    of: str

    examples = ({"of": "parent"},)

    def sources(self) -> tuple[str, ...]:
        return (self.of,)

    @property
    def unique_within(self) -> str | None:
        return self.of

    @property
    def depends_on_rows(self) -> bool:
        return True

    def prepare(self, column: Column) -> None:
        reference = column.source(self.of).field
        if not isinstance(reference, Reference):
            raise column.wrong("of", f"{self.of!r} is no reference of this table", "name a field of type reference")
        if reference.per_parent is None:
            raise column.wrong("of", f"{self.of!r} has no per_parent", "bound its children: per_parent: [1, 7]")

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        link = cells.link(self.of)
        numbers = pa.array(link.child_numbers)
        return numbers if link.present is None else with_nulls(numbers, link.present)

    def text_width(self, column: Column) -> int:
        return 2


@field_type("child_count")
class ChildCount(Field):
    """How many children a row has, the true number: ``{type: child_count, of: orders.customer_id}`` of a customer.

    ``of`` is a reference with ``per_parent``, by ``table.field`` from the parent's table. From a child, ``of`` names a
    reference of its own row and the number is that of its parent's children: the 5 in "3 of 5".
    """

    of: str = Option(description="table.field that refers to this table, or a reference of the same row.")

    examples = ({"of": "parent"},)

    @property
    def depends_on_rows(self) -> bool:
        return True

    def _from_parent(self) -> bool:
        return "." in self.of

    def sources(self) -> tuple[str, ...]:
        return () if self._from_parent() else (self.of,)

    def parents(self) -> tuple[str, ...]:
        return (self.of,) if self._from_parent() else ()

    def prepare(self, column: Column) -> Column:
        """The column of the reference."""
        found = self._reference(column)
        field = found.field
        if not isinstance(field, Reference):
            raise column.wrong("of", f"{self.of!r} is no reference", "name a field of type reference")
        if self._from_parent() and field.parent_table() != column.table_name:
            problem = f"{self.of!r} refers to {field.parent_table()!r}, not to this table"
            raise column.wrong("of", problem, f"name a reference to {column.table_name!r}")
        if field.per_parent is None:
            raise column.wrong("of", f"{self.of!r} has no per_parent", "bound its children: per_parent: [0, 7]")
        if field.nulls != 0.0 or field.when is not None:
            problem = f"{self.of!r} can be null, so that a parent has fewer children than stand under it"
            raise column.wrong("of", problem, "drop its nulls and when")
        return found

    def _reference(self, column: Column) -> Column:
        if not self._from_parent():
            return column.source(self.of)
        table, _, field = self.of.partition(".")
        return column.plan.tables[table].columns[field]

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        column: Column = cells.prepared
        field = column.field
        assert isinstance(field, Reference)
        rows = cells.rows if self._from_parent() else cells.link(self.of).parent_rows
        return pa.array(field.children_of(column, rows)[1])

    def may_be_null(self, column: Column) -> bool:
        return False  # a reference that can be null was refused, and a key that is null does not lose its children

    def text_width(self, column: Column) -> int:
        return 2
