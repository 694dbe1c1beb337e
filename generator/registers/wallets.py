"""Addresses of Bitcoin: Bech32 of witness programs (BIP 173, 2017) and Base58Check (S. Nakamoto, 2009)."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from generator import kernels
from generator.codes import Matrix, digits, fixed, joined
from generator.registers.numbering import Numbering, Numbers

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _steps() -> npt.NDArray[np.uint32]:
    """What each value of the five bits that leave the remainder takes from it."""
    found = np.zeros(32, dtype=np.uint32)
    for top in range(32):
        for bit, term in enumerate(_GENERATOR):
            if top >> bit & 1:
                found[top] ^= np.uint32(term)
    return found


_STEPS = _steps()
_PERSON_READABLE = (3, 3, 0, 2, 3)
"""``bc`` as the checksum reads it."""
_LOW = np.uint32((1 << 25) - 1)


def bech32_check(values: Matrix) -> Matrix:
    """The six values of the checksum behind these, (rows, 6)."""
    start, tables = _by_pairs(values.shape[1])
    rest = np.full(len(values), start, dtype=np.uint32)
    for number, table in enumerate(tables):
        first = values[:, 2 * number]
        last = 2 * number + 1 == values.shape[1]
        rest ^= table.take(first if last else first * np.uint16(32) + values[:, 2 * number + 1])
    return digits((rest ^ np.uint32(1)).astype(np.int64), 6, 32)


@cache
def _by_pairs(width: int) -> tuple[int, list[npt.NDArray[np.uint32]]]:
    """The remainder of zeros, and what each two values in a row change of it: they do so whatever the others are."""
    nothing = int(_remainder(np.zeros((1, width), dtype=np.uint8))[0])
    tables = []
    for place in range(0, width, 2):
        size = min(2, width - place)
        values = np.zeros((32**size, width), dtype=np.uint8)
        values[:, place : place + size] = digits(np.arange(32**size), size, 32)
        tables.append(_remainder(values) ^ np.uint32(nothing))
    return nothing, tables


def _remainder(values: Matrix) -> npt.NDArray[np.uint32]:
    rest = np.ones(len(values), dtype=np.uint32)
    columns = [*_PERSON_READABLE, *(values[:, place] for place in range(values.shape[1])), *[0] * 6]
    for column in columns:
        taken = _STEPS[rest >> np.uint32(25)]
        rest = ((rest & _LOW) << np.uint32(5)) ^ np.asarray(column, dtype=np.uint32) ^ taken
    return rest


def _bech32(numbers: Numbers) -> Matrix:
    """``bc1q``, 160 bits and the checksum; B and 1 stand behind the 32 letters."""
    parts = [digits(number, width, 32) for number, width in zip(numbers, (12, 12, 8), strict=True)]
    values = joined(fixed("q", len(parts[0]), BECH32), *parts)
    return joined(fixed("bc1", len(values), BECH32 + "b1"), values, bech32_check(values))


def _base58(version: int) -> Numbering:
    """A version byte, 20 bytes, and the first four of their double SHA-256, as one number to the base 58."""

    def spell(numbers: Numbers) -> Matrix:
        # the first byte is not 0, so that every address has 33 or 34 characters
        parts = [numbers[0] + (1 << 48), *numbers[1:]]
        payload = np.empty((len(parts[0]), 21), dtype=np.uint8)
        payload[:, 0] = version
        for part, (start, end) in zip(parts, ((1, 8), (8, 15), (15, 21)), strict=True):
            payload[:, start:end] = part.astype(">i8").view(np.uint8).reshape(-1, 8)[:, start - end :]
        check = kernels.digest_lines(kernels.digest_lines(payload, "sha256"), "sha256")[:, :4]
        return _in_base58(version, [*parts, np.ascontiguousarray(check).view(">u4")[:, 0].astype(np.int64)])

    return Numbering((255 << 48, 1 << 56, 1 << 48), spell, alphabet=BASE58 + "\0")


_PLACES = (136, 80, 32, 0)
"""Where the parts of an address begin among its 200 bits: 7, 7, 6 and 4 bytes."""
_FIVE = 58**5


def _in_base58(version: int, parts: Numbers) -> Matrix:
    """25 bytes as up to 34 digits, zeros in front left out, and a 1 in front where the first byte is 0.

    Five digits at a time: the halves of 28 bits of each part times those of their place's power of two, then carries.
    """
    rows = len(parts[0])
    totals = [np.full(rows, digit, dtype=np.int64) for digit in _fives(version << 192)]
    for part, place in zip(parts, _PLACES, strict=True):
        for half, start in ((part & ((1 << 28) - 1), place), (part >> 28, place + 28)):
            for total, digit in zip(totals, _fives(1 << start), strict=True):
                if digit:
                    total += half * digit
    groups, carried = [], np.zeros(rows, dtype=np.int64)
    for total in totals:
        total += carried
        carried = total // _FIVE
        groups.append(digits(total - carried * _FIVE, 5, 58))
    number = joined(*reversed(groups))[:, 1:]
    started = np.zeros(rows, dtype=np.bool_)
    for place in range(number.shape[1]):
        started |= number[:, place] > 0
        if started.all():
            break
        number[~started, place] = len(BASE58)
    leading = np.full(rows, len(BASE58) if version else 0, dtype=np.uint8)
    return joined(leading, number)


def _fives(number: int) -> list[int]:
    """Seven groups of five digits to the base 58, the last ones first."""
    return [number // _FIVE**group % _FIVE for group in range(7)]


ADDRESSES = {
    "bech32": Numbering((1 << 60, 1 << 60, 1 << 40), _bech32, alphabet=BECH32 + "b1"),
    "p2pkh": _base58(0),
    "p2sh": _base58(5),
}
