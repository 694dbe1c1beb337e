"""A field that is one of several: the first whose condition is true."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Option

from generator.cells import Cells
from generator.column import Column
from generator.expression import Expression
from generator.field import Field, Nested, field_type
from generator.fields.expression import compile_at, names_in
from generator.gathering import common_type, gathered
from generator.masking import with_nulls
from generator.schema import AnyField


class Case(BaseModel):
    """One case of a conditional: where the condition is true, the cell is that of the field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: str = Option(min_length=1, max_length=4096)
    then: AnyField


@field_type("conditional", "case", "switch")
class Conditional(Field):
    """The field of the first case whose condition is true, else that of ``else``, else null."""

    model_config = ConfigDict(serialize_by_alias=True)

    cases: Annotated[tuple[Case, ...], Option(min_length=1, max_length=50)]
    otherwise: AnyField | None = Option(default=None, alias="else", description="The field where no case holds.")

    examples = (
        {
            "cases": [{"when": "id % 2 == 0", "then": {"type": "first_name"}}],
            "else": {"type": "constant", "value": "odd"},
        },
        {"cases": [{"when": "amount > 250", "then": {"type": "integer", "min": 1, "max": 9}}]},
    )

    def nested(self) -> tuple[Nested, ...]:
        cases = [Nested(str(i), case.then, ("cases", i, "then")) for i, case in enumerate(self.cases)]
        return (*cases, *([Nested("else", self.otherwise, ("else",))] if self.otherwise is not None else []))

    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for case in self.cases for name in names_in(case.when)))

    def may_be_null(self, column: Column) -> bool:
        return self.otherwise is None or any(column.inside(nested.name).nullable for nested in self.nested())

    def _type(self, column: Column) -> pa.DataType | None:
        return common_type([column.inside(nested.name).type for nested in self.nested()])

    def prepare(self, column: Column) -> list[Expression]:
        if self._type(column) is None:
            kinds = ", ".join(dict.fromkeys(str(column.inside(nested.name).type) for nested in self.nested()))
            raise column.wrong("cases", f"its fields are of different types: {kinds}", "make them alike")
        return [compile_at(column, f"cases.{i}.when", case.when, boolean=True) for i, case in enumerate(self.cases)]

    def arrow_type(self, column: Column) -> pa.DataType:
        return self._type(column)

    def generate(self, cells: Cells) -> pa.Array:
        which = np.full(len(cells), len(self.cases), dtype=np.int64)
        for index in reversed(range(len(self.cases))):
            condition: Expression = cells.prepared[index]
            met = condition.evaluate({name: cells.source(name) for name in condition.names}, len(cells))
            which[np.asarray(met.fill_null(False))] = index
        inside = [cells.column.inside(nested.name) for nested in self.nested()]
        places = [np.flatnonzero(which == index) for index in range(len(self.cases) + 1)]
        parts = []
        for column, there in zip(inside, places, strict=False):
            some = cells.evaluation.some(there)
            parts.append(column.evaluate(some, some.rows).cast(cells.column.type))
        if len(inside) < len(places):
            parts.append(self._missing(cells, places[-1]))
        return gathered(parts, places, len(cells))

    def _missing(self, cells: Cells, there: npt.NDArray[np.int64]) -> pa.Array:
        """Null cells; below a null object, members that are never null have values."""
        if not pa.types.is_struct(cells.column.type):
            return pa.nulls(len(there), cells.column.type)
        some = cells.evaluation.some(there)
        values = cells.column.inside("0").evaluate(some, some.rows)
        return with_nulls(values, np.zeros(len(there), dtype=np.bool_))

    def text_width(self, column: Column) -> int:
        return max(column.inside(nested.name).text_width for nested in self.nested())

    @property
    def seeded(self) -> bool:
        return any(nested.field.seeded for nested in self.nested())
