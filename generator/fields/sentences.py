"""Sentences and titles: a head, any number of units of words, a last unit, a stop, drawn natively in batches.

A sentence of n words is a head of one or two words, then units of as many words as the lexicon's have. Which words
there are is the lexicon's business, which marks there are the writing's; fields only say how many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.cells import Draw, Mask, Rows
from generator.choosing import AliasTable
from generator.fields.lexicon import Lexicon, Pool, Unit, clauses
from generator.fields.words import chosen
from generator.fields.writing import GAP, JOINT, SHARES, Writing, capital, writing_of
from generator.kernels.strings import string_array, text_of

SHORTEST: Final = 3
NATURAL: Final = (
    *(91, 273, 507, 726, 886, 975, 1000, 976, 919, 843, 758, 671, 588, 510, 440, 377, 323, 275, 234),
    *(199, 169, 143, 122, 103, 88, 74, 63, 54, 46, 39, 33, 28, 24, 21, 18, 15, 13, 11),
)
"""How frequent sentences of SHORTEST to 40 words are: log-normal, median 11.5, sigma 0.5; 12.8 words on average."""

Style = Literal["sentence", "title"]
Draws = Callable[[str], Draw]
Counts = npt.NDArray[np.int64]


def under(draws: Draws, name: str) -> Draws:
    """The draws of a part of a text, which has the same names for its own."""
    return lambda part: draws(f"{name} {part}")


def counted(rows: Rows, draw: Draw, counts: Counts, pool: Pool) -> pa.StringArray:
    """``counts[i]`` texts of the pool for row i, with spaces between: the rows of each count are made together."""
    order = np.argsort(counts.astype(np.uint16), kind="stable")
    ends = np.cumsum(np.bincount(counts))
    parts, start = [], 0
    for count, end in enumerate(ends.tolist()):
        if end > start:
            some = rows[order[start:end]]
            parts.append(
                kernels.words(some, draw.gamma, draw.kappa, count, count, pool.array, *pool.narrow, None, None)
            )
            start = end
    if len(parts) < 2:
        return parts[0] if parts else pa.array([], pa.string())
    back = np.empty(len(rows), dtype=np.int32)
    back[order] = np.arange(len(rows), dtype=np.int32)
    return pa.concat_arrays(parts).take(pa.array(back))


def placed(text: pa.StringArray, at: Mask) -> pa.StringArray:
    """The texts in the rows where ``at`` is true, in order; the other rows are empty."""
    offsets, data = text_of("text", text)
    sizes = np.zeros(len(at) + 1, dtype=np.int32)
    sizes[1:][at] = np.diff(offsets)
    starts = np.cumsum(sizes, dtype=np.int32) + offsets[0]
    return string_array(starts, data)


def translated(text: pa.StringArray, spaced: bool) -> pa.StringArray:
    """The stand-ins for spaces written as spaces; where a language has none between words, those go."""
    return kernels.recode(text, _SPACED if spaced else _UNSPACED)


_SPACED: Final = bytes.maketrans((JOINT + GAP).encode(), b"  ")
_UNSPACED: Final = bytes.maketrans((JOINT + GAP + " ").encode(), b"  \0")


def marks_of(language: str, style: Style) -> int:
    """The most characters that marks take before and behind a text."""
    writing = writing_of(language)
    return 0 if style == "title" else max(map(len, writing.stops)) + max(map(len, writing.openings))


@dataclass(frozen=True, eq=False)
class UnitPools:
    """The pools that sentences of one style are made of; ``room`` is the most characters of a sentence."""

    lexicon: Lexicon
    style: Style
    room: int | None

    @cached_property
    def writing(self) -> Writing:
        return writing_of(self.lexicon.language)

    @property
    def words_a_unit(self) -> int:
        return len(self._units[0][0])

    @cached_property
    def most(self) -> int | None:
        """The most characters between the marks."""
        return None if self.room is None else self.room - marks_of(self.lexicon.language, self.style)

    @cached_property
    def _units(self) -> list[Unit]:
        alone = Lexicon(self.lexicon.language, (), self.lexicon.content)
        return self.lexicon.units(self.most) or alone.units(self.most)

    def _spelled(self, words: tuple[str, ...]) -> str:
        """A unit as it stands in the text: its last word is the content word, which English titles capitalise."""
        language = self.lexicon.language
        if self.style == "title" and language == "en":
            words = (*words[:-1], capital(words[-1], language))
        return (" " if self.room is None else JOINT).join(words)

    @cached_property
    def middle(self) -> Pool:
        """The units inside, some of which end a clause."""
        comma = self.writing.comma if self.style == "sentence" else ""
        return Pool.of((self._spelled(words) + mark, weight) for (words, weight), mark in clauses(self._units, comma))

    @cached_property
    def last(self) -> Pool:
        """The units at an end, with the space before them; and nothing, for sentences that are a head alone."""
        return Pool.of([*((" " + self._spelled(words), weight) for words, weight in self._units), ("", 0)])

    @cached_property
    def heads(self) -> tuple[Pool, Pool]:
        """The beginnings of one word, and those of a whole unit."""
        words = self.lexicon.words
        alone: list[Unit] = [((word,), weight) for word, weight in zip(words.texts, words.weights, strict=True)]
        return self._capitals(alone), self._capitals(self._units)

    def _capitals(self, units: list[Unit]) -> Pool:
        return Pool.of((capital(self._spelled(words), self.lexicon.language), weight) for words, weight in units)


@lru_cache(maxsize=64)
def unit_pools(lexicon: Lexicon, style: Style, room: int | None) -> UnitPools:
    """The pools, made once for all that draw from them."""
    return UnitPools(lexicon, style, room)


@dataclass(frozen=True, eq=False)
class Sentences:
    """What makes sentences of ``low`` to ``high`` words, each number as likely, or of natural lengths without bounds.

    ``room`` is the most characters: a longer sentence ends after the last unit that fits.
    """

    lexicon: Lexicon
    style: Style = "sentence"
    bounds: tuple[int, int] | None = None
    room: int | None = None

    @property
    def pools(self) -> UnitPools:
        """What its sentences are made of."""
        return unit_pools(self.lexicon, self.style, self.room)

    @property
    def writing(self) -> Writing:
        return self.pools.writing

    @property
    def words_a_unit(self) -> int:
        return self.pools.words_a_unit

    @cached_property
    def _lengths(self) -> AliasTable:
        return AliasTable.of(NATURAL)

    def _words(self, rows: Rows, draw: Draw) -> Counts:
        """How many words each row has."""
        if self.bounds is None:
            table = self._lengths
            found = kernels.alias_pick(rows, draw.gamma, draw.kappa, table.thresholds, table.aliases)
            return found.astype(np.int64) + SHORTEST
        low, high = self.bounds
        return kernels.below(rows, draw.gamma, draw.kappa, high - low + 1, low)

    def make(self, rows: Rows, draws: Draws, before: bytes = b"") -> pa.StringArray:
        """A sentence a row, with ``before`` in front of it."""
        size = self.words_a_unit
        words = self._words(rows, draws("count"))
        heads = (words - 1) % size
        units = (words - 1 - heads) // size
        inner = counted(rows, draws("words"), np.maximum(units - 1, 0), self.pools.middle)
        gap = chosen((units > 1).astype(np.int32), _GAPS)
        last = self._pick(rows, draws("last"), self.pools.last, units > 0)
        body: list[bytes | pa.Array] = [self._head(rows, draws("head"), heads), gap, inner, last]
        if self.room is not None or not self.writing.spaced:
            body = [self._finished(kernels.concat(body, len(rows)))]
        return kernels.concat([before, *self._marked(body, rows, draws("stop"))], len(rows))

    def _pick(self, rows: Rows, draw: Draw, pool: Pool, at: Mask) -> pa.DictionaryArray:
        index = kernels.alias_pick(rows, draw.gamma, draw.kappa, *pool.wide)
        if not at.all():
            index = np.where(at, index, np.int32(len(pool.texts) - 1))
        return chosen(index, pool.array)

    def _head(self, rows: Rows, draw: Draw, sizes: Counts) -> pa.DictionaryArray:
        """Heads of one word where ``sizes`` is 0, of a unit where it is 1: a dictionary of both."""
        one, two = self.pools.heads
        index = kernels.alias_pick(rows, draw.gamma, draw.kappa, *one.wide)
        if self.words_a_unit > 1:
            other = kernels.alias_pick(rows, draw.gamma, draw.kappa, *two.wide)
            index = np.where(sizes > 0, other + np.int32(len(one.texts)), index)
        return chosen(index, self._both_heads)

    @cached_property
    def _both_heads(self) -> pa.StringArray:
        return pa.concat_arrays([pool.array for pool in self.pools.heads])

    def _marked(self, body: list[bytes | pa.Array], rows: Rows, draw: Draw) -> list[bytes | pa.Array]:
        """The body with a stop behind and, where the language has them, an opening mark before."""
        if self.style == "title":
            return body
        index = kernels.alias_pick(rows, draw.gamma, draw.kappa, _STOPS.thresholds, _STOPS.aliases)
        stops, openings = (chosen(index, marks) for marks in self._marks)
        return [openings, *body, stops] if any(self.writing.openings) else [*body, stops]

    @cached_property
    def _marks(self) -> tuple[pa.StringArray, pa.StringArray]:
        return pa.array(self.writing.stops, pa.string()), pa.array(self.writing.openings, pa.string())

    def _finished(self, text: pa.StringArray) -> pa.StringArray:
        """Texts that leave room for the marks, with real spaces; longer ones end after the last unit that fits."""
        if (most := self.pools.most) is not None:
            text = kernels.shorten(text, most, at_words=True, mark=self.writing.comma.encode())
        return translated(text, self.writing.spaced)


_STOPS: Final = AliasTable.of(SHARES)
_GAPS: Final = pa.array(["", " "])
