"""National identity and tax numbers outside Europe."""

from __future__ import annotations

import numpy as np

from generator import codes
from generator.codes import Matrix, digits, joined, modulo, spaced
from generator.registers.nordic import day_month_year, year_month_day
from generator.registers.numbering import Numbering, Numbers, avoiding, born, mod11, of_words, places, words


def australian(numbers: Numbers) -> Matrix:
    """Nine digits (TFN) whose sum by weights 1 4 3 7 5 8 6 9 10 divides by 11."""
    front, last = numbers
    return spaced(mod11(digits(front + 10**6, 7), last, (1, 4, 3, 7, 5, 8, 6, 9), sign=1), "### ### ###")


def brazilian(numbers: Numbers) -> Matrix:
    """NNN.NNN.NNN-CC (CPF): two check digits modulo 11."""
    number = digits(numbers[0], 9)
    for first in (10, 11):
        check = 11 - modulo(codes.weighted(number, range(first, 1, -1)), 11)
        number = joined(number, (check * (check < 10)).astype(np.uint8))
    return spaced(number, "###.###.###-##")


def canadian(numbers: Numbers) -> Matrix:
    """NNN-NNN-NNC (SIN): the first digit is 1 to 7, C is Luhn's."""
    number = digits(numbers[0] + 10**7, 8)
    return spaced(joined(number, codes.luhn(number)), "###-###-###")


def chilean(numbers: Numbers) -> Matrix:
    """NN.NNN.NNN-C (RUT): C checks modulo 11, K for 10."""
    number = digits(numbers[0] + 10**6, 8)
    check = modulo(-codes.weighted(number, (3, 2, 7, 6, 5, 4, 3, 2)), 11)
    return spaced(joined(number, places("0123456789K")[check]), "##.###.###-#")


_DISTRICTS = words(
    "110101 110102 110105 110106 110107 110108 110109 120101 120102 120103 120104 120105 140121 140122 140123 150122 "
    "150222 210224 310101 310104 310105 310106 310107 310110 330122 330127 340121 350121 360121 430121 510121 530124 "
    "540121 540122 540123 620121 620122 640121 640122 650121"
)
"""Codes of districts (GB/T 2260) that have been in use for as long as there are codes."""


def chinese(numbers: Numbers) -> Matrix:
    """DDDDDDYYYYMMDDNNNC (resident identity number): district, birth, NNN odd for men, C by ISO 7064 MOD 11-2."""
    district, serial, days, women = numbers
    year, _, _ = born(days)
    place = of_words(_DISTRICTS, district)
    date = year_month_day(days)
    number = joined(place, digits(year // 100, 2), date, digits(serial * 2 + 1 - women, 3))
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    return joined(number, places("10X98765432")[modulo(codes.weighted(number, weights), 11)])


def indian(numbers: Numbers) -> Matrix:
    """Twelve digits (Aadhaar), the first 2 to 9, no palindrome, the last one Verhoeff's."""
    front, eleventh = numbers
    ten = digits(front + 2 * 10**9, 10)
    number = joined(ten, avoiding(eleventh, ten[:, 1].astype(np.int64)).astype(np.uint8))
    return spaced(joined(number, codes.verhoeff(number)), "#### #### ####")


_CITIES = words("3171 3172 3173 3174 3175 3273 3275 3276 3374 3471 3578 3573 3603 3671 3674 5171 1271 1671 7371 6471")
"""Codes of large Indonesian cities."""


def indonesian(numbers: Numbers) -> Matrix:
    """CCCCSSDDMMYYNNNN (NIK): city and sub-district, birth (days of women plus 40), a serial number."""
    city, district, serial, days, women = numbers
    date = day_month_year(days)
    date[:, 0] += (4 * women).astype(np.uint8)
    return joined(of_words(_CITIES, city), digits(district + 1, 2), date, digits(serial + 1, 4))


def israeli(numbers: Numbers) -> Matrix:
    """Nine digits (mispar zehut), the last one Luhn's."""
    number = digits(numbers[0] + 10**5, 8)
    return joined(number, codes.luhn(number))


def japanese(numbers: Numbers) -> Matrix:
    """Twelve digits (My Number), the last one modulo 11."""
    number = digits(numbers[0], 11)
    rest = modulo(codes.weighted(number, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)), 11)
    return joined(number, np.where(rest <= 1, 0, 11 - rest).astype(np.uint8))


def korean(numbers: Numbers) -> Matrix:
    """YYMMDD-GPPPPNC (resident registration number): G tells century and sex, C checks modulo 11."""
    place, serial, days, women = numbers
    year, _, _ = born(days)
    first = modulo(np.where(year >= 2000, 3, np.where(year >= 1900, 1, 9)) + women, 10).astype(np.uint8)
    number = joined(year_month_day(days), first, digits(place * 1000 + serial, 5))
    check = modulo(11 - modulo(codes.weighted(number, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)), 11), 10)
    return spaced(joined(number, check.astype(np.uint8)), "######-#######")


_STATES = words("AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE")
_MEXICAN = "BCDFGHJKLMNPQRSTVZ"


def mexican(numbers: Numbers) -> Matrix:
    """LLLLYYMMDDSEEKKKXC (CURP): letters of names, birth, sex, state, consonants of names, X tells the century."""
    state, front, back, mark, days, women = numbers
    year, _, _ = born(days)
    letters = places(_MEXICAN)
    count = len(_MEXICAN)
    first = letters[digits(front // 5, 3, count)]
    vowel = places("AEIOU")[modulo(front, 5)]
    name = joined(first[:, 0], vowel, first[:, 1:])
    new = year >= 2000
    last = np.where(new, modulo(mark, 26) + 10, modulo(mark, 10)).astype(np.uint8)
    sex = np.where(women == 1, codes.ALPHANUMERIC.index("M"), codes.ALPHANUMERIC.index("H")).astype(np.uint8)
    consonants = letters[digits(back, 3, count)]
    body = joined(name, year_month_day(days), sex, of_words(_STATES, state), consonants, last)
    # letters count 10 to 36, an Ñ, which is never used here, standing between N and O
    values = np.array([*range(24), *range(25, 37)], dtype=np.uint8)
    check = modulo(-codes.weighted(values[body], range(18, 1, -1)), 10)
    return joined(body, check.astype(np.uint8))


def saudi(numbers: Numbers) -> Matrix:
    """1NNNNNNNNC (national identity number of citizens): C is Luhn's."""
    number = digits(numbers[0] + 10**8, 9)
    return joined(number, codes.luhn(number))


_TAIWANESE = words(" ".join("ABCDEFGHIJKMNOPQTUVWXZ"))
_TAIWANESE_SUMS = np.array([1, 0, 9, 8, 7, 6, 5, 4, 9, 3, 2, 1, 0, 8, 9, 8, 5, 4, 3, 1, 3, 0])
"""What each letter, of the first residence, counts: the tens of its number and nine times the units, modulo 10."""


def taiwanese(numbers: Numbers) -> Matrix:
    """LSNNNNNNNC (national identification card): a letter of the city, S is 1 for men, C checks modulo 10."""
    letter, serial, _, women = numbers
    number = digits((1 + women) * 10**7 + serial, 8)
    check = modulo(-_TAIWANESE_SUMS[letter] - codes.weighted(number, range(8, 0, -1)), 10)
    return joined(of_words(_TAIWANESE, letter), number, check.astype(np.uint8))


def thai(numbers: Numbers) -> Matrix:
    """N-NNNN-NNNNN-NN-C: the first digit is 1 to 8, C checks modulo 11."""
    number = digits(numbers[0] + 10**11, 12)
    check = modulo(11 - modulo(codes.weighted(number, range(13, 1, -1)), 11), 10)
    return spaced(joined(number, check.astype(np.uint8)), "#-####-#####-##-#")


_AREAS = np.array([area for area in range(1, 900) if area not in (78, 219, 457, 666)])


def american(numbers: Numbers) -> Matrix:
    """AAA-GG-SSSS (SSN): areas 001 to 899 but 666, groups and serials not 0. Without areas of well-known numbers."""
    area, group, serial = numbers
    number = _AREAS[area] * 10**6 + (group + 1) * 10**4 + serial + 1
    return spaced(digits(number, 9), "###-##-####")


_PROVINCES = words(
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 "
    "044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 "
    "089 091 092 093 094 095 096"
)
"""Codes of the provinces of Vietnam, of 2016 to 2025 (Circular 07/2016/TT-BCA)."""


def vietnamese(numbers: Numbers) -> Matrix:
    """PPPGYYNNNNNN (personal identification number): province, G tells century and sex, year of birth, a serial."""
    province, serial, days, women = numbers
    year, _, _ = born(days)
    century = modulo(2 * (year // 100 - 19) + women, 10)
    return joined(of_words(_PROVINCES, province), digits((century * 100 + modulo(year, 100)) * 10**6 + serial, 9))


def south_african(numbers: Numbers) -> Matrix:
    """YYMMDDSSSSC8Z: SSSS is below 5000 for women, C is 0 for citizens, Z is Luhn's."""
    serial, days, women = numbers
    number = (serial + 5000 * (1 - women)) * 100 + 8
    body = joined(year_month_day(days), digits(number, 6))
    return joined(body, codes.luhn(body))


NUMBERINGS = {
    "AU": Numbering((9 * 10**6, 9), australian),
    "BR": Numbering((10**9,), brazilian),
    "CA": Numbering((7 * 10**7,), canadian),
    "CL": Numbering((25 * 10**6,), chilean),
    "CN": Numbering((len(_DISTRICTS), 500), chinese, personal=True),
    "ID": Numbering((len(_CITIES), 40, 300), indonesian, personal=True),
    "IL": Numbering((9 * 10**7,), israeli),
    "IN": Numbering((8 * 10**9, 9), indian),
    "JP": Numbering((10**11,), japanese),
    "KR": Numbering((96, 1000), korean, personal=True),
    "MX": Numbering((32, 5 * 18**3, 18**3, 10), mexican, personal=True),
    "SA": Numbering((10**8,), saudi),
    "TH": Numbering((8 * 10**11,), thai),
    "TW": Numbering((len(_TAIWANESE_SUMS), 10**7), taiwanese, personal=True, tells=""),
    "US": Numbering((len(_AREAS), 99, 9999), american),
    "VN": Numbering((63, 10**6), vietnamese, personal=True, tells="year"),
    "ZA": Numbering((5000,), south_african, personal=True),
}
