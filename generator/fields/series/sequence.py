"""Whole numbers in order, and the same numbers shuffled."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from generator.cells import Cells
from generator.column import Column
from generator.field import Field, field_type
from generator.kernels.pooled import pooled
from generator.uniqueness import permuted

_INT64 = range(-(1 << 63), 1 << 63)


@field_type("sequence", "serial", "autoincrement", "auto_increment", "bigserial")
class Sequence(Field):
    """start, start + step, start + 2 step ...: the row's own number."""

    start: int = 1
    step: int = 1

    always_unique = True
    examples = ({}, {"start": 1000, "step": -1})

    @property
    def seeded(self) -> bool:
        return False

    def prepare(self, column: Column) -> None:
        if self.step == 0:
            raise column.wrong("step", "a step of 0 never moves", "use type constant")
        last = self.start + self.step * column.last_row
        for option, value in (("start", self.start), ("step", self.step), ("step", last)):
            if value not in _INT64:
                raise column.wrong(option, "the sequence leaves 64-bit integers", "stay within -2**63 and 2**63 - 1")

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        numbers = pooled(len(cells), np.int64)
        np.multiply(cells.rows.view(np.int64), np.int64(self.step), out=numbers)
        numbers += np.int64(self.start)
        return pa.array(numbers)


@field_type("permuted_sequence", "shuffled_sequence")
class PermutedSequence(Field):
    """The numbers from start to start + rows - 1, each once, in an order drawn from the seed.

    The order depends on how many rows there are.
    """

    start: int = 1

    always_unique = True
    examples = ({}, {"start": 100_000})

    @property
    def depends_on_rows(self) -> bool:
        return True

    def prepare(self, column: Column) -> None:
        if self.start not in _INT64 or self.start + max(column.rows - 1, 0) not in _INT64:
            raise column.wrong("start", "the sequence leaves 64-bit integers", "stay within -2**63 and 2**63 - 1")

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        numbers = permuted(cells.rows, max(cells.column.rows, 1), cells.draw()).view(np.int64)
        numbers += np.int64(self.start)
        return pa.array(numbers)
