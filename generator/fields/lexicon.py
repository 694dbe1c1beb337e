"""The words of a language in the order of their frequency, and the units that running text is made of.

Frequencies follow the law of Zipf and Mandelbrot (Mandelbrot 1953): the word of rank r is drawn as 1 / (r + 2.7).
Function words have the first ranks; content words, in an order of their own, start at rank 40. Text in which every word
were drawn by itself would say "the the of"; so running text is of units, a function word and a content word together,
whose shares give either kind its frequencies. How units become sentences is not said here.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.vocabulary import word_list

OFFSET: Final = 27  # tenths, of the law of Zipf and Mandelbrot
UNITS: Final = 8192
"""About how many units of running text a language has."""
MOST: Final = 8
"""The most function words that one content word stands with."""
COMMAS: Final = 5
"""Words in a hundred before a comma."""
CONTENT_RANK: Final = 40
"""Where the ranks of content words start: the most frequent of them come before the rarer function words,"""
ALL_RANK: Final = 200
"""and where those of all words start in a language whose function words are not known: nearer to even."""

_RANKED: Final = frozenset({"es", "pl", "vi"})
"""Languages whose list of words is in the order of frequency already; the others are alphabetical."""
_STEP: Final = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio: its multiples are spread evenly
_WORD: Final = 1 << 64


Unit = tuple[tuple[str, ...], int]
"""Words that stand together, and their weight."""


def frequency(rank: int) -> int:
    """The weight of a rank, counted from 1."""
    return 10**12 // (10 * rank + OFFSET)


@dataclass(frozen=True, eq=False)
class Pool:
    """Distinct texts and how often each is drawn."""

    texts: tuple[str, ...]
    weights: tuple[int, ...]

    @classmethod
    def of(cls, found: Iterable[tuple[str, int]]) -> Pool:
        """A text that is there several times has the sum of its weights."""
        texts: dict[str, int] = {}
        for text, weight in found:
            texts[text] = texts.get(text, 0) + weight
        return cls(tuple(texts), tuple(texts.values()))

    @cached_property
    def array(self) -> pa.StringArray:
        return pa.array(self.texts, pa.string())

    @cached_property
    def narrow(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
        """The alias table that the kernel ``words`` takes."""
        return kernels.alias_table32(list(self.weights))

    @cached_property
    def wide(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
        """The alias table that the kernel ``alias_pick`` takes."""
        return kernels.alias_table(list(self.weights))


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Function words and content words of a language, the most frequent first; either may be cut short by length."""

    language: str
    function: tuple[str, ...]
    content: tuple[str, ...]

    def rank(self, index: int) -> int:
        """The rank of a content word."""
        return (CONTENT_RANK if self.function else ALL_RANK) + index + 1

    @cached_property
    def words(self) -> Pool:
        """Content words alone."""
        return Pool(self.content, tuple(frequency(self.rank(index)) for index in range(len(self.content))))

    def units(self, most: int | None) -> list[Unit]:
        """The units of at most so many characters, each as its words, and their weights."""
        return _units(self, most)


@lru_cache(maxsize=64)
def _units(words: Lexicon, most: int | None) -> list[Unit]:
    content = [word for word in words.content if most is None or len(word) <= most]
    if not words.function:
        return [((word,), frequency(words.rank(index))) for index, word in enumerate(content[: UNITS // 2])]
    ends = list(accumulate(frequency(rank + 1) for rank in range(len(words.function))))
    each = max(2, min(MOST, UNITS // len(words.content)))
    found: list[Unit] = []
    for index, word in enumerate(content):
        for number in range(each):
            place = ((number << 64) + index * _STEP % _WORD) // each * ends[-1] >> 64
            first = words.function[bisect_right(ends, place)]
            if most is None or len(first) + len(word) < most:
                found.append(((first, word), frequency(words.rank(index))))
    return found


def clauses(units: list[Unit], comma: str) -> Iterator[tuple[Unit, str]]:
    """The units, and what stands behind each: COMMAS words in a hundred have a comma.

    Of units of two words, of which a content word has several, some have the comma and the others not; a word that is
    a unit by itself is there both ways.
    """
    for number, (words, weight) in enumerate(units):
        share = COMMAS * len(words)
        if len(words) > 1:
            spread = number * _STEP % _WORD * 100 // _WORD
            yield (words, weight), comma if spread < share else ""
        else:
            yield (words, weight - weight * share // 100), ""
            yield (words, weight * share // 100), comma


@cache
def lexicon(list_name: str, locale: str, most: int | None = None) -> Lexicon:
    """The words of a locale, those of at most ``most`` characters; VocabularyError for no locale.

    Function words are used only where they are of the language of the words.
    """
    words = word_list(list_name, locale)
    language = "la" if list_name == "latin" else words.locale.partition("_")[0]
    small = word_list("function_words", words.locale)
    same = language == small.locale.partition("_")[0]
    function = _short(small.words, most) if same else ()
    known = set(small.words) if same else set()
    content = [word for word in _short(words.words, most) if _single(word) and word.lower() not in known]
    if language not in _RANKED:
        content.sort(key=_scrambled)
    return Lexicon(language, function, tuple(dict.fromkeys(content)))


def _short(words: Sequence[str], most: int | None) -> tuple[str, ...]:
    return tuple(word for word in words if most is None or len(word) <= most)


def _single(word: str) -> bool:
    """Whether it is one word, of letters, the marks on them, and an apostrophe or hyphen inside."""
    inside = all(unicodedata.category(each)[0] in "LM" or each in "'\u2019-\u200c" for each in word)
    return inside and word[:1].isalpha() and word[-1:] not in "'\u2019-"


def _scrambled(word: str) -> bytes:
    """An order without the alphabet: ranks should not tell the first letter."""
    return hashlib.blake2b(word.encode(), digest_size=8).digest()
