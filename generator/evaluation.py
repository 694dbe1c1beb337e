"""Cells at some rows: each column and each link of them is computed at most once, and only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.cells import Cells, Mask, Rows
from generator.masking import with_nulls

if TYPE_CHECKING:
    from generator.column import Column
    from generator.plan import TablePlan

Places = npt.NDArray[np.int64]


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

    def some(self, places: Places) -> Link:
        """The link at some of its rows."""
        present = None if self.present is None else self.present[places]
        numbers = None if self.child_numbers is None else self.child_numbers[places]
        return Link(self.parent_rows[places], present, numbers, self.parents.some(places))


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
    """Some rows of one table: each column and each link of them is computed at most once.

    One that is ``within`` another stands for cells inside its rows: row i of it belongs to row ``places[i]`` there.
    Columns whose names begin with ``own`` have cells of their own here; all others are taken from there.
    """

    def __init__(
        self,
        table: TablePlan,
        rows: Rows,
        within: Evaluation | None = None,
        places: Places | None = None,
        own: str = "",
    ) -> None:
        self.table = table
        self.rows = rows
        self._within = within
        self._places = places
        self._own = own
        self._columns: dict[str, pa.Array] = {}
        self._links: dict[str, Link] = {}

    def some(self, places: Places) -> Evaluation:
        """The same rows of the same table, some of them: what is computed for all is not computed again."""
        return Evaluation(self.table, self.rows[places], self, places)

    def repeated(self, name: str, places: Places, rows: Rows) -> Evaluation:
        """The cells of a repeated field at ``rows`` of its own, which belong to the rows at ``places``."""
        return Evaluation(self.table, rows, self, places, name)

    @property
    def row_of_table(self) -> Rows:
        """The rows of the table itself that these belong to."""
        return self.rows if self._within is None else self._within.row_of_table[self._places]

    def column(self, name: str) -> pa.Array:
        """The final cells of a field by its absolute name; ``reference.field`` is the parent's."""
        found = self._columns.get(name)
        if found is None:
            column, rest = self.table.split(name)
            if not self._here(column):
                assert self._within is not None
                found = self._within.column(name).take(pa.array(self._places))
            elif rest:
                found = self.link(column.name).column(rest)
            else:
                found = column.evaluate(self, self.rows)
            self._columns[name] = found
        return found

    def _here(self, column: Column) -> bool:
        return self._within is None or bool(self._own and column.place.is_in(self._own))

    def link(self, name: str) -> Link:
        """The parent rows behind a reference."""
        found = self._links.get(name)
        if found is None:
            column = self.table.every[name]
            if not self._here(column):
                assert self._within is not None
                assert self._places is not None
                found = self._within.link(name).some(self._places)
            else:
                found = self._followed(column)
            self._links[name] = found
        return found

    def _followed(self, column: Column) -> Link:
        field = column.field
        assert isinstance(field, LinkField)
        steps = field.follow(Cells(column, self.rows, self, None))
        present = steps.present
        kept = column.presence(self, self.rows)
        if kept is not None:
            present = kept if present is None else present & kept
        parents = Evaluation(self.table.plan.tables[field.parent_table()], steps.parent_rows)
        return Link(steps.parent_rows, present, steps.child_numbers, parents)
