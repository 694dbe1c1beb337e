"""Slugs: words as they stand in the addresses of pages, in ASCII whatever the locale."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Draw, Rows
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.bounds import Bounds, check_bounds
from generator.fields.lexicon import Lexicon, Pool, lexicon
from generator.fields.prose import words_of
from generator.fields.words import chosen
from generator.kernels.strings import string_array, text_of
from generator.vocabulary import FALLBACK

LARGEST: Final = 1 << 62
"""Slugs up to this many are counted through for unique values."""

_LETTERS: Final = str.maketrans(
    {"\u00df": "ss", "\u00e6": "ae", "\u0153": "oe", "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00f0": "d"}
    | {"\u00fe": "th", "\u0131": "i"}
)


def ascii_word(word: str) -> str:
    """The word in lower-case ASCII letters, without its accents; empty where it has letters of another script."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(each))
    spelled = bare.translate(_LETTERS).replace("'", "").replace("-", "")
    return spelled if spelled.isascii() and spelled.isalpha() else ""


@cache
def ascii_words(words: Lexicon) -> Pool:
    """The content words of a lexicon that have an ASCII spelling; the English ones where most have none."""
    found = [(ascii_word(word), weight) for word, weight in zip(words.words.texts, words.words.weights, strict=True)]
    spelled = Pool.of((text, weight) for text, weight in found if text)
    return spelled if len(spelled.texts) * 2 >= len(words.content) else ascii_words(lexicon("words", FALLBACK))


def hyphened(text: pa.StringArray) -> pa.StringArray:
    """The texts with hyphens for spaces."""
    offsets, data = text_of("text", text)
    return string_array(offsets, np.where(data == ord(" "), np.uint8(ord("-")), data))


@field_type("slug", "url_slug")
class Slug(TextField):
    """Lower-case words with hyphens between, as in addresses of pages: ASCII in every locale; ``count`` is how many.

    Domain where it is unique: the word lists' size to the power of the larger count.
    """

    count: Bounds = Option(default=(2, 5), description="words: n or [min, max]")

    localized = True
    examples = ({}, {"count": 3, "unique": True}, {"locale": "de_DE", "max_length": 20})

    def prepare(self, column: Column) -> Pool:
        check_bounds(column, "count", self.count, 1, 100)
        pool = ascii_words(words_of(column, "words", None))
        if self.room is None:
            return pool
        room = self.room
        short = Pool.of((t, weight) for t, weight in zip(pool.texts, pool.weights, strict=True) if len(t) <= room)
        if not short.texts:
            raise column.wrong("max_length", "no word of the list is short enough to fit", "raise it")
        return short

    def generate(self, cells: Cells) -> pa.Array:
        pool: Pool = cells.prepared
        draw, (low, high) = cells.draw(), self.count
        some = kernels.words(
            cells.rows, draw.gamma, draw.kappa, low, high, pool.array, *pool.narrow, self.room, cells.skip
        )
        return _with_nulls(hyphened(some), some)

    def cardinality(self, column: Column) -> int:
        pool: Pool = column.prepared
        if self.room is not None:
            raise column.wrong("unique", "slugs of a bounded length cannot be counted", "leave max_length out")
        size: int = len(pool.texts) ** _ranked(pool, self.count[1])
        return size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        pool: Pool = cells.prepared
        size, rest = np.uint64(len(pool.texts)), ranks
        parts: list[bytes | pa.Array] = []
        for _ in range(_ranked(pool, self.count[1])):
            rest, digit = np.divmod(rest, size)
            parts += [b"-", chosen(digit.astype(np.int32), pool.array)]
        for number in range(self.count[1] - len(parts) // 2):
            parts += [b"-", chosen(picked(cells.draw(f"word {number}"), cells.rows, pool), pool.array)]
        return kernels.concat(parts[1:], len(cells))

    def text_width(self, column: Column) -> int:
        return min(sum(self.count) * 3, self.max_length or 4096)


def _ranked(pool: Pool, words: int) -> int:
    """How many words of a unique slug its rank decides: all, or as many as can be counted through."""
    while len(pool.texts) ** words > LARGEST:
        words -= 1
    return words


def picked(draw: Draw, rows: Rows, pool: Pool) -> npt.NDArray[np.int32]:
    """An index into the pool a row."""
    return kernels.alias_pick(rows, draw.gamma, draw.kappa, *pool.wide)


def _with_nulls(text: pa.StringArray, like: pa.StringArray) -> pa.StringArray:
    return (
        text
        if not like.null_count
        else pa.Array.from_buffers(text.type, len(text), [like.buffers()[0], *text.buffers()[1:]])
    )
