"""Weighted choice by alias tables (Walker 1977, Vose 1991), in integers only: exact, one draw a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generator.kernels import checks
from generator.kernels.reference import wide
from generator.kernels.reference.draws import bits

U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]


def alias_pick(rows: U64, gamma: int, kappa: int, thresholds: U64, aliases: I32) -> I32:
    """An entry a row: with bits * k = i * 2**64 + low, entry i where low < thresholds[i], else aliases[i]."""
    entries, low = wide.product(bits(rows, gamma, kappa), checks.alias(thresholds, aliases, np.uint64))
    chosen = entries.astype(np.int64)
    return np.where(low < thresholds[chosen], chosen.astype(np.int32), aliases[chosen])


def alias_table(weights: Sequence[int]) -> tuple[U64, I32]:
    """(thresholds, aliases) for ``alias_pick``: entry i keeps itself with probability thresholds[i] / 2**64.

    Weights are whole, each below 2**62, their total in 1..2**63. Entries are paired from the highest index downwards,
    so a table is a function of the weights alone; a full entry has threshold 2**64 - 1 and is its own alias.
    """
    array, total = checks.weights(weights)
    count, filled = array.size, [weight * array.size for weight in array.tolist()]
    thresholds, aliases = [checks.WORD - 1] * count, list(range(count))
    small = [i for i in range(count) if filled[i] < total]
    large = [i for i in range(count) if filled[i] >= total]
    while small:
        taker, giver = small.pop(), large[-1]
        thresholds[taker], aliases[taker] = (filled[taker] << 64) // total, giver
        filled[giver] -= total - filled[taker]
        if filled[giver] < total:
            small.append(large.pop())
    return np.array(thresholds, dtype=np.uint64), np.array(aliases, dtype=np.int32)


def alias_table32(weights: Sequence[int]) -> tuple[npt.NDArray[np.uint32], I32]:
    """``alias_table`` with the high 32 bits of each threshold, for ``words``."""
    thresholds, aliases = alias_table(weights)
    return (thresholds >> wide.HALF).astype(np.uint32), aliases
