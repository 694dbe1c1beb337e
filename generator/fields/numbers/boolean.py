"""True or false."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells
from generator.column import Column
from generator.field import Field, Share, field_type


@field_type("boolean", "bool", "pybool", "true_false", presets={"null_boolean": {"nulls": 0.33}})
class Boolean(Field):
    """True or false."""

    share: Share = Option(default=0.5, description="Share of true.")

    examples = ({}, {"share": 0.9})

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.bool_()

    def generate(self, cells: Cells) -> pa.Array:
        if self.share == 1.0:
            true = np.ones(len(cells), dtype=np.bool_)
        else:
            true = cells.bits() < np.uint64(int(self.share * 2.0**64))
        bits = pa.py_buffer(np.packbits(true, bitorder="little"))
        return pa.Array.from_buffers(pa.bool_(), len(cells), [None, bits])
