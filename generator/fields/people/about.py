"""What is said of a person: sex, marital status, nationality, language, job and blood type."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import WORDS, Share, TextField, field_type
from generator.fields.people.names import SexedWordField
from generator.fields.words import WordListField, chosen, fitting, listed
from generator.subjects.names import Names, names_of
from generator.subjects.person import minors, share_of_women, women
from generator.vocabulary import FALLBACK, WordList, word_list


@field_type(
    "sex",
    "gender",
    "sex_type",
    "gender_binary",
    presets={
        "gender_abbrev": {"format": "letter"},
        "gender_letter": {"format": "letter"},
        "gender_code": {"format": "code"},
    },
)
class Sex(TextField):
    """The sex of a person, female or male: a word of the locale's language, a letter, or a code of ISO/IEC 5218."""

    format: Literal["word", "letter", "code"] = Option(
        default="word", description="Female and Male in the locale's language, F and M, or 2 and 1 (ISO/IEC 5218)."
    )
    women: Share = Option(default=0.5, description="Share of women; for all fields of its group.")

    localized = True
    groups = True
    examples = ({}, {"format": "letter", "women": 0.7}, {"format": "code"})

    @property
    def uneven(self) -> str | None:
        return None if self.women == 0.5 else "women"

    def prepare(self, column: Column) -> pa.Array:
        share_of_women(column)
        if self.format == "word":
            words = listed(column, "sexes").words
        else:
            words = ("F", "M") if self.format == "letter" else ("2", "1")
        if self.room is not None and max(map(len, words)) > self.room:
            raise column.wrong("max_length", f"{max(words, key=len)!r} does not fit", "raise it, or spell by letter")
        return pa.array(words, pa.string())

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS

    def dictionary(self, column: Column) -> pa.Array:
        return column.prepared

    def generate(self, cells: Cells) -> pa.Array:
        return chosen((~women(cells)).astype(np.int32), cells.prepared)

    def cardinality(self, column: Column) -> int:
        return 2

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return chosen(ranks.astype(np.int32), cells.prepared)

    def text_width(self, column: Column) -> int:
        return 6 if self.format == "word" else 1


_MISS: Final = ("Miss", "Srta.", "Srita.", "Frk.", "Frøken", "neiti", "الآنسة")
_MRS: Final = ("Mrs", "Mrs.", "Smt.", "श्रीमती", "rouva", "นาง", "السيدة")
"""Titles that tell a woman's marital status; those that most languages have today do not."""


@field_type("marital_status", "civil_status")
class MaritalStatus(SexedWordField):
    """Single, married, divorced or widowed, about as frequent as among the country's adults, in its language.

    Where words differ by sex they suit the person's, as do those of its group. In a group a ``Miss`` and a minor are
    single, and a ``Mrs`` is or was married.
    """

    kind = "marital_statuses"
    examples = ({}, {"locale": "es_ES"}, {"group": "person"})

    def generate(self, cells: Cells) -> pa.Array:
        found: Names = cells.prepared
        if self.group is None:
            return super().generate(cells)
        # every list begins with the words for single and for married
        single, married = (np.where(women(cells), found.of_women[n], found.of_men[n]) for n in (0, 1))
        titles = names_of(cells.column.locale, "prefixes")
        title = titles.drawn(cells, cells.shared("prefix"))
        miss, mrs = (np.isin(titles.words, known)[title] for known in (_MISS, _MRS))
        status = found.drawn(cells, self.draw(cells))
        status = np.where(mrs & (status == single), married, status)
        return chosen(np.where(miss | minors(cells), single, status).astype(np.int32), found.array)


@field_type("nationality", "citizenship")
class Nationality(SexedWordField):
    """A nationality in the locale's language, all as likely; the country's name where the language has no list."""

    kind = "nationalities"
    examples = ({}, {"locale": "pl_PL"})


@field_type("language", "language_name", "lang")
class Language(WordListField):
    """The name of a language in the locale's own (CLDR), as frequent as it is spoken in the world."""

    list_name = "languages"
    examples = ({}, {"locale": "fr_FR"})


@field_type("language_code", "language_iso_code")
class LanguageCode(WordListField):
    """The code of a language (ISO 639): two letters, or three where it has no such code; as frequent as its name."""

    list_name = "language_codes"
    localized = False
    examples = ({}, {"max_length": 2})

    def prepare(self, column: Column) -> WordList:
        return fitting(column, word_list(self.list_name, FALLBACK), self.room)

    def text_width(self, column: Column) -> int:
        return 2


@field_type("job_title", "job", "occupation", "profession", "job_male", "job_female", "position")
class JobTitle(WordListField):
    """The title of a job, as in the country's job advertisements and statistics; all are as likely."""

    list_name = "job_titles"
    examples = ({}, {"locale": "fr_FR", "max_length": 20})

    def text_width(self, column: Column) -> int:
        return 18


_BLOOD: Final = {"O+": 374, "A+": 357, "B+": 85, "O-": 66, "A-": 63, "AB+": 34, "B-": 15, "AB-": 6}
"""Shares of the blood types among people in the United States, in per mille (Stanford Blood Center)."""
_BLOOD_TYPES: Final = pa.array(list(_BLOOD), pa.string())
_BLOOD_TABLE: Final = AliasTable.of(tuple(_BLOOD.values()))


@field_type("blood_type", "blood_group")
class BloodType(TextField):
    """A blood type by ABO and Rhesus factor, such as ``O+``, as frequent as in the United States (Stanford)."""

    groups = True

    def prepare(self, column: Column) -> None:
        if self.room is not None and self.room < 3:
            raise column.wrong("max_length", "a blood type has up to 3 characters", "drop it")

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS

    def dictionary(self, column: Column) -> pa.Array:
        return _BLOOD_TYPES

    def generate(self, cells: Cells) -> pa.Array:
        return chosen(cells.pick(_BLOOD_TABLE, cells.shared("blood")), _BLOOD_TYPES)

    def cardinality(self, column: Column) -> int:
        return len(_BLOOD)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return chosen(ranks.astype(np.int32), _BLOOD_TYPES)

    def text_width(self, column: Column) -> int:
        return 2
