"""A column made dirty as it is written: which cells, by which kind, and the column with them in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator import kernels
from generator.cells import Mask, Rows
from generator.choosing import AliasTable
from generator.dirt.kinds import make
from generator.dirt.option import Kind
from generator.dirt.spots import Spots, spelled
from generator.masking import validity

if TYPE_CHECKING:
    from generator.column import Column
    from generator.evaluation import Evaluation

_Places = npt.NDArray[np.int64]
_AT_ONCE = 4_096
"""Texts are cut as code points and indices, which take ten times the room of their bytes."""
_NONE: _Places = np.empty(0, dtype=np.int64)


def drawn(rows: Rows, share: float, gamma: int, kappa: int) -> Mask:
    """Which rows a share falls on."""
    if share >= 1.0:
        return np.ones(len(rows), dtype=np.bool_)
    return np.asarray(kernels.bits(rows, gamma, kappa) < np.uint64(int(share * 2.0**64)))


@dataclass(frozen=True)
class Stain:
    """The dirt of one column. ``kinds`` are in the order in which one that cannot change a cell gives way."""

    column: Column
    share: float
    kinds: tuple[Kind, ...]
    table: AliasTable
    type: pa.DataType
    """As written."""
    clean: str | None = None

    @cached_property
    def field(self) -> pa.Field:
        """The Arrow field as written."""
        field = self.column.arrow_field()
        return field if field.type == self.type else field.with_type(self.type).remove_metadata()

    def on(self, clean: pa.Array, rows: Rows) -> pa.Array:
        """The column's cells at some rows with their dirt in them; null cells stay null."""
        draw = self.column.key.draw("dirty")
        chosen = drawn(rows, self.share, draw.gamma, draw.kappa)
        there = validity(clean)
        places = np.flatnonzero(chosen if there is None else chosen & there)
        if not len(places) and clean.type == self.type:
            return clean
        values = clean.take(pa.array(places))
        if pa.types.is_dictionary(clean.type):
            values = values.dictionary.take(values.indices)
            base, index = clean.dictionary, np.array(clean.indices.fill_null(0), dtype=np.int64)
        else:
            base, index = clean, np.arange(len(clean))
        parts, at = self._all(Spots(values, rows[places], self.column.key, self.column.arrow_field()))
        if base.type != self.type:
            base = spelled(base, self.column.arrow_field())
        dirty = places[np.concatenate([_NONE, *at])]
        index[dirty] = len(base) + np.arange(len(dirty))
        return pa.concat_arrays([base, *parts]).take(pa.array(index, mask=None if there is None else ~there))

    def _all(self, spots: Spots) -> tuple[list[pa.Array], list[_Places]]:
        """Dirty cells, and at which of the spots they are; a part of the spots at a time, which bounds memory."""
        parts: list[pa.Array] = []
        places: list[_Places] = []
        for start in range(0, len(spots), _AT_ONCE):
            some = np.arange(start, min(start + _AT_ONCE, len(spots)))
            made, at = self._made(spots.some(some))
            parts += made
            places += [start + each for each in at]
        return parts, places

    def _made(self, spots: Spots) -> tuple[list[pa.Array], list[_Places]]:
        """Dirty cells, and at which of the spots they are; those that no kind can change are in none."""
        draw = spots.draw("kind")
        kind = kernels.alias_pick(spots.rows, draw.gamma, draw.kappa, self.table.thresholds, self.table.aliases)
        parts: list[pa.Array] = []
        places: list[_Places] = []
        left = np.arange(len(spots))  # not changed yet
        for step in range(len(self.kinds)):
            still = []
            for number, name in enumerate(self.kinds):
                here = left[(kind[left] + step) % len(self.kinds) == number]
                if len(here):
                    made, differs = self._of_kind(name, spots.some(here))
                    parts.append(made.filter(pa.array(differs)))
                    places.append(here[differs])
                    still.append(here[~differs])
            left = np.concatenate([_NONE, *still])
        return parts, places

    def _of_kind(self, name: Kind, spots: Spots) -> tuple[pa.Array, Mask]:
        """The cells by one kind of dirt, as the column is written, and which of them it changed."""
        made = make(name)(spots)
        before = spots.values if made.type == spots.values.type else spots.texts
        differs = np.asarray(pc.not_equal(made, before))
        return made if made.type == self.type else spelled(made, spots.field), differs


@dataclass(frozen=True)
class Written:
    """A column of a table as it is written."""

    column: Column
    field: pa.Field
    stain: Stain | None = None

    def cells(self, evaluation: Evaluation) -> pa.Array:
        """The cells at the evaluation's rows."""
        clean = evaluation.column(self.column.name)
        return clean if self.stain is None else self.stain.on(clean, evaluation.rows)
