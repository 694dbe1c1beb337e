"""National identity numbers of Denmark, Finland, Iceland, Norway and Sweden: each tells a birthday and mostly a sex."""

from __future__ import annotations

import numpy as np

from generator import codes
from generator.codes import Matrix, Whole, digits, joined, modulo, spaced
from generator.registers.numbering import Numbering, Numbers, avoiding, born, places


def day_month_year(days: Whole) -> Matrix:
    """DDMMYY."""
    year, month, day = born(days)
    return digits(day * 10_000 + month * 100 + modulo(year, 100), 6)


def year_month_day(days: Whole, more_months: Whole | int = 0, more_days: Whole | int = 0) -> Matrix:
    """YYMMDD, with what a country adds to month or day."""
    year, month, day = born(days)
    return digits(modulo(year, 100) * 10_000 + (month + more_months) * 100 + day + more_days, 6)


def ends_odd(tens: Whole, units: Whole, odd: Whole) -> Whole:
    """A serial number whose last digit is odd where ``odd`` is 1: units are in 0..4."""
    return tens * 10 + units * 2 + odd


def danish(numbers: Numbers) -> Matrix:
    """DDMMYY-SSSS (CPR); the seventh digit tells the century, the last one is odd for men, the sum divides by 11."""
    first, second, last, days, women = numbers
    year, _, _ = born(days)
    date = day_month_year(days)
    # 1858 to 1899 and 2000 to 2057 have 5 to 8, 1900 to 1999 has 0 to 3
    seventh = first + np.where((year >= 1900) & (year < 2000), 0, 5)
    last = last * 2 + 1 - women
    rest = codes.weighted(date, (4, 3, 2, 7, 6, 5)) + 4 * seventh + last
    # 3 * second + 2 * third = -rest; the third is 10 where second = (-rest - 20) / 3
    second = avoiding(second, modulo((-rest - 20) * 4, 11))
    third = modulo((-rest - 3 * second) * 6, 11)
    return spaced(joined(date, digits(seventh * 1000 + second * 100 + third * 10 + last, 4)), "######-####")


def finnish(numbers: Numbers) -> Matrix:
    """DDMMYYCZZZQ (henkilötunnus); C tells the century, ZZZ is odd for men, Q is a remainder of 31."""
    serial, days, women = numbers
    serial = 2 + serial * 2 + 1 - women
    year, month, day = born(days)
    number = (day * 10_000 + month * 100 + modulo(year, 100)) * 1000 + serial
    century = np.array([codes.SIGNS.index(sign) for sign in "+-A"], dtype=np.uint8)[np.clip(year // 100 - 18, 0, 2)]
    check = places("0123456789ABCDEFHJKLMNPRSTUVWXY")[modulo(number, 31)]
    return joined(day_month_year(days), century, digits(serial, 3), check)


def icelandic(numbers: Numbers) -> Matrix:
    """DDMMYY-NNCA (kennitala): C checks, A tells the century."""
    tens, units, days, _ = numbers
    year, _, _ = born(days)
    date = day_month_year(days)
    rest = codes.weighted(date, (3, 2, 7, 6, 5, 4)) + 3 * (tens + 2)
    # the check digit -(rest + 2 * units) is 10 where units = (1 - rest) / 2
    units = avoiding(units, modulo((1 - rest) * 6, 11))
    check = modulo(-rest - 2 * units, 11)
    number = (tens + 2) * 1000 + units * 100 + check * 10 + modulo(year // 100, 10)
    return spaced(joined(date, digits(number, 4)), "######-####")


def norwegian(numbers: Numbers) -> Matrix:
    """DDMMYYIIICC (fødselsnummer): III tells the century and is odd for men; two check digits modulo 11."""
    first, second, third, days, women = numbers
    year, _, _ = born(days)
    hundreds = first + np.where((year >= 1900) & (year < 2000), 0, 5)
    third = third * 2 + 1 - women
    date = day_month_year(days)
    one = codes.weighted(date, (3, 7, 6, 1, 8, 9)) + 4 * hundreds + 2 * third
    # the first check digit is -(one + 5 * second): 10 where second = (1 - one) / 5; the second one likewise
    two = codes.weighted(date, (5, 4, 3, 2, 7, 6)) + 5 * hundreds + 3 * third - 2 * one
    second = avoiding(second, modulo((1 - one) * 9, 11), modulo((1 - two) * 9, 11))
    check = modulo(-one - 5 * second, 11)
    # with the first check digit put in, the second one is -(two + (4 - 2 * 5) * second), of weight -6
    last = modulo(6 * second - two, 11)
    number = hundreds * 10_000 + second * 1000 + third * 100 + check * 10 + last
    return joined(date, digits(number, 5))


def swedish(numbers: Numbers) -> Matrix:
    """YYYYMMDD-NNNC (personnummer, with the century): NNN is odd for men, C is Luhn's over the last nine digits."""
    tens, units, days, women = numbers
    year, _, _ = born(days)
    number = joined(year_month_day(days), digits(ends_odd(tens, units, 1 - women), 3))
    return spaced(joined(digits(year // 100, 2), number, codes.luhn(number)), "########-####")


NUMBERINGS = {
    "DK": Numbering((4, 9, 5), danish, personal=True),
    "FI": Numbering((449,), finnish, personal=True),
    "IS": Numbering((8, 9), icelandic, personal=True, tells_sex=False),
    "NO": Numbering((5, 8, 5), norwegian, personal=True),
    "SE": Numbering((100, 5), swedish, personal=True),
}
