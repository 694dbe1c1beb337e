"""Another tree of the same language that gives each of its strings once, where there is one of a reasonable size.

The position automaton of the tree is made deterministic (Rabin, Scott 1959) and minimal, from its last states to its
first, since no string of a finite language comes back to a state. Taking out state after state (Brzozowski, McCluskey
1963) leaves one tree; a deterministic automaton has one path for a string, so the tree derives each string once.
Random strings are still made from the tree that was written: this one is for counting.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from generator.language.ambiguity import Automaton, TooLargeError, distinct
from generator.language.syntax import EMPTY, Alternation, Chars, Node, Repetition, Sequence, alternation

MAX_STATES: Final = 2_000
MAX_NODES: Final = 20_000
MAX_DEPTH: Final = 48
"""Of alternatives and repetitions in each other: what a program may have."""

END: Final = -1
"""The state after every string."""

Edges = dict[int, dict[int, Node]]


def unambiguous(node: Node) -> Node | None:
    """The tree itself where it gives each string once, else another one that does; None where that is too large."""
    if distinct(node):
        return node
    try:
        found = _tree(*_minimal(Automaton(node)))
    except TooLargeError:
        return None
    return found.node


State = frozenset[int]


class _Deterministic:
    """Sets of positions that are read together, and where the characters lead from each.

    Characters that no alphabet tells apart go together: they are told by the first of them, see ``alike``.
    """

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        distinct_alphabets = list(dict.fromkeys(automaton.alphabets))
        holders: dict[str, list[int]] = defaultdict(list)
        for number, alphabet in enumerate(distinct_alphabets):
            for character in sorted(alphabet):
                holders[character].append(number)
        groups: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for character in sorted(holders):
            groups[tuple(holders[character])].append(character)
        self.alike = {members[0]: members for members in groups.values()}
        self._leaders = {
            alphabet: sorted(members[0] for numbers, members in groups.items() if number in numbers)
            for number, alphabet in enumerate(distinct_alphabets)
        }
        self.steps: dict[State, dict[State, list[str]]] = {}

    def explore(self, start: State) -> list[State]:
        """All states from ``start``, each before those that it leads to."""
        waiting = [start]
        while waiting:
            state = waiting.pop()
            if state in self.steps:
                continue
            self.steps[state] = self._step(state)
            if len(self.steps) > MAX_STATES:
                raise TooLargeError
            waiting.extend(self.steps[state])
        return sorted(self.steps, key=min)  # every position leads to later ones only

    def _step(self, state: State) -> dict[State, list[str]]:
        reached: dict[str, list[int]] = defaultdict(list)
        following = {after for place in state for after in self._automaton.follow[place]}
        for place in sorted(following):
            leaders = self._leaders[self._automaton.alphabets[place]]
            self._automaton.spend(len(leaders))
            for leader in leaders:
                reached[leader].append(place)
        found: dict[State, list[str]] = defaultdict(list)
        for leader in sorted(reached):
            found[frozenset(reached[leader])] += self.alike[leader]
        return found


def _minimal(automaton: Automaton) -> tuple[Edges, int, int]:
    """The edges of the smallest automaton, each with one alphabet or, to END, the empty string; its start; its size."""
    whole = _Deterministic(automaton)
    order = whole.explore(frozenset([0]))
    numbers: dict[State, int] = {}
    known: dict[tuple[bool, tuple[tuple[int, str], ...]], int] = {}
    edges: Edges = {}
    for state in reversed(order):
        letters: dict[int, list[str]] = defaultdict(list)
        for target, characters in whole.steps[state].items():
            letters[numbers[target]] += characters
        leading = {target: "".join(sorted(found)) for target, found in sorted(letters.items())}
        final = not automaton.final.isdisjoint(state)
        signature = final, tuple(leading.items())
        numbers[state] = number = known.setdefault(signature, len(known))
        if number not in edges:
            edges[number] = {target: Chars(alphabet) for target, alphabet in leading.items()}
            if final:
                edges[number][END] = EMPTY
    return edges, numbers[order[0]], len(edges)


@dataclass(frozen=True, eq=False)
class _Label:
    """A tree on an edge, how many nodes it has written out, and how deep alternatives and repetitions are in it."""

    node: Node
    nodes: int = 1
    depth: int = 0


def _tree(edges: Edges, start: int, count: int) -> _Label:
    """What stands on the one edge that is left when all states between start and END are taken out.

    The one with the fewest paths through it goes first; of those, the one nearest to the end, so that a chain of
    optional characters becomes one repetition.
    """
    leaving = {state: {target: _Label(node) for target, node in found.items()} for state, found in edges.items()}
    coming: dict[int, set[int]] = defaultdict(set)
    for source, targets in leaving.items():
        for target in targets:
            coming[target].add(source)
    queue = [(len(coming[state]) * len(leaving[state]), state) for state in range(count) if state != start]
    heapq.heapify(queue)
    while queue:
        paths, state = heapq.heappop(queue)
        now = len(coming[state]) * len(leaving[state])
        if now != paths:
            heapq.heappush(queue, (now, state))
            continue
        behind = leaving.pop(state)
        for source in sorted(coming.pop(state)):
            _bypass(leaving[source], leaving[source].pop(state), behind)
            for target in behind:
                coming[target].add(source)
        for target in behind:
            coming[target].discard(state)
    return leaving[start][END]


def _bypass(edges: dict[int, _Label], before: _Label, behind: dict[int, _Label]) -> None:
    """Edges that lead through a state, ``before`` it and ``behind`` it, lead past it."""
    for target, after in behind.items():
        found = _joined(before, after)
        if target in edges:
            found = _either(edges[target], found)
        if found.nodes > MAX_NODES or found.depth > MAX_DEPTH:
            raise TooLargeError
        edges[target] = found


def _joined(first: _Label, second: _Label) -> _Label:
    """One after the other; a character before a run of the same ones makes the run longer."""
    left, right = _items(first.node), _items(second.node)
    if left and right and isinstance(left[-1], Chars):
        last, run = left[-1], right[0]
        if run == last:
            left, right = left[:-1], (Repetition(last, 2, 2), *right[1:])
        elif isinstance(run, Repetition) and isinstance(run.item, Chars) and run.item == last:
            left, right = left[:-1], (Repetition(last, run.minimum + 1, run.maximum + 1), *right[1:])
    items = left + right
    node = items[0] if len(items) == 1 else Sequence(items)
    return _Label(node, first.nodes + second.nodes, max(first.depth, second.depth))


def _either(first: _Label, second: _Label) -> _Label:
    """One or the other, which share no string; a run or nothing is a shorter run."""
    depth, nodes = max(first.depth, second.depth), first.nodes + second.nodes
    for nothing, run in ((first.node, second.node), (second.node, first.node)):
        if nothing == EMPTY:
            if isinstance(run, Chars):
                return _Label(Repetition(run, 0, 1), nodes, depth)
            if isinstance(run, Repetition) and isinstance(run.item, Chars) and run.minimum == 1:
                return _Label(Repetition(run.item, 0, run.maximum), nodes, depth)
    options = [option for node in (first.node, second.node) for option in _options(node)]
    return _Label(alternation(options), nodes, depth + 1)


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else (node,)


def _options(node: Node) -> tuple[Node, ...]:
    return node.options if isinstance(node, Alternation) else (node,)
