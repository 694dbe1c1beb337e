"""From the options ``dirty`` of a table and its fields to the dirt that can be had; refuses what cannot."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from generator.cells import Key
from generator.choosing import AliasTable
from generator.dirt.kinds import Possible
from generator.dirt.option import KINDS, Dirt, Kind
from generator.dirt.repeats import Repeats
from generator.dirt.stain import Stain
from generator.dirt.table import TableDirt
from generator.errors import Mistake, SchemaError, json_path

if TYPE_CHECKING:
    from generator.column import Column
    from generator.plan import Plan, TablePlan

_ROWS: Kind = "duplicate_row"


def order_dirt(plan: Plan, bad: Set[Column]) -> list[Mistake]:
    """Gives every table of a compiled plan its dirt; returns the mistakes. ``bad`` columns have theirs already."""
    mistakes: list[Mistake] = []
    keys = _keys(plan)
    for table in plan.tables.values():
        order = _Order(table, bad, keys)
        order.read()
        mistakes += order.mistakes
    return mistakes


def _keys(plan: Plan) -> set[tuple[str, str]]:
    """The fields by which references lead to rows."""
    from generator.evaluation import LinkField

    links = [column.field for table in plan.tables.values() for column in table.every.values()]
    named = {name for field in links if isinstance(field, LinkField) for name in field.parents()}
    return {(table, name) for table, _, name in (each.partition(".") for each in named)}


class _Order:
    """The reading of one table's dirt."""

    def __init__(self, table: TablePlan, bad: Set[Column], keys: Set[tuple[str, str]]) -> None:
        self.table, self.bad, self.keys = table, bad, keys
        self.options = table.plan.schema.tables[table.name]
        self.mistakes: list[Mistake] = []
        self.stains: dict[str, Stain] = {}

    def read(self) -> None:
        """Finds the table's dirt and every mistake in it."""
        for column in self.table.every.values():
            if column.field.dirty is not None and column not in self.bad:
                try:
                    self.stains[column.name] = self._own(column, column.field.dirty)
                except SchemaError as error:
                    self.mistakes += error.mistakes
        self._check_names()
        whole = self.options.dirty
        repeats = None if whole is None else self._whole(whole)
        stains = {column.name: self.stains[column.name] for column in self.table.visible if column.name in self.stains}
        self.table.dirt = TableDirt(stains, repeats)

    def _own(self, column: Column, dirt: Dirt) -> Stain:
        """The dirt of a field's own option; SchemaError where it cannot be."""
        if column.name not in self.table.columns:
            problem = "a field inside another one is never dirty"
            raise column.wrong("dirty", problem, "take it out by an expression and make that dirty")
        if column.field.hidden:
            raise column.wrong("dirty", "a hidden field is not written, so nothing of it is dirty", "drop one of them")
        possible = Possible.of(column.type)
        if not possible.kinds:
            raise column.wrong("dirty", f"there is no dirt for {_shown(column)}", "drop it")
        if dirt.kinds is None and not possible.usual:
            problem = f"no kind of dirt leaves {_shown(column)} its type"
            raise column.wrong("dirty", problem, f"name kinds: {', '.join(possible.kinds)}")
        kinds: Mapping[Kind, float] = dict.fromkeys(possible.usual, 1) if dirt.kinds is None else dirt.kinds
        for kind in kinds:
            if kind == _ROWS:
                raise column.wrong("dirty.kinds", f"{_ROWS} is dirt of rows, not of a field", "name it at the table")
            if kind not in possible.kinds:
                problem = f"{kind} cannot be had on {_shown(column)}"
                raise column.wrong("dirty.kinds", problem, f"possible: {', '.join(possible.kinds)}")
        return _stain(column, dirt.share, kinds, possible, dirt.clean)

    def _whole(self, dirt: Dirt) -> Repeats | None:
        """The table's dirt on each field that has none of its own, and on rows."""
        if dirt.clean is not None:
            self._mistake("clean", "the clean value stands beside a field, not a table", "name it at the field")
            return None
        rows = 0.0
        if dirt.kinds is not None:
            rows = dirt.kinds.get(_ROWS, 0.0) / sum(dirt.kinds.values())
        found = False
        for column in self._takers():
            possible = Possible.of(column.type)
            wanted = dict.fromkeys(possible.usual, 1.0) if dirt.kinds is None else dirt.kinds
            kinds = {kind: weight for kind, weight in wanted.items() if kind in possible.kinds}
            if kinds:
                found = True
                self.stains[column.name] = _stain(column, dirt.share * (1 - rows), kinds, possible, None)
        if not found and rows < 1 and not self.bad:
            self._mistake("kinds", "no field of the table can have such dirt", "name other kinds, or dirty at a field")
        return Repeats(dirt.share * rows, Key(self.table.plan.schema.seed, self.table.name, "")) if rows else None

    def _takers(self) -> list[Column]:
        """The fields that a table's dirt is for: no keys, and nothing that is a reference or reads one."""
        key = self.options.primary_key
        return [
            column
            for column in self.table.visible
            if column.field.dirty is None
            and column.name not in key
            and (self.table.name, column.name) not in self.keys
            and column not in self.bad
            and not _linked(column)
        ]

    def _check_names(self) -> None:
        taken = set(self.table.columns)
        for stain in self.stains.values():
            if stain.clean is None:
                continue
            problem = f"there is a column {stain.clean!r} already" if stain.clean in taken else _no_name(stain.clean)
            if problem:
                self.mistakes += stain.column.wrong("dirty.clean", problem, "give it a name of its own").mistakes
            taken.add(stain.clean)

    def _mistake(self, option: str, problem: str, remedy: str) -> None:
        path = json_path(("tables", self.table.name, "dirty", option))
        self.mistakes.append(Mistake(path, problem, remedy))


def _shown(column: Column) -> str:
    return f"a field of type {column.field.type} ({column.type})"


def _linked(column: Column) -> bool:
    """Whether a field is a reference or reads one, or children by theirs."""
    from generator.evaluation import LinkField

    if isinstance(column.field, LinkField) or column.field.parents():
        return True
    ways = [column.siblings.way(column.absolute(name)) for name in column.field.sources()]
    return any(isinstance(step.field, LinkField) for way in ways for step in way)


def _stain(column: Column, share: float, kinds: Mapping[Kind, float], possible: Possible, clean: str | None) -> Stain:
    names = tuple(kind for kind in KINDS if kind in kinds)
    table = AliasTable.of([kinds[name] for name in names])
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    keeps = set(names) <= set(possible.keeping)
    return Stain(column, share, names, table, kind if keeps else pa.string(), clean)


def _no_name(name: str) -> str:
    """What is wrong with a name; nothing where it is one."""
    from generator.schema import Name

    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        return str(error.errors()[0]["msg"])
    return ""
