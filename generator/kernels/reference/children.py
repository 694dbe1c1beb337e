"""Bounded children in both directions: child → (parent, number) and parent → (first child, count), for any rows.

``total`` children are shared out over ``parents``, each getting between ``least`` and ``most``; they stand one after
the other, parent by parent. Blocks of parents get their totals from a cumulative floor; within a block every parent
draws a number, and the block's sum is then met by taking or giving in proportion to what each can spare (a cumulative
floor again, so it is exact). A block is a pure function of its number; nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from generator.kernels import checks
from generator.kernels.reference.draws import below, muldiv

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

BLOCK = 128
"""Parents a block: also the length of the longest prefix whose sum is not fixed."""
AT_ONCE = 4096
"""Blocks worked on at a time: bounds memory to a few MB for any index array."""
SMALL = 1 << 24
"""Most children of a parent below which the product of two sums over a block fits 64 bits."""
DIGIT = np.int64(1 << 20)


def children_of_rows(
    rows: U64, parents: int, total: int, least: int, most: int, gamma: int, kappa: int
) -> tuple[U64, I64]:
    """Each child's parent, and its number among that parent's children, from 1.

    Rows below ``total``; least * parents <= total <= most * parents, and most <= 2**31.
    """
    checks.children(rows, total, parents, total, least, most)
    key = checks.key(gamma, kappa)
    parent, numbers = np.empty(rows.size, dtype=np.uint64), np.empty(rows.size, dtype=np.int64)
    if not rows.size:
        return parent, numbers
    blocks = muldiv(rows, parents, parents - 1, total) // np.uint64(BLOCK)
    for chosen, unique in _groups(blocks):
        starts = _starts(unique, parents, total, least, most, key)
        inside = rows[chosen].view(np.int64)
        place = np.searchsorted(starts, inside, side="right") - 1
        numbers[chosen] = inside - starts[place] + 1
        block, offset = np.divmod(place, BLOCK)
        parent[chosen] = unique[block] * np.uint64(BLOCK) + offset.astype(np.uint64)
    return parent, numbers


def children_of_parents(
    wanted: U64, parents: int, total: int, least: int, most: int, gamma: int, kappa: int
) -> tuple[I64, I64]:
    """The first child row of each wanted parent, and how many children it has; bounds as in ``children_of_rows``."""
    checks.children(wanted, parents, parents, total, least, most)
    key = checks.key(gamma, kappa)
    firsts, counts = np.empty(wanted.size, dtype=np.int64), np.empty(wanted.size, dtype=np.int64)
    blocks = wanted // np.uint64(BLOCK)
    for chosen, unique in _groups(blocks):
        starts = _starts(unique, parents, total, least, most, key).reshape(len(unique), BLOCK)
        ends = np.append(starts[:, 1:], _edge(unique + np.uint64(1), parents, total)[:, None], axis=1)
        row = np.searchsorted(unique, blocks[chosen])
        offset = (wanted[chosen] % np.uint64(BLOCK)).astype(np.int64)
        firsts[chosen] = starts[row, offset]
        counts[chosen] = ends[row, offset] - starts[row, offset]
    return firsts, counts


def _edge(blocks: U64, parents: int, total: int) -> I64:
    """The first child row of each block: floor(total * parents before it / parents)."""
    before = np.minimum(blocks * np.uint64(BLOCK), np.uint64(parents))
    return muldiv(before, total, 0, parents).view(np.int64)


def _starts(blocks: U64, parents: int, total: int, least: int, most: int, key: tuple[int, int]) -> I64:
    """The first child row of every parent of these ascending blocks, flattened: int64[len(blocks) * BLOCK]."""
    members: U64 = np.add.outer(blocks * np.uint64(BLOCK), np.arange(BLOCK, dtype=np.uint64))
    real = members < np.uint64(parents)
    drawn = below(np.ascontiguousarray(members).reshape(-1), *key, most - least + 1).reshape(members.shape)
    spare = np.where(real, drawn, 0)
    room = np.where(real, most - least - drawn, 0)
    first = _edge(blocks, parents, total)
    share = _edge(blocks + np.uint64(1), parents, total) - first - real.sum(axis=1) * least
    missing = share - spare.sum(axis=1)
    short = (missing >= 0)[:, None]
    given = _shares(np.where(short, room, spare), np.abs(missing), small=most < SMALL)
    counts = spare + np.where(short, given, -given)
    counts = np.where(real, counts + least, 0)
    starts = first[:, None] + np.cumsum(counts, axis=1) - counts
    return np.ascontiguousarray(starts).reshape(-1)


def _shares(room: I64, amount: I64, *, small: bool) -> I64:
    """Per row, ``amount`` given out in proportion to ``room``, never more than it: cumulative floors. int64[b, k]."""
    upto: I64 = np.cumsum(room, axis=1)
    whole: I64 = np.maximum(upto[:, -1:], 1)
    times = amount[:, None]
    given: I64 = upto * times // whole if small else _scaled(upto, times, whole)
    return np.diff(given, axis=1, prepend=0)


def _scaled(upto: I64, amount: I64, whole: I64) -> I64:
    """floor(upto * amount / whole) for numbers up to 2**40, whose product would not fit: long division, two digits."""
    first: I64 = (upto // DIGIT) * amount
    second: I64 = first % whole * DIGIT + upto % DIGIT * amount
    scaled: I64 = first // whole * DIGIT + second // whole
    return scaled


def _groups(blocks: U64) -> Iterator[tuple[I64, U64]]:
    """The places of an array, some thousand different blocks at a time, with those blocks in ascending order."""
    unique = np.unique(blocks)
    if len(unique) <= AT_ONCE:
        if len(unique):
            yield np.arange(len(blocks)), unique
        return
    order = np.argsort(blocks, kind="stable")
    ordered = blocks[order]
    for start in range(0, len(unique), AT_ONCE):
        some = unique[start : start + AT_ONCE]
        low = np.searchsorted(ordered, some[0], side="left")
        high = np.searchsorted(ordered, some[-1], side="right")
        yield order[low:high], some
