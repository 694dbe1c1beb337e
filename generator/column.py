"""One compiled field: the field, where it stands, and what it prepared there."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa

from generator import mixing
from generator.cells import Cells, Mask, Rows
from generator.field import ExactShare, Field, TextField
from generator.masking import with_nulls
from generator.place import Place
from generator.standing import Standing
from generator.uniqueness import exact_count, permuted

if TYPE_CHECKING:
    from generator.evaluation import Evaluation
    from generator.expression import Expression
    from generator.plan import Plan


class RankSource(Protocol):
    """What gives each row its own rank in a domain: see ``generator.uniqueness``."""

    def ranks(self, cells: Cells) -> Rows: ...


class Column(Standing):
    """A field of a table of a plan. Immutable once the plan is compiled.

    A field that is in a mix of locales has a column for each in ``variants``.
    """

    def __init__(self, plan: Plan, table_name: str, place: Place, field: Field) -> None:
        super().__init__(plan, table_name, place, field)
        self.prepared: Any = None
        self.type: pa.DataType = pa.null()
        self.condition: Expression | None = None
        self._ranks: RankSource | None = None
        self.mix: mixing.Mix | None = None
        self.took: dict[str, str] = {}
        """List → the locale its words came from, of each list that the type asked for while it was prepared."""
        self._only: str | None = None

    @property
    def locale(self) -> str:
        """The locale; SchemaError where there are several and the type knows one only."""
        if self._only is not None:
            return self._only
        if len(self.locales) > 1:
            raise self.wrong("locale", f"a field of type {self.field.type} has one locale", "give it one")
        return next(iter(self.locales))

    @property
    def variants(self) -> tuple[Column, ...]:
        """The column once for each locale of its mix; none where there is one locale."""
        return () if self.mix is None else self.mix.columns

    @property
    def rank_source(self) -> RankSource | None:
        """What gives each row its own rank, where values never repeat."""
        return self._ranks

    @rank_source.setter
    def rank_source(self, source: RankSource | None) -> None:
        self._ranks = source
        for variant in self.variants:
            variant.rank_source = source

    def alone_in(self, locale: str) -> Column:
        """The same column in one locale of its mix."""
        column = copy(self)
        column._only, column.took = locale, {}
        return column

    @cached_property
    def nullable(self) -> bool:
        """Whether a cell can be null for any reason."""
        own = self.field.nulls != 0.0 or self.field.when is not None
        return own or self.field.may_be_null(self)

    def reads_null(self, name: str) -> bool:
        """Whether a source can be null, on the way to it or itself."""
        return any(column.nullable for column in self.siblings.way(self.absolute(name)))

    def sources(self) -> tuple[str, ...]:
        """All that it reads of its row, by absolute names: the field's sources, the condition's, what is inside it."""
        names = [*self.field.sources()]
        if self.field.when is not None:
            from generator.fields.expression import names_at

            names += names_at(self, "when", self.field.when)
        inside = [f"{self.name}.{nested.name}" for nested in self.field.nested()]
        return tuple(dict.fromkeys([*map(self.absolute, names + self._partners()), *inside]))

    def _partners(self) -> list[str]:
        fields = self.table.fields
        if getattr(self.field, "per_parent", None):
            return []
        groups = [group for group in self.table.unique_together if self.name in group]
        return [
            name
            for group in groups
            for name in group
            if name != self.name and name in fields and getattr(fields[name], "per_parent", None)
        ]

    @cached_property
    def dictionary(self) -> pa.Array | None:
        """The static dictionary of its cells, text options applied; None for other types."""
        if self.mix is not None:
            return self.mix.dictionary
        values = self.field.dictionary(self)
        if values is not None and isinstance(self.field, TextField) and self.field.dressed:
            return self.field.dress(values)
        return values

    @property
    def text_width(self) -> int:
        """About how many characters a cell takes as text."""
        widths = [column.field.text_width(column) for column in self.variants or (self,)]
        return sum(widths) // len(widths)

    @property
    def depends_on_rows(self) -> bool:
        """Whether a cell depends on the row count of its own table, by itself or through what it reads."""
        return self.table_name in self.row_counts

    @cached_property
    def row_counts(self) -> frozenset[str]:
        """The tables whose row counts a cell depends on: a parent is drawn among all rows of its table."""
        own = self.field.depends_on_rows or isinstance(self.field.nulls, ExactShare)
        found = {self.table_name} if own else set()
        read = [column for name in self.sources() for column in self.siblings.way(name)]
        for parent in self.field.parents():
            table, _, field = parent.partition(".")
            found |= {table} - {self.table_name}  # in its own table a reference takes earlier rows
            read += [self.plan.tables[table].columns[field]] if field else []
        return frozenset(found).union(*(column.row_counts for column in read))

    @property
    def digits(self) -> int | None:
        """Decimals that its float cells are rounded to, where they are."""
        found = getattr(self.field, "digits", None)
        return found if isinstance(found, int) and self.type == pa.float64() else None

    def arrow_field(self) -> pa.Field:
        """The Arrow field: type, nullability, and ``digits`` for the spelling of floats."""
        metadata = {b"digits": str(self.digits).encode()} if self.digits is not None else None
        return pa.field(self.place.label, self.type, nullable=self.nullable, metadata=metadata)

    def evaluate(self, evaluation: Evaluation, rows: Rows) -> pa.Array:
        """The final cells at ``rows``, common options applied."""
        present = self.presence(evaluation, rows)
        cells = Cells(self, rows, evaluation, present)
        ranks = None if self.rank_source is None else self.rank_source.ranks(cells)
        array = self.values(cells, ranks) if self.mix is None else self.mix.values(cells, ranks)
        if array.type != self.type:
            raise TypeError(f"{self.path()}: {self.field.type} gave {array.type}, not {self.type}")
        return array if present is None else with_nulls(array, present)

    def values(self, cells: Cells, ranks: Rows | None) -> pa.Array:
        """The cells with text options applied; of these ranks, where values never repeat."""
        array = self.field.generate(cells) if ranks is None else self.field.unrank(cells, ranks)
        return self._dress(array) if self._dressed else array

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
            columns = {name: evaluation.column(self.absolute(name)) for name in self.condition.names}
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
