"""A finite language of strings: how many there are, any of them by its rank, and random ones, each row by itself.

Three ways to make strings, chosen once by the shape of the language and never by the rows: entries of a dictionary
where the language is small, the kernel ``pattern`` where all strings are ASCII of one length with free places, and the
kernel ``language`` for all others. Notations belong to the parser, the counting of trees to the syntax tree.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.errors import SeedbedError
from generator.kernels.language import spell_draws, spell_ranks
from generator.kernels.program import DOMAIN, LARGEST_SIZE, Program
from generator.language.ambiguity import distinct
from generator.language.enumeration import Dictionary
from generator.language.program import compile_program
from generator.language.syntax import Alternation, Chars, Node, Repetition, Sequence

U64 = npt.NDArray[np.uint64]

DICTIONARY_SIZE: Final = 4096
"""The most strings that are kept as a dictionary,"""
DICTIONARY_BYTES: Final = 1 << 20
"""and the most bytes they may have together."""

_Group = tuple[list[int], list[bytes]]


class Language:
    """A finite language. Strings have ranks from 0 to ``size - 1``, the first character changing fastest.

    Random strings are not even over all strings, which would make short ones vanish: alternatives are equally likely,
    and so are the counts of a repetition and the characters of a class. ``[ab]{1,2}`` is one letter half of the time.
    """

    def __init__(self, node: Node) -> None:
        self.node = node

    @cached_property
    def size(self) -> int:
        """The exact number of ranks, however large."""
        return self.node.size

    @cached_property
    def distinct(self) -> bool:
        """Whether different ranks always give different strings; False too where an automaton is too large to tell."""
        return distinct(self.node)

    @cached_property
    def max_length(self) -> int:
        """Characters of the longest string."""
        return self.node.max_length

    @cached_property
    def max_bytes(self) -> int:
        """An upper bound of the UTF-8 bytes of a string, met where the longest characters can be everywhere."""
        return self.node.max_bytes

    @cached_property
    def ascii(self) -> bool:
        """Whether every string is ASCII."""
        return _ascii(self.node)

    @cached_property
    def arrow_type(self) -> pa.DataType:
        """What ``sample`` gives: a string, or a dictionary of strings where the language is small."""
        return pa.string() if self._dictionary is None else pa.dictionary(pa.int32(), pa.string())

    @property
    def values(self) -> pa.StringArray | None:
        """All different strings, in the order of their ranks, where the language is small; else None."""
        return None if self._dictionary is None else self._dictionary.values

    def unrank(self, ranks: U64) -> pa.StringArray:
        """The strings of these ranks, each below ``size``, which is at most 2**63; one to one where ``distinct``."""
        if self.size > LARGEST_SIZE:
            raise SeedbedError(f"a language of {self.size} strings cannot be counted through: 2**63 are the most")
        if self._places is None or self.size == 1:
            return spell_ranks(self._program, ranks)
        positions = [place for place in reversed(range(len(self._places))) if len(self._places[place]) > 1]
        group = (kernels.fractions(ranks, self.size), positions, [self._places[place] for place in positions])
        return kernels.pattern(self._template, [group])

    def sample(self, draw: Callable[[int], U64]) -> pa.StringArray | pa.DictionaryArray:
        """A random string for each row. ``draw(i)`` gives the i-th array of 64 independent bits a row."""
        if self._dictionary is not None:
            return self._dictionary.pick(draw(0))
        if self._places is not None:
            groups = [(draw(number), *group) for number, group in enumerate(self._groups)]
            return kernels.pattern(self._template, groups)
        return spell_draws(self._program, [draw(number) for number in range(max(1, self._program.draws))])

    @cached_property
    def _dictionary(self) -> Dictionary | None:
        if self.size > DICTIONARY_SIZE or self.size * self.max_bytes > DICTIONARY_BYTES:
            return None
        return Dictionary(self.node, self.unrank(np.arange(self.size, dtype=np.uint64)))

    @cached_property
    def _program(self) -> Program:
        return compile_program(self.node)

    @cached_property
    def _places(self) -> list[bytes] | None:
        """The alphabet of each place, where all strings are ASCII of one length."""
        return _places(self.node) if self.ascii else None

    @cached_property
    def _template(self) -> bytes:
        return bytes(place[0] for place in self._places or ())

    @cached_property
    def _groups(self) -> list[_Group]:
        """The free places, in order, cut so that the places of a group have at most DOMAIN strings."""
        groups: list[_Group] = []
        domain = DOMAIN
        for position, alphabet in enumerate(self._places or ()):
            if len(alphabet) == 1:
                continue
            domain *= len(alphabet)
            if domain > DOMAIN:
                groups.append(([], []))
                domain = len(alphabet)
            groups[-1][0].append(position)
            groups[-1][1].append(alphabet)
        return groups


def _ascii(node: Node) -> bool:
    match node:
        case Chars(alphabet):
            return alphabet.isascii()
        case Repetition(item):
            return _ascii(item)
        case Sequence(items) | Alternation(items):
            return all(_ascii(item) for item in items)


def _places(node: Node) -> list[bytes] | None:
    match node:
        case Chars(alphabet):
            return [alphabet.encode()]
        case Sequence(items):
            found: list[bytes] = []
            for item in items:
                places = _places(item)
                if places is None:
                    return None
                found.extend(places)
            return found
        case Repetition(item, minimum, maximum) if minimum == maximum:
            places = _places(item)
            return None if places is None else places * minimum
    return None
