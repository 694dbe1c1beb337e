"""Lengths of time: numbers of units, ISO 8601 texts, or Arrow durations to reckon with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

import numpy as np
import pyarrow as pa
from pydantic import BeforeValidator
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.distributions import AnyDistribution, DistributionError, Grid, Uniform
from generator.field import TEXT, Field, field_type
from generator.fields.series.moments import DAY, UNITS
from generator.fields.time.beside import Units
from generator.fields.time.moment import Between, moments
from generator.fields.words import chosen
from generator.spans import Span, nanoseconds

_NOTHING = {"0", "0s", "0d", "PT0S"}
Length = Annotated[Span | Literal["0s"], BeforeValidator(lambda span: "0s" if str(span) in _NOTHING else span)]

_DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}


@dataclass(frozen=True)
class _Words:
    """The pieces of ISO 8601 texts: days, hours after their T, minutes, seconds."""

    days: pa.Array
    hours: pa.Array
    minutes: pa.Array
    seconds: pa.Array

    @classmethod
    def of(cls, last: int) -> _Words:
        """The pieces of lengths of up to ``last`` days. The first hour is of lengths that are whole days."""
        return cls(
            pa.array(["P", *(f"P{day}D" for day in range(1, last + 1))]),
            pa.array(["", "T", *(f"T{hour}H" for hour in range(1, 24))]),
            pa.array(["", *(f"{minute}M" for minute in range(1, 60))]),
            pa.array(["", *(f"{second}S" for second in range(1, 60)), "0S"]),
        )


@dataclass(frozen=True)
class _Lengths(Between):
    words: _Words | None = None


@field_type("duration", "timedelta", "time_delta", "length_of_time", "interval")
class Duration(Field):
    """A length of time from min to max, both included, in whole units.

    As text it is ISO 8601, PT1H30M; ``number`` counts units; ``interval`` is an Arrow duration, for expressions such as
    ``started_at + length`` and for formats that have such a type: others write ISO 8601 text. ``distribution`` is over
    seconds.
    """

    min: Length = Option(default="0s", description="Shortest, such as 30s or 0s.")
    max: Length = Option(default="1d", description="Longest, such as 2h30m, 30d or PT15M.")
    unit: Literal["s", "ms", "us", "ns"] = Option(default="s", description="Seconds, milli-, micro-, nanoseconds.")
    format: Literal["iso", "number", "interval"] = Option(
        default="iso",
        description="ISO 8601 text, a number of units, or an Arrow duration.",
    )
    distribution: AnyDistribution = Option(default=Uniform(), description="Over seconds.")

    examples = (
        {"max": "2h"},
        {"format": "number", "unit": "ms", "max": "30s", "distribution": {"exponential": {"mean": 2.5}}},
        {"min": "20h", "max": "9d", "unit": "us"},
    )

    def prepare(self, column: Column) -> _Lengths:
        ticks = UNITS[self.unit]
        low, high = (0 if span == "0s" else nanoseconds(span) for span in (self.min, self.max))
        first, last = -(-low // ticks), high // ticks
        if first > last:
            problem = "min is longer than max" if low > high else f"no whole {self.unit} is between min and max"
            raise column.wrong("min", problem, "swap them" if low > high else "use a finer unit")
        step = Fraction(ticks, UNITS["s"])
        try:
            sample = self.distribution.on_grid(Grid(first * step, step, last - first + 1))
        except DistributionError as error:
            raise column.wrong("distribution", str(error), error.remedy) from None
        words = _Words.of(high // DAY) if self.format == "iso" else None
        return _Lengths(first, last - first + 1, ticks, sample, words)

    def arrow_type(self, column: Column) -> pa.DataType:
        return {"iso": TEXT, "number": pa.int64(), "interval": pa.duration(self.unit)}[self.format]

    @property
    def uneven(self) -> str | None:
        return None if self.distribution.name == "uniform" else "distribution"

    def generate(self, cells: Cells) -> pa.Array:
        found: _Lengths = cells.prepared
        return self._array(cells, found.units(cells)[0])

    def _array(self, cells: Cells, units: Units) -> pa.Array:
        found: _Lengths = cells.prepared
        return moments(cells.column.type, units) if found.words is None else self._iso(units, found.words)

    def _iso(self, units: Units, words: _Words) -> pa.Array:
        """PT1H30M, P2D, PT0S; with the fraction's digits where the unit is finer than seconds: PT1H0.250S."""
        seconds, fraction = np.divmod(units, np.int64(UNITS["s"] // UNITS[self.unit]))
        days, rest = np.divmod(seconds, np.int64(86_400))
        hours, rest = np.divmod(rest.astype(np.int32), np.int32(3_600))
        minutes, rest = np.divmod(rest, np.int32(60))
        digits = _DIGITS[self.unit]
        timeless = (hours + minutes + rest == 0) & (days > 0) if not digits else np.zeros(len(units), dtype=np.bool_)
        parts: list[Any] = [
            chosen(days.astype(np.int32), words.days),
            chosen(np.where(timeless, np.int32(0), hours + np.int32(1)), words.hours),
            chosen(minutes, words.minutes),
        ]
        if digits:
            return kernels.concat(
                [*parts, (rest.astype(np.int64), 0, False), b".", (fraction, digits, True), b"S"], len(units)
            )
        nothing = (seconds == 0) * np.int32(60)
        return kernels.concat([*parts, chosen(rest + nothing, words.seconds)], len(units))

    def cardinality(self, column: Column) -> int:
        found: _Lengths = column.prepared
        return found.count

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        found: _Lengths = cells.prepared
        return self._array(cells, ranks.view(np.int64) + np.int64(found.start))

    def text_width(self, column: Column) -> int:
        return 7 + _DIGITS[self.unit] if self.format == "iso" else 5 + _DIGITS[self.unit]
