"""The parts of a person's name, each a word of a list of the locale that suits the person's sex."""

from __future__ import annotations

from abc import ABC
from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Draw, Rows
from generator.column import Column
from generator.field import WORDS, TextField, field_type
from generator.fields.words import chosen, fitting
from generator.subjects.names import Names, names
from generator.subjects.person import share_of_women

SexAsked = Literal["any", "female", "male"]


def never_cut(column: Column, field: TextField) -> None:
    """SchemaError where a field of a group bounds its length: names that are left out or cut disagree with others."""
    if field.max_length is not None and field.group is not None:
        problem = "a name that is shortened would not agree with the other fields of its group"
        raise column.wrong("max_length", problem, "drop it, or the group")


class SexedWordField(TextField, ABC):
    """A word of a list for women or of one for men; where it is a ``part`` of a name, its draw is the group's."""

    kind: ClassVar[str]
    part: ClassVar[str] = ""
    localized = True
    groups = True

    def prepare(self, column: Column) -> Names:
        never_cut(column, self)
        share_of_women(column)
        found = names(column, self.kind)
        parts = [fitting(column, part, self.room) for part in (found.women, found.men)]
        return found if parts == [found.women, found.men] else Names.of(*parts)

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS

    def dictionary(self, column: Column) -> pa.Array:
        found: Names = column.prepared
        return found.array

    def draw(self, cells: Cells) -> Draw:
        """The draw of the word."""
        return cells.shared(self.part) if self.part else cells.draw()

    def generate(self, cells: Cells) -> pa.Array:
        found: Names = cells.prepared
        return found.chosen(cells, self.draw(cells))

    def cardinality(self, column: Column) -> int:
        found: Names = column.prepared
        return len(found.either(share_of_women(column)))

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        found: Names = cells.prepared
        indices = found.either(share_of_women(cells.column))[ranks.astype(np.int64)]
        return chosen(np.ascontiguousarray(indices), found.array)

    def text_width(self, column: Column) -> int:
        return 9


class NamePart(SexedWordField, ABC):
    """A part of a name, of a person of either sex or of one."""

    sex: SexAsked = Option(default="any", description="Names of women, of men, or both.")


@field_type(
    "first_name",
    "given_name",
    "firstname",
    "forename",
    "first_name_nonbinary",
    presets={
        "first_name_female": {"sex": "female"},
        "first_name_male": {"sex": "male"},
        "female_first_name": {"sex": "female"},
        "male_first_name": {"sex": "male"},
    },
)
class FirstName(NamePart):
    """A first name, as frequent as it is among people of the locale."""

    kind = "first_names"
    part = "first"
    examples = ({}, {"case": "upper"}, {"sex": "female", "locale": "ru_RU"})


@field_type(
    "last_name",
    "surname",
    "family_name",
    "lastname",
    "last_name_nonbinary",
    presets={"last_name_female": {"sex": "female"}, "last_name_male": {"sex": "male"}},
)
class LastName(NamePart):
    """A family name, as frequent as it is in the locale, in the form that women or men bear where they differ."""

    kind = "last_names"
    part = "last"
    examples = ({}, {"prefix": "van "}, {"sex": "female", "locale": "cs_CZ"})


@field_type(
    "middle_name", "patronymic", presets={"middle_name_female": {"sex": "female"}, "middle_name_male": {"sex": "male"}}
)
class MiddleName(NamePart):
    """A middle name of the locale: a second first name, or a patronymic in Russian and Ukrainian."""

    kind = "middle_names"
    part = "middle"
    examples = ({}, {"locale": "uk_UA", "sex": "male"})


@field_type(
    "prefix",
    "name_prefix",
    "honorific",
    "salutation",
    "prefix_nonbinary",
    presets={"prefix_female": {"sex": "female"}, "prefix_male": {"sex": "male"}},
)
class Prefix(NamePart):
    """A title before a name, such as ``Dr.`` or ``Mrs.``; behind it in Chinese, Japanese and Korean."""

    kind = "prefixes"
    part = "prefix"
    examples = ({}, {"sex": "female", "locale": "fr_FR"})


@field_type(
    "suffix",
    "name_suffix",
    "suffix_nonbinary",
    presets={"suffix_female": {"sex": "female"}, "suffix_male": {"sex": "male"}},
)
class NameSuffix(NamePart):
    """What follows a name, such as ``Jr.`` or a degree."""

    kind = "suffixes"
    part = "suffix"
    examples = ({}, {"sex": "male"})
