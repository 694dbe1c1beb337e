"""International bank account numbers (ISO 13616) by country, with the country's own check digits inside.

Lengths after the IBAN registry of SWIFT. Each bank code is that of a bank, as a rule a large one; accounts are drawn.
German ones are of banks whose accounts end with Luhn's digit (method 00 of the Bundesbank).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generator import codes
from generator.codes import ALPHANUMERIC, Matrix, digits, fixed, joined, luhn, modulo
from generator.registers.numbering import Numbering, Numbers, mod11, of_words, words
from generator.registers.western import italian_letter, mod_11_10

Widths = int | tuple[int, ...]
"""How many digits are drawn, in all or by parts; a part of 0 is one digit that is never 9."""
Check = Callable[[Matrix], Matrix]


def _small(values: codes.Whole) -> Matrix:
    return values.astype(np.uint8)


def _plain(number: Matrix) -> Matrix:
    return number


def _ends_97(number: Matrix) -> Matrix:
    """Two digits at the end after ISO 7064 MOD 97-10."""
    return joined(number, codes.mod97(number))


def _belgian(number: Matrix) -> Matrix:
    rest = codes.remainder(number, 97)
    return joined(number, digits(np.where(rest == 0, 97, rest), 2))


def _french(number: Matrix) -> Matrix:
    """RIB key: bank and branch of five digits each, account of eleven."""
    parts = [codes.remainder(number[:, part], 97) for part in (slice(0, 5), slice(5, 10), slice(10, 21))]
    return joined(number, digits(97 - modulo(89 * parts[0] + 15 * parts[1] + 3 * parts[2], 97), 2))


def _spanish(number: Matrix) -> Matrix:
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
    checks = []
    for part, weighing in ((number[:, :8], weights[2:]), (number[:, 8:], weights)):
        rest = 11 - modulo(codes.weighted(part, weighing), 11)
        checks.append(_small(np.where(rest == 11, 0, np.where(rest == 10, 1, rest))))
    return joined(number[:, :8], *checks, number[:, 8:])


def _italian(number: Matrix) -> Matrix:
    return joined(italian_letter(number), number)


def _tens(*weights: int) -> Check:
    def checked(number: Matrix) -> Matrix:
        return joined(number, _small(modulo(-codes.weighted(number, weights), 10)))

    return checked


def _polish(number: Matrix) -> Matrix:
    return joined(_tens(3, 9, 7, 1, 3, 9, 7)(number[:, :7]), number[:, 7:])


def _hungarian(number: Matrix) -> Matrix:
    weigh = _tens(*((9, 7, 3, 1) * 4)[:15])
    return joined(_tens(9, 7, 3, 1, 9, 7, 3)(number[:, :7]), weigh(number[:, 7:]))


def _estonian(number: Matrix) -> Matrix:
    """The weights count from the right, over branch and account."""
    return joined(number[:, :2], _tens(*((7, 3, 1) * 5)[:13][::-1])(number[:, 2:]))


def _croatian(number: Matrix) -> Matrix:
    return joined(number, mod_11_10(number[:, 7:]))


def _finnish(number: Matrix) -> Matrix:
    return joined(number, luhn(number))


def _german(number: Matrix) -> Matrix:
    return joined(number, luhn(number[:, 8:]))


def _norwegian(number: Matrix) -> Matrix:
    return mod11(number[:, :9], number[:, 9].astype(np.int64), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))


def _czech(number: Matrix) -> Matrix:
    """A prefix of six digits, which is 0, and an account of ten whose weighted sum divides by 11."""
    account = mod11(number[:, 4:12], number[:, 12].astype(np.int64), (6, 3, 7, 9, 10, 5, 8, 4, 2))
    return joined(number[:, :4], fixed("000000", len(number)), account)


_NORWEGIAN = " ".join(
    f"{bank}{digit}" for bank in (1503, 1813, 3000, 4212, 6000, 7050, 8601, 9710) for digit in range(1, 10)
)
"""Banks and the first digit of the account: accounts that begin with 00 are checked in another way."""
_SPECS: dict[str, tuple[str, Widths, Check]] = {
    "AD": ("0001 0003 0004 0006 0007", 16, _plain),
    "AE": ("003 026 030 033 035 044", 16, _plain),
    "AT": ("12000 14000 20111 20815 32000 34000 60000", 11, _plain),
    "BA": ("129 134 141 154 161 338", 11, _ends_97),
    "BE": ("001 063 068 210 310 363 735 979", 7, _belgian),
    "BG": ("BPBI FINV RZBB STSA UBBS UNCR", 14, _plain),
    "CH": ("00230 00700 00767 00778 00790 04835 09000 80808", 12, _plain),
    "CY": ("002 003 005", 21, _plain),
    "CZ": ("0100 0300 0600 0800 2010 2700 3030 5500", (8, 0), _czech),
    "DE": ("12030000 25050180 50050201 70150000 76050101 86055592", 9, _german),
    "DK": ("0040 0400 2000 3000 5301 6695 7670", 10, _plain),
    "EE": ("10 17 22 77", 13, _estonian),
    "ES": ("0049 0073 0081 0128 0182 1465 2080 2095 2100 2103 3058", 14, _spanish),
    "FI": ("1 2 5 8", 12, _finnish),
    "FR": ("10278 17515 18206 20041 30002 30003 30004 30066", 16, _french),
    "GB": ("ABBY09 BARC20 BUKB20 HBUK40 HLFX11 LOYD30 MONZ04 NAIA07 NWBK60 RBOS16 TSBS77", 12, _plain),
    "GE": ("BG TB LB", 16, _plain),
    "GI": ("BARC NWBK", 15, _plain),
    "GR": ("011 014 026 172", 20, _plain),
    "HR": ("2340009 2360000 2390001 2402006 2407000 2484008", 9, _croatian),
    "HU": ("103 104 107 109 116 117 120", (4, 15), _hungarian),
    "IE": ("AIBK93 BOFI90 IPBS99 ULSB98", 12, _plain),
    "IL": ("010 011 012 020 031", 16, _plain),
    "IT": ("01005 01030 02008 03015 03069 03268 05034 05387 05696 06230", 17, _italian),
    "KZ": ("125 601 722 926", 13, _plain),
    "LI": ("08800 08805 08810", 12, _plain),
    "LT": ("40100 70440 72900 73000", 11, _plain),
    "LU": ("001 002 003 008", 13, _plain),
    "LV": ("HABA PARX RIKO UNLA", 13, _plain),
    "MC": ("10096 11315 12739 14508 30003", 16, _french),
    "ME": ("510 520 530 535 550", 13, _ends_97),
    "MK": ("200 210 250 270 300", 10, _ends_97),
    "MT": ("APSB LBMA MMEB VALL", 23, _plain),
    "NL": ("ABNA ASNB BUNQ INGB KNAB RABO RBRB SNSB TRIO", 10, _plain),
    "NO": (_NORWEGIAN, (4, 0), _norwegian),
    "PK": ("ALFH HABB MEZN MUCB NBPA UNIL", 16, _plain),
    "PL": ("1020 1030 1050 1090 1140 1160 1240 2490", (3, 16), _polish),
    "PT": ("0007 0010 0018 0033 0035 0036", 15, _ends_97),
    "QA": ("CBQA DOHB QIBA QISB QNBA", 21, _plain),
    "RO": ("BACX BRDE BTRL CECE INGB PIRB RNCB RZBR UGBI", 16, _plain),
    "RS": ("105 160 165 170 205 265 325", 13, _ends_97),
    "SA": ("05 10 15 20 30 45 55 80", 18, _plain),
    "SE": ("120 300 500 600 800 902", 17, _plain),
    "SI": ("02 03 04 10 19 29", 11, _ends_97),
    "SK": ("0200 0900 1100 5600 7500", (8, 0), _czech),
    "SM": ("03034 03171 06067 08540", 17, _italian),
    "TR": ("000100 000120 000150 000460 000620 000640 000670", 16, _plain),
    "UA": ("300335 305299 320649 322001 351005", 19, _plain),
}
"""Country → codes of banks, how many digits are drawn behind them, and what checks them."""


def _iban(country: str, banks: str, widths: Widths, check: Check) -> Numbering:
    """The last part of the account is counted through first, the bank last."""
    table = words(banks)
    if isinstance(widths, int):
        widths = (widths,) if widths <= 18 else (widths - 16, 16)

    def spell(numbers: Numbers) -> Matrix:
        *account, bank = numbers
        parts = [digits(part, width or 1) for part, width in zip(reversed(account), widths, strict=True)]
        bban = check(joined(of_words(table, bank), *parts))
        name = fixed(country, len(bban), ALPHANUMERIC)
        return joined(name, codes.mod97(joined(bban, name)), bban)

    sizes = tuple(10**width if width else 9 for width in reversed(widths))
    return Numbering((*sizes, len(table)), spell)


IBANS = {country: _iban(country, *spec) for country, spec in _SPECS.items()}
