"""VAT numbers of firms in the European Union, Norway, Switzerland and the United Kingdom, with their prefixes.

Forms after the European Commission's VIES; sums as the countries' tax offices publish them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from generator import codes
from generator.codes import SIGNS, Matrix, digits, fixed, joined, luhn, modulo, spaced
from generator.registers.numbering import Numbering, Numbers, avoiding, mod11, places
from generator.registers.western import dutch, irish, mod_11_10, portuguese_check

Spelled = Callable[[Numbers], Matrix]


def _after(prefix: str, spell: Spelled, suffix: str = "") -> Spelled:
    def spelled(numbers: Numbers) -> Matrix:
        rows = len(numbers[0])
        return joined(fixed(prefix, rows, SIGNS), spell(numbers), fixed(suffix, rows, SIGNS))

    return spelled


def _small(values: codes.Whole) -> Matrix:
    return values.astype(np.uint8)


def _digits(width: int, start: int = 0) -> Callable[[Numbers], Matrix]:
    return lambda numbers: digits(numbers[0] + start, width)


def _tens(front: Spelled, weights: Sequence[int]) -> Spelled:
    """A check digit that makes the weighted sum a multiple of ten."""

    def spelled(numbers: Numbers) -> Matrix:
        number = front(numbers)
        return joined(number, _small(modulo(-codes.weighted(number, weights), 10)))

    return spelled


def _elevens(front: Spelled, weights: Sequence[int], sign: int = -1, never: int = 10) -> Spelled:
    return lambda numbers: mod11(front(numbers), numbers[1], weights, sign, never)


def _luhn(front: Spelled) -> Spelled:
    def spelled(numbers: Numbers) -> Matrix:
        number = front(numbers)
        return joined(number, luhn(number))

    return spelled


def _austrian(numbers: Numbers) -> Matrix:
    """Luhn's digit of the first six, plus 6, less the seventh."""
    number = digits(numbers[0] + 10**6, 7)
    check = luhn(number[:, :6]).astype(np.int64) + 6 - number[:, 6]
    return joined(number, _small(modulo(check, 10)))


def _iso(front: Spelled) -> Spelled:
    def spelled(numbers: Numbers) -> Matrix:
        number = front(numbers)
        return joined(number, mod_11_10(number))

    return spelled


def _belgian(numbers: Numbers) -> Matrix:
    number = numbers[0] + 2 * 10**6
    return digits(number * 100 + 97 - modulo(number, 97), 10)


def _twice(first: Sequence[int], second: Sequence[int], front: Spelled) -> Spelled:
    """A remainder of 11, taken again with other weights where it is 10, and then 0."""

    def spelled(numbers: Numbers) -> Matrix:
        number = front(numbers)
        once = modulo(codes.weighted(number, first), 11)
        again = modulo(codes.weighted(number, second), 11)
        return joined(number, _small(np.where(once == 10, again * (again < 10), once)))

    return spelled


def _cypriot(numbers: Numbers) -> Matrix:
    number = digits(numbers[0] + 10**7, 8)
    odd = np.array([1, 0, 5, 7, 9, 13, 15, 17, 19, 21], dtype=np.int64)
    total = codes.weighted(number, (0, 1) * 4)
    for place in range(0, 8, 2):
        total += odd[number[:, place]]
    return joined(number, _small(modulo(total, 26) + 10))


def _czech(numbers: Numbers) -> Matrix:
    number = digits(numbers[0] + 10**6, 7)
    check = modulo(-codes.weighted(number, range(8, 1, -1)), 11)
    return joined(number, _small(np.where(check == 0, 1, modulo(check, 10))))


def _greek(numbers: Numbers) -> Matrix:
    number = digits(numbers[0] + 8 * 10**6, 8)
    check = modulo(codes.weighted(number, [2**power for power in range(8, 0, -1)]), 11)
    return joined(number, _small(check * (check < 10)))


def _spanish(numbers: Numbers) -> Matrix:
    letter, number = numbers
    seven = digits(number + 10**5, 7)
    return joined(places("AB")[letter], seven, luhn(seven))


def _french(numbers: Numbers) -> Matrix:
    eight = digits(numbers[0] + 3 * 10**7, 8)
    check = luhn(eight)
    siren = (numbers[0] + 3 * 10**7) * 10 + check
    return joined(digits(modulo(12 + 3 * modulo(siren, 97), 97), 2), eight, check)


def _italian(numbers: Numbers) -> Matrix:
    firm, province = numbers
    return digits((firm + 1) * 1000 + province + 1, 10)


def _latvian(numbers: Numbers) -> Matrix:
    front = digits(numbers[0] + 4 * 10**8, 9)
    rest = codes.weighted(front, (9, 1, 4, 8, 3, 10, 2, 5, 7)) - 3
    # the check digit -(rest + 6 * last) is 10 where last = (1 - rest) / 6
    last = avoiding(numbers[1], modulo((1 - rest) * 2, 11))
    return joined(front, _small(last), _small(modulo(-rest - 6 * last, 11)))


def _lithuanian(numbers: Numbers) -> Matrix:
    return digits((numbers[0] + 10**6) * 10 + 1, 8)


def _luxembourgish(numbers: Numbers) -> Matrix:
    number = numbers[0] + 10**5
    return digits(number * 100 + modulo(number, 89), 8)


def _maltese(numbers: Numbers) -> Matrix:
    number = digits(numbers[0] + 10**5, 6)
    return joined(number, digits(modulo(-codes.weighted(number, (3, 4, 6, 7, 8, 9)), 37), 2))


def _dutch(numbers: Numbers) -> Matrix:
    branch = joined(fixed("B", len(numbers[2]), SIGNS), digits(numbers[2] + 1, 2))
    return joined(dutch(numbers[:2]), branch)


def _romanian(numbers: Numbers) -> Matrix:
    number = digits(numbers[0] + 10**6, 7)
    check = modulo(10 * codes.weighted(number, (3, 2, 1, 7, 5, 3, 2)), 11)
    return joined(number, _small(check * (check < 10)))


def _swedish(numbers: Numbers) -> Matrix:
    form, number = numbers
    return digits((556 + 3 * form) * 10**6 + number, 9)


def _slovene(numbers: Numbers) -> Matrix:
    found = mod11(digits(numbers[0] + 10**5, 6), numbers[1], range(8, 1, -1), never=0)
    found[:, 7] = np.where(found[:, 7] == 10, 0, found[:, 7])
    return found


def _british(numbers: Numbers) -> Matrix:
    number = digits(numbers[0] + 10**6, 7)
    check = 97 - modulo(codes.weighted(number, range(8, 1, -1)), 97)
    return joined(number, digits(check, 2))


def _swiss(numbers: Numbers) -> Matrix:
    return spaced(mod11(digits(numbers[0] + 10**6, 7), numbers[1], (5, 4, 3, 2, 7, 6, 5, 4)), "-###.###.### ")


def _portuguese(numbers: Numbers) -> Matrix:
    return portuguese_check(digits(numbers[0] + 5 * 10**7, 8))


VAT_NUMBERS = {
    "AT": Numbering((9 * 10**6,), _after("ATU", _austrian)),
    "BE": Numbering((8 * 10**6,), _after("BE", _belgian)),
    "BG": Numbering((10**8 - 10**7,), _after("BG", _twice(range(1, 9), range(3, 11), _digits(8, 10**7)))),
    "CH": Numbering((9 * 10**6, 9), _after("CHE", _swiss, "MWST")),
    "CY": Numbering((10**6,), _after("CY", _cypriot)),
    "CZ": Numbering((7 * 10**6,), _after("CZ", _czech)),
    "DE": Numbering((9 * 10**7,), _after("DE", _iso(_digits(8, 10**7)))),
    "DK": Numbering((9 * 10**5, 9), _after("DK", _elevens(_digits(6, 10**5), (2, 7, 6, 5, 4, 3, 2)))),
    "EE": Numbering((10**6,), _after("EE", _tens(_digits(8, 10**7), (3, 7, 1, 3, 7, 1, 3, 7)))),
    "ES": Numbering((2, 98 * 10**5), _after("ES", _spanish)),
    "FI": Numbering((9 * 10**5, 9), _after("FI", _elevens(_digits(6, 10**5), (7, 9, 10, 5, 8, 4, 2)))),
    "FR": Numbering((6 * 10**7,), _after("FR", _french)),
    "GB": Numbering((9 * 10**6,), _after("GB", _british)),
    "GR": Numbering((2 * 10**6,), _after("EL", _greek)),
    "HR": Numbering((9 * 10**9,), _after("HR", _iso(_digits(10, 10**9)))),
    "HU": Numbering((9 * 10**6,), _after("HU", _tens(_digits(7, 10**6), (9, 7, 3, 1, 9, 7, 3)))),
    "IE": Numbering((9 * 10**6,), _after("IE", lambda n: irish([n[0] + 10**6]))),
    "IT": Numbering((9_999_999, 100), _after("IT", _luhn(_italian))),
    "LT": Numbering((9 * 10**6,), _after("LT", _twice(range(1, 9), (3, 4, 5, 6, 7, 8, 9, 1), _lithuanian))),
    "LU": Numbering((9 * 10**5,), _after("LU", _luxembourgish)),
    "LV": Numbering((10**8, 9), _after("LV", _latvian)),
    "MT": Numbering((9 * 10**5,), _after("MT", _maltese)),
    "NL": Numbering((9 * 10**6, 9, 99), _after("NL", _dutch)),
    "NO": Numbering((2 * 10**6, 9), _after("NO", _elevens(_digits(7, 8 * 10**6), (3, 2, 7, 6, 5, 4, 3, 2)), "MVA")),
    "PL": Numbering((8 * 10**7, 9), _after("PL", _elevens(_digits(8, 11 * 10**6), (6, 5, 7, 2, 3, 4, 5, 6, 7), 1))),
    "PT": Numbering((10**7,), _after("PT", _portuguese)),
    "RO": Numbering((9 * 10**6,), _after("RO", _romanian)),
    "SE": Numbering((2, 10**6), _after("SE", _luhn(_swedish), "01")),
    "SI": Numbering((9 * 10**5, 9), _after("SI", _slovene)),
    "SK": Numbering((10**5, 9), _after("SK", _elevens(_digits(8, 202 * 10**5), (10, 1) * 4 + (10,)))),
}
