"""One compiled field: the field, where it stands, and what it prepared there."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa

from generator.cells import Cells, Key, Mask, Rows
from generator.errors import SchemaError, json_path
from generator.field import ExactShare, Field, TextField
from generator.masking import with_nulls
from generator.uniqueness import exact_count, permuted

if TYPE_CHECKING:
    from generator.expression import Expression
    from generator.plan import Evaluation, Plan, TablePlan
    from generator.schema import Schema, Table


class RankSource(Protocol):
    """What gives each row its own rank in a domain: see ``generator.uniqueness``."""

    def ranks(self, cells: Cells) -> Rows: ...


class Column:
    """A field of a table of a plan. Immutable once the plan is compiled."""

    def __init__(self, plan: Plan, table_name: str, name: str, field: Field) -> None:
        self.plan = plan
        self.table_name = table_name
        self.name = name
        self.field = field
        self.key = Key(plan.schema.seed, table_name, name)
        self.prepared: Any = None
        self.type: pa.DataType = pa.null()
        self.condition: Expression | None = None
        self.rank_source: RankSource | None = None

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
    def locale(self) -> str:
        return self.field.locale or self.schema.locale

    @property
    def reference_date(self) -> dt.date | None:
        return self.schema.reference_date

    @cached_property
    def nullable(self) -> bool:
        """Whether a cell can be null for any reason."""
        own = self.field.nulls != 0.0 or self.field.when is not None
        return own or self.field.may_be_null(self)

    def reads_null(self, name: str) -> bool:
        """Whether a source can be null, on the way to it or itself."""
        head, dot, _ = name.partition(".")
        return self.source(name).nullable or bool(dot and self.siblings.columns[head].nullable)

    def sources(self) -> tuple[str, ...]:
        """All that it reads of its row: the field's own sources, the condition's, and a bounded partner's."""
        names = [*self.field.sources()]
        if self.field.when is not None:
            from generator.fields.expression import names_at

            names += names_at(self, "when", self.field.when)
        return tuple(dict.fromkeys(names + self._partners()))

    def _partners(self) -> list[str]:
        fields = self.table.fields
        groups = [group for group in self.table.unique_together if self.name in group]
        return [
            name
            for group in groups
            for name in group
            if name != self.name and name in fields and getattr(fields[name], "per_parent", None)
        ]

    def source(self, name: str) -> Column:
        """The compiled column behind a source's name; ``reference.field`` is the parent's."""
        return self.siblings.resolve(name)

    def path(self, *option: str | int) -> str:
        """The JSON path of the field, or of an option of it."""
        return json_path(("tables", self.table_name, "fields", self.name, *option))

    def wrong(self, option: str, problem: str, remedy: str = "") -> SchemaError:
        """The error of one option; of the field itself where ``option`` is empty."""
        return SchemaError.at(self.path(*option.split(".")) if option else self.path(), problem, remedy)

    @cached_property
    def dictionary(self) -> pa.Array | None:
        """The static dictionary of its cells, text options applied; None for other types."""
        values = self.field.dictionary(self)
        if values is not None and isinstance(self.field, TextField) and self.field.dressed:
            return self.field.dress(values)
        return values

    @cached_property
    def depends_on_rows(self) -> bool:
        """Whether a cell depends on the row count of its own table, by itself or through what it reads of its row."""
        own = self.field.depends_on_rows or isinstance(self.field.nulls, ExactShare)
        return own or any(self._reads_rows(name) for name in self.sources())

    def _reads_rows(self, name: str) -> bool:
        head, dot, _ = name.partition(".")
        same_table = not dot or self.source(name).table_name == self.table_name
        return self.siblings.columns[head].depends_on_rows or (same_table and self.source(name).depends_on_rows)

    @property
    def digits(self) -> int | None:
        """Decimals that its float cells are rounded to, where they are."""
        found = getattr(self.field, "digits", None)
        return found if isinstance(found, int) and self.type == pa.float64() else None

    def arrow_field(self) -> pa.Field:
        """The Arrow field: type, nullability, and ``digits`` for the spelling of floats."""
        metadata = {b"digits": str(self.digits).encode()} if self.digits is not None else None
        return pa.field(self.name, self.type, nullable=self.nullable, metadata=metadata)

    def evaluate(self, evaluation: Evaluation, rows: Rows) -> pa.Array:
        """The final cells at ``rows``, common options applied."""
        present = self.presence(evaluation, rows)
        cells = Cells(self, rows, evaluation, present)
        if self.rank_source is not None:
            array = self.field.unrank(cells, self.rank_source.ranks(cells))
        else:
            array = self.field.generate(cells)
        if self._dressed:
            array = self._dress(array)
        if array.type != self.type:
            raise TypeError(f"{self.path()}: {self.field.type} gave {array.type}, not {self.type}")
        return array if present is None else with_nulls(array, present)

    @cached_property
    def _dressed(self) -> bool:
        return isinstance(self.field, TextField) and self.field.dressed

    def _dress(self, array: pa.Array) -> pa.Array:
        field = self.field
        assert isinstance(field, TextField)
        if not pa.types.is_dictionary(array.type):
            return field.dress(array)
        words = self.dictionary if self.dictionary is not None else field.dress(array.dictionary)
        return pa.DictionaryArray.from_arrays(array.indices, words, safe=False)

    def presence(self, evaluation: Evaluation, rows: Rows) -> Mask | None:
        """Which rows ``nulls`` and ``when`` leave a value in; None is all."""
        present = self._not_null(rows)
        if self.condition is not None:
            columns = {name: evaluation.column(name) for name in self.condition.names}
            met = self.condition.evaluate(columns, len(rows)).fill_null(False)
            holds = np.asarray(met.to_numpy(zero_copy_only=False), dtype=np.bool_)
            present = holds if present is None else present & holds
        return present

    def _not_null(self, rows: Rows) -> Mask | None:
        nulls = self.field.nulls
        if nulls == 0.0:
            return None
        draw = self.key.draw("nulls")
        if isinstance(nulls, ExactShare):
            count = np.uint64(exact_count(nulls.exactly, self.rows))
            return np.asarray(permuted(rows, max(self.rows, 1), draw) >= count)
        if nulls == 1.0:
            return np.zeros(len(rows), dtype=np.bool_)
        return np.asarray(draw.bits(rows) >= np.uint64(int(nulls * 2.0**64)))
