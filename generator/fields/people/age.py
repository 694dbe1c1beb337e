"""How old people are: birthdays, and ages in years at the document's reference date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import Field, field_type
from generator.subjects.person import EPOCH, OLDEST, YOUNGEST, aged, birth_days, first_birthday, last_birthday

_MOST = 120


@cache
def _ages(first: int, last: int, today: dt.date) -> npt.NDArray[np.int64]:
    """The whole years from each birthday, first to last in days since 1970, to ``today``."""
    born = [dt.date.fromordinal(EPOCH + day) for day in range(first, last + 1)]
    return np.array([today.year - day.year - ((today.month, today.day) < (day.month, day.day)) for day in born])


@dataclass(frozen=True)
class _Birthdays:
    first: int
    ages: npt.NDArray[np.int64]
    """The age of each birthday from ``first`` on."""


@field_type("age", "age_in_years")
class Age(Field):
    """A person's age in whole years at the document's reference date; every birthday is as likely."""

    min: int | None = Option(default=None, ge=0, le=_MOST, description="Youngest, in years; default 18.")
    max: int | None = Option(default=None, ge=0, le=_MOST, description="Oldest, in years; default 80.")

    groups = True
    examples = ({}, {"min": 0, "max": 17})

    def birthdays(self, column: Column) -> tuple[int, int] | None:
        """First and last birthday it allows in its group, in days since 1970-01-01."""
        return _allowed(column, self.min, self.max, "min", "max")

    def prepare(self, column: Column) -> _Birthdays:
        first, last = first_birthday(column), last_birthday(column)
        today = column.reference_date
        if today is None or today.toordinal() - EPOCH < last:
            problem = "there is no reference date" if today is None else "birthdays are after the reference date"
            raise column.wrong("", f"an age is counted at the reference date, and {problem}", "set $.reference_date")
        return _Birthdays(first, _ages(first, last, today).astype(np.int64))

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        found: _Birthdays = cells.prepared
        return pa.array(found.ages[birth_days(cells) - np.int64(found.first)])

    def cardinality(self, column: Column) -> int:
        found: _Birthdays = column.prepared
        return int(found.ages.max() - found.ages.min()) + 1

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        found: _Birthdays = cells.prepared
        return pa.array(ranks.astype(np.int64) + found.ages.min())

    def text_width(self, column: Column) -> int:
        return 2


@field_type("birth_date", "date_of_birth", "birthdate", "dob", "birthday")
class BirthDate(Field):
    """The day a person was born: between two dates, or at an age of so many years at the document's reference date.

    By default those of 18 to 80 years, or born from 1945 to 2007 where the document has no reference date.
    """

    min: dt.date | None = Option(default=None, description="Earliest birthday.")
    max: dt.date | None = Option(default=None, description="Latest birthday.")
    min_age: int | None = Option(default=None, ge=0, le=_MOST, description="Youngest, in years.")
    max_age: int | None = Option(default=None, ge=0, le=_MOST, description="Oldest, in years.")

    groups = True
    examples = ({}, {"min_age": 18, "max_age": 30}, {"min": "1990-01-01", "max": "1992-12-31", "unique": True})

    def birthdays(self, column: Column) -> tuple[int, int] | None:
        """First and last birthday it allows in its group, in days since 1970-01-01."""
        if self.min is None and self.max is None:
            return _allowed(column, self.min_age, self.max_age, "min_age", "max_age")
        if self.min is None or self.max is None:
            missing = "min" if self.min is None else "max"
            raise column.wrong(missing, "is missing", "give min and max, or min_age and max_age")
        if self.min_age is not None or self.max_age is not None:
            option = "min_age" if self.min_age is not None else "max_age"
            raise column.wrong(option, "dates and ages do not go together", "give min and max, or min_age and max_age")
        if self.min > self.max:
            raise column.wrong("min", "min is later than max", "swap them")
        return self.min.toordinal() - EPOCH, self.max.toordinal() - EPOCH

    def prepare(self, column: Column) -> tuple[int, int]:
        return first_birthday(column), last_birthday(column)

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.date32()

    def generate(self, cells: Cells) -> pa.Array:
        return _dates(birth_days(cells))

    def extremes(self, column: Column) -> tuple[int, int]:
        """The earliest and the latest day in nanoseconds since 1970."""
        first, last = column.prepared
        return first * 86_400_000_000_000, last * 86_400_000_000_000

    def cardinality(self, column: Column) -> int:
        first, last = column.prepared
        return int(last - first + 1)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return _dates(ranks.astype(np.int64) + np.int64(cells.prepared[0]))


def _allowed(column: Column, least: int | None, most: int | None, low: str, high: str) -> tuple[int, int] | None:
    """The birthdays of people of these ages; None where neither is given."""
    if least is None and most is None:
        return None
    youngest = YOUNGEST if least is None else least
    oldest = max(OLDEST, youngest) if most is None else most
    if least is None:
        youngest = min(youngest, oldest)
    if youngest > oldest:
        raise column.wrong(low, f"{low} is more than {high}", "swap them")
    return aged(column, youngest, oldest)


def _dates(days: npt.NDArray[np.int64]) -> pa.Array:
    values = np.ascontiguousarray(days.astype(np.int32))
    return pa.Array.from_buffers(pa.date32(), len(values), [None, pa.py_buffer(values)])
