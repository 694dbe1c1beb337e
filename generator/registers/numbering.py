"""A numbering: the numbers that a code is made of, and how it is spelled; and what many numberings need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import codes, kernels
from generator.codes import ALPHANUMERIC, SIGNS, Matrix, Whole, empty

Numbers = Sequence[Whole]
Day = tuple[Whole, Whole, Whole]

LARGEST = 1 << 62
"""Codes up to this number are counted through for unique values."""
_ROWS = 1 << 14
"""Rows that are spelled at a time, so that the columns between stay in the processor's cache."""


@dataclass(frozen=True)
class Numbering:
    """``spell`` takes one array for each of ``sizes``, of numbers in [0, size), and gives positions in
    the alphabet.

    Different numbers give different codes. A ``personal`` one takes two arrays more: days of birth since 1970-01-01,
    and 1 for a woman, 0 for a man; some tell only the month or year of birth or nothing of it, or no sex.
    """

    sizes: tuple[int, ...]
    spell: Callable[[Numbers], Matrix]
    personal: bool = False
    tells: Literal["day", "month", "year", ""] = "day"
    tells_sex: bool = True
    alphabet: str = SIGNS
    write: Callable[[Numbers], pa.StringArray] | None = None
    """A faster way to the text of what ``spell`` gives, where there is one."""

    def text(self, numbers: Numbers) -> pa.StringArray:
        """The codes of these numbers."""
        if self.write is not None:
            return self.write(numbers)
        rows = len(numbers[0])
        if rows <= _ROWS:
            return codes.text(self.spell(numbers), self.alphabet)
        parts = [[number[start : start + _ROWS] for number in numbers] for start in range(0, rows, _ROWS)]
        return pa.concat_arrays([codes.text(self.spell(part), self.alphabet) for part in parts])

    @cached_property
    def width(self) -> int:
        """The most characters of a code."""
        one = [np.zeros(1, dtype=np.int64) for _ in range(len(self.sizes) + 2 * self.personal)]
        return int(self.spell(one).shape[1])

    @cached_property
    def counted(self) -> int:
        """How many of ``sizes``, from the first on, are counted through."""
        count = len(self.sizes)
        while count > 1 and prod(self.sizes[:count]) > LARGEST:
            count -= 1
        return count

    @property
    def size(self) -> int:
        """How many codes can be counted through; of a personal one those of one person."""
        return prod(self.sizes[: self.counted])


def split(ranks: npt.NDArray[np.uint64], sizes: Sequence[int]) -> list[Whole]:
    """The digits of ranks in a mixed radix, the first one the least significant."""
    found, rest = [], ranks.astype(np.int64)
    for size in sizes:
        above = rest // size
        found.append(rest - above * size)
        rest = above
    return found


def letters(alphabet: str, width: int, front: str = "") -> Numbering:
    """So many random characters of an alphabet behind others that are always the same."""
    most = 1
    while len(alphabet) ** (most + 1) <= LARGEST:
        most += 1
    widths = [min(most, width - start) for start in range(0, width, most)]
    signs = alphabet + "".join(sorted(set(front) - set(alphabet)))

    def spell(numbers: Numbers) -> Matrix:
        parts = [codes.digits(number, part, len(alphabet)) for number, part in zip(numbers, widths, strict=True)]
        return codes.joined(codes.fixed(front, len(numbers[0]), signs), *parts)

    template, sign = (front + alphabet[0] * width).encode("ascii"), alphabet.encode("ascii")

    def write(numbers: Numbers) -> pa.StringArray:
        groups, start = [], len(front)
        for number, part in zip(numbers, widths, strict=True):
            fractions = kernels.fractions(number.view(np.uint64), len(alphabet) ** part)
            groups.append((fractions, range(start, start + part), (sign,) * part))
            start += part
        return kernels.pattern(template, groups)

    return Numbering(tuple(len(alphabet) ** part for part in widths), spell, alphabet=signs, write=write)


def avoiding(digit: Whole, *bad: Whole) -> Whole:
    """The digit-th of 0, 1, 2 ... that is not among ``bad``, row by row: with one bad value 0..8 gives 0..9 without it.

    Sums modulo 11 leave a remainder of 10 for one digit in eleven, which no check digit can be: it is left out so.
    """
    if len(bad) == 1:
        return digit + (digit >= bad[0])
    low, high = np.minimum(*bad), np.maximum(*bad)
    found = digit + (digit >= low)
    return np.asarray(found + ((found >= high) & (high != low)))


def mod11(front: Matrix, last: Whole, weights: Sequence[int], sign: int = -1, never: int = 10) -> Matrix:
    """``front``, one digit more and a check digit: ``sign`` times the weighted sum of those before, modulo 11.

    The last of ``weights`` is that of the digit ``last``, 0 to 8, which avoids the one that checks as ``never``.
    """
    rest, weight = codes.weighted(front, weights[:-1]), weights[-1]
    last = avoiding(last, codes.modulo((sign * never - rest) * pow(weight, -1, 11), 11))
    check = codes.modulo(sign * (rest + weight * last), 11)
    return codes.joined(front, last.astype(np.uint8), check.astype(np.uint8))


def places(letters: str) -> Matrix:
    """The positions of these characters in ALPHANUMERIC, for look-ups."""
    return np.array([ALPHANUMERIC.index(letter) for letter in letters], dtype=np.uint8)


def words(listed: str) -> Matrix:
    """Words of one length, with spaces between, as positions in ALPHANUMERIC, (words, length), for look-ups by row."""
    split_up = listed.split()
    found = empty(len(split_up), len(split_up[0]))
    for row, word in enumerate(split_up):
        found[row] = places(word)
    return found


def of_words(table: Matrix, which: Whole) -> Matrix:
    """The words at these rows of a table, column by column in memory."""
    found = empty(len(which), table.shape[1])
    for place in range(table.shape[1]):
        found[:, place] = table[which, place]
    return found


def born(days: Whole) -> Day:
    """Year, month and day of days since 1970-01-01; years begin in March, as by the method of H. Hinnant (2013)."""
    shifted = days + 719_468
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 - 12 * (month >= 10)
    return year + 400 * era + (month <= 2), month, day
