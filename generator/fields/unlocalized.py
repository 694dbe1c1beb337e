"""What types share whose texts are the same in every locale: forms, few words, numbers as words."""

from __future__ import annotations

from typing import ClassVar

from generator.column import Column
from generator.fields.forms import FormsField
from generator.fields.words import WordListField, fitting
from generator.vocabulary import FALLBACK, WordList, word_list


def numbers(stop: int, start: int = 0, step: int = 1, width: int = 0) -> WordList:
    """Whole numbers from start to below stop as words, padded with zeros to a width."""
    return WordList.of([f"{number:0{width}d}" for number in range(start, stop, step)], "")


class EnglishForms(FormsField):
    """Forms over lists that are the same in every locale, never cut."""

    def listed(self, *names: str) -> list[WordList]:
        """Our own lists."""
        return [word_list(name, FALLBACK) for name in names]


class OneOf(WordListField):
    """One of a few weighted words that are the same in every locale."""

    localized = False
    words: ClassVar[dict[str, float]]

    def prepare(self, column: Column) -> WordList:
        return fitting(column, WordList.of(self.words, ""), self.room)
