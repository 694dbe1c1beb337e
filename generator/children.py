"""Children of bounded parents, in both directions, without scanning.

``rows`` children are shared out over ``parents``, each getting between ``least`` and ``most``; they stand one after
the other, parent by parent. Blocks of parents get their totals from a cumulative floor; within a block every parent
draws a number, and the block's sum is then met by taking or giving in proportion to what each can spare (a cumulative
floor again, so it is exact). A block is a pure function of its number; nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generator import kernels
from generator.cells import Draw, Rows

BLOCK = 128
"""Parents a block: also the length of the longest prefix whose sum is not fixed."""
_AT_ONCE = 4096
"""Blocks worked on at a time: bounds memory to a few MB for any index array."""

_SMALL = 1 << 24
"""Most children of a parent below which the product of two sums over a block fits 64 bits."""
_DIGIT = np.int64(1 << 20)

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Children:
    """How ``rows`` children fall to ``parents``; least * parents <= rows <= most * parents."""

    parents: int
    rows: int
    least: int
    most: int
    draw: Draw

    def of_rows(self, rows: Rows) -> tuple[Rows, Counts]:
        """Each child's parent, and its number among that parent's children, from 1."""
        if self.least == self.most:
            parent, number = np.divmod(rows, np.uint64(self.least))
            return parent, number.astype(np.int64) + 1
        if not len(rows):
            return rows, np.zeros(0, dtype=np.int64)
        blocks = kernels.muldiv(rows, self.parents, self.parents - 1, self.rows) // np.uint64(BLOCK)
        parents = np.empty(len(rows), dtype=np.uint64)
        numbers = np.empty(len(rows), dtype=np.int64)
        for chosen, unique in _groups(blocks):
            starts = self._starts(unique)
            inside = rows[chosen].view(np.int64)
            place = np.searchsorted(starts, inside, side="right") - 1
            numbers[chosen] = inside - starts[place] + 1
            block, offset = np.divmod(place, BLOCK)
            parents[chosen] = unique[block] * np.uint64(BLOCK) + offset.astype(np.uint64)
        return parents, numbers

    def of_parents(self, parents: Rows) -> tuple[Counts, Counts]:
        """The first child row of each parent, and how many children it has."""
        if self.least == self.most:
            return (parents * np.uint64(self.least)).astype(np.int64), np.full(len(parents), self.least, dtype=np.int64)
        firsts = np.empty(len(parents), dtype=np.int64)
        counts = np.empty(len(parents), dtype=np.int64)
        for chosen, unique in _groups(parents // np.uint64(BLOCK)):
            starts = self._starts(unique).reshape(len(unique), BLOCK)
            ends = np.append(starts[:, 1:], self._edge(unique + np.uint64(1))[:, None], axis=1)
            row = np.searchsorted(unique, parents[chosen] // np.uint64(BLOCK))
            offset = (parents[chosen] % np.uint64(BLOCK)).astype(np.int64)
            firsts[chosen] = starts[row, offset]
            counts[chosen] = ends[row, offset] - starts[row, offset]
        return firsts, counts

    def _edge(self, blocks: Rows) -> Counts:
        """The first child row of each block: floor(rows * parents before it / parents)."""
        before = np.minimum(blocks * np.uint64(BLOCK), np.uint64(self.parents))
        return kernels.muldiv(before, self.rows, 0, self.parents).view(np.int64)

    def _starts(self, blocks: Rows) -> Counts:
        """The first child row of every parent of these ascending blocks, flattened: int64[len(blocks) * BLOCK]."""
        parents: Rows = np.add.outer(blocks * np.uint64(BLOCK), np.arange(BLOCK, dtype=np.uint64))
        real = parents < np.uint64(self.parents)
        flat: Rows = np.ascontiguousarray(parents).reshape(-1)
        choices = self.most - self.least + 1
        drawn = kernels.below(flat, self.draw.gamma, self.draw.kappa, choices).reshape(parents.shape)
        spare = np.where(real, drawn, 0)
        room = np.where(real, self.most - self.least - drawn, 0)
        first = self._edge(blocks)
        total = self._edge(blocks + np.uint64(1)) - first - real.sum(axis=1) * self.least
        missing = total - spare.sum(axis=1)
        short = (missing >= 0)[:, None]
        given = _shares(np.where(short, room, spare), np.abs(missing), small=self.most < _SMALL)
        counts = spare + np.where(short, given, -given)
        counts = np.where(real, counts + self.least, 0)
        starts = first[:, None] + np.cumsum(counts, axis=1) - counts
        return np.ascontiguousarray(starts).reshape(-1)


def _shares(room: Counts, amount: Counts, *, small: bool) -> Counts:
    """Per row, ``amount`` given out in proportion to ``room``, never more than it: cumulative floors. int64[b, k]."""
    upto: Counts = np.cumsum(room, axis=1)
    whole: Counts = np.maximum(upto[:, -1:], 1)
    times = amount[:, None]
    given: Counts = upto * times // whole if small else _scaled(upto, times, whole)
    return np.diff(given, axis=1, prepend=0)


def _scaled(upto: Counts, amount: Counts, whole: Counts) -> Counts:
    """floor(upto * amount / whole) for numbers up to 2**40, whose product would not fit: long division, two digits."""
    first: Counts = (upto // _DIGIT) * amount
    second: Counts = first % whole * _DIGIT + upto % _DIGIT * amount
    scaled: Counts = first // whole * _DIGIT + second // whole
    return scaled


def _groups(blocks: Rows) -> Iterator[tuple[npt.NDArray[np.int64], Rows]]:
    """The places of an array, some thousand different blocks at a time, with those blocks in ascending order."""
    unique = np.unique(blocks)
    if len(unique) <= _AT_ONCE:
        if len(unique):
            yield np.arange(len(blocks)), unique
        return
    order = np.argsort(blocks, kind="stable")
    ordered = blocks[order]
    for start in range(0, len(unique), _AT_ONCE):
        some = unique[start : start + _AT_ONCE]
        low = np.searchsorted(ordered, some[0], side="left")
        high = np.searchsorted(ordered, some[-1], side="right")
        yield order[low:high], some
