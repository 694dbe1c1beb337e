"""How a table is cut into parts, and parts into objects: fixed by the table alone.

Neither the cluster, nor the format, nor the number of rows has a say, so growing a table keeps every part but the
last, several formats share one pass, and any number of actors makes the same parts. A change here is a new
``GRID_VERSION``, which enters every fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator import RowRange

GRID_VERSION = 1

BATCH_ROWS = 65_536
"""Parts begin and end at multiples of this many rows."""
PART_BYTES = 64 << 20
"""A part aims at this much text, and is at most that long wherever a batch of rows is."""
PARTS_PER_OBJECT = 10_000
"""S3 puts no more parts into one object; a longer table becomes several objects."""


def rows_per_part(row_width: int) -> int:
    """The largest power-of-two multiple of ``BATCH_ROWS`` whose text, at ``row_width`` bytes a row, fits a part."""
    batches = PART_BYTES // (BATCH_ROWS * max(1, row_width))
    return BATCH_ROWS << max(0, batches.bit_length() - 1)


@dataclass(frozen=True, slots=True)
class Grid:
    """The parts of one table: ``rows`` rows cut every ``part_rows``, ``object_parts`` parts to an object.

    A table without rows still has one part, so that its file exists, with a header where the format has one.
    """

    rows: int
    part_rows: int
    object_parts: int = PARTS_PER_OBJECT

    @classmethod
    def of(cls, rows: int, row_width: int) -> Grid:
        """The grid of a table of ``rows`` rows of about ``row_width`` bytes of text each."""
        return cls(rows, rows_per_part(row_width))

    @classmethod
    def whole(cls, rows: int) -> Grid:
        """The grid of a table that is one part whatever its size: for formats whose parts do not join."""
        return cls(rows, max(1, rows))

    @property
    def parts(self) -> int:
        return max(1, -(-self.rows // self.part_rows))

    @property
    def objects(self) -> int:
        return -(-self.parts // self.object_parts)

    def rows_of(self, part: int) -> RowRange:
        """The rows of a part."""
        if not 0 <= part < self.parts:
            raise IndexError(f"there is no part {part}; the table has {self.parts}")
        return RowRange(part * self.part_rows, min((part + 1) * self.part_rows, self.rows))

    def parts_of(self, number: int) -> range:
        """The parts of an object, numbered from 0."""
        if not 0 <= number < self.objects:
            raise IndexError(f"there is no object {number}; the table has {self.objects}")
        return range(number * self.object_parts, min((number + 1) * self.object_parts, self.parts))
