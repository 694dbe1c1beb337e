"""Identifiers in the order of time: ULID and the ObjectId of MongoDB."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from generator import codes, kernels
from generator.cells import Cells
from generator.column import Column
from generator.field import field_type
from generator.fields.identifiers.clock import Clock, Timed
from generator.fields.numbered import whole

_CROCKFORD = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@field_type("ulid")
class Ulid(Timed):
    """A ULID: 26 characters of Crockford's base 32, 48 bits of time in milliseconds and 80 random bits.

    Its time is ``start`` plus ``step`` times the row, so values grow with the row and never repeat.
    """

    always_unique = True
    examples = ({}, {"start": "2025-06-01T12:00:00Z", "step": "1ms"})

    def prepare(self, column: Column) -> Clock:
        whole(column, self, 26)
        return self.clock(column, 48)

    def generate(self, cells: Cells) -> pa.Array:
        clock: Clock = cells.prepared
        words = (clock.milliseconds(cells) << np.uint64(14), cells.bits("high"), cells.bits("low"))
        places = (range(10), range(10, 18), range(18, 26))
        return kernels.pattern(
            b"0" * 26,
            [(word, tuple(at), (_CROCKFORD,) * len(at)) for word, at in zip(words, places, strict=True)],
        )

    def text_width(self, column: Column) -> int:
        return 26


@field_type("object_id", "mongodb_object_id", "mongo_id", "objectid", "mongodb_objectid")
class ObjectId(Timed):
    """An ObjectId of MongoDB: 24 hexadecimal digits, of seconds, of a process, and of a counter that goes up by one.

    Its time is ``start`` plus ``step`` times the row; the process is one for the column.
    """

    always_unique = True
    examples = ({}, {"step": "5ms"})

    def prepare(self, column: Column) -> Clock:
        whole(column, self, 24)
        return self.clock(column, 32, unit=1000)

    def generate(self, cells: Cells) -> pa.Array:
        clock: Clock = cells.prepared
        process, first = cells.draw("process").kappa, cells.draw("counter").kappa
        seconds = clock.milliseconds(cells) // np.uint64(1000)
        counter = (cells.rows + np.uint64(first >> 40)) & np.uint64(0xFFFFFF)
        middle = codes.fixed(f"{process >> 24:010x}", len(cells), codes.HEX)
        return codes.text(codes.joined(codes.digits(seconds, 8, 16), middle, codes.digits(counter, 6, 16)), codes.HEX)

    def text_width(self, column: Column) -> int:
        return 24
