"""National identity and tax numbers of central and eastern Europe."""

from __future__ import annotations

import numpy as np

from generator import codes
from generator.codes import EMPTY, Matrix, digits, joined, modulo, spaced
from generator.registers.nordic import year_month_day
from generator.registers.numbering import Numbering, Numbers, avoiding, born, mod11
from generator.registers.western import mod_11_10


def bulgarian(numbers: Numbers) -> Matrix:
    """YYMMDDNNNC (EGN): the month tells the century, the last of NNN is even for men, C checks modulo 11."""
    tens, units, days, women = numbers
    year, _, _ = born(days)
    date = year_month_day(days, 20 * (year < 1900) + 40 * (year >= 2000))
    number = joined(date, digits(tens * 10 + units * 2 + women, 3))
    check = modulo(codes.weighted(number, (2, 4, 8, 5, 10, 9, 7, 3, 6)), 11)
    return joined(number, (check * (check < 10)).astype(np.uint8))


def czech(numbers: Numbers) -> Matrix:
    """YYMMDD/NNNC (rodné číslo): months of women plus 50; ten digits that divide by 11, nine before 1954."""
    tens, units, days, women = numbers
    year, _, _ = born(days)
    date = year_month_day(days, 50 * women)
    rest = codes.weighted(joined(date, digits(tens, 2)), (-1, 1, -1, 1, -1, 1, -1, 1))
    # nine digits leave units - rest, which is 10 where units = rest + 10
    units = avoiding(units, modulo(rest + 10, 11))
    check = np.where(year >= 1954, modulo(units - rest, 11), EMPTY).astype(np.uint8)
    return spaced(joined(date, digits(tens * 10 + units, 3), check), "######/####")


def estonian(numbers: Numbers) -> Matrix:
    """GYYMMDDNNNC (isikukood, asmens kodas): G tells century and sex, C checks modulo 11 in two passes."""
    serial, days, women = numbers
    year, _, _ = born(days)
    first = (2 * (year // 100 - 18) + 1 + women).astype(np.uint8)
    number = joined(first, year_month_day(days), digits(serial, 3))
    check = modulo(codes.weighted(number, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)), 11)
    again = modulo(codes.weighted(number, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)), 11)
    check = np.where(check == 10, again * (again < 10), check)
    return joined(number, check.astype(np.uint8))


def croatian(numbers: Numbers) -> Matrix:
    """Eleven digits (OIB), the last one by ISO 7064 MOD 11,10."""
    number = digits(numbers[0], 10)
    return joined(number, mod_11_10(number))


_HUNGARIAN_DAY_ZERO = 37_620
"""Days from 1867-01-01 to 1970-01-01."""


def hungarian(numbers: Numbers) -> Matrix:
    """8DDDDDNNNC (adóazonosító jel): days of birth since 1867-01-01, a serial number, C checks modulo 11."""
    serial, last, days, _ = numbers
    front = digits(8 * 10**7 + (days + _HUNGARIAN_DAY_ZERO) * 100 + serial, 8)
    return mod11(front, last, range(1, 10), sign=1)


def polish(numbers: Numbers) -> Matrix:
    """YYMMDDNNNNC (PESEL): the month tells the century, the last of NNNN is odd for men, C checks modulo 10."""
    serial, days, women = numbers
    year, _, _ = born(days)
    date = year_month_day(days, modulo(year // 100 - 14, 5) * 20)
    number = joined(date, digits(serial * 2 + 1 - women, 4))
    check = modulo(-codes.weighted(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)), 10)
    return joined(number, check.astype(np.uint8))


def romanian(numbers: Numbers) -> Matrix:
    """SYYMMDDJJNNNC (CNP): sex and century, birth, county, serial, a check digit modulo 11 with 10 as 1."""
    county, serial, days, women = numbers
    year, _, _ = born(days)
    first = np.where(year >= 2000, 5, np.where(year >= 1900, 1, 3)) + women
    number = joined(first.astype(np.uint8), year_month_day(days), digits((county + 1) * 1000 + serial + 1, 5))
    check = modulo(codes.weighted(number, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)), 11)
    return joined(number, np.where(check == 10, 1, check).astype(np.uint8))


def russian(numbers: Numbers) -> Matrix:
    """Twelve digits (INN of a person): region, tax office, serial, two check digits modulo 11 with 10 as 0."""
    region, rest = numbers
    number = digits((region + 1) * 10**8 + rest, 10)
    for weights in ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)):
        check = modulo(codes.weighted(number, weights), 11)
        number = joined(number, (check * (check < 10)).astype(np.uint8))
    return number


def turkish(numbers: Numbers) -> Matrix:
    """Eleven digits (T.C. kimlik no), the first not 0; two check digits modulo 10."""
    number = digits(numbers[0] + 10**8, 9)
    tenth = modulo(codes.weighted(number, (7, -1) * 4 + (7,)), 10)
    last = modulo(codes.weighted(number, (1,) * 9) + tenth, 10)
    return joined(number, tenth.astype(np.uint8), last.astype(np.uint8))


_DAY_ZERO = 25_568
"""Days from 1899-12-31 to 1970-01-01."""


def ukrainian(numbers: Numbers) -> Matrix:
    """Ten digits (RNOKPP): days since 1899-12-31, a serial number odd for men, a check digit modulo 11."""
    serial, days, women = numbers
    number = digits((days + _DAY_ZERO) * 10_000 + serial * 2 + 1 - women, 9)
    check = modulo(codes.weighted(number, (-1, 5, 7, 9, 4, 6, 10, 5, 7)), 11)
    return joined(number, (check * (check < 10)).astype(np.uint8))


NUMBERINGS = {
    "BG": Numbering((100, 5), bulgarian, personal=True),
    "CZ": Numbering((100, 9), czech, personal=True),
    "EE": Numbering((1000,), estonian, personal=True),
    "HR": Numbering((10**10,), croatian),
    "HU": Numbering((100, 9), hungarian, personal=True, tells_sex=False),
    "LT": Numbering((1000,), estonian, personal=True),
    "PL": Numbering((5000,), polish, personal=True),
    "RO": Numbering((46, 999), romanian, personal=True),
    "RU": Numbering((89, 10**8), russian),
    "SK": Numbering((100, 9), czech, personal=True),
    "TR": Numbering((9 * 10**8,), turkish),
    "UA": Numbering((5000,), ukrainian, personal=True),
}
