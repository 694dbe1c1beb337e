"""Codes of fixed length with check digits: digits as matrices, the sums that check them, and their text.

A code is a uint8 matrix of shape (rows, width) of positions in an alphabet, the first character first; in the alphabets
here a digit's position is its value. Matrices lie in memory column by column, so that each place of a code is one run
of bytes and every step below goes over whole columns. All sums are of whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels

Matrix = npt.NDArray[np.uint8]
Whole = npt.NDArray[np.int64]

DIGITS = "0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHANUMERIC = DIGITS + UPPER
HEX = "0123456789abcdef"
SIGNS = ALPHANUMERIC + " -./+\0"
"""Letters, digits and what stands between them; NUL is a place left empty, which the text leaves out."""
EMPTY = len(SIGNS) - 1

_LUHN = np.array([2 * digit - 9 * (digit > 4) for digit in range(10)], dtype=np.uint8)


def digits(values: npt.NDArray[np.int64] | npt.NDArray[np.uint64], width: int, base: int = 10) -> Matrix:
    """The last ``width`` digits of non-negative numbers, (rows, width); base up to 256."""
    found = empty(len(values), width)
    group = 1
    while base ** (group + 1) <= 1 << 32:
        group += 1
    rest = values.astype(np.uint64, copy=False)
    for end in range(width, 0, -group):
        first = max(end - group, 0)
        small = rest
        if first:  # 32-bit numbers divide several times faster
            rest = rest // np.uint64(base**group)
            small = small - rest * np.uint64(base**group)
        elif width > group or base**group <= 1 << 32:
            small = small - small // np.uint64(base**group) * np.uint64(base**group)
        _small_digits(small.astype(np.uint32), found[:, first:end], base)
    return found


def _small_digits(rest: npt.NDArray[np.uint32], found: Matrix, base: int) -> None:
    for place in range(found.shape[1] - 1, -1, -1):
        above = rest // np.uint32(base)
        np.subtract(rest, above * np.uint32(base), out=found[:, place], casting="unsafe")
        rest = above


def modulo(values: npt.NDArray[np.signedinteger[Any]], modulus: int) -> Whole:
    """``values % modulus``: numpy divides whole columns ten times faster than it finds their remainders."""
    return (values - values // modulus * modulus).astype(np.int64, copy=False)


def empty(rows: int, width: int) -> Matrix:
    """A matrix to fill, column by column in memory."""
    return np.empty((rows, width), dtype=np.uint8, order="F")


def fixed(text: str, rows: int, alphabet: str = DIGITS) -> Matrix:
    """The same characters in every row, as positions in the alphabet."""
    found = empty(rows, len(text))
    found[:] = np.array([alphabet.index(char) for char in text], dtype=np.uint8)
    return found


def joined(*parts: Matrix | npt.NDArray[np.uint8]) -> Matrix:
    """Matrices and single columns (one-dimensional) side by side."""
    found = empty(len(parts[0]), sum(1 if part.ndim == 1 else part.shape[1] for part in parts))
    start = 0
    for part in parts:
        end = start + (1 if part.ndim == 1 else part.shape[1])
        found[:, start:end] = part[:, None] if part.ndim == 1 else part
        start = end
    return found


def spaced(matrix: Matrix, layout: str) -> Matrix:
    """The columns at each ``#`` of the layout, its other characters between them; positions in SIGNS."""
    found = empty(len(matrix), len(layout))
    column = 0
    for place, char in enumerate(layout):
        found[:, place] = matrix[:, column] if char == "#" else SIGNS.index(char)
        column += char == "#"
    return found


def text(matrix: Matrix, alphabet: str = DIGITS) -> pa.StringArray:
    """Each row as text; the alphabet is of ASCII characters, and NUL in it is left out."""
    return kernels.letters(np.asfortranarray(matrix, dtype=np.uint8), alphabet.encode("ascii"))


def weighted(matrix: Matrix, weights: Sequence[int]) -> Whole:
    """The sum of each row's digits times their weights."""
    total = np.zeros(len(matrix), dtype=np.int32)
    for place, weight in enumerate(weights):
        if weight:
            total += matrix[:, place] * np.int32(weight)
    return total.astype(np.int64)


def luhn(matrix: Matrix) -> npt.NDArray[np.uint8]:
    """The check digit that a row of decimal digits takes at its end (ISO/IEC 7812-1, annex B; H. P. Luhn, 1960)."""
    total = np.zeros(len(matrix), dtype=np.uint16)
    for steps, place in enumerate(range(matrix.shape[1] - 1, -1, -1)):
        total += _LUHN[matrix[:, place]] if steps % 2 == 0 else matrix[:, place]
    return modulo(-total.astype(np.int32), 10).astype(np.uint8)


def luhn_of(values: Whole) -> Whole:
    """The check digit of Luhn that non-negative whole numbers take at their end."""
    table = _luhn_sums()
    rest, total = values, np.zeros(len(values), dtype=np.int32)
    for _ in range(5):
        above = rest // 10_000
        total += table[rest - above * 10_000]
        rest = above
    return modulo(-total, 10)


@cache
def _luhn_sums() -> npt.NDArray[np.int32]:
    """Luhn's sum of four digits, of which the last is doubled."""
    four = digits(np.arange(10_000), 4)
    doubled = _LUHN[four[:, 3]].astype(np.int32) + _LUHN[four[:, 1]]
    return np.asarray(doubled + four[:, 2] + four[:, 0], dtype=np.int32)


def remainder(matrix: Matrix, modulus: int, alphabet: str = DIGITS) -> Whole:
    """The rows read as one long number, modulo ``modulus`` (up to 2**31); letters of the alphabet count 10, 11 ..."""
    found = np.zeros(len(matrix), dtype=np.int64)
    most = 0
    for place in range(matrix.shape[1]):
        digit = matrix[:, place]
        two = len(alphabet) > 10 and bool((digit > 9).any())
        if most * 100 + 99 >= 1 << 62:
            found = modulo(found, modulus)
            most = modulus - 1
        found *= np.where(digit > 9, np.int64(100), np.int64(10)) if two else 10
        found += digit
        most = most * (100 if two else 10) + (99 if two else 9)
    return modulo(found, modulus)


def mod97(matrix: Matrix, alphabet: str = ALPHANUMERIC) -> Matrix:
    """The two check digits that rows take at their end (ISO 7064 MOD 97-10), as IBAN and LEI do: (rows, 2)."""
    rest = modulo(remainder(matrix, 97, alphabet) * 100, 97)
    return digits(98 - rest, 2)


_TURN = "0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210"
_SHUFFLE = "0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258"
_INVERSE = np.array([0, 4, 3, 2, 1, 5, 6, 7, 8, 9], dtype=np.uint8)


def verhoeff(matrix: Matrix) -> npt.NDArray[np.uint8]:
    """The check digit by the dihedral group of order 10 that rows of digits take at their end (J. Verhoeff, 1969)."""
    turn = np.array([[int(digit) for digit in line] for line in _TURN.split()], dtype=np.uint8).ravel()
    shuffle = np.array([[int(digit) for digit in line] for line in _SHUFFLE.split()], dtype=np.uint8)
    found = np.zeros(len(matrix), dtype=np.uint8)
    for steps, place in enumerate(range(matrix.shape[1] - 1, -1, -1), 1):
        found = turn[found * np.uint8(10) + shuffle[steps % 8][matrix[:, place]]]
    return _INVERSE[found]
