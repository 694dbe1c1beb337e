"""Text: words, patterns, regular expressions, strings and templates."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.choosing import whole_weights
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.bounds import Bounds, check_bounds
from generator.fields.words import chosen, fitting, listed
from generator.language import Language, LanguageError, parse_pattern, parse_regex, strings

LARGEST = 1 << 62
"""Languages up to this size are counted through for unique values."""


@field_type("words")
class Words(TextField):
    """Several words of the locale, separated by spaces; ``count`` is how many."""

    count: Bounds = Option(default=(3, 3), description="n or [min, max]")

    breaks_at_words = True
    examples = ({}, {"count": [5, 12]}, {"count": [4, 16], "max_length": 40})

    def prepare(self, column: Column) -> tuple[pa.Array, Any, Any]:
        check_bounds(column, "count", self.count, 1, 1_000)
        words = fitting(column, listed(column, "words"), self.room)
        weights = whole_weights(words.weights or (1,) * len(words.words))
        return (words.array, *kernels.alias_table32(weights))

    def generate(self, cells: Cells) -> pa.Array:
        array, thresholds, aliases = cells.prepared
        draw = cells.draw()
        low, high = self.count
        return kernels.words(
            cells.rows, draw.gamma, draw.kappa, low, high, array, thresholds, aliases, self.room, cells.skip
        )

    def text_width(self, column: Column) -> int:
        return min(sum(self.count) * 3, self.max_length or 4096)


class _OfLanguage(TextField):
    """Text of a countable language."""

    def _language(self, column: Column) -> Language:
        raise NotImplementedError

    def _fits(self, column: Column, language: Language) -> Language:
        if self.room is not None and language.max_length > self.room:
            problem = f"its texts have up to {language.max_length} characters, but only {self.room} fit"
            raise column.wrong("max_length", problem, "raise it, or give shorter bounds")
        return language

    def prepare(self, column: Column) -> Language:
        return self._fits(column, self._language(column))

    def arrow_type(self, column: Column) -> pa.DataType:
        language: Language = column.prepared
        return language.arrow_type

    def dictionary(self, column: Column) -> pa.Array | None:
        language: Language = column.prepared
        return language.values

    def generate(self, cells: Cells) -> pa.Array:
        language: Language = cells.prepared
        return language.sample(lambda index: cells.bits(f"value {index}"))

    def cardinality(self, column: Column) -> int | None:
        language: Language = column.prepared
        if not language.distinct:
            return None
        if language.size > LARGEST:
            raise column.wrong(
                "unique",
                f"2**{language.size.bit_length() - 1} texts and more are too many to count through",
                "shorten them",
            )
        return language.size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        language: Language = cells.prepared
        return language.unrank(ranks) if language.values is None else chosen(ranks.astype("int32"), language.values)

    def text_width(self, column: Column) -> int:
        language: Language = column.prepared
        return int(min(language.max_length, 64))


class _Parsed(_OfLanguage):
    """A language written as a text, in the option ``pattern``."""

    pattern: str = Option(min_length=1, max_length=256)

    def _parse(self, text: str) -> Language:
        raise NotImplementedError

    def _language(self, column: Column) -> Language:
        try:
            return self._parse(self.pattern)
        except LanguageError as error:
            raise column.wrong("pattern", f"column {error.column}: {error.problem}", error.remedy) from None


@field_type("pattern", "numerify", "bothify")
class Pattern(_Parsed):
    """A pattern of characters: ``#`` is a digit, ``?`` a letter, ``*`` either, ``\\`` takes the next one as it is."""

    examples = ({"pattern": "+1-###-###-####"}, {"pattern": "??-\\#*"}, {"pattern": "####", "unique": True})

    def _parse(self, text: str) -> Language:
        return parse_pattern(text)


@field_type("regex", "regexify", "regular_expression")
class Regex(_Parsed):
    """Text that matches a regular expression of a documented, finite subset."""

    examples = (
        {"pattern": "[A-Z]{2}[0-9]{2} [A-Z]{3}"},
        {"pattern": "(SM|LG|MED) (CASE|BOX)"},
        {"pattern": "[a-f]{1,9}-x?"},
    )

    def _parse(self, text: str) -> Language:
        return parse_regex(text)


@field_type("string", "random_string")
class String(_OfLanguage):
    """Random characters of an alphabet; every length of the range is as likely as any other."""

    length: Bounds = Option(default=(8, 16), description="n or [min, max]")
    alphabet: str = Option(
        default="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", min_length=1, max_length=4096
    )

    examples = ({}, {"length": [10, 40]}, {"length": 5, "alphabet": "äöü€😀", "unique": True})

    @property
    def _lengths(self) -> tuple[int, int]:
        low, high = self.length
        return low, high if self.room is None else min(high, self.room)

    def _language(self, column: Column) -> Language:
        low, high = self._lengths
        if high < low <= self.length[1]:
            raise column.wrong("max_length", f"only {self.room} of {low} characters fit", "raise it, or lower length")
        check_bounds(column, "length", (low, high), 0, 4096)
        if len(set(self.alphabet)) != len(self.alphabet):
            raise column.wrong("alphabet", "a character is there twice", "list each once")
        try:
            return strings(self.alphabet, low, high)
        except LanguageError as error:
            raise column.wrong("alphabet", error.problem, error.remedy) from None

    def cardinality(self, column: Column) -> int | None:
        language: Language = column.prepared
        return language.size if language.size <= LARGEST else self._prefix.size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        language: Language = cells.prepared
        if language.size <= LARGEST:
            return super().unrank(cells, ranks)
        rest = self._rest.sample(lambda index: cells.bits(f"value {index}"))
        return kernels.concat([self._prefix.unrank(ranks), rest], len(cells))

    @cached_property
    def _prefix(self) -> Language:
        """Of a language too large to count through: the leading characters that tell its texts apart."""
        length = 1
        while len(self.alphabet) ** (length + 1) <= LARGEST:
            length += 1
        return strings(self.alphabet, length, length)

    @cached_property
    def _rest(self) -> Language:
        """What may follow the prefix; texts shorter than it are not used."""
        low, high = self._lengths
        taken = self._prefix.max_length
        return strings(self.alphabet, max(low - taken, 0), high - taken)

    def text_width(self, column: Column) -> int:
        return sum(self.length) // 2


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
