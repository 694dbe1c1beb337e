"""Turns a syntax tree into the program that the kernel ``language`` runs for each row, and counts the bits it needs.

The program's layout and meaning are stated with the kernel (:mod:`generator.kernels.program`); how trees are read or
what fields want of them has no place here.
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from generator.kernels.program import (
    DOMAIN,
    LARGEST_SIZE,
    LITERAL,
    PAIRS,
    REPEAT,
    RUN,
    SELECT,
    SLACK,
    Program,
)
from generator.language.syntax import Alternation, Chars, Node, Repetition, Sequence


def compile_program(node: Node) -> Program:
    """The program of a tree."""
    return _Compiler(node).program(node)


def draws_needed(node: Node) -> int:
    """How many 64-bit draws the longest row of a tree takes.

    A draw gives decisions until their product would exceed DOMAIN; the state (draws, product) never falls and an
    earlier larger state stays the larger one, so following the largest state through every branch is exact.
    """
    return _furthest(node, (0, DOMAIN))[0]


_State = tuple[int, int]


def _decide(state: _State, choices: int) -> _State:
    draws, used = state
    if choices == 1:
        return state
    return (draws, used * choices) if used * choices <= DOMAIN else (draws + 1, choices)


def _furthest(node: Node, state: _State) -> _State:
    match node:
        case Chars():
            return _decide(state, node.size)
        case Sequence(items):
            for item in items:
                state = _furthest(item, state)
            return state
        case Alternation(options):
            state = _decide(state, len(options))
            return max(_furthest(option, state) for option in options)
        case Repetition(item, minimum, maximum):
            state = _decide(state, maximum - minimum + 1)
            for _ in range(maximum):
                state = _furthest(item, state)
            return state


class _Compiler:
    def __init__(self, node: Node) -> None:
        self._ranked = node.size <= LARGEST_SIZE
        self._code: list[int] = []
        self._text = bytearray()
        self._sizes: list[int] = []
        self._alphabets: dict[str, tuple[int, int, int]] = {}

    def program(self, node: Node) -> Program:
        self._emit(node)
        return Program(
            code=np.array(self._code, dtype=np.int64),
            text=np.frombuffer(bytes(self._text) + bytes(SLACK), dtype=np.uint8),
            sizes=np.array(self._sizes, dtype=np.uint64),
            size=node.size if self._ranked else None,
            max_bytes=node.max_bytes,
            draws=draws_needed(node),
        )

    def _emit(self, node: Node) -> None:
        match node:
            case Chars():
                self._run(node, 1, 1, -1)
            case Sequence(items):
                for item in items:
                    self._emit(item)
            case Repetition(Chars() as item, minimum, maximum):
                self._run(item, minimum, maximum, self._table(node.sizes))
            case Repetition(item, minimum, maximum):
                at = self._open([REPEAT, minimum, maximum, self._table(node.sizes), 0])
                self._emit(item)
                self._code[at + 4] = len(self._code)
            case Alternation(options):
                table = self._table([option.size for option in options])
                at = self._open([SELECT, len(options), table, 0, *([0] * len(options))])
                for number, option in enumerate(options):
                    self._code[at + 4 + number] = len(self._code)
                    self._emit(option)
                self._code[at + 3] = len(self._code)

    def _open(self, instruction: list[int]) -> int:
        self._code.extend(instruction)
        return len(self._code) - len(instruction)

    def _run(self, item: Chars, minimum: int, maximum: int, table: int) -> None:
        if item.size == 1 and minimum == maximum:
            self._literal(item.alphabet.encode() * minimum)
            return
        start, width, pairs = self._alphabet(item.alphabet)
        self._code.extend([RUN, minimum, maximum, table, start, item.size, width, pairs])

    def _literal(self, text: bytes) -> None:
        start = len(self._text)
        self._text.extend(text)
        self._code.extend([LITERAL, start, len(text)])

    def _alphabet(self, alphabet: str) -> tuple[int, int, int]:
        """Where an alphabet starts in the text, how wide its entries are, and where its pairs start, or -1."""
        found = self._alphabets.get(alphabet)
        if found is None:
            start, pairs = len(self._text), -1
            width = 1 if alphabet.isascii() else 4
            self._text.extend(b"".join(character.encode().ljust(width, b"\0") for character in alphabet))
            if width == 1 and 1 < len(alphabet) <= PAIRS:
                pairs = len(self._text)
                self._text.extend("".join(first + second for first in alphabet for second in alphabet).encode())
            found = self._alphabets[alphabet] = (start, width, pairs)
        return found

    def _table(self, sizes: list[int]) -> int:
        """Where the running totals of these sizes start, 0 first; -1 for a single one."""
        if len(sizes) == 1 or not self._ranked:
            return -1
        start = len(self._sizes)
        self._sizes.extend(accumulate(sizes, initial=0))
        return start
