"""All that is dirty about one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.cells import Rows
from generator.dirt.repeats import Repeats
from generator.dirt.stain import Stain, Written

if TYPE_CHECKING:
    from generator.column import Column


@dataclass(frozen=True)
class TableDirt:
    """The dirt of a table's columns by name, and of its rows."""

    stains: Mapping[str, Stain] = field(default_factory=dict)
    repeats: Repeats | None = None

    def written(self, column: Column) -> tuple[Written, ...]:
        """The column as it is written, with its clean values behind it where they are asked for."""
        stain = self.stains.get(column.name)
        if stain is None:
            return (Written(column, column.arrow_field()),)
        dirty = Written(column, stain.field, stain)
        if stain.clean is None:
            return (dirty,)
        return dirty, Written(column, column.arrow_field().with_name(stain.clean))

    def rows(self, rows: Rows) -> Rows:
        """For each row the one that is written in its place."""
        return rows if self.repeats is None else self.repeats.rows(rows)

    def keeps(self, names: Iterable[str]) -> bool:
        """Whether what holds of these columns, such as that they never repeat, holds of them as written."""
        return self.repeats is None and self.stains.keys().isdisjoint(names)


CLEAN = TableDirt()
