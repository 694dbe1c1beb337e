"""What all fields share that choose from a list of words: weights, dictionary encoding, uniqueness, length."""

from __future__ import annotations

from abc import ABC
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import WORDS, TextField
from generator.vocabulary import VocabularyError, WordList, word_list


def listed(column: Column, name: str) -> WordList:
    """A word list in the column's locale, and a note in the column of where it came from; SchemaError: no locale."""
    try:
        found = word_list(name, column.locale)
    except VocabularyError as error:
        raise column.wrong("locale", error.problem, error.remedy) from None
    column.took[name] = found.locale
    return found


def fitting(column: Column, words: WordList, room: int | None) -> WordList:
    """The words of at most ``room`` characters; SchemaError where there are none."""
    if room is None or max(map(len, words.words)) <= room:
        return words
    words = words.where(lambda word: len(word) <= room)
    if not words.words:
        raise column.wrong("max_length", f"no word of the list has {room} or fewer characters", "raise it")
    return words


def chosen(indices: npt.NDArray[np.int32], words: pa.Array) -> pa.Array:
    """int32 indices into words, as a dictionary array; the indices are known to be in range."""
    return pa.DictionaryArray.from_buffers(WORDS, len(indices), [None, pa.py_buffer(indices)], words)


class WordListField(TextField, ABC):
    """A word from a list of the locale, as frequent as it is there; never cut: words that are too long are left out."""

    list_name: ClassVar[str]
    localized = True

    def prepare(self, column: Column) -> WordList:
        return fitting(column, listed(column, self.list_name), self.room)

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS

    def dictionary(self, column: Column) -> pa.Array:
        words: WordList = column.prepared
        return words.array

    def generate(self, cells: Cells) -> pa.Array:
        words: WordList = cells.prepared
        return chosen(cells.pick(words.table), words.array)

    def cardinality(self, column: Column) -> int:
        words: WordList = column.prepared
        return len(words.words)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        words: WordList = cells.prepared
        return chosen(ranks.astype("int32"), words.array)

    def text_width(self, column: Column) -> int:
        return 9
