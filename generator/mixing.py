"""A column in a weighted mix of locales: each row's locale is drawn, and its cell is the one it would have there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.cells import Cells, Key, Rows
from generator.choosing import AliasTable
from generator.gathering import common_type, gathered

if TYPE_CHECKING:
    from generator.column import Column

_Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Mix:
    """A column's variants, how likely each is, and, where all are dictionaries, one dictionary for all."""

    columns: tuple[Column, ...]
    table: AliasTable
    key: Key
    type: pa.DataType
    dictionary: pa.Array | None
    _indices: tuple[npt.NDArray[np.int32], ...]
    """For each variant: where the entries of its dictionary are in the common one."""

    @classmethod
    def of(cls, column: Column, variants: tuple[Column, ...]) -> Mix:
        """The mix of a column whose variants are prepared; SchemaError where their cells have nothing in common."""
        table = AliasTable.of(tuple(column.locales.values()))
        kinds = [variant.type for variant in variants]
        kind = common_type(kinds)
        if kind is None:
            raise column.wrong("locale", f"its locales differ in type: {', '.join(map(str, kinds))}", "give it one")
        words = [variant.dictionary for variant in variants]
        if kind != kinds[0] or any(array is None for array in words):
            return cls(variants, table, column.locale_key, kind, None, ())
        common = pc.unique(pa.concat_arrays([array for array in words if array is not None]))
        indices = tuple(np.asarray(pc.index_in(array, common), dtype=np.int32) for array in words)
        return cls(variants, table, column.locale_key, kind, common, indices)

    def which(self, cells: Cells) -> npt.NDArray[np.int32]:
        """Each row's variant."""
        of_document = not self.key.path
        rows = cells.evaluation.row_of_table if of_document else cells.rows
        draw = self.key.draw("locale")
        return Cells(cells.column, rows, cells.evaluation, None).pick(self.table, draw)

    def values(self, cells: Cells, ranks: Rows | None) -> pa.Array:
        """The cells, each by the variant of its row."""
        which = self.which(cells)
        places = [np.flatnonzero(which == index) for index in range(len(self.columns))]
        parts = [
            self._of_variant(column, cells, ranks, there) for column, there in zip(self.columns, places, strict=True)
        ]
        if self.dictionary is not None:
            return self._merged(parts, places, len(cells))
        return gathered([part.cast(self.type) for part in parts], places, len(cells))

    def _of_variant(self, column: Column, cells: Cells, ranks: Rows | None, there: _Places) -> pa.Array:
        present = None if cells.present is None else cells.present[there]
        some = Cells(column, cells.rows[there], cells.evaluation.some(there), present)
        return column.values(some, None if ranks is None else ranks[there])

    def _merged(self, parts: list[pa.Array], places: list[_Places], count: int) -> pa.Array:
        merged = np.zeros(count, dtype=np.int32)
        missing = np.zeros(count, dtype=np.bool_)
        for part, there, indices in zip(parts, places, self._indices, strict=True):
            if part.null_count:
                missing[there] = np.asarray(part.is_null())
            own = np.asarray(part.indices.fill_null(0) if part.null_count else part.indices)
            merged[there] = indices[own] if len(indices) else 0
        entries = pa.array(merged, mask=missing if missing.any() else None)
        return pa.DictionaryArray.from_arrays(entries, self.dictionary, safe=False)
