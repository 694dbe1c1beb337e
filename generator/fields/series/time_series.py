"""A measured quantity over time: a level, a trend, seasons, noise and outliers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Tag
from pydantic import Field as Option

from generator.bridges import Persistent, normals
from generator.cells import Cells
from generator.column import Column
from generator.exact import sine_of_turns
from generator.field import Field, Share, field_type
from generator.fields.floats import Rounding
from generator.fields.series.moments import DAY, Moment, counted, since_1970, unit_of
from generator.masking import validity, with_nulls
from generator.spans import Span, nanoseconds

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

_MONDAY = 4 * DAY
"""1970-01-05: what seasons count from where no start is given, so that weeks begin on Monday."""
_RISING = np.uint64(1 << 63)


def _kind_of_period(value: object) -> str:
    return "span" if isinstance(value, str) else "rows"


class Season(BaseModel):
    """A sine wave: ``period`` in rows, or a span such as 7d with ``of``; ``phase`` is a share of the period."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    period: Annotated[
        Annotated[float, Option(gt=0), Tag("rows")] | Annotated[Span, Tag("span")], Discriminator(_kind_of_period)
    ]
    amplitude: float = 1.0
    phase: float = 0.0


class Outliers(BaseModel):
    """A share of rows that are off by ``size``, upwards as often as downwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    share: Share
    size: float = Option(gt=0, le=1e300)


def _several(value: object) -> object:
    return (value,) if isinstance(value, Mapping | Season) else value


@dataclass(frozen=True)
class _Prepared:
    """The turns that each season has made at a count of units, units of a trend's step, and what is counted from."""

    turns: tuple[Callable[[Counts], Floats], ...]
    per_trend: float
    start: int
    rounding: Rounding


@field_type("time_series", "timeseries")
class TimeSeries(Field):
    """A measured value over time: base + trend + seasons + noise, such as a temperature or a daily turnover.

    Time is the row's number or, with ``of``, a date or timestamp of the row; then trend is a day's and periods are
    spans. Seasons and trend count from ``start``, which is row 0 or else Monday, 1970-01-05. A season rises through 0
    at its beginning; a phase of 0.25 puts its peak there. ``persistence`` is how much the noise of neighbouring rows
    correlates. Values beyond min and max are set to them.
    """

    base: float = 0.0
    trend: float = Option(default=0.0, description="Change a row, or a day with 'of'.")
    season: Annotated[tuple[Season, ...], BeforeValidator(_several)] = Option(
        default=(), max_length=16, description="One or several of {period, amplitude, phase}."
    )
    noise: float = Option(default=0.0, ge=0, description="Standard deviation of the normal noise.")
    persistence: float = Option(default=0.0, ge=0, le=0.9999, description="Correlation of the noise of two rows.")
    outliers: Outliers | None = None
    of: str | None = Option(default=None, description="A date or timestamp of the row, or reference.field.")
    start: Moment | None = Option(
        default=None, description="The moment at which trend and seasons begin; with 'of' only."
    )
    min: float | None = None
    max: float | None = None
    digits: int | None = Option(default=6, ge=0, le=15)

    examples = (
        {"base": 20, "trend": 0.01, "season": {"period": 24, "amplitude": 5, "phase": 0.25}, "noise": 0.5, "digits": 2},
        {"base": 100, "season": [{"period": 7, "amplitude": 9}], "noise": 4, "persistence": 0.8, "min": 0},
        {"of": "born", "season": {"period": "7d"}, "noise": 0.1, "outliers": {"share": 0.02, "size": 3}},
    )

    @property
    def seeded(self) -> bool:
        return self.noise > 0 or self.outliers is not None

    def sources(self) -> tuple[str, ...]:
        return () if self.of is None else (self.of,)

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.float64()

    def prepare(self, column: Column) -> _Prepared:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise column.wrong("min", f"min {self.min} is more than max {self.max}", "swap them")
        waves = sum(abs(season.amplitude) for season in self.season)
        if not abs(self.base) + waves + 64.0 * self.noise + abs(self.trend) * 2.0**63 < 2.0**1000:
            raise column.wrong("base", "values would not fit 64-bit floats", "take smaller numbers")
        if self.persistence and not self.noise:
            raise column.wrong("persistence", "there is no noise that could persist", "give noise, such as noise: 1")
        unit = self._unit(column)
        turns = tuple(self._turns(column, index, season, unit) for index, season in enumerate(self.season))
        start = (_MONDAY if self.start is None else since_1970(self.start)) // unit if self.of is not None else 0
        per_trend = DAY / unit if self.of is not None else 1.0
        return _Prepared(turns, per_trend, start, Rounding.of(column, self.digits, self.min, self.max))

    def _unit(self, column: Column) -> int:
        """Nanoseconds of the unit that time is counted in; 1 where it is counted in rows."""
        if self.of is None:
            if self.start is not None:
                raise column.wrong("start", "time is counted in rows here", "name a date or timestamp by 'of'")
            return 1
        unit = unit_of(column.source(self.of).type)
        if unit is None:
            kind = column.source(self.of).type
            raise column.wrong("of", f"{self.of!r} is {kind}, no date or time", "name a date or timestamp field")
        if self.trend and self.start is None:
            raise column.wrong("trend", "it is not known from when on", "give start: the moment of the base value")
        return unit

    def _turns(self, column: Column, index: int, season: Season, unit: int) -> Callable[[Counts], Floats]:
        """Periods since the start, as a function of the units since it; whole turns are dropped by integers."""
        if isinstance(season.period, str) != (self.of is not None):
            problem, remedy = ("a span needs a moment", "name a date or timestamp by 'of', or give a number of rows")
            if self.of is not None:
                problem, remedy = ("with 'of' it is a span of time", "such as 1d, 7d or 365d")
            raise column.wrong(f"season.{index}.period", problem, remedy)
        if isinstance(season.period, str):
            share = Fraction(unit, nanoseconds(season.period))
        else:
            share = 1 / Fraction(str(season.period))
        over, under = share.numerator, share.denominator
        phase = season.phase
        if over * under >= 1 << 62:  # too fine for integers: floats do
            ratio = over / under
            return lambda units: units.astype(np.float64) * ratio + phase
        many, turn = np.int64(over), np.int64(under)
        return lambda units: (units % turn * many % turn).astype(np.float64) / float(under) + phase

    def generate(self, cells: Cells) -> pa.Array:
        found: _Prepared = cells.prepared
        source = None if self.of is None else cells.source(self.of)
        units = cells.rows.view(np.int64) if source is None else counted(source) - np.int64(found.start)
        values = units.astype(np.float64)
        values *= self.trend / found.per_trend
        values += self.base
        for turns, season in zip(found.turns, self.season, strict=True):
            values += season.amplitude * sine_of_turns(turns(units))
        values = self._disturbed(cells, values)
        if self.min is not None or self.max is not None:
            np.clip(values, self.min, self.max, out=values)
        there = None if source is None else validity(source)
        array = pa.array(found.rounding.apply(values))
        return array if there is None else with_nulls(array, there)

    def _disturbed(self, cells: Cells, values: Floats) -> Floats:
        """With noise and outliers."""
        if self.noise and self.persistence:
            values += Persistent(self.persistence).at(cells.rows, cells.draw("noise")) * self.noise
        elif self.noise:
            values += normals(cells.draw("noise"), cells.rows, self.noise)
        if self.outliers is not None:
            hit = cells.unit("outlier") < self.outliers.share
            up = cells.bits("direction") < _RISING
            values += np.where(hit, np.where(up, self.outliers.size, -self.outliers.size), 0.0)
        return values
