"""Vehicle identification numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.words import chosen
from generator.subjects.vehicle import model_rows, model_years, models, years

_ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
"""ISO 3779: no I, O or Q."""
_VALUES = dict(zip(_ALPHABET, [*range(10), *range(1, 9), 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9], strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
"""What letters count, and the weights of the 17 places (49 CFR 565.15)."""
_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
"""Model years from 1980 on, again from 2010 on."""
_FIRST, _LAST = 1980, 2039

_DESCRIBED = len(_ALPHABET) ** 3
_SIZES = (_DESCRIBED, len(_ALPHABET), len(_ALPHABET), 1_000_000)
"""How many descriptions in places 4 to 6, letters in place 8, plants in place 11, serial numbers in places 12 to 17."""

_Whole = npt.NDArray[np.int64]


def _sums(texts: list[str], place: int) -> _Whole:
    """What each text adds to the check sum where it begins at a place, counted from 0."""
    return np.array([sum(_VALUES[c] * _WEIGHTS[place + i] for i, c in enumerate(text)) for text in texts])


@dataclass(frozen=True)
class _Part:
    """A part of a number: its texts, and what each adds to the check sum."""

    texts: pa.Array
    sums: _Whole

    @classmethod
    def of(cls, texts: list[str], place: int) -> _Part:
        return cls(pa.array(texts, pa.string()), _sums(texts, place))


@dataclass(frozen=True)
class _Parts:
    makers: _Part
    first_maker: npt.NDArray[np.int64]
    """For each make: where its identifiers begin among all, and how many there are in the next."""
    count: npt.NDArray[np.uint64]
    described: _Part
    seventh: _Part
    eighth: _Part
    year: _Part
    plant: _Part
    thousands: _Whole
    ones: _Whole


@field_type("vin", "car_vin", "vehicle_identification_number")
class Vin(TextField):
    """A vehicle identification number of 17 characters with a valid check digit (ISO 3779, 49 CFR 565).

    Its manufacturer is one of the make's and its year code that of the model year, both the group's in a group; unique
    numbers differ in what follows the manufacturer. Domain: 33**5 * 10**6.
    """

    groups = True
    unique_by_number = True
    examples = ({}, {"unique": True})

    def prepare(self, column: Column) -> _Parts:
        if self.room is not None and self.room < 17:
            raise column.wrong("max_length", "a vehicle identification number has 17 characters", "raise it")
        first, last = model_years(column)
        if first < _FIRST or last > _LAST:
            problem = f"there are numbers of model years {_FIRST} to {_LAST} only, but the years are {first} to {last}"
            raise column.wrong("group", problem, "narrow the vehicle_year of its group")
        return _parts()

    def generate(self, cells: Cells) -> pa.Array:
        digits = [cells.below(size, draw=f"part {number}") for number, size in enumerate(_SIZES)]
        return self._laid(cells, digits)

    def cardinality(self, column: Column) -> int:
        return _SIZES[0] * _SIZES[1] * _SIZES[2] * _SIZES[3]

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        digits, rest = [], ranks
        for size in _SIZES:
            rest, digit = np.divmod(rest, np.uint64(size))
            digits.append(digit.astype(np.int64))
        return self._laid(cells, digits)

    def _laid(self, cells: Cells, digits: list[_Whole]) -> pa.StringArray:
        parts: _Parts = cells.prepared
        described, eighth, plant, serial = digits
        model = model_rows(cells)
        year = years(cells, model) - _FIRST
        maker = self._maker(cells, parts, model)
        letter = cells.below(23, start=10, draw="seventh")  # a letter from 2010 on, a digit before (49 CFR 565.15(d))
        seventh = np.where(year >= 30, letter, letter % 10)
        year %= 30
        thousands = serial // 1000
        total = parts.makers.sums[maker] + parts.described.sums[described] + parts.seventh.sums[seventh]
        total += parts.eighth.sums[eighth] + parts.year.sums[year] + parts.plant.sums[plant]
        total += parts.thousands[thousands] + parts.ones[serial - thousands * 1000]
        pieces = [
            (maker, parts.makers.texts),
            (described, parts.described.texts),
            (seventh, parts.seventh.texts),
            (eighth, parts.eighth.texts),
            (total % 11, _CHECKS),
            (year, parts.year.texts),
            (plant, parts.plant.texts),
        ]
        laid = [chosen(index.astype(np.int32), texts) for index, texts in pieces]
        return kernels.concat([*laid, (serial, 6, True)], len(cells))

    def _maker(self, cells: Cells, parts: _Parts, model: npt.NDArray[np.int32]) -> _Whole:
        """Each row's manufacturer: one of those of its make."""
        make = models().make_of[model]
        draw = cells.draw("maker")
        which = kernels.below_each(cells.rows, draw.gamma, draw.kappa, parts.count[make])
        return parts.first_maker[make] + which.astype(np.int64)

    def text_width(self, column: Column) -> int:
        return 17


_CHECKS = pa.array(list("0123456789X"), pa.string())


@cache
def _parts() -> _Parts:
    """The parts of all numbers."""
    known = models()
    codes = [list(known.codes[make]) for make in known.makes]
    count = np.array([len(each) for each in codes])
    letters = list(_ALPHABET)
    return _Parts(
        _Part.of([code for each in codes for code in each], 0),
        np.cumsum(count) - count,
        count.astype(np.uint64),
        _Part.of([a + b + c for a in letters for b in letters for c in letters], 3),
        _Part.of(letters, 6),
        _Part.of(letters, 7),
        _Part.of([_YEARS[year % 30] for year in range(30)], 9),
        _Part.of(letters, 10),
        _sums([f"{number:03d}" for number in range(1000)], 11),
        _sums([f"{number:03d}" for number in range(1000)], 14),
    )
