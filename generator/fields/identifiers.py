"""Identifiers that carry no meaning: UUIDs."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import TextField, field_type


@field_type("uuid", "guid")
class Uuid(TextField):
    """A random UUID (RFC 9562, version 4), 36 characters in lower case. Domain: 2**60 of them when unique."""

    version: Literal[4] = 4

    examples = ({}, {"unique": True}, {"case": "upper"})

    def generate(self, cells: Cells) -> pa.Array:
        return kernels.uuid4(cells.bits("high"), cells.bits("low"))

    def cardinality(self, column: Column) -> int | None:
        return None if self.max_length else 1 << 60

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        # 60 free bits of the upper half hold the rank: above and below the four bits of the version.
        upper = ((ranks >> np.uint64(12)) << np.uint64(16)) | (ranks & np.uint64(0xFFF))
        return kernels.uuid4(upper, cells.bits("low"))

    def text_width(self, column: Column) -> int:
        return 36
