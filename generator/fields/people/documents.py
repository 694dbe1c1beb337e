"""Numbers of passports and driving licences, in the form of the country that issues them.

Forms are what the documents show; check digits are none of them, for most countries print none.
"""

from __future__ import annotations

from abc import ABC
from typing import ClassVar, Final

from pydantic import Field as Option

from generator.column import Column
from generator.field import field_type
from generator.fields.text import OfLanguage
from generator.language import Language, parse_regex

OTHERS: Final = "[A-Z][0-9]{8}"
"""The form where the country's own is not known: nine characters, as ICAO Doc 9303 has room for."""

PASSPORTS: Final = {
    "US": "[A-Z][0-9]{8}",
    "GB": "[0-9]{9}",
    "IE": "[LP][A-Z][0-9]{7}",
    "CA": "[A-Z]{2}[0-9]{6}",
    "AU": "[NPR][A-Z][0-9]{7}",
    "NZ": "[LR][A-Z][0-9]{6}",
    "IN": "[A-PR-WY][1-9][0-9]{6}",
    "DE": "[CFGHJK][0-9CFGHJKLMNPRTVWXYZ]{8}",
    "AT": "[PU][0-9]{7}",
    "CH": "[XSC][0-9A-HJ-NP-Z]{7}",
    "FR": "[0-9]{2}[A-Z]{2}[0-9]{5}",
    "BE": "[EGL][A-Z][0-9]{6}",
    "NL": "[A-NP-Z]{2}[0-9A-NP-Z]{6}[0-9]",
    "ES": "[A-Z]{3}[0-9]{6}",
    "PT": "[CP][A-Z]?[0-9]{6}",
    "IT": "Y[A-C][0-9]{7}",
    "MX": "[GNC][0-9]{8}",
    "BR": "[FGYC][A-Z][0-9]{6}",
    "PL": "[A-Z]{2}[0-9]{7}",
    "CZ": "[0-9]{8}",
    "SK": "[A-Z]{2}[0-9]{7}",
    "HU": "B[A-Z][0-9]{6,7}",
    "RO": "[0-9]{8,9}",
    "GR": "A[A-Z][0-9]{7}",
    "TR": "[US][0-9]{8}",
    "SE": "[0-9]{8}",
    "DK": "2[0-9]{8}",
    "NO": "[0-9]{8}",
    "FI": "[FP][A-Z][0-9]{7}",
    "RU": "7[0-9] [0-9]{7}",
    "UA": "[EFG][A-Z][0-9]{6}",
    "SA": "[A-Z][0-9]{8}",
    "IL": "[23][0-9]{7}",
    "JP": "[MT][A-Z][0-9]{7}",
    "KR": "M[0-9]{3}[A-Z][0-9]{4}",
    "CN": "E[0-9A-HJ-NP-Z][0-9]{7}",
    "TW": "3[0-9]{8}",
    "VN": "[BCN][0-9]{7}",
    "TH": "[A-Z]{2}[0-9]{7}",
    "ID": "[ABCEX][0-9]{7}",
}
"""Country (ISO 3166) → form as a regular expression; after the PRADO register of the Council of the European Union."""

_DAY: Final = "(0[1-9]|1[0-9]|2[0-8])(0[1-9]|1[0-2])"
LICENCES: Final = {
    "US": "[A-Z][0-9]{7}",
    "CA": "[A-Z][0-9]{4}-[0-9]{5}-[0-9]{5}",
    "AU": "[0-9]{8}",
    "NZ": "[A-Z]{2}[0-9]{6}",
    "GB": f"[A-Z]{{5}}[0-9]{_DAY}[0-9][A-Z]{{2}}[0-9][A-Z]{{2}}",
    "IE": "[0-9]{9}",
    "IN": "(DL|GJ|KA|KL|MH|RJ|TN|UP|WB)[0-9]{2} 20(0[0-9]|1[0-9]|2[0-5])[0-9]{7}",
    "DE": "[A-Z][0-9]{3}[0-9A-Z]{7}",
    "AT": "[0-9]{8}",
    "CH": "[0-9]{12}",
    "FR": "[0-9]{2}[A-Z]{2}[0-9]{5}",
    "BE": "[0-9]{10}",
    "NL": "[3-6][0-9]{9}",
    "ES": "[0-9]{8}[A-HJ-NP-TV-Z]",
    "PT": "[A-Z]{1,2}-[0-9]{6,7}",
    "IT": "U1[A-Z][0-9]{6}[A-Z]",
    "BR": "[0-9]{11}",
    "MX": "[A-Z][0-9]{8}",
    "PL": "[0-9]{5}/[0-9]{2}/[0-9]{4}",
    "CZ": "E[A-Z] [0-9]{6}",
    "SK": "[A-Z][0-9]{7}",
    "HU": "[A-Z]{2}[0-9]{6}",
    "RO": "[A-Z][0-9]{8}[A-Z]",
    "GR": "[0-9]{9}",
    "TR": "[0-9]{6}",
    "SE": f"[0-9]{{2}}{_DAY}-[0-9]{{4}}",
    "DK": "[0-9]{8}",
    "NO": "[0-9]{2} [0-9]{2} [0-9]{6} [0-9]",
    "FI": f"{_DAY}[0-9]{{2}}-[0-9]{{3}}[0-9A-FHJ-NPR-Y]",
    "RU": "[0-9]{2} [0-9]{2} [0-9]{6}",
    "UA": "[A-Z]{3}[0-9]{6}",
    "SA": "1[0-9]{9}",
    "IL": "[0-9]{7}",
    "JP": "[0-9]{12}",
    "KR": "(1[1-9]|2[0-8])-[0-9]{2}-[0-9]{6}-[0-9]{2}",
    "TW": "[A-Z][12][0-9]{8}",
    "VN": "[0-9]{12}",
    "CN": "[1-6][0-9]{5}19[5-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{4}",
    "TH": "[0-9]{8}",
    "ID": "[0-9]{12}",
}
"""Country (ISO 3166) → form as a regular expression; of the United States it is California's, of Canada Ontario's."""


class _Document(OfLanguage, ABC):
    country: str | None = Option(
        default=None, pattern="^[A-Z]{2}$", description="ISO 3166 code of the country; default: the locale's."
    )

    forms: ClassVar[dict[str, str]]
    localized = True

    def language(self, column: Column) -> Language:
        country = self.country or column.locale.rpartition("_")[2]
        return parse_regex(self.forms.get(country, OTHERS))


@field_type("passport_number", "passport")
class PassportNumber(_Document):
    """The number of a passport, in the form of the country's passports (PRADO, Council of the European Union)."""

    forms = PASSPORTS
    examples = ({}, {"country": "DE", "unique": True}, {"locale": "fr_FR"})


@field_type("driving_licence", "driving_license", "drivers_license", "driver_license")
class DrivingLicence(_Document):
    """The number of a driving licence, in the form of the country's licences."""

    forms = LICENCES
    examples = ({}, {"country": "GB"}, {"locale": "pl_PL", "unique": True})
