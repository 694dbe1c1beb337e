"""UUIDs (RFC 9562): random ones, and those that begin with a time."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells
from generator.column import Column
from generator.field import field_type
from generator.fields.identifiers.clock import Clock, Timed
from generator.fields.numbered import whole
from generator.kernels.strings import string_array


@field_type(
    "uuid",
    "guid",
    presets={"uuid4": {"version": 4}, "uuid_v4": {"version": 4}, "uuid7": {"version": 7}, "uuid_v7": {"version": 7}},
)
class Uuid(Timed):
    """A UUID (RFC 9562), 36 characters in lower case, random (version 4) or in the order of time (version 7).

    No two rows of a table have the same. Version 7 tells ``start`` plus ``step`` times the row, in milliseconds.
    """

    version: Literal[4, 7] = Option(default=4, description="4 is random; 7 begins with a time and grows with the row.")

    always_unique = True
    examples = ({}, {"case": "upper"}, {"version": 7, "start": "2026-01-01T00:00:00Z", "step": "10ms"})

    def prepare(self, column: Column) -> Clock | None:
        whole(column, self, 36)
        if self.version == 7:
            return self.clock(column, 48)
        for option in ("start", "step"):
            if getattr(self, option) is not None:
                raise column.wrong(option, "a UUID of version 4 tells no time", "drop it, or take version 7")
        return None

    def generate(self, cells: Cells) -> pa.Array:
        clock: Clock | None = cells.prepared
        # The upper half is a bijection of the row; the version takes four bits of it, which the lower half keeps.
        upper = cells.bits("high")
        lower = cells.bits("low")
        if clock is None:
            lower &= _OTHERS
            lower |= (upper & _VERSION) << _PLACE
            return kernels.uuid4(upper, lower)
        return _seventh(kernels.uuid4(clock.milliseconds(cells) << np.uint64(16) | upper >> np.uint64(48), lower))

    def text_width(self, column: Column) -> int:
        return 36


_VERSION = np.uint64(0xF000)
_PLACE = np.uint64(46)
_OTHERS = ~(_VERSION << _PLACE)
_AT = 14
"""The version's place in the text."""


def _seventh(fourth: pa.StringArray) -> pa.StringArray:
    """The same UUIDs as version 7."""
    _, offsets, data = fourth.buffers()
    signs = np.frombuffer(data, dtype=np.uint8, count=36 * len(fourth)).copy()
    signs[_AT::36] = ord("7")
    return string_array(offsets, signs)
