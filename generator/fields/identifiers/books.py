"""Book numbers: ISBN-10 and ISBN-13 (ISO 2108)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import Field as Option

from generator import codes
from generator.codes import Matrix, Whole, digits, joined, modulo
from generator.column import Column
from generator.field import field_type
from generator.fields.identifiers.articles import gs1
from generator.fields.numbered import NumberedField
from generator.registers.numbering import Numbering, Numbers, places

_PUBLISHERS = (
    *((0, 0, 19, 2), (0, 200, 227, 3), (0, 370, 638, 3), (0, 7000, 8499, 4), (0, 85000, 89999, 5)),
    *((1, 100, 397, 3), (1, 4000, 5499, 4), (1, 55000, 64999, 5), (1, 869800, 915999, 6)),
    *((2, 0, 19, 2), (2, 200, 349, 3), (2, 7000, 8399, 4), (2, 84000, 89999, 5)),
    *((3, 4, 19, 2), (3, 200, 389, 3), (3, 7000, 8499, 4), (3, 85000, 89999, 5), (3, 900000, 949999, 6)),
    *((4, 0, 19, 2), (4, 200, 699, 3), (4, 7000, 8499, 4), (4, 85000, 89999, 5)),
)
"""Group, first and last publisher, digits of a publisher: parts of the ranges of the International ISBN Agency (2025),
in the groups 0 and 1 (English), 2 (French), 3 (German) and 4 (Japanese)."""


def _spans() -> tuple[Whole, Whole, Whole]:
    """Where each range starts among all books laid end to end, its first nine digits, its publisher's width."""
    starts, firsts, widths, end = [], [], [], 0
    for group, low, high, width in _PUBLISHERS:
        titles = 10 ** (8 - width)
        starts.append(end)
        firsts.append(group * 10**8 + low * titles)
        widths.append(width)
        end += (high - low + 1) * titles
    return np.array([*starts, end]), np.array(firsts), np.array(widths)


_STARTS, _FIRSTS, _WIDTHS = _spans()
BOOKS = int(_STARTS[-1])


def isbn10_check(nine: Matrix) -> Matrix:
    """Nine digits and the check digit modulo 11, X for 10."""
    check = modulo(-codes.weighted(nine, range(10, 1, -1)), 11)
    return joined(nine, places("0123456789X")[check])


def isbn13_check(nine: Matrix) -> Matrix:
    """978, nine digits and the check digit of an EAN-13."""
    return gs1(joined(codes.fixed("978", len(nine)), nine))


def _books(finish: Callable[[Matrix], Matrix], front: int, hyphens: bool) -> Numbering:
    def spell(numbers: Numbers) -> Matrix:
        which = np.searchsorted(_STARTS, numbers[0], side="right") - 1
        code = finish(digits(_FIRSTS[which] + numbers[0] - _STARTS[which], 9))
        return _hyphened(code, _WIDTHS[which], front) if hyphens else code

    return Numbering((BOOKS,), spell)


def _hyphened(code: Matrix, widths: Whole, front: int) -> Matrix:
    """Hyphens between prefix, group, publisher, title and check digit; the first two and the last stand fixed."""
    head = codes.spaced(code[:, : front + 1], "###-#-" if front else "#-")
    found = codes.empty(len(code), 9)
    hyphen = np.uint8(codes.SIGNS.index("-"))
    for place in range(9):
        before = code[:, front + 1 + min(place, 7)]
        after = code[:, front + place] if place else before
        found[:, place] = np.where(widths > place, before, np.where(widths == place, hyphen, after))
    tail = codes.spaced(code[:, front + 9 :], "-#")
    return joined(head, found, tail)


class _Isbn(NumberedField):
    """A book's number."""

    hyphens: bool = Option(default=True, description="Hyphens between group, publisher, title and check digit.")


@field_type("isbn13", "isbn", "isbn_13")
class Isbn13(_Isbn):
    """An ISBN of 13 digits (ISO 2108) of an English, French, German or Japanese publisher; the last digit checks."""

    examples = ({}, {"hyphens": False, "unique": True})

    def numbering(self, column: Column) -> Numbering:
        return _books(isbn13_check, 3, self.hyphens)


@field_type("isbn10", "isbn_10")
class Isbn10(_Isbn):
    """An ISBN of 10 digits, as it was until 2006; the last one checks and can be X."""

    examples = ({}, {"hyphens": False, "unique": True})

    def numbering(self, column: Column) -> Numbering:
        return _books(isbn10_check, 0, self.hyphens)
