"""How often each parent is referred to: by weights listed in the document, or by a numeric field of the parents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Discriminator, Tag
from pydantic import Field as Option

from generator.choosing import AliasTable, weights_in
from generator.column import Column

MAX_LISTED = 10_000
MAX_READ = 1_000_000
"""Parents whose weights are read of a field: their alias table takes 12 bytes each."""
_AT_ONCE = 65_536

Weights = Annotated[
    Annotated[tuple[Annotated[float, Option(ge=0)], ...], Option(max_length=MAX_LISTED), Tag("list")]
    | Annotated[str, Tag("field")],
    Discriminator(lambda value: "field" if isinstance(value, str) else "list"),
]
"""A weight for each parent row, or the name of a numeric field of the parents."""


@dataclass(frozen=True)
class ParentWeights:
    """The weights that ``reference`` is to draw its parents by.

    A field's cells are final only when the whole plan is compiled (``unique`` is settled last), so they are read when
    ``table`` is first asked for: at the end of compiling, when mistakes can still be told.
    """

    reference: Column
    parents: str
    """The parents' table."""
    weights: tuple[float, ...] | str

    @cached_property
    def table(self) -> AliasTable:
        """SchemaError where a weight is no weight, or all are 0."""
        found = self.weights
        if isinstance(found, str):
            weights = self._read(found)
            if weights.max() > 0:
                return AliasTable.of_many(weights)
        elif sum(found) > 0:
            return AliasTable.of(found)
        raise self.reference.wrong("weights", "all weights are 0", "give at least one row a weight above 0")

    def check(self) -> None:
        """SchemaError where there are not as many weights as parents, too many parents, or no numbers."""
        rows, table = self.reference.plan.tables[self.parents].rows, self.parents
        if not isinstance(self.weights, str):
            if len(self.weights) != rows:
                problem = f"{len(self.weights):,} weights for the {rows:,} rows of {table!r}"
                raise self.reference.wrong("weights", problem, "give each row one, or name a field of the parents")
            return
        if rows > MAX_READ:
            problem = f"{table!r} has {rows:,} rows, and weights are read of {MAX_READ:,} at most"
            raise self.reference.wrong("weights", problem, "weight them by rank: distribution: {zipf: {s: 1.1}}")
        kind = self._field(self.weights).type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal128(kind)):
            problem = f"{table}.{self.weights} is {kind}, no number"
            raise self.reference.wrong("weights", problem, "name a field of integers, decimals or floats")

    def _field(self, name: str) -> Column:
        return self.reference.plan.tables[self.parents].columns[name]

    def _read(self, name: str) -> npt.NDArray[np.float64]:
        """The field's cells of all parents; a null is 0."""
        parents = self.reference.plan.tables[self.parents]
        parts = []
        for start in range(0, parents.rows, _AT_ONCE):
            rows = np.arange(start, min(start + _AT_ONCE, parents.rows), dtype=np.uint64)
            weights = weights_in(parents.at(rows).column(name))
            wrong = ~((weights >= 0) & (weights < np.inf))
            if wrong.any():
                place = int(np.argmax(wrong))
                problem = f"{self.parents}.{name} is {weights[place]:g} in row {start + place:,}, which is no weight"
                raise self.reference.wrong("weights", problem, "give its field a min of 0")
            parts.append(weights)
        return np.concatenate(parts)
