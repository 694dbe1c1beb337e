"""References: rows of other tables by their keys, and earlier rows of their own table.

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
from generator.cells import Cells, Rows
from generator.children import Children, Counts
from generator.column import Column
from generator.distributions import AnyDistribution, DistributionError, Grid, Uniform
from generator.evaluation import Steps
from generator.field import Field, field_type
from generator.fields.bounds import Bounds
from generator.fields.parent_weights import ParentWeights, Weights
from generator.hierarchy import Hierarchy
from generator.masking import with_nulls
from generator.uniqueness import permuted

_ZERO, _ONE = Fraction(0), Fraction(1)
MAX_DEPTH = 32


@dataclass(frozen=True)
class _Followed:
    """A compiled reference: the parents' row count, and the one way to choose among them."""

    parents: int
    children: Children | None = None
    hierarchy: Hierarchy | None = None
    weights: ParentWeights | None = None
    sample: object = None


@field_type("reference", "foreign_key", "ref")
class Reference(Field):
    """A row of another table, by its key: ``to: customers.id``.

    ``per_parent: [min, max]`` bounds the children of each parent, in both directions. ``weights`` are one number a
    parent row, or the name of a numeric field of the parents (read while compiling; a null is 0, less than 0 an error).
    Without a field, ``to: partsupp`` refers to a whole row, for look-ups of composite keys; it must be hidden.

    A reference to its own table takes an earlier row, and null in row 0; ``nulls`` makes more roots. With ``max_depth``
    no row is more than so many steps from a root (generator/hierarchy.py); without it a row's depth grows with the
    logarithm of its index. Neither looks at the number of rows.
    """

    to: str = Option(description="table.field, or table alone in a hidden reference.")
    distribution: AnyDistribution = Uniform()
    per_parent: Bounds | None = Option(default=None, description="Least and most children of each parent.")
    weights: Weights | None = Option(default=None, description="A weight a parent row, or a number field of theirs.")
    max_depth: int | None = Option(
        default=None, ge=1, le=MAX_DEPTH, description="Most steps to a root, in a reference to its own table."
    )

    examples = (
        {"to": "parents.id"},
        {"to": "parents.name", "distribution": {"zipf": {"s": 1.1}}},
        {"to": "parents.born", "per_parent": [0, 6]},
        {"to": "children.id"},
        {"to": "parents.name", "weights": "id"},
        {"to": "children.id", "max_depth": 3},
    )

    @property
    def depends_on_rows(self) -> bool:
        return self.per_parent is not None

    def parent_table(self) -> str:
        """The table it refers to."""
        return self.to.partition(".")[0]

    def parents(self) -> tuple[str, ...]:
        return (self.to, f"{self.parent_table()}.{self.weights}") if isinstance(self.weights, str) else (self.to,)

    def _key(self) -> str | None:
        return self.to.partition(".")[2] or None

    def _key_column(self, column: Column) -> Column | None:
        key = self._key()
        return None if key is None else column.plan.tables[self.parent_table()].columns[key]

    def may_be_null(self, column: Column) -> bool:
        key = self._key_column(column)
        return self._own_table(column) or (key is not None and key.nullable)

    def _own_table(self, column: Column) -> bool:
        return self.parent_table() == column.table_name

    def prepare(self, column: Column) -> _Followed:
        parents = column.plan.tables[self.parent_table()].rows
        if self._key() is None and not self.hidden:
            raise column.wrong("to", f"{self.to!r} names a whole row", "name a field too, or hide it and use look-ups")
        if parents == 0 and column.rows:
            raise column.wrong("to", f"table {self.parent_table()!r} has no rows to refer to", "give it at least one")
        if self._own_table(column):
            return _Followed(parents, hierarchy=self._hierarchy(column))
        if self.max_depth is not None:
            problem, remedy = f"only a reference to {column.table_name!r} itself has a depth", "drop it"
            raise column.wrong("max_depth", problem, remedy)
        if self.per_parent is not None:
            return _Followed(parents, children=self._children(column, parents))
        if self.weights is not None:
            return _Followed(parents, weights=self._weights(column, self.weights))
        try:
            sample = self.distribution.on_grid(Grid(_ZERO, _ONE, max(parents, 1)))
        except DistributionError as error:
            raise column.wrong("distribution", str(error), error.remedy) from None
        return _Followed(parents, sample=sample)

    def _hierarchy(self, column: Column) -> Hierarchy | None:
        if self.per_parent or self.unique or self.weights is not None or self.distribution.name != "uniform":
            problem = "a reference to its own table is never unique, bounded or weighted"
            raise column.wrong("to", problem, "it takes any earlier row")
        if column.place.repeated:
            problem = "inside an array or a map there is no earlier row of the table"
            raise column.wrong("to", problem, "refer to another table")
        return None if self.max_depth is None else Hierarchy(self.max_depth, column.key)

    def _weights(self, column: Column, weights: tuple[float, ...] | str) -> ParentWeights:
        if self.distribution.name != "uniform":
            raise column.wrong("weights", "they do not go with a distribution", "drop one of the two")
        found = ParentWeights(column, self.parent_table(), weights)
        found.check()
        return found

    def settle(self, column: Column) -> None:
        """Reads the weights once every column has its final cells; SchemaError where they are none."""
        found: _Followed = column.prepared
        if found.weights is not None and found.parents:
            found.weights.table  # noqa: B018  (computed and kept)

    def _children(self, column: Column, parents: int) -> Children:
        assert self.per_parent is not None
        least, most = self.per_parent
        if not 0 <= least <= most or most == 0 or most > 1 << 31:
            raise column.wrong("per_parent", f"[{least}, {most}] is no range of counts", "such as [1, 7]")
        if self.distribution.name != "uniform" or self.unique or self.weights is not None:
            raise column.wrong("per_parent", "it goes with no distribution, weights or unique", "drop one of them")
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
        key = self._key_column(column)
        return pa.int64() if key is None else key.type

    def children_of(self, column: Column, parents: Rows) -> tuple[Counts, Counts]:
        """The first child row of each parent row and how many it has; only of a reference with ``per_parent``."""
        found: _Followed = column.prepared
        if found.children is None:
            raise ValueError(f"{column.path()} has no per_parent")
        return found.children.of_parents(parents)

    def follow(self, cells: Cells) -> Steps:
        """The parents' rows of these cells."""
        found: _Followed = cells.prepared
        if not found.parents:
            return Steps(cells.rows, None, np.zeros(len(cells), dtype=np.int64))  # for no rows: ``prepare`` saw to that
        if cells.column.rank_source is not None:
            return Steps(cells.column.rank_source.ranks(cells))
        if found.children is not None:
            rows, numbers = found.children.of_rows(cells.rows)
            return Steps(rows, None, numbers)
        if self._own_table(cells.column):
            earlier = _any_earlier(cells) if found.hierarchy is None else found.hierarchy.parents(cells.rows)
            return Steps(earlier, np.asarray(cells.rows > 0))
        if found.weights is not None:
            return Steps(cells.pick(found.weights.table).astype(np.uint64))
        drawn: npt.NDArray[np.int64] = found.sample(cells)  # type: ignore[operator]
        rows = drawn.view(np.uint64)
        if self.distribution.name != "uniform":  # so that the favourites are not simply the first rows
            rows = permuted(rows, found.parents, cells.draw("favourites"))
        return Steps(rows)

    def generate(self, cells: Cells) -> pa.Array:
        link = cells.evaluation.link(cells.column.name)
        key = self._key()
        if key is not None:
            return link.column(key)
        rows = pa.array(link.parent_rows.view(np.int64))
        return rows if link.present is None else with_nulls(rows, link.present)

    @property
    def uneven(self) -> str | None:
        return (
            "weights" if self.weights is not None else None if self.distribution.name == "uniform" else "distribution"
        )

    def cardinality(self, column: Column) -> int | None:
        found: _Followed = column.prepared
        parent = self._key_column(column)
        if self._own_table(column):
            return None
        if parent is not None and not (parent.field.unique or parent.field.always_unique):
            raise column.wrong("to", f"the values of {self.to!r} repeat", "refer to a unique field")
        return found.parents

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self.generate(cells)

    def dictionary(self, column: Column) -> pa.Array | None:
        key = self._key_column(column)
        return None if key is None else key.dictionary

    def text_width(self, column: Column) -> int:
        key = self._key_column(column)
        return 8 if key is None else key.text_width


def _any_earlier(cells: Cells) -> Rows:
    draw = cells.draw()
    return kernels.below_each(cells.rows, draw.gamma, draw.kappa, np.maximum(cells.rows, np.uint64(1)))
