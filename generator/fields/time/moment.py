"""What all moments share: a count of whole units since 1970, between bounds or next to another moment of the row."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Mask, Rows
from generator.column import Column
from generator.distributions import AnyDistribution, DistributionError, Grid, Uniform
from generator.field import Field
from generator.fields.series.moments import DAY, unit_of
from generator.fields.time.anchors import instant
from generator.fields.time.beside import WIDE, Beside, Sampler, Units
from generator.fields.time.siblings import in_order
from generator.masking import with_nulls
from generator.spans import Span, nanoseconds


@dataclass(frozen=True)
class Between:
    """Moments ``start`` to ``start + count - 1``, in units of ``unit`` nanoseconds since 1970."""

    start: int
    count: int
    unit: int
    sample: Sampler

    def extremes(self, column: Column) -> tuple[int, int] | None:
        """The earliest and the latest moment in nanoseconds since 1970."""
        return self.start * self.unit, (self.start + self.count - 1) * self.unit

    def units(self, cells: Cells) -> tuple[Units, Mask | None]:
        """The moments in units since 1970; all of them are there."""
        drawn = self.sample(cells)
        drawn += np.int64(self.start)
        return drawn, None


def moments(kind: pa.DataType, units: Units) -> pa.Array:
    """Units as an Arrow array of a type that counts in them: dates in 32 bits, all others in 64."""
    values = units.astype(np.int32) if pa.types.is_date32(kind) else np.ascontiguousarray(units)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


class MomentField(Field):
    """A moment in whole units: between min and max, or within a span after or before another field.

    min and max may be counted from the reference date: today, -30d, +1y6mo; without max it is the reference date.
    Next to another field, max or min is what no cell goes beyond. ``in_order`` gives the children of one parent later
    and later moments. ``distribution`` is over days: after min, or between the moment and the field it follows.
    """

    after: str | None = Option(default=None, description="A date or time that it follows, or reference.field.")
    before: str | None = Option(default=None, description="A date or time that it precedes, or reference.field.")
    within: Span | None = Option(default=None, description="How far from that one at most, such as 30d.")
    in_order: str | None = Option(
        default=None, description="A reference with per_parent: its children get later moments one by one."
    )
    distribution: AnyDistribution = Option(
        default=Uniform(), description="Over the days after min, or between it and the field it follows or precedes."
    )

    @abstractmethod
    def _anchors(self) -> tuple[dt.date | str | None, dt.date | str | None]:
        """min and max as they were given."""

    @abstractmethod
    def ticks(self) -> int:
        """Nanoseconds a unit."""

    @property
    def uneven(self) -> str | None:
        return None if self.distribution.name == "uniform" else "distribution"

    @property
    def unique_within(self) -> str | None:
        return self.in_order

    @property
    def depends_on_rows(self) -> bool:
        return self.in_order is not None

    @property
    def _side(self) -> str:
        return "after" if self.before is None else "before"

    @property
    def _beside(self) -> str | None:
        """The field that it follows or precedes."""
        return self.after if self.before is None else self.before

    def sources(self) -> tuple[str, ...]:
        return tuple(name for name in (self._beside, self.in_order) if name is not None)

    def prepare(self, column: Column) -> Between | Beside:
        if self.after is not None and self.before is not None:
            raise column.wrong("before", "it does not go with 'after'", "drop one; max and min can be given instead")
        low, high = self._bounds(column)
        if self._beside is not None:
            return self._near(column, self._beside, low, high)
        if self.within is not None:
            raise column.wrong("within", "it needs 'after' or 'before' too", "such as {after: created_at, within: 30d}")
        if high is None and low is not None and column.reference_date is not None:
            high = instant(column, "max", "today") // self.ticks()
        if low is None or high is None:
            missing = "min" if low is None else "max"
            raise column.wrong(missing, "is missing", "give min and max, or after and within")
        if low > high:
            swapped = self._anchors()[1] is not None
            end, remedy = ("max", "swap them") if swapped else ("the reference date", "give max too")
            raise column.wrong("min", f"min is later than {end}", remedy)
        if high - low >= WIDE:
            raise column.wrong("max", "min and max are more than 2**63 units apart", "use a coarser unit")
        return Between(low, high - low + 1, self.ticks(), self._sampler(column, low, high - low + 1))

    def _bounds(self, column: Column) -> tuple[int | None, int | None]:
        """min, rounded up, and max, rounded down, in units since 1970."""
        low, high = self._anchors()
        first = None if low is None else -(-instant(column, "min", low) // self.ticks())
        last = None if high is None else instant(column, "max", high) // self.ticks()
        for option, units, given in (("min", first, low), ("max", last, high)):
            if units is not None and not -WIDE < units < WIDE:
                raise column.wrong(option, f"{given} does not fit 64 bits in its unit", "use a coarser unit")
        return first, last

    def _sampler(self, column: Column, start: int, count: int) -> Sampler:
        """Draws offsets in [0, count); ``start`` is the moment of offset 0 where it is known."""
        if self.in_order is not None:
            if self.uneven is not None:
                raise column.wrong(self.uneven, "it does not go with 'in_order'", "drop one of them")
            return in_order(column, self.in_order, count)
        days = Fraction(self.ticks(), DAY)
        try:
            sample = self.distribution.on_grid(Grid(Fraction(0) if self._beside is None else days, days, count))
        except DistributionError as error:
            raise column.wrong("distribution", str(error), error.remedy) from None
        if self.before is None:
            return sample
        return lambda cells: np.int64(count - 1) - sample(cells)

    def _near(self, column: Column, name: str, low: int | None, high: int | None) -> Beside:
        """Next to another field: ``within`` a span, up to ``max`` or down to ``min``, or both."""
        later = self.before is None
        bound, other = ("max", "min") if later else ("min", "max")
        limit, useless = (high, low) if later else (low, high)
        if useless is not None:
            raise column.wrong(other, f"it does not go with {self._side!r}", "drop it")
        if self.within is None and limit is None:
            remedy = f"such as {{{self._side}: created_at, within: 30d}}, or {bound}"
            raise column.wrong(self._side, "it needs 'within' too", remedy)
        if limit is not None and (self.uneven is not None or self.in_order is not None):
            problem = f"next to another field it does not go with {self.uneven or 'in_order'!r}"
            raise column.wrong(bound, problem, "drop it, and give within")
        if self.in_order is not None and not name.startswith(f"{self.in_order}."):
            problem = f"children of one parent can be in order after a field of theirs, not after {name!r}"
            raise column.wrong("in_order", problem, f"such as {{{self._side}: {self.in_order}.created_at}}")
        kind = column.source(name).type
        if unit_of(kind) is None:
            raise column.wrong(self._side, f"{name!r} is {kind}, no date or time", "name a date or timestamp field")
        count = WIDE - 1 if self.within is None else nanoseconds(self.within) // self.ticks()
        if count < 1:
            raise column.wrong("within", f"{self.within!r} is shorter than the field's unit", "give a longer one")
        found = Beside(name, later, self.ticks(), count, limit, self._sampler(column, 0, count))
        found.check_known(column)
        return found

    def extremes(self, column: Column) -> tuple[int, int] | None:
        """The earliest and the latest moment in nanoseconds since 1970, where they are known beforehand."""
        found: Between | Beside = column.prepared
        return found.extremes(column)

    def generate(self, cells: Cells) -> pa.Array:
        found: Between | Beside = cells.prepared
        units, there = found.units(cells)
        array = moments(cells.column.type, units)
        return array if there is None else with_nulls(array, there)

    def cardinality(self, column: Column) -> int | None:
        found: Between | Beside = column.prepared
        return None if self.sources() else found.count

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        found: Between = cells.prepared
        return moments(cells.column.type, ranks.view(np.int64) + np.int64(found.start))
