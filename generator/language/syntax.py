"""The syntax tree of a finite language of strings, and the error for a text that does not describe one.

Four kinds of node are enough: one character of an alphabet, a sequence, alternatives, a bounded repetition. What
notations they come from (regular expressions, patterns) and how strings are made of them lives in other rooms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from generator.errors import SeedbedError

MAX_CHARACTERS: Final = 4096
"""The longest string of a language, in characters."""

MAX_ALPHABET: Final = 65_536
"""The most characters one place can choose from."""


class LanguageError(SeedbedError, ValueError):
    """A text that describes no language made here: what is wrong, at which 1-based column, and what would be right."""

    def __init__(self, problem: str, column: int, remedy: str = "") -> None:
        self.problem, self.column, self.remedy = problem, column, remedy
        super().__init__(f"{problem} (column {column})" + (f"; {remedy}" if remedy else ""))


@dataclass(frozen=True)
class Chars:
    """One character out of ``alphabet``: distinct characters, at least one."""

    alphabet: str

    @cached_property
    def size(self) -> int:
        return len(self.alphabet)

    @cached_property
    def max_length(self) -> int:
        return 1

    @cached_property
    def max_bytes(self) -> int:
        return max(len(character.encode()) for character in self.alphabet)


@dataclass(frozen=True)
class Sequence:
    """One string of each item, joined; without items the empty string."""

    items: tuple[Node, ...]

    @cached_property
    def size(self) -> int:
        product = 1
        for item in self.items:
            product *= item.size
        return product

    @cached_property
    def max_length(self) -> int:
        return sum(item.max_length for item in self.items)

    @cached_property
    def max_bytes(self) -> int:
        return sum(item.max_bytes for item in self.items)


@dataclass(frozen=True)
class Alternation:
    """A string of one of the options."""

    options: tuple[Node, ...]

    @cached_property
    def size(self) -> int:
        return sum(option.size for option in self.options)

    @cached_property
    def max_length(self) -> int:
        return max(option.max_length for option in self.options)

    @cached_property
    def max_bytes(self) -> int:
        return max(option.max_bytes for option in self.options)


@dataclass(frozen=True)
class Repetition:
    """``minimum`` to ``maximum`` strings of the item, joined."""

    item: Node
    minimum: int
    maximum: int

    @cached_property
    def size(self) -> int:
        return sum(self.sizes) if self.item.size > 1 else self.maximum - self.minimum + 1

    @property
    def sizes(self) -> list[int]:
        """How many strings there are of each count, from ``minimum`` to ``maximum``."""
        found = [self.item.size**self.minimum]
        for _ in range(self.minimum, self.maximum):
            found.append(found[-1] * self.item.size)
        return found

    @cached_property
    def max_length(self) -> int:
        return self.item.max_length * self.maximum

    @cached_property
    def max_bytes(self) -> int:
        return self.item.max_bytes * self.maximum


Node = Chars | Sequence | Alternation | Repetition

EMPTY: Final = Sequence(())
"""The language of the empty string only; no other node that the functions below make has a ``max_length`` of 0."""


def sequence(items: list[Node]) -> Node:
    """The items in a row, nested sequences opened; a single item is itself."""
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Sequence) else [item])
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def alternation(options: list[Node]) -> Node:
    """One of the options; different single characters become one alphabet, which is the same choice."""
    if len(options) == 1:
        return options[0]
    if not any(option.max_length for option in options):
        return EMPTY
    single = [option.alphabet for option in options if isinstance(option, Chars) and option.size == 1]
    if len(single) == len(options) == len(set(single)):
        return Chars("".join(single))
    return Alternation(tuple(options))


def repetition(item: Node, minimum: int, maximum: int) -> Node:
    """The item repeated; once is the item itself, never, or of the empty string only, is the empty string."""
    if minimum == maximum == 1:
        return item
    return Repetition(item, minimum, maximum) if item.max_length * maximum else EMPTY


def literal(text: str) -> Node:
    """Exactly this text."""
    return sequence([Chars(character) for character in text])
