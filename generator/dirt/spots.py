"""The cells that are to be made dirty: their clean values, and the draws that decide how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.cells import Draw, Key, Rows
from generator.dirt.letters import Letters
from generator.kernels import text
from generator.masking import validity, with_nulls


@dataclass(frozen=True)
class Spots:
    """``values`` of the column's own type, plain and without nulls, and the rows they stand in."""

    values: pa.Array
    rows: Rows
    key: Key
    field: pa.Field
    """Of the clean column."""

    def __len__(self) -> int:
        return len(self.values)

    def draw(self, name: str) -> Draw:
        """A draw of the column's dirt: ``form`` which one of several, ``place`` where, ``letter`` what instead."""
        return self.key.draw(f"dirty {name}")

    def form(self, count: int) -> npt.NDArray[np.int64]:
        """Which of ``count`` forms each takes."""
        draw = self.draw("form")
        return kernels.below(self.rows, draw.gamma, draw.kappa, count)

    @cached_property
    def texts(self) -> pa.StringArray:
        """The clean values as they are written."""
        return spelled(self.values, self.field)

    @cached_property
    def letters(self) -> Letters:
        """The letters of ``texts``."""
        return Letters.of(self.texts)

    def some(self, places: npt.NDArray[np.int64]) -> Spots:
        """Some of the cells."""
        return Spots(self.values.take(pa.array(places)), self.rows[places], self.key, self.field)


Make = Callable[[Spots], pa.Array]
"""What a kind of dirt does: the cells as they are written; one that it cannot change stays as it was."""


def spelled(values: pa.Array, field: pa.Field) -> pa.StringArray:
    """Values of any type but text as text formats spell them, nulls kept; text as it is."""
    if pa.types.is_string(values.type):
        return values
    batch = pa.RecordBatch.from_arrays([values], schema=pa.schema([field.with_type(values.type).with_nullable(True)]))
    texts = text.row_writer(batch.schema, _ALONE).texts(batch).cast(pa.string())
    if not values.null_count:
        return texts
    present = validity(values)
    assert present is not None
    return with_nulls(texts, present)


_ALONE = text.TextLayout((text.TextColumn(),), suffix=b"")
