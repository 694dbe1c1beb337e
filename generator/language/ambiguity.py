"""Whether a language gives each of its strings once: different ranks, different strings.

A tree is unambiguous exactly when no part of it derives the empty string in two ways and its position automaton
(Glushkov 1961) has at most one accepting path for any string (Book, Even, Greibach, Ott 1971). Repetitions are unrolled
into a position for each copy of each character, optional copies nested, so that counts are told apart too. Two paths
are searched for as reachable pairs of different positions. Ranks and strings themselves are no concern of this room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from generator.language.syntax import Alternation, Chars, Node, Repetition, Sequence

MAX_POSITIONS: Final = 20_000
MAX_STEPS: Final = 400_000
"""Beyond these (half a second) the answer is the safe one: not known to be distinct, or not known to be countable."""


class TooLargeError(Exception):
    """The search is given up."""


def distinct(node: Node) -> bool:
    """True where no two ranks give one string; False where some do, or where the automaton is too large to tell."""
    if _plain(node):
        return True
    if _doubly_empty(node):
        return False
    try:
        return not _two_paths(Automaton(node))
    except TooLargeError:
        return False


def _plain(node: Node) -> bool:
    """Characters in a row, the last of them repeated any number of times: obviously unambiguous, maybe very long."""
    items = node.items if isinstance(node, Sequence) else (node,)
    return all(isinstance(item, Chars) or _run(item, fixed=True) for item in items[:-1]) and (
        not items or isinstance(items[-1], Chars) or _run(items[-1], fixed=False)
    )


def _run(node: Node, fixed: bool) -> bool:
    return isinstance(node, Repetition) and isinstance(node.item, Chars) and (node.minimum == node.maximum or not fixed)


def _doubly_empty(node: Node) -> bool:
    return _empty_ways(node) > 1 or any(_doubly_empty(child) for child in _children(node))


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case Chars():
            return ()
        case Sequence(items):
            return items
        case Alternation(options):
            return options
        case Repetition(item):
            return (item,)


def _empty_ways(node: Node) -> int:
    """In how many ways the empty string is derived: 0, 1, or 2 for more."""
    match node:
        case Chars():
            return 0
        case Sequence(items):
            product = 1
            for item in items:
                product = min(2, product * _empty_ways(item))
            return product
        case Alternation(options):
            return min(2, sum(_empty_ways(option) for option in options))
        case Repetition(item, minimum, maximum):
            ways = _empty_ways(item)
            if ways == 0:
                return 1 if minimum == 0 else 0
            return min(2, (maximum - minimum + 1) * ways)


@dataclass
class _Part:
    """The positions where a string of a part may start and end, and whether it may be empty."""

    first: list[int]
    last: list[int]
    nullable: bool


class Automaton:
    """Position 0 is the start, ``follow[p]`` are the positions after p, ``final`` those a string may end at."""

    def __init__(self, node: Node) -> None:
        self.alphabets: list[frozenset[str]] = [frozenset()]
        self.follow: list[list[int]] = [[]]
        self._set = cache(frozenset[str])
        self._steps = 0
        whole = self._build(node)
        self.follow[0] = whole.first
        self.final = {*whole.last, *([0] if whole.nullable else [])}

    def spend(self, steps: int) -> None:
        self._steps += steps
        if self._steps > MAX_STEPS or len(self.alphabets) > MAX_POSITIONS:
            raise TooLargeError

    def _build(self, node: Node) -> _Part:
        match node:
            case Chars(alphabet):
                self.spend(1)
                self.alphabets.append(self._set(alphabet))
                self.follow.append([])
                place = len(self.alphabets) - 1
                return _Part([place], [place], False)
            case Alternation(options):
                parts = [self._build(option) for option in options]
                first = [place for part in parts for place in part.first]
                last = [place for part in parts for place in part.last]
                return _Part(first, last, any(part.nullable for part in parts))
            case Sequence(items):
                return self._join([self._build(item) for item in items], len(items))
            case Repetition(item, minimum, maximum):
                return self._join([self._build(item) for _ in range(maximum)], minimum)

    def _join(self, parts: list[_Part], needed: int) -> _Part:
        """The parts in a row, those after the first ``needed`` optional and nested: a later one needs those before."""
        tail = _Part([], [], True)
        for number in reversed(range(len(parts))):
            head = parts[number]
            self.spend(len(head.last) * len(tail.first))
            for place in head.last:
                self.follow[place].extend(tail.first)
            if head.nullable:
                head.first.extend(tail.first)
            if tail.nullable:
                tail.last.extend(head.last)
            tail = _Part(head.first, tail.last, (head.nullable and tail.nullable) or number >= needed)
        return tail


def _two_paths(automaton: Automaton) -> bool:
    """Whether some string is accepted along two paths: both sides of a reachable pair end, or step to one position."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[int, int]] = []
    for following in automaton.follow:
        pairs = ((p, q) for at, p in enumerate(following) for q in following[:at])
        if _step(automaton, pairs, seen, waiting):
            return True
    while waiting:
        p, q = waiting.pop()
        if p in automaton.final and q in automaton.final:
            return True
        pairs = ((left, right) for left in automaton.follow[p] for right in automaton.follow[q])
        if _step(automaton, pairs, seen, waiting):
            return True
    return False


def _step(
    automaton: Automaton, pairs: Iterable[tuple[int, int]], seen: set[tuple[int, int]], waiting: list[tuple[int, int]]
) -> bool:
    """Adds the pairs that share a character to those waiting; True where both paths have met again."""
    for p, q in pairs:
        automaton.spend(1)
        if p == q:
            return True
        pair = (min(p, q), max(p, q))
        if pair not in seen and not automaton.alphabets[p].isdisjoint(automaton.alphabets[q]):
            seen.add(pair)
            waiting.append(pair)
    return False
