"""Numbers of mobile devices and of their cards, with Luhn's digit."""

from __future__ import annotations

import numpy as np

from generator.codes import Matrix, digits, joined, luhn
from generator.column import Column
from generator.field import field_type
from generator.fields.numbered import NumberedField
from generator.registers.numbering import Numbering, Numbers

_BODIES = np.array([1, 35, 86, 99])
"""Bodies that allot type codes: PTCRB, BABT, TAF, and the GSMA for devices of several modes."""
_CALLING = np.array([1, 7, 20, 27, *range(30, 35), 36, 39, *range(40, 42), *range(43, 50), 52, 54, 55, 57, 61, 62, 65])
_CALLING = np.concatenate([_CALLING, np.array([66, 81, 82, 84, 86, 90, 91])])
"""Calling codes of countries."""


def _imei(numbers: Numbers) -> Matrix:
    body, rest = numbers
    number = digits(_BODIES[body] * 10**12 + rest, 14)
    return joined(number, luhn(number))


@field_type("imei")
class Imei(NumberedField):
    """The number of a mobile device (3GPP TS 23.003): type and serial number, the last of the 15 digits is Luhn's."""

    examples = ({}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        return Numbering((len(_BODIES), 10**12), _imei)


def _iccid(numbers: Numbers) -> Matrix:
    country, rest = numbers
    number = joined(digits(8900 + _CALLING[country], 4), digits(rest, 14))
    return joined(number, luhn(number))


@field_type("iccid", "sim_card_number")
class Iccid(NumberedField):
    """The number of a SIM card (ITU-T E.118): 89, a country's calling code, the last of the 19 digits is Luhn's."""

    examples = ({}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        return Numbering((len(_CALLING), 10**14), _iccid)
