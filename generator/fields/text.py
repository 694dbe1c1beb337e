"""Text of a countable language: patterns and regular expressions; and templates, which are made of other fields."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.words import chosen
from generator.language import (
    ALPHABETS,
    Counting,
    Dialect,
    Language,
    LanguageError,
    counting,
    parse_pattern,
    parse_regex,
)


class Compiled:
    """A field's language, and how to count through it where that is asked for."""

    def __init__(self, language: Language) -> None:
        self.language = language

    @cached_property
    def counting(self) -> Counting | None:
        return counting(self.language)


class OfLanguage(TextField, ABC):
    """Text of a countable language.

    Where it is unique every text of the language is there once, however many ways there are to make it; of a language
    of more than 2**62 texts, those with different beginnings (see ``generator.language.counting``).
    """

    @abstractmethod
    def language(self, column: Column) -> Language:
        """The language of the options; SchemaError where they describe none."""

    def prepare(self, column: Column) -> Compiled:
        language = self.language(column)
        if self.room is not None and language.max_length > self.room:
            problem = f"its texts have up to {language.max_length} characters, but only {self.room} fit"
            raise column.wrong("max_length", problem, "raise it, or give shorter bounds")
        return Compiled(language)

    def arrow_type(self, column: Column) -> pa.DataType:
        compiled: Compiled = column.prepared
        return compiled.language.arrow_type

    def dictionary(self, column: Column) -> pa.Array | None:
        compiled: Compiled = column.prepared
        return compiled.language.values

    def generate(self, cells: Cells) -> pa.Array:
        compiled: Compiled = cells.prepared
        return compiled.language.sample(lambda index: cells.bits(f"value {index}"))

    def cardinality(self, column: Column) -> int:
        compiled: Compiled = column.prepared
        if compiled.language.values is not None:
            return len(compiled.language.values)
        if compiled.counting is None:
            problem = "too many of its texts can be made in more than one way to tell them apart"
            raise column.wrong("unique", problem, "write it so that each text is matched in one way, or shorter")
        return compiled.counting.size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        compiled: Compiled = cells.prepared
        if compiled.language.values is not None:
            return chosen(ranks.astype(np.int32), compiled.language.values)
        assert compiled.counting is not None
        return compiled.counting.unrank(ranks, lambda index: cells.bits(f"value {index}"))

    def text_width(self, column: Column) -> int:
        compiled: Compiled = column.prepared
        return int(min(compiled.language.max_length, 64))


class _Written(OfLanguage):
    """A language written as a text, in the option ``pattern``."""

    pattern: str = Option(min_length=1, max_length=256)

    def language(self, column: Column) -> Language:
        try:
            return self.parsed(self.pattern)
        except LanguageError as error:
            raise column.wrong("pattern", f"column {error.column}: {error.problem}", error.remedy) from None

    @abstractmethod
    def parsed(self, text: str) -> Language:
        """The language of a text; LanguageError where it describes none."""


def alphabet_of(column: Column, option: str, text: str) -> str:
    """The characters of an alphabet, which is one of ALPHABETS by name or else the characters themselves.

    SchemaError where a character is there twice.
    """
    alphabet = ALPHABETS.get(text, text)
    if len(set(alphabet)) != len(alphabet):
        twice = next(each for each in alphabet if alphabet.count(each) > 1)
        names = ", ".join(ALPHABETS)
        raise column.wrong(option, f"{twice!r} is there twice", f"list each character once, or name one of {names}")
    return alphabet


@field_type(
    "pattern",
    "numerify",
    "lexify",
    "bothify",
    presets={"character_sequence": {"dialect": "mockaroo"}, "digit_sequence": {"dialect": "mockaroo"}},
)
class Pattern(_Written):
    """A pattern of characters: ``#`` is a digit, ``?`` a letter, ``*`` either, ``\\`` takes the next one as it is.

    ``dialect: faker`` and ``dialect: mockaroo`` read the characters that stand for others as those do.
    """

    letters: str = Option(
        default="lower",
        min_length=1,
        max_length=4096,
        description=f"what ? may be: characters, or one of {', '.join(ALPHABETS)}",
    )
    dialect: Dialect = Option(default="seedbed", description="whose characters the pattern is written in")

    examples = (
        {"pattern": "+1-###-###-####"},
        {"pattern": "??-\\#*", "letters": "upper"},
        {"pattern": "####", "unique": True},
        {"pattern": "^^@-$%#*", "dialect": "mockaroo"},
    )

    def language(self, column: Column) -> Language:
        alphabet_of(column, "letters", self.letters)
        return super().language(column)

    def parsed(self, text: str) -> Language:
        return parse_pattern(text, ALPHABETS.get(self.letters, self.letters), self.dialect)


@field_type(
    "regex",
    "regexify",
    "regular_expression",
    presets={
        "short_hex_color": {"pattern": "#[0-9a-f]{3}"},
        "doi": {"pattern": "10\\.[1-9][0-9]{3}/[a-z0-9]{8}"},
        "postalcode_plus4": {"pattern": "[0-9]{5}-[0-9]{4}"},
        "zipcode_plus4": {"pattern": "[0-9]{5}-[0-9]{4}"},
        "zip_plus4": {"pattern": "[0-9]{5}-[0-9]{4}"},
        "itin": {"pattern": "9[0-9]{2}-(5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9])-[0-9]{4}"},
    },
)
class Regex(_Written):
    """Text that matches a regular expression of a documented, finite subset.

    ``.`` and what is negated is printable ASCII; ``*``, ``+`` and ``{n,}`` go 8 beyond their minimum.
    """

    examples = (
        {"pattern": "[A-Z]{2}[0-9]{2} [A-Z]{3}"},
        {"pattern": "(SM|LG|MED) (CASE|BOX)"},
        {"pattern": "[a-f]{1,9}-x?"},
        {"pattern": "\\d{1,3}[[:alnum:]]*\\d?"},
    )

    def parsed(self, text: str) -> Language:
        return parse_regex(text)


@field_type("template")
class Template(TextField):
    """Text with other fields of the row in it, as Python formats them: ``Customer#{id:09d}``."""

    template: str = Option(min_length=1, max_length=1024)

    examples = (
        {"template": "{name}#{id:09d}"},
        {"template": "{name:>12} born {born} in {born:%Y}, owes {amount:.1f}"},
    )

    def sources(self) -> tuple[str, ...]:
        from generator.fields.templates import names

        return names(self.template)

    def prepare(self, column: Column) -> Callable[[Cells], pa.Array]:
        from generator.fields.templates import compile_template

        return compile_template(column, self.template)

    def generate(self, cells: Cells) -> pa.Array:
        filled: pa.Array = cells.prepared(cells)
        return filled
