"""National identity and tax numbers of western Europe."""

from __future__ import annotations

import numpy as np

from generator import codes
from generator.codes import ALPHANUMERIC, Matrix, Whole, digits, joined, modulo, spaced
from generator.registers.nordic import day_month_year
from generator.registers.numbering import Numbering, Numbers, avoiding, born, mod11, of_words, places, words


def austrian(numbers: Numbers) -> Matrix:
    """LLLP DDMMYY (Sozialversicherungsnummer): P checks, modulo 11, and is never 10."""
    hundreds, tens, units, days, _ = numbers
    date = day_month_year(days)
    rest = 3 * (hundreds + 1) + 7 * tens + codes.weighted(date, (5, 8, 4, 2, 1, 6))
    # 10 where rest + 9 * units = 10
    units = avoiding(units, modulo((10 - rest) * 5, 11))
    check = modulo(rest + 9 * units, 11)
    number = (hundreds + 1) * 1000 + tens * 100 + units * 10 + check
    return spaced(joined(digits(number, 4), date), "#### ######")


def belgian(numbers: Numbers) -> Matrix:
    """YY.MM.DD-NNN.CC (rijksregisternummer): NNN is odd for men, CC checks modulo 97, a 2 in front from 2000 on."""
    serial, days, women = numbers
    serial = 1 + serial * 2 + women
    year, month, day = born(days)
    number = (modulo(year, 100) * 10_000 + month * 100 + day) * 1000 + serial
    check = 97 - modulo(number + np.where(year >= 2000, 2_000_000_000, 0), 97)
    return spaced(digits(number * 100 + check, 11), "##.##.##-###.##")


def swiss(numbers: Numbers) -> Matrix:
    """756.NNNN.NNNN.NC (AHV number): an EAN-13 of the country's own."""
    number = digits(numbers[0] + 756 * 10**9, 12)
    check = modulo(-codes.weighted(number, (1, 3) * 6), 10).astype(np.uint8)
    return spaced(joined(number, check), "###.####.####.##")


_PAIRS = [(first, second) for second in range(10) for first in range(second)]


def german(numbers: Numbers) -> Matrix:
    """The tax number IdNr: of its first ten digits one is missing and another there twice; ISO 7064 MOD 11,10."""
    lead, order, pair = numbers
    rows = len(lead)
    found = np.tile(np.arange(10, dtype=np.uint8)[:, None], (1, rows)).ravel()
    column = np.arange(rows)
    rest = order
    _swap(found, column, (lead + 1) * rows + column)  # the first digit is not 0
    for place in range(1, 9):
        above = rest // (10 - place)
        _swap(found, place * rows + column, (place + rest - above * (10 - place)) * rows + column)
        rest = above
    pairs = np.array(_PAIRS)
    found[pairs[pair, 1] * rows + column] = found[pairs[pair, 0] * rows + column]
    ten = found.reshape(10, rows).T
    return joined(ten, mod_11_10(ten))


def _swap(found: Matrix, one: Whole, other: Whole) -> None:
    kept = found[one]
    found[one] = found[other]
    found[other] = kept


def mod_11_10(matrix: Matrix) -> Matrix:
    """The check digit of ISO 7064 MOD 11,10, one-dimensional."""
    step = np.array([(2 * ((found % 10) or 10)) % 11 for found in range(20)], dtype=np.uint8)
    product = np.full(len(matrix), 10, dtype=np.uint8)
    for place in range(matrix.shape[1]):
        product = step[product + matrix[:, place]]
    return np.array([1, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1], dtype=np.uint8)[product]


def spanish(numbers: Numbers) -> Matrix:
    """Eight digits and a letter (DNI); one in eleven is a foreigner's Y and seven digits (NIE). The letter checks."""
    (number,) = numbers
    foreign = number >= 10**8
    letter = places("TRWAGMYFPDXBNJZSQVHLCKE")[modulo(np.where(foreign, number - 9 * 10**7, number), 23)]
    found = joined(digits(number, 8), letter)
    found[:, 0] = np.where(foreign, ALPHANUMERIC.index("Y"), found[:, 0])
    return found


_DEPARTMENTS = np.array([number for number in range(1, 96) if number != 20])


def french(numbers: Numbers) -> Matrix:
    """S YY MM DD CCC NNN KK (NIR): sex, birth, department and commune, number in the month, key modulo 97."""
    department, commune, serial, days, women = numbers
    year, month, _ = born(days)
    number = (1 + women) * 10_000 + modulo(year, 100) * 100 + month
    number = (number * 100 + _DEPARTMENTS[department]) * 1_000_000 + (commune + 1) * 1000 + serial + 1
    return digits(number * 100 + 97 - modulo(number, 97), 15)


_FIRST = [letter for letter in codes.UPPER if letter not in "DFIQUV"]
_SECOND = [letter for letter in codes.UPPER if letter not in "DFIOQUV"]
_UNUSED = ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
_NINO = words(" ".join(first + second for first in _FIRST for second in _SECOND if first + second not in _UNUSED))


def british(numbers: Numbers) -> Matrix:
    """AA999999A (National Insurance number): prefixes that are given out, a suffix of A to D; nothing checks it."""
    prefix, number, suffix = numbers
    return joined(of_words(_NINO, prefix), digits(number, 6), places("ABCD")[suffix])


def irish(numbers: Numbers) -> Matrix:
    """Seven digits and a letter modulo 23 (PPS number)."""
    number = digits(numbers[0], 7)
    return joined(number, places("WABCDEFGHIJKLMNOPQRSTUV")[modulo(codes.weighted(number, range(8, 1, -1)), 23)])


_TOWNS = words(
    "H501 F205 F839 L219 G273 D969 A944 D612 A662 C351 L736 L781 F158 G224 L424 L049 B157 G337 G999 F257 H224 G478 "
    "H199 E625 B354 D643 H294 H703 D548 I452 E506 A345 A794 L378 H163 I754 C722 D810 F952 A390 L117 C573 E463 G482"
)
"""Codes of the Belfiore cadastre of Rome, Milan, Naples, Turin and other large towns."""
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_ODDS = np.array([*_ODD[:10], *_ODD], dtype=np.uint8)
_EVENS = np.array([*range(10), *range(26)], dtype=np.uint8)
_CONSONANTS = "BCDFGLMNPRSTVZ"


def italian(numbers: Numbers) -> Matrix:
    """SSSNNNYYMDDTTTTC (codice fiscale): consonants of surname and name, birth (days of women plus 40), town, check."""
    town, surname, name, days, women = numbers
    year, month, day = born(days)
    letters = places(_CONSONANTS)
    six = letters[codes.joined(digits(surname, 3, len(letters)), digits(name, 3, len(letters)))]
    month_letter = places("ABCDEHLMPRST")[month - 1]
    body = joined(six, digits(year, 2), month_letter, digits(day + 40 * women, 2), of_words(_TOWNS, town))
    return joined(body, italian_letter(body))


def italian_letter(number: Matrix) -> Matrix:
    """The letter that checks an Italian tax code or account number."""
    total = np.zeros(len(number), dtype=np.int64)
    for place in range(number.shape[1]):
        total += (_EVENS if place % 2 else _ODDS)[number[:, place]]
    return (modulo(total, 26) + 10).astype(np.uint8)


def dutch(numbers: Numbers) -> Matrix:
    """Nine digits (BSN), whose sum by weights 9 to 2 and -1 divides by 11."""
    front, last = numbers
    return mod11(digits(front + 10**6, 7), last, range(9, 1, -1), sign=1)


def portuguese(numbers: Numbers) -> Matrix:
    """Nine digits (NIF) beginning with 1, 2 or 3, as those of persons do; a check digit modulo 11, 10 as 0."""
    return portuguese_check(digits(numbers[0] + 10**7, 8))


def portuguese_check(number: Matrix) -> Matrix:
    """Eight digits of a NIF and its check digit."""
    check = 11 - modulo(codes.weighted(number, range(9, 1, -1)), 11)
    return joined(number, np.where(check > 9, 0, check).astype(np.uint8))


def greek(numbers: Numbers) -> Matrix:
    """DDMMYYNNNNC (AMKA): the last of NNNN is odd for men, C is Luhn's."""
    serial, days, women = numbers
    number = joined(day_month_year(days), digits(serial * 2 + 1 - women, 4))
    return joined(number, codes.luhn(number))


NUMBERINGS = {
    "AT": Numbering((9, 10, 9), austrian, personal=True, tells_sex=False),
    "BE": Numbering((498,), belgian, personal=True),
    "CH": Numbering((10**9,), swiss),
    "DE": Numbering((9, 362_880, 45), german),
    "ES": Numbering((11 * 10**7,), spanish),
    "FR": Numbering((len(_DEPARTMENTS), 900, 999), french, personal=True, tells="month"),
    "GB": Numbering((len(_NINO), 10**6, 4), british),
    "GR": Numbering((5000,), greek, personal=True),
    "IE": Numbering((10**7,), irish),
    "IT": Numbering((len(_TOWNS), 14**3, 14**3), italian, personal=True),
    "NL": Numbering((9 * 10**6, 9), dutch),
    "PT": Numbering((3 * 10**7,), portuguese),
}
