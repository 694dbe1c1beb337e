"""A person: the sex and the birthday that all fields of a group about one person agree on.

Every function takes a column or cells of a group; a field that is in none is a group of its own. Draws are ``sex`` and
``birth``, both shared, so whoever asks here gets the same person.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from generator.cells import Cells, Mask
from generator.column import Column

EPOCH = dt.date(1970, 1, 1).toordinal()
YOUNGEST, OLDEST = 18, 80
"""Years of age at the reference date where no field of the group says otherwise."""
_BORN = (dt.date(1945, 1, 1).toordinal() - EPOCH, dt.date(2007, 12, 31).toordinal() - EPOCH)
"""First and last birthday where there is no reference date either."""


@runtime_checkable
class Born(Protocol):
    """A field that can bound the birthdays of its group: first and last in days since 1970-01-01, None where it does
    not."""

    def birthdays(self, column: Column) -> tuple[int, int] | None: ...


def share_of_women(column: Column) -> float:
    """The share of women in the column's group, 0 to 1: 1 or 0 where a field asks for one sex, else the option
    ``women`` of its sex field, else a half.

    SchemaError where two fields of the group ask for different sexes.
    """
    asked = {mate.name: sex for mate in column.mates if (sex := getattr(mate.field, "sex", "any")) != "any"}
    if len(set(asked.values())) > 1:
        shown = " and ".join(f"{name!r} is {sex}" for name, sex in asked.items())
        raise column.wrong("group", f"its fields ask for different sexes: {shown}", "give them one, or two groups")
    if asked:
        return 1.0 if "female" in asked.values() else 0.0
    shares = [float(mate.field.women) for mate in column.mates if hasattr(mate.field, "women")]
    if len(set(shares)) > 1:
        raise column.wrong("women", f"the fields of its group have different shares: {shares}", "give one share")
    return shares[0] if shares else 0.5


def women(cells: Cells) -> Mask:
    """Which rows are women: one flag a cell, by the shared draw ``sex``."""
    share = share_of_women(cells.column)
    if share in (0.0, 1.0):
        return np.full(len(cells), share == 1.0)
    return np.asarray(cells.bits(cells.shared("sex")) < np.uint64(int(share * 2.0**64)))


def first_birthday(column: Column) -> int:
    """The earliest birthday in the column's group, in days since 1970-01-01."""
    return _birthdays(column)[0]


def last_birthday(column: Column) -> int:
    """The latest birthday in the column's group, in days since 1970-01-01."""
    return _birthdays(column)[1]


def birth_days(cells: Cells) -> npt.NDArray[np.int64]:
    """Each row's birthday in days since 1970-01-01, by the shared draw ``birth``; every day is as likely."""
    first, last = _birthdays(cells.column)
    return cells.below(last - first + 1, start=first, draw=cells.shared("birth"))


def minors(cells: Cells) -> Mask:
    """Which rows are not yet 18 years old at the reference date; none where there is no such date."""
    today = cells.column.reference_date
    if today is None or last_birthday(cells.column) <= _years_before(today, YOUNGEST):
        return np.zeros(len(cells), dtype=np.bool_)
    return np.asarray(birth_days(cells) > _years_before(today, YOUNGEST))


def aged(column: Column, youngest: int, oldest: int) -> tuple[int, int]:
    """First and last birthday of those who are ``youngest`` to ``oldest`` years old at the reference date.

    SchemaError without a reference date.
    """
    today = column.reference_date
    if today is None:
        raise column.wrong("", "an age is counted at the reference date, and there is none", "add $.reference_date")
    return _years_before(today, oldest + 1) + 1, _years_before(today, youngest)


def _birthdays(column: Column) -> tuple[int, int]:
    """What the fields of the group allow, all of them; else the usual ages, else people of 1945 to 2007."""
    bounds = [mate.field.birthdays(mate) for mate in column.mates if isinstance(mate.field, Born)]
    stated = [bound for bound in bounds if bound is not None]
    if not stated:
        return aged(column, YOUNGEST, OLDEST) if column.reference_date else _BORN
    first, last = max(low for low, _ in stated), min(high for _, high in stated)
    if first > last:
        raise column.wrong("group", "its fields bound the birthday so that no day is left", "widen one of them")
    return first, last


def _years_before(day: dt.date, years: int) -> int:
    """The same day so many years earlier, in days since 1970-01-01; 29 February is 28 February in other years."""
    year = max(day.year - years, 1)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    number = 28 if (day.month, day.day) == (2, 29) and not leap else day.day
    return dt.date(year, day.month, number).toordinal() - EPOCH
