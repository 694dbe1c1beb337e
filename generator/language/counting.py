"""Counting through a language: a text for each rank, no two alike, however ambiguous or large the language is.

An ambiguous language is counted by an unambiguous tree of it. A language of more than LARGEST strings is counted by a
part of its text: the leading parts, as many as ranks can tell apart, come from the rank, what follows is random. Of
alternatives the one with the most strings is kept, of a repetition those counts that have the leading part. All strings
come from an unambiguous tree, so different leading parts are different strings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.language.language import Language
from generator.language.syntax import EMPTY, Alternation, Chars, Node, Repetition, Sequence, repetition, sequence
from generator.language.unambiguous import unambiguous

U64 = npt.NDArray[np.uint64]

LARGEST: Final = 1 << 62
"""Languages up to this size are counted as a whole."""


@dataclass(frozen=True, eq=False)
class Counting:
    """``size`` different strings: the ranked part of each comes from its rank, the rest is random."""

    ranked: Language
    rest: Language | None = None

    @property
    def size(self) -> int:
        return self.ranked.size

    def unrank(self, ranks: U64, draw: Callable[[int], U64]) -> pa.StringArray:
        """The strings of these ranks; ``draw(i)`` gives 64 random bits a row for what the rank leaves open."""
        leading = self.ranked.unrank(ranks)
        return leading if self.rest is None else kernels.concat([leading, self.rest.sample(draw)], len(ranks))


def counting(language: Language) -> Counting | None:
    """How to count through a language; None where its automaton is too large to tell its strings apart."""
    tree = unambiguous(language.node)
    if tree is None:
        return None
    if tree.size <= LARGEST:
        return Counting(language if tree is language.node else Language(tree))
    leading, rest = split(tree, LARGEST)
    return Counting(Language(leading), Language(rest))


def split(node: Node, most: int) -> tuple[Node, Node]:
    """A leading part of at most ``most`` strings, and what follows it: together a part of an unambiguous language."""
    if node.size <= most:
        return node, EMPTY
    match node:
        case Chars():
            return EMPTY, node
        case Alternation(options):
            return split(max(options, key=lambda option: option.size), most)
        case Repetition(item, minimum, maximum):
            return _split_run(item, minimum, maximum, most)
        case Sequence(items):
            leading: list[Node] = []
            for number, item in enumerate(items):
                if item.size > most:
                    first, rest = split(item, most)
                    return sequence([*leading, first]), sequence([rest, *items[number + 1 :]])
                leading.append(item)
                most //= item.size
    raise AssertionError("a sequence of few strings has no part of many")


def _split_run(item: Node, minimum: int, maximum: int, most: int) -> tuple[Node, Node]:
    """As many items as fit, and what fits of the one after them."""
    taken = 0
    while taken < maximum and item.size <= most:
        taken, most = taken + 1, most // item.size
    whole = repetition(item, taken, taken)
    if taken < maximum:
        first, rest = split(item, most)
        if first != EMPTY:
            others = repetition(item, max(minimum - taken - 1, 0), maximum - taken - 1)
            return sequence([whole, first]), sequence([rest, others])
    return whole, repetition(item, max(minimum - taken, 0), maximum - taken)
