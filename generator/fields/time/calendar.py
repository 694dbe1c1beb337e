"""Parts of the calendar: years, months and weekdays, as numbers or by their names in the locale's language (CLDR)."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.column import Column
from generator.distributions import AnyDistribution, DistributionError, Grid, Uniform
from generator.field import WORDS, Field, TextField, field_type
from generator.fields.time.beside import Units
from generator.fields.time.moment import Between
from generator.fields.words import chosen
from generator.vocabulary import VocabularyError
from generator.vocabulary.cldr import Width, days, months
from generator.vocabulary.locales import check_locale


@field_type("year")
class Year(Field):
    """A calendar year from min to max, both included: from 1970 to that of the reference date by default."""

    min: int = Option(default=1970, ge=1, le=9999, description="Earliest year.")
    max: int | None = Option(default=None, ge=1, le=9999, description="Latest year; the reference date's by default.")
    distribution: AnyDistribution = Uniform()

    examples = ({}, {"min": 1990, "max": 2025, "distribution": {"triangular": {"mode": 2020}}})

    def prepare(self, column: Column) -> Between:
        last = self.max
        if last is None:
            if column.reference_date is None:
                problem = "it is the reference date's year where it is left out, and there is no reference date"
                raise column.wrong("max", problem, "give it, or add $.reference_date")
            last = column.reference_date.year
        if self.min > last:
            raise column.wrong("min", f"min {self.min} is later than {last}", "give a max, or an earlier min")
        count = last - self.min + 1
        try:
            sample = self.distribution.on_grid(Grid(Fraction(self.min), Fraction(1), count))
        except DistributionError as error:
            raise column.wrong("distribution", str(error), error.remedy) from None
        return Between(self.min, count, 1, sample)

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    @property
    def uneven(self) -> str | None:
        return None if self.distribution.name == "uniform" else "distribution"

    def generate(self, cells: Cells) -> pa.Array:
        found: Between = cells.prepared
        return pa.array(found.units(cells)[0])

    def cardinality(self, column: Column) -> int:
        found: Between = column.prepared
        return found.count

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return pa.array(ranks.view(np.int64) + np.int64(cells.prepared.start))

    def text_width(self, column: Column) -> int:
        return 4


class _Named(TextField):
    """One of a few parts of the calendar, each as likely: its number from 1, or its name in the locale's language."""

    format: Literal["name", "short", "number"] = Option(
        default="name",
        description="Its name, its name in short, or its number.",
    )

    localized = True
    count: ClassVar[int]

    def _names(self, locale: str, width: Width) -> list[str]:
        """The names in order, of the CLDR width ``wide`` or ``abbreviated``."""
        raise NotImplementedError

    def prepare(self, column: Column) -> pa.Array | None:
        """The names; None where it is a number."""
        if self.format == "number":
            if self.dressed:
                option = next(name for name in ("max_length", "case", "prefix", "suffix") if getattr(self, name))
                raise column.wrong(option, "a number has no text options", "drop it, or take format: name")
            return None
        try:
            check_locale(column.locale)
        except VocabularyError as error:
            raise column.wrong("locale", error.problem, error.remedy) from None
        names = self._names(column.locale, "wide" if self.format == "name" else "abbreviated")
        longest = max(map(len, names))
        if self.room is not None and longest > self.room:
            raise column.wrong(
                "max_length", f"names have up to {longest} characters", "raise it, or take format: short"
            )
        return pa.array(names, pa.string())

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64() if self.format == "number" else WORDS

    def dictionary(self, column: Column) -> pa.Array | None:
        names: pa.Array | None = column.prepared
        return names

    def generate(self, cells: Cells) -> pa.Array:
        return self._array(cells, cells.below(self.count))

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self._array(cells, ranks.view(np.int64))

    def _array(self, cells: Cells, units: Units) -> pa.Array:
        if cells.prepared is None:
            return pa.array(units + np.int64(1))
        return chosen(units.astype(np.int32), cells.prepared)

    def cardinality(self, column: Column) -> int:
        return self.count

    def text_width(self, column: Column) -> int:
        return {"name": 7, "short": 4, "number": 1}[self.format]


@field_type(
    "month", "month_name", presets={"month_number": {"format": "number"}, "month_abbreviation": {"format": "short"}}
)
class Month(_Named):
    """A month of the year, by its name in the locale's language (CLDR), or its number from 1 to 12."""

    examples = ({}, {"format": "short", "locale": "de_DE"}, {"format": "number"})
    count = 12

    def _names(self, locale: str, width: Width) -> list[str]:
        return months(locale, width)


@field_type(
    "weekday",
    "day_of_week",
    "weekday_name",
    "day_name",
    presets={"weekday_number": {"format": "number"}, "weekday_abbreviation": {"format": "short"}},
)
class Weekday(_Named):
    """A day of the week, by its name in the locale's language (CLDR), or its number: 1 is Monday (ISO 8601)."""

    examples = ({}, {"format": "short", "locale": "fr_FR"}, {"format": "number"})
    count = 7

    def _names(self, locale: str, width: Width) -> list[str]:
        return days(locale, width)
