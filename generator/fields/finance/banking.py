"""Bank accounts: IBAN, BIC, routing and account numbers, and what moves on them."""

from __future__ import annotations

from typing import Final

import numpy as np
from pydantic import Field as Option

from generator import codes
from generator.codes import Matrix, digits, fixed, joined, modulo, spaced
from generator.column import Column
from generator.field import field_type
from generator.fields.numbered import CountryField, NumberedField
from generator.fields.words import WordListField
from generator.registers.banks import BANKS, LOCATIONS
from generator.registers.ibans import IBANS
from generator.registers.numbering import Numbering, Numbers, of_words


@field_type("iban", "iban_number")
class Iban(CountryField, NumberedField):
    """An international bank account number (ISO 13616) of a country, its own check digits and those of its bank valid.

    ``spaces`` writes it in groups of four. Locales of countries without IBANs, such as en_US, get German ones.
    """

    stand_in = "de_DE"
    spaces: bool = Option(default=False, description="Groups of four characters.")

    examples = ({"country": "DE"}, {"country": "GB", "spaces": True}, {"country": "FR", "unique": True})

    def numbering(self, column: Column) -> Numbering:
        found = self.of_country(column, IBANS)
        if not self.spaces:
            return found
        layout = " ".join("#" * min(4, found.width - start) for start in range(0, found.width, 4))
        return Numbering(found.sizes, lambda numbers: spaced(found.spell(numbers), layout))


@field_type(
    "bic",
    "swift",
    "swift_code",
    "bic_code",
    "swift_bic",
    presets={"swift8": {"branch": False}, "swift11": {"branch": True}},
)
class Bic(CountryField, NumberedField):
    """A bank's identifier code (ISO 9362): four letters, the country, a place; 8 characters, or 11 with ``branch``.

    A head office is written with ``suffix: XXX``.
    """

    branch: bool = Option(default=False, description="Three digits more, of a branch.")

    examples = ({"country": "DE"}, {"country": "US", "branch": True})

    def numbering(self, column: Column) -> Numbering:
        country = self.country or column.locale.rpartition("_")[2]
        if len(country) != 2:
            raise column.wrong("country", f"{country} is no country", "state one, such as DE")
        banks = BANKS.get(country, BANKS["*"])
        sizes = (len(banks), len(LOCATIONS)) + ((999,) if self.branch else ())
        return Numbering(sizes, lambda numbers: _bic(country, banks, numbers))


def _bic(country: str, banks: Matrix, numbers: Numbers) -> Matrix:
    bank, location, *branch = numbers
    found = joined(
        of_words(banks, bank),
        fixed(country, len(bank), codes.ALPHANUMERIC),
        of_words(LOCATIONS, location),
    )
    return joined(found, digits(branch[0] + 1, 3)) if branch else found


_RESERVE: Final = np.array([*range(1, 13), *range(21, 33), *range(61, 73)])
"""What routing numbers begin with: Federal Reserve districts, and those of thrifts and of electronic payments."""


def _routing(numbers: Numbers) -> Matrix:
    district, rest = numbers
    number = digits(_RESERVE[district] * 10**6 + rest, 8)
    check = modulo(-codes.weighted(number, (3, 7, 1, 3, 7, 1, 3, 7)), 10)
    return joined(number, check.astype(np.uint8))


@field_type(
    "routing_number",
    "aba",
    "aba_routing",
    "aba_routing_number",
    "bank_routing_number",
    "wire_transfer_routing",
    "routing_transit_number",
)
class RoutingNumber(NumberedField):
    """A routing number of a bank in the United States (ABA): nine digits, the last one checks."""

    examples = ({}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        return Numbering((len(_RESERVE), 10**6), _routing)


@field_type("account_number", "bank_account", "bank_account_number")
class AccountNumber(NumberedField):
    """A bank account number: so many decimal digits, the first not 0. Banks check them each in a way of its own."""

    length: int = Option(default=10, ge=4, le=18, description="How many digits.")

    examples = ({}, {"length": 12, "unique": True})

    def numbering(self, column: Column) -> Numbering:
        start, width = 10 ** (self.length - 1), self.length
        return Numbering((9 * start,), lambda numbers: digits(numbers[0] + start, width))


@field_type("bank", "bank_name")
class Bank(WordListField):
    """The name of a bank of the locale's country, the larger ones more often."""

    list_name = "banks"
    examples = ({}, {"locale": "de_DE"})

    def text_width(self, column: Column) -> int:
        return 14


@field_type("transaction_type", "payment_type")
class TransactionType(WordListField):
    """What moves money on an account: purchase, transfer, withdrawal ..."""

    list_name = "transaction_types"

    def text_width(self, column: Column) -> int:
        return 10
