"""Where a compiled field stands: its table, the fields around it, its group, its locales, its place in the document."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

from generator.cells import Key
from generator.errors import SchemaError, json_path
from generator.field import Field
from generator.locales import weights
from generator.place import Place
from generator.repeating import SPAN

if TYPE_CHECKING:
    from generator.column import Column
    from generator.plan import Plan, TablePlan
    from generator.schema import Schema, Table


class Standing:
    """A field at its place in a plan, and what follows from where that is; ``name`` is dotted inside another one."""

    def __init__(self, plan: Plan, table_name: str, place: Place, field: Field) -> None:
        self.plan = plan
        self.table_name = table_name
        self.place = place
        self.name = place.name
        self.field = field
        self.key = Key(plan.schema.seed, table_name, place.name)

    @property
    def schema(self) -> Schema:
        return self.plan.schema

    @property
    def table(self) -> Table:
        """The table of the document."""
        return self.schema.tables[self.table_name]

    @property
    def siblings(self) -> TablePlan:
        """The compiled table it stands in."""
        return self.plan.tables[self.table_name]

    @property
    def rows(self) -> int:
        """How many rows its table has."""
        return self.siblings.rows

    @property
    def last_row(self) -> int:
        """The largest row at which it can have a cell: items are at rows of their own. 0 where there are no rows."""
        spread: int = SPAN**self.place.repeats
        return max(self.rows * spread - 1, 0)

    @cached_property
    def mates(self) -> tuple[Column, ...]:
        """The columns of its group, itself included; itself alone where it is in none."""
        if self.field.group is None:
            return (self.siblings.every[self.name],)
        return self.siblings.groups[self.place.repeated, self.field.group]

    @cached_property
    def subject(self) -> Key:
        """The key of what its group shares; its own key where it is in none."""
        if self.field.group is None:
            return self.key
        return Key(self.key.seed, self.table_name, f"{self.place.repeated}\0{self.field.group}")

    @cached_property
    def locales(self) -> dict[str, float]:
        """Locale → weight: its own, else its group's, else the document's."""
        own = [column.field.locale for column in self.mates if column.field.locale is not None]
        return weights(self.field.locale or (own[0] if own else self.schema.locale))

    @property
    def locale_key(self) -> Key:
        """The key of the draw among several locales: the document's mix is drawn once a row."""
        if any(column.field.locale is not None for column in self.mates):
            return self.subject
        return Key(self.key.seed, self.table_name, "")

    @property
    def reference_date(self) -> dt.date | None:
        return self.schema.reference_date

    def absolute(self, name: str) -> str:
        """A name as this field reads it, dotted from the table on: members of the fields around it come first."""
        head = name.partition(".")[0]
        for scope in self.place.scopes:
            if f"{scope}.{head}" in self.siblings.nested:
                return f"{scope}.{name}"
        return name

    def source(self, name: str) -> Column:
        """The compiled column behind a source's name; ``reference.field`` is the parent's."""
        return self.siblings.resolve(self.absolute(name))

    def inside(self, name: str) -> Column:
        """The column of a field inside this one."""
        return self.siblings.nested[f"{self.name}.{name}"]

    @property
    def around(self) -> tuple[Column, ...]:
        """The columns that this one is inside of, from the table on."""
        parts = self.name.split(".")
        return tuple(self.siblings.every[".".join(parts[:end])] for end in range(1, len(parts)))

    def path(self, *option: str | int) -> str:
        """The JSON path of the field, or of an option of it."""
        return json_path(("tables", self.table_name, *self.place.options, *option))

    def wrong(self, option: str, problem: str, remedy: str = "") -> SchemaError:
        """The error of one option; of the field itself where ``option`` is empty."""
        way = [int(part) if part.isdecimal() else part for part in option.split(".")] if option else []
        return SchemaError.at(self.path(*way), problem, remedy)
