"""The language kernel in numpy: each instruction is run once for all the rows that come by it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from generator.kernels import program as layout
from generator.kernels.program import DOMAIN, Program
from generator.kernels.reference import wide

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
Text = tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]

_WIDTH = 4  # bytes written at once for a character that is not ASCII


def spell(program: Program, words: list[U64], ranked: bool) -> Text:
    """Offsets and data of one string a row; see :mod:`generator.kernels.program`."""
    rows = len(words[0])
    speller = _Speller(program, rows, _Ranks(program, words[0]) if ranked else _Draws(words))
    speller.run(0, program.code.size, np.arange(rows))
    used = np.arange(speller.out.shape[1]) < speller.length[:, np.newaxis]
    offsets = np.concatenate([[0], np.cumsum(speller.length)]).astype(np.int32)
    return offsets, speller.out[used]


class _Draws:
    """Decisions from draws: the fraction that is left of the current one, and how much of its domain is used."""

    def __init__(self, words: list[U64]) -> None:
        rows = len(words[0])
        self._words = np.stack(words)
        self._next: I64 = np.zeros(rows, dtype=np.int64)
        self._fraction: U64 = np.zeros(rows, dtype=np.uint64)
        self._used: U64 = np.full(rows, DOMAIN, dtype=np.uint64)

    def digit(self, rows: I64, n: int) -> I64:
        used = self._used[rows] * np.uint64(n)
        new = used > DOMAIN
        fresh = rows[new]
        self._fraction[fresh] = self._words[self._next[fresh], fresh]
        self._next[fresh] += 1
        self._used[rows] = np.where(new, np.uint64(n), used)
        digit, self._fraction[rows] = wide.product(self._fraction[rows], n)
        return digit.astype(np.int64)

    def choose(self, rows: I64, k: int, table: int) -> I64:
        return self.digit(rows, k)


class _Ranks:
    """Decisions from a rank, which is divided up digit by digit."""

    def __init__(self, program: Program, ranks: U64) -> None:
        self._sizes, self._rank = program.sizes, ranks.copy()

    def digit(self, rows: I64, n: int) -> I64:
        self._rank[rows], digit = np.divmod(self._rank[rows], np.uint64(n))
        return digit.astype(np.int64)

    def choose(self, rows: I64, k: int, table: int) -> I64:
        totals = self._sizes[table : table + k + 1]
        rest, digit = np.divmod(self._rank[rows], totals[k])
        choice = np.searchsorted(totals, digit, side="right") - 1
        low = totals[choice]
        self._rank[rows] = rest * (totals[choice + 1] - low) + (digit - low)
        return choice.astype(np.int64)


class _Speller:
    """The texts so far: row i is the first length[i] bytes of out[i]."""

    def __init__(self, program: Program, rows: int, decisions: _Draws | _Ranks) -> None:
        self.out: npt.NDArray[np.uint8] = np.zeros((rows, program.max_bytes + _WIDTH), dtype=np.uint8)
        self.length: I64 = np.zeros(rows, dtype=np.int64)
        self._program, self._decisions = program, decisions
        self._code: list[int] = program.code.tolist()

    def run(self, at: int, end: int, rows: I64) -> None:
        """The code from ``at`` to ``end``, for these rows."""
        code = self._code
        while at < end and rows.size:
            match code[at]:
                case layout.LITERAL:
                    start, length = code[at + 1 : at + 3]
                    self._put(rows, self._program.text[start : start + length])
                    at += 3
                case layout.RUN:
                    self._run_of_characters(rows, *code[at + 1 : at + 7])
                    at += 8
                case layout.SELECT:
                    at = self._select(at, rows)
                case _:
                    at = self._repeat(at, rows)

    def _choose(self, rows: I64, k: int, table: int) -> Any:
        return np.zeros(rows.size, dtype=np.int64) if k == 1 else self._decisions.choose(rows, k, table)

    def _select(self, at: int, rows: I64) -> int:
        k, table, end = self._code[at + 1 : at + 4]
        starts = [*self._code[at + 4 : at + 4 + k], end]
        choice = self._choose(rows, k, table)
        for number in range(k):
            self.run(starts[number], starts[number + 1], rows[choice == number])
        return end

    def _repeat(self, at: int, rows: I64) -> int:
        minimum, maximum, table, end = self._code[at + 1 : at + 5]
        counts = minimum + self._choose(rows, maximum - minimum + 1, table)
        for number in range(maximum):
            self.run(at + 5, end, rows[counts > number])
        return end

    def _run_of_characters(
        self, rows: I64, minimum: int, maximum: int, table: int, start: int, n: int, width: int
    ) -> None:
        alphabet = self._program.text[start : start + n * width].reshape(n, width)
        counts = minimum + self._choose(rows, maximum - minimum + 1, table)
        for number in range(maximum):
            rows, counts = rows[counts > number], counts[counts > number]
            if not rows.size:
                return
            digit = np.zeros(rows.size, dtype=np.int64) if n == 1 else self._decisions.digit(rows, n)
            self._put(rows, alphabet[digit], width == _WIDTH)

    def _put(self, rows: I64, text: Any, padded: bool = False) -> None:
        """Appends ``text``, the same or one a row; where it is padded, only the bytes before the padding count."""
        places = self.length[rows][:, np.newaxis] + np.arange(text.shape[-1])
        self.out[rows[:, np.newaxis], places] = text
        self.length[rows] += (text != 0).sum(axis=1) if padded else text.shape[-1]
