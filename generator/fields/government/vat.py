"""VAT numbers."""

from __future__ import annotations

from generator.column import Column
from generator.field import field_type
from generator.fields.numbered import CountryField, NumberedField
from generator.registers.numbering import Numbering
from generator.registers.vat import VAT_NUMBERS


@field_type("vat_number", "vat_id", "vat", "eu_vat_number")
class VatNumber(CountryField, NumberedField):
    """A firm's VAT number with its prefix and valid check digits: of the EU's countries, Norway, Switzerland, Britain.

    Greece, whose code is GR, has the prefix EL. Locales of other countries, such as en_US, get German numbers.
    """

    stand_in = "de_DE"
    examples = ({"country": "DE"}, {"country": "NL", "unique": True}, {"country": "CH"})

    def numbering(self, column: Column) -> Numbering:
        return self.of_country(column, VAT_NUMBERS)
