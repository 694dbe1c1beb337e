"""Government: identity numbers of persons, NHS numbers, and VAT numbers of firms, all with valid check digits."""

from __future__ import annotations

from generator.fields.government.national_id import NationalId
from generator.fields.government.nhs import NhsNumber
from generator.fields.government.vat import VatNumber

__all__ = ["NationalId", "NhsNumber", "VatNumber"]
