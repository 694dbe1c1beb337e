"""A word list: distinct words, how frequent each is, and the locale they came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from generator.choosing import AliasTable
from generator.errors import SeedbedError

Found = Mapping[str, float] | Iterable[str] | None
Source = Callable[[str], Found]
"""The words of a locale, weighted or not; None where the source has none for exactly this locale."""


class VocabularyError(SeedbedError, ValueError):
    """A locale or a list that is not there, and what would be."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem}; {remedy}" if remedy else problem)
        self.problem, self.remedy = problem, remedy


@dataclass(frozen=True)
class WordList:
    """Distinct words, and how frequent each is; ``weights`` None is all alike. ``locale`` is where they came from."""

    words: tuple[str, ...]
    weights: tuple[float, ...] | None
    locale: str

    @classmethod
    def of(cls, found: Mapping[str, float] | Iterable[str], locale: str) -> WordList:
        """The list of what a source gave: without superfluous spaces, a word that is there twice once."""
        if isinstance(found, Mapping):
            merged: dict[str, float] = {}
            for word, weight in found.items():
                merged[_spaced(word)] = merged.get(_spaced(word), 0.0) + float(weight)
            return cls(tuple(merged), tuple(merged.values()), locale)
        return cls(tuple(dict.fromkeys(_spaced(str(word)) for word in found)), None, locale)

    @cached_property
    def array(self) -> pa.Array:
        """The words as Arrow strings."""
        return pa.array(self.words, pa.string())

    @cached_property
    def table(self) -> AliasTable:
        """The alias table of the weights."""
        return AliasTable.of(self.weights or (1,) * len(self.words))

    def where(self, keep: Callable[[str], bool]) -> WordList:
        """Only the words that ``keep`` accepts, weights unchanged."""
        chosen = [index for index, word in enumerate(self.words) if keep(word)]
        weights = None if self.weights is None else tuple(self.weights[index] for index in chosen)
        return WordList(tuple(self.words[index] for index in chosen), weights, self.locale)


def _spaced(word: str) -> str:
    """A word without spaces at its ends, and with single ones inside."""
    return re.sub(" {2,}", " ", word.strip())
