"""National identity numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from generator.cells import Cells, Rows
from generator.codes import Whole
from generator.column import Column
from generator.field import field_type
from generator.fields.numbered import CountryField, NumberedField, drawn, one_country
from generator.registers.nations import NATIONAL_IDS
from generator.registers.numbering import LARGEST, Numbering, born, split
from generator.subjects import person


@field_type(
    "national_id",
    "national_identity_number",
    "national_id_number",
    "ssn",
    "personal_id",
    "social_security_number",
    "national_identification_number",
)
class NationalId(CountryField, NumberedField):
    """The identity or tax number of a person in a country, with valid check digits, as it is usually written.

    Where the number tells a birthday or a sex, they are those of its group. Each country's form and source are stated
    in ``generator.registers``; of numbers that tell no birthday ``unique`` goes with a group too.
    """

    groups = True
    examples = ({}, {"country": "FR"}, {"country": "DE", "unique": True})

    def numbering(self, column: Column) -> Numbering:
        found = self.of_country(column, NATIONAL_IDS)
        if found.personal:
            person.last_birthday(column)  # SchemaError where the group leaves none
            person.share_of_women(column)
        return found

    def generate(self, cells: Cells) -> pa.Array:
        numbering: Numbering = cells.prepared
        numbers = drawn(cells, numbering.sizes)
        if numbering.personal:
            numbers += [person.birth_days(cells), person.women(cells).astype(np.int64)]
        return numbering.text(numbers)

    def cardinality(self, column: Column) -> int | None:
        one_country(column)
        numbering: Numbering = column.prepared
        if not numbering.personal:
            return numbering.size
        if self.group is not None:
            problem = "a number that tells the birthday of its group cannot be kept from repeating"
            raise column.wrong("unique", problem, "drop group or unique")
        days, sexes = _people(column, numbering)
        return min(len(days) * len(sexes) * numbering.size, LARGEST)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        numbering: Numbering = cells.prepared
        if not numbering.personal:
            return super().unrank(cells, ranks)
        days, sexes = _people(cells.column, numbering)
        day, sex, *numbers = split(ranks, (len(days), len(sexes), *numbering.sizes))
        return numbering.text([*numbers, days[day], sex + sexes.start])


_CENTURY = 36_000
"""Days within which two digits of a year tell one from another."""


def _people(column: Column, numbering: Numbering) -> tuple[Whole, range]:
    """The birthdays, in days since 1970-01-01, and sexes (1 is a woman) that numbers tell apart."""
    last = person.last_birthday(column)
    days = np.arange(max(person.first_birthday(column), last - _CENTURY), last + 1)
    if numbering.tells != "day":
        year, month, _ = born(days)
        told = {"month": year * 12 + month, "year": year, "": np.zeros_like(days)}[numbering.tells]
        days = days[np.unique(told, return_index=True)[1]]
    share = person.share_of_women(column)
    return days, range(int(share == 1.0), 1 + int(share > 0.0 and numbering.tells_sex))
