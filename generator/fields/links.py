"""Links between tables: references to parents, look-ups through them, numbers of children.

A reference draws a parent row and evaluates the parent's own key there: no join, no order of tables, any key type.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Mask, Rows
from generator.children import Children
from generator.column import Column
from generator.distributions import AnyDistribution, DistributionError, Grid, Uniform
from generator.field import Field, field_type
from generator.fields.bounds import Bounds
from generator.masking import with_nulls
from generator.plan import LinkField, Steps
from generator.uniqueness import permuted

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class _Followed:
    """A compiled reference: the parents' row count, and the ways to choose among them."""

    parents: int
    children: Children | None
    sample: object


@field_type("reference", "foreign_key", "ref")
class Reference(Field):
    """A row of another table, by its key: ``to: customers.id``.

    ``per_parent: [min, max]`` bounds the children of each parent, in both directions.
    Without a field, ``to: partsupp`` refers to a whole row, for look-ups of composite keys; it must be hidden. A
    reference to its own table takes an earlier row, and null in row 0.
    """

    to: str = Option(description="table.field, or table alone in a hidden reference.")
    distribution: AnyDistribution = Uniform()
    per_parent: Bounds | None = Option(default=None, description="Least and most children of each parent.")

    examples = (
        {"to": "parents.id"},
        {"to": "parents.name", "distribution": {"zipf": {"s": 1.1}}},
        {"to": "parents.born", "per_parent": [0, 6]},
        {"to": "children.id"},
    )

    @property
    def depends_on_rows(self) -> bool:
        return self.per_parent is not None

    def parent_table(self) -> str:
        """The table it refers to."""
        return self.to.partition(".")[0]

    def parents(self) -> tuple[str, ...]:
        return (self.to,)

    def _key(self) -> str | None:
        return self.to.partition(".")[2] or None

    def may_be_null(self, column: Column) -> bool:
        key = self._key()
        if self._own_table(column):
            return True
        return key is not None and column.plan.tables[self.parent_table()].columns[key].nullable

    def _own_table(self, column: Column) -> bool:
        return self.parent_table() == column.table_name

    def prepare(self, column: Column) -> _Followed:
        parents = column.plan.tables[self.parent_table()].rows
        if self._key() is None and not self.hidden:
            raise column.wrong("to", f"{self.to!r} names a whole row", "name a field too, or hide it and use look-ups")
        if parents == 0 and column.rows:
            raise column.wrong("to", f"table {self.parent_table()!r} has no rows to refer to", "give it at least one")
        if self._own_table(column) and (self.per_parent or self.unique or self.distribution.name != "uniform"):
            raise column.wrong(
                "to", "a reference to its own table is never unique, bounded or weighted", "it takes any earlier row"
            )
        if self.per_parent is not None:
            return _Followed(parents, self._children(column, parents), None)
        try:
            sample = self.distribution.on_grid(Grid(_ZERO, _ONE, max(parents, 1)))
        except DistributionError as error:
            raise column.wrong("distribution", str(error)) from None
        return _Followed(parents, None, sample)

    def _children(self, column: Column, parents: int) -> Children:
        assert self.per_parent is not None
        least, most = self.per_parent
        if not 0 <= least <= most or most == 0 or most > 1 << 31:
            raise column.wrong("per_parent", f"[{least}, {most}] is no range of counts", "such as [1, 7]")
        if self.distribution.name != "uniform" or self.unique:
            raise column.wrong("per_parent", "it goes with neither a distribution nor unique", "drop one of them")
        if least and (self.nulls != 0.0 or self.when is not None):
            problem = f"a reference that can be null does not give each parent {least:,} children"
            raise column.wrong("per_parent", problem, "drop nulls and when, or begin at 0")
        if not least * parents <= column.rows <= most * parents:
            raise column.wrong(
                "per_parent",
                f"{parents:,} parents with {least} to {most} children each have {least * parents:,} to "
                f"{most * parents:,}, but the table has {column.rows:,} rows",
                "change the rows or the bounds, or leave rows out",
            )
        return Children(parents, column.rows, least, most, column.key.draw("children"))

    def arrow_type(self, column: Column) -> pa.DataType:
        key = self._key()
        return pa.int64() if key is None else column.plan.tables[self.parent_table()].columns[key].type

    def follow(self, cells: Cells) -> Steps:
        """The parents' rows of these cells."""
        found: _Followed = cells.prepared
        if cells.column.rank_source is not None:
            return Steps(cells.column.rank_source.ranks(cells))
        if found.children is not None:
            rows, numbers = found.children.of_rows(cells.rows)
            return Steps(rows, None, numbers)
        if self._own_table(cells.column):
            return self._earlier(cells)
        drawn: npt.NDArray[np.int64] = found.sample(cells)  # type: ignore[operator]
        rows = drawn.view(np.uint64)
        if self.distribution.name != "uniform":  # so that the favourites are not simply the first rows
            rows = permuted(rows, found.parents, cells.draw("favourites"))
        return Steps(rows)

    def _earlier(self, cells: Cells) -> Steps:
        draw = cells.draw()
        rows = kernels.below_each(cells.rows, draw.gamma, draw.kappa, np.maximum(cells.rows, np.uint64(1)))
        present: Mask = cells.rows > 0
        return Steps(rows, present)

    def generate(self, cells: Cells) -> pa.Array:
        link = cells.link(cells.column.name)
        key = self._key()
        return pa.array(link.parent_rows.view(np.int64)) if key is None else link.column(key)

    @property
    def uneven(self) -> str | None:
        return None if self.distribution.name == "uniform" else "distribution"

    def cardinality(self, column: Column) -> int | None:
        found: _Followed = column.prepared
        key = self._key()
        if self._own_table(column):
            return None
        if key is not None:
            parent = column.plan.tables[self.parent_table()].columns[key].field
            if not (parent.unique or parent.always_unique):
                raise column.wrong("to", f"the values of {self.to!r} repeat", "refer to a unique field")
        return found.parents

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self.generate(cells)

    def dictionary(self, column: Column) -> pa.Array | None:
        key = self._key()
        return None if key is None else column.plan.tables[self.parent_table()].columns[key].dictionary

    def text_width(self, column: Column) -> int:
        key = self._key()
        if key is None:
            return 8
        parent = column.plan.tables[self.parent_table()].columns[key]
        return parent.field.text_width(parent)


class _ThroughReference(Field):
    """What reads through a reference of the same row."""

    def _reference(self, column: Column, option: str, name: str) -> LinkField:
        stands = column.siblings.columns.get(name)
        if stands is None or not isinstance(stands.field, LinkField):
            raise column.wrong(option, f"{name!r} is no reference of this table", "name a field of type reference")
        return stands.field


@field_type("lookup")
class Lookup(_ThroughReference):
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
        source = column.source(self.sources()[0])
        return source.field.text_width(source)


@field_type("child_number")
class ChildNumber(_ThroughReference):
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
        if getattr(self._reference(column, "of", self.of), "per_parent", None) is None:
            raise column.wrong("of", f"{self.of!r} has no per_parent", "bound its children: per_parent: [1, 7]")

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        link = cells.link(self.of)
        numbers = pa.array(link.child_numbers)
        return numbers if link.present is None else with_nulls(numbers, link.present)

    def text_width(self, column: Column) -> int:
        return 2
