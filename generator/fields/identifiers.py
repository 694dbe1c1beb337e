"""Identifiers that carry no meaning: UUIDs."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa

from generator import kernels
from generator.cells import Cells
from generator.column import Column
from generator.field import TextField, field_type


@field_type("uuid", "guid")
class Uuid(TextField):
    """A random UUID (RFC 9562, version 4), 36 characters in lower case. No two rows of a table have the same."""

    version: Literal[4] = 4

    always_unique = True
    examples = ({}, {"case": "upper"})

    def prepare(self, column: Column) -> None:
        if self.room is not None and self.room < 36:
            raise column.wrong("max_length", "a UUID has 36 characters", "drop it")

    def generate(self, cells: Cells) -> pa.Array:
        # The upper half is a bijection of the row; the version takes four bits of it, which the lower half keeps.
        upper = cells.bits("high")
        lower = cells.bits("low")
        lower &= _OTHERS
        lower |= (upper & _VERSION) << _PLACE
        return kernels.uuid4(upper, lower)

    def text_width(self, column: Column) -> int:
        return 36


_VERSION = np.uint64(0xF000)
_PLACE = np.uint64(46)
_OTHERS = ~(_VERSION << _PLACE)
