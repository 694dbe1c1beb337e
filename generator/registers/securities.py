"""Numbers of securities and of those who issue them: ISIN (ISO 6166) with the country's own number inside, LEI."""

from __future__ import annotations

import numpy as np

from generator import codes
from generator.codes import ALPHANUMERIC, Matrix, digits, fixed, joined, modulo
from generator.registers.numbering import Numbering, Numbers, of_words, places, words

_WITHOUT_VOWELS = "0123456789BCDFGHJKLMNPQRSTVWXYZ"
_WITHOUT_IO = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _isin_sums() -> Matrix:
    """What a character adds to Luhn's sum, letters counting as the two digits of 10 to 35: (2, 36).

    In the first row the last digit of the character is doubled, in the second it is not.
    """
    doubled = [2 * digit - 9 * (digit > 4) for digit in range(10)]
    found = np.zeros((2, 36), dtype=np.uint8)
    for sign in range(36):
        tens, units = divmod(sign, 10)
        found[:, sign] = (doubled[units] + tens, units + doubled[tens])
    return found.ravel()


_SUMS = _isin_sums()


def isin_check(number: Matrix) -> Matrix:
    """The check digit of country and national number, one-dimensional."""
    total = np.zeros(len(number), dtype=np.int32)
    plain = np.zeros(len(number), dtype=np.uint8)
    for place in range(number.shape[1] - 1, -1, -1):
        sign = number[:, place]
        total += _SUMS[plain * np.uint8(36) + sign]
        plain ^= sign < 10
    return modulo(-total, 10).astype(np.uint8)


def _cusip(numbers: Numbers) -> Matrix:
    """Three digits, three letters or digits, 10 for shares, and the check digit of a CUSIP (ANSI X9.6)."""
    front, back = numbers
    body = joined(digits(front, 3), places(_WITHOUT_IO)[digits(back, 3, 34)], fixed("10", len(front)))
    total = np.zeros(len(body), dtype=np.int64)
    for place in range(8):
        value = body[:, place].astype(np.int64) * (1 + place % 2)
        total += value // 10 + modulo(value, 10)
    return joined(body, modulo(-total, 10).astype(np.uint8))


def _sedol(numbers: Numbers) -> Matrix:
    """Two zeros and a SEDOL: B, five digits or consonants, a check digit by the London Stock Exchange's weights."""
    body = joined(fixed("B", len(numbers[0]), ALPHANUMERIC), places(_WITHOUT_VOWELS)[digits(numbers[0], 5, 31)])
    check = modulo(-codes.weighted(body, (1, 3, 1, 7, 3, 9)), 10)
    return joined(fixed("00", len(body)), body, check.astype(np.uint8))


def _wkn(numbers: Numbers) -> Matrix:
    """Three zeros and a WKN of six digits or letters."""
    return joined(fixed("000", len(numbers[0])), places(_WITHOUT_IO)[digits(numbers[0], 6, 34)])


def _valor(numbers: Numbers) -> Matrix:
    return digits(numbers[0] + 10**5, 9)


_NATIONAL = {
    "CA": ((1000, 34**3), _cusip),
    "CH": ((10**9 - 10**5,), _valor),
    "DE": ((34**6,), _wkn),
    "GB": ((31**5,), _sedol),
    "LI": ((10**9 - 10**5,), _valor),
    "US": ((1000, 34**3), _cusip),
}
_OTHERS = (
    "AE AR AT AU BE BG BR CL CN CO CY CZ DK EE EG ES FI FR GR HK HR HU ID IE IL IN IS IT JP KR KY LT LU LV MT MX MY "
    "NL NO NZ PE PH PK PL PT RO RS RU SA SE SG SI SK TH TR TW UA VN ZA"
)


def _isin(country: str) -> Numbering:
    sizes, national = _NATIONAL.get(country, ((10**9,), lambda numbers: digits(numbers[0], 9)))

    def spell(numbers: Numbers) -> Matrix:
        number = joined(fixed(country, len(numbers[0]), ALPHANUMERIC), national(numbers))
        return joined(number, isin_check(number))

    return Numbering(sizes, spell)


ISINS = {country: _isin(country) for country in (*_NATIONAL, *_OTHERS.split())}

_ISSUERS = words("2138 2549 2594 3157 3358 3912 4851 5067 5299 5493 6354 6488 7437 7478 8156 8755 9598 9695 9845 9884")
"""Prefixes of local operating units that give out identifiers."""


def _lei(numbers: Numbers) -> Matrix:
    back, front, issuer = numbers
    number = joined(of_words(_ISSUERS, issuer), fixed("00", len(back)), digits(front, 4, 36), digits(back, 8, 36))
    return joined(number, codes.mod97(number))


LEI = Numbering((36**8, 36**4, len(_ISSUERS)), _lei)
