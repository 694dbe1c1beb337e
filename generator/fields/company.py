"""Companies: names, legal forms, what they say of themselves, their departments and numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Draw
from generator.column import Column
from generator.field import WORDS, field_type
from generator.fields.forms import Forms, FormsField
from generator.fields.text import OfLanguage
from generator.fields.words import WordListField, fitting, listed
from generator.language import Language, parse_regex
from generator.subjects.company import company_draw, company_forms, company_legal_forms, legal_form_list
from generator.vocabulary import WordList


@field_type("company", "company_name", "fake_company_name", "business_name")
class Company(FormsField):
    """The name of a company, made of family names and cities in the forms of the locale.

    Fields of one group share the company. Unique names are those of words without spaces or hyphens.
    """

    localized = True
    groups = True
    breaks_at_words = True
    examples = ({}, {"locale": "de_DE", "unique": True}, {"locale": "ja_JP"})

    def forms(self, column: Column) -> Forms:
        listed(column, "company_forms")
        forms = company_forms(column.locale)
        if self.group is not None and self.room is not None and forms.longest > self.room:
            raise column.wrong("max_length", "a name that agrees with its group is not cut", "drop group or max_length")
        return forms

    def draw_of(self, cells: Cells) -> Callable[[str], Draw]:
        return company_draw(cells)


@field_type("company_suffix", "legal_form", "company_type")
class CompanySuffix(WordListField):
    """The legal form of a company, such as ``Inc.`` or ``GmbH``; in a group that of its company.

    In a group it is null where the company's name has none, as ``Smith & Sons``.
    """

    list_name = "company_forms"
    groups = True
    examples = ({}, {"locale": "it_IT"})

    def prepare(self, column: Column) -> WordList:
        listed(column, self.list_name)
        if self.group is not None and self.room is not None:
            raise column.wrong("max_length", "a legal form of a group's company is not cut", "drop it")
        return fitting(column, legal_form_list(column.locale), self.room)

    def may_be_null(self, column: Column) -> bool:
        return self.group is not None

    def generate(self, cells: Cells) -> pa.Array:
        if self.group is None:
            return super().generate(cells)
        found = company_legal_forms(cells)
        return found if found.type == WORDS else found.cast(WORDS)

    def dictionary(self, column: Column) -> pa.Array:
        return legal_form_list(column.locale).array if self.group is not None else super().dictionary(column)


@field_type("industry")
class Industry(WordListField):
    """An industry, about as frequent as companies in it."""

    list_name = "industries"
    examples = ({}, {"max_length": 12})


@field_type("department_name", "department_corporate")
class DepartmentName(WordListField):
    """A department of a company, in the locale's language."""

    list_name = "departments"
    examples = ({}, {"locale": "fr_FR"})


@field_type("job_level", "seniority")
class JobLevel(WordListField):
    """A level of a career, from intern to executive, about as frequent as people on it."""

    list_name = "job_levels"
    examples = ({},)


@field_type("buzzword")
class Buzzword(WordListField):
    """A word that companies like to hear: ``scalable``, ``synergies``."""

    list_name = "buzzwords"
    examples = ({}, {"case": "title"})


class _Phrase(FormsField):
    """Words of three lists with spaces between."""

    localized = True
    breaks_at_words = True

    @cached_property
    def _lists(self) -> tuple[str, str, str]:
        raise NotImplementedError

    def forms(self, column: Column) -> Forms:
        words = {f"word{number}": listed(column, name) for number, name in enumerate(self._lists)}
        return Forms.of(["{word0} {word1} {word2}"], words)


@field_type("catch_phrase", "slogan")
class CatchPhrase(_Phrase):
    """A company's catch phrase of three words: ``Versatile bandwidth-monitored framework``."""

    examples = ({}, {"max_length": 30}, {"locale": "it_IT"})

    @cached_property
    def _lists(self) -> tuple[str, str, str]:
        return "catch_words_1", "catch_words_2", "catch_words_3"


@field_type("bs", "business_phrase", "company_bs")
class BusinessPhrase(_Phrase):
    """What a company says it does: ``streamline scalable platforms``."""

    examples = ({},)

    @cached_property
    def _lists(self) -> tuple[str, str, str]:
        return "bs_verbs", "bs_adjectives", "bs_nouns"


_EIN_PREFIXES = (
    "0[1-6] 1[0-6] 2[0-7] 3[0-9] 4[0-8] 5[0-9] 6[0-8] 7[1-7] 8[0-8] 9[0-58-9]".split()  # noqa: SIM905 - reads as a table
)
"""Two leading digits that are in use (US Internal Revenue Service, "How EINs are assigned and valid EIN prefixes")."""


class _Number(OfLanguage):
    """A number of a form."""

    groups = True
    unique_by_number = True

    @property
    def _regex(self) -> str:
        raise NotImplementedError

    def language(self, column: Column) -> Language:
        return parse_regex(self._regex)


@field_type("ein", "employer_identification_number")
class Ein(_Number):
    """A US employer identification number, ``12-3456789``, with a prefix that is in use."""

    examples = ({}, {"unique": True})

    @property
    def _regex(self) -> str:
        return f"({'|'.join(_EIN_PREFIXES)})-[0-9]{{7}}"


@field_type("duns", "duns_number")
class Duns(_Number):
    """A D-U-N-S number of a company: nine digits (Dun & Bradstreet), which have had no check digit since 2006."""

    hyphens: bool = Option(default=False, description="12-345-6789 rather than 123456789.")

    examples = ({}, {"hyphens": True, "unique": True})

    @property
    def _regex(self) -> str:
        return "[0-9]{2}-[0-9]{3}-[0-9]{4}" if self.hyphens else "[0-9]{9}"
