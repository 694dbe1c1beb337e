"""Moments next to another field's: after it or before it, within a span, or up to a limit that none of them passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.cells import Cells, Mask
from generator.column import Column
from generator.errors import SchemaError
from generator.fields.series.moments import counted, unit_of
from generator.fields.time.anchors import END, FIRST
from generator.masking import validity

Units = npt.NDArray[np.int64]
Sampler = Callable[[Cells], Units]
WIDE = 1 << 63


@runtime_checkable
class Bounded(Protocol):
    """A field whose earliest and latest moments, in nanoseconds since 1970, are known before any cell is made."""

    def extremes(self, column: Column) -> tuple[int, int] | None: ...


def extremes_of(column: Column) -> tuple[int, int] | None:
    """The earliest and the latest moment of a column, where they are known."""
    return column.field.extremes(column) if isinstance(column.field, Bounded) else None


@dataclass(frozen=True)
class Beside:
    """Moments 1 to ``count`` units after ``source`` (or before it), in units of ``unit`` nanoseconds.

    What they follow is rounded down to units and what they precede is rounded up. ``limit``, in units since 1970, is
    what they do not go beyond; a moment is then as likely as any other on the way to it.
    """

    source: str
    later: bool
    unit: int
    count: int
    limit: int | None
    sample: Sampler

    @property
    def side(self) -> str:
        """The option that names the source."""
        return "after" if self.later else "before"

    @property
    def _room(self) -> tuple[int, int]:
        """From which nanosecond to before which the source must lie, so that all moments have a date."""
        first, end = max(FIRST, -WIDE * self.unit), min(END, WIDE * self.unit)
        span = 0 if self.limit is not None else self.count * self.unit
        return (first, end - span) if self.later else (first + span, end)

    def check_known(self, column: Column) -> None:
        """SchemaError where bounds of the source, known beforehand, leave no room."""
        known = extremes_of(column.source(self.source))
        if known is None:
            return
        first, end = self._room
        if known[0] < first or known[1] >= end:
            raise self._beyond(column)
        if self.limit is not None and not all(self._leaves_room(self._rounded(edge), self.limit) for edge in known):
            raise self._no_room(column)

    def _rounded(self, nanosecond: int) -> int:
        return nanosecond // self.unit if self.later else -(-nanosecond // self.unit)

    def _leaves_room(self, units: int, limit: int) -> bool:
        return units < limit if self.later else units > limit

    def _no_room(self, column: Column) -> SchemaError:
        bound, there = ("max", "at max or after it") if self.later else ("min", "at min or before it")
        return column.wrong(bound, f"{self.source!r} can be {there}", "narrow the bounds of that field")

    def _beyond(self, column: Column) -> SchemaError:
        years = "1678 to 2261" if self.unit == 1 else "1 to 9999"
        within = getattr(column.field, "within", None)
        span = f"within {within} " if within else ""
        problem = f"a moment {span}{self.side} {self.source!r} can be outside the years {years}"
        verb = "follows" if self.later else "precedes"
        return column.wrong(self.side, problem, f"narrow the bounds of what it {verb}")

    def extremes(self, column: Column) -> tuple[int, int] | None:
        """The earliest and the latest moment in nanoseconds since 1970, where the source's are known."""
        known = extremes_of(column.source(self.source))
        if known is None:
            return None
        near, far = (self._rounded(edge) for edge in known)
        first, last = (near + 1, far + self.count) if self.later else (near - self.count, far - 1)
        if self.limit is not None:
            first, last = (first, min(last, self.limit)) if self.later else (max(first, self.limit), last)
        return first * self.unit, last * self.unit

    def units(self, cells: Cells) -> tuple[Units, Mask | None]:
        """The moments in units since 1970, and which of them have a source; SchemaError where one has no room."""
        source = cells.source(self.source)
        there = validity(source)
        units = self._of_source(cells.column, source, there)
        if self.limit is None:
            offsets = self.sample(cells)
            return units + (offsets + np.int64(1) if self.later else offsets - np.int64(self.count)), there
        room = np.int64(self.limit) - units if self.later else units - np.int64(self.limit)
        if bool((room < 1 if there is None else (room < 1) & there).any()):
            raise self._no_room(cells.column)
        draw = cells.draw()
        widths = np.clip(room, 1, self.count).view(np.uint64)
        steps = kernels.below_each(cells.rows, draw.gamma, draw.kappa, widths).view(np.int64) + np.int64(1)
        return units + (steps if self.later else -steps), there

    def _of_source(self, column: Column, source: pa.Array, there: Mask | None) -> Units:
        """The source's moments in units; anything where it is null."""
        own = unit_of(source.type)
        assert own is not None
        moments = counted(source)
        first, end = self._room
        low, high = -(-first // own), -(-end // own) - 1
        beyond = (moments < max(low, -WIDE)) | (moments > min(high, WIDE - 1))
        if bool((beyond if there is None else beyond & there).any()):
            raise self._beyond(column)
        if own >= self.unit:
            return moments * np.int64(own // self.unit)
        parts = np.int64(self.unit // own)
        whole: Units = moments // parts
        if not self.later:
            whole += moments % parts != 0
        return whole
