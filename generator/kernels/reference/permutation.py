"""A keyed bijection of [0, n): unique values without memory.

A balanced Feistel network (Luby, Rackoff 1988) of 6 rounds on the smallest even-bit domain of at least n, with cycle
walking (Black, Rogaway 2002): a result outside [0, n) goes through the network again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generator.kernels import checks
from generator.kernels.reference.draws import MIX_1, MIX_2, bits, mixed

U64 = npt.NDArray[np.uint64]

ROUNDS = 6


def half_bits(n: int) -> int:
    """The bits of one half of the smallest even-bit domain that holds [0, n), n >= 2."""
    return ((n - 1).bit_length() + 1) // 2


def _turned(values: U64, half: int, keys: Sequence[U64]) -> U64:
    """One pass: (left, right) → (right, left ^ f(right)) for each key; a key is one number or one for each value."""
    width, mask, taken = np.uint64(half), np.uint64((1 << half) - 1), np.uint64(64 - half)
    left, right = values >> width, values & mask
    for key in keys:
        x = (right + key) * MIX_1
        x ^= x >> np.uint64(32)
        left, right = right, left ^ ((x * MIX_2) >> taken)
    return (left << width) | right


def _turned_back(values: U64, half: int, keys: Sequence[U64]) -> U64:
    """The inverse of a pass: the same network with halves swapped before and after, keys in reverse."""
    width, mask = np.uint64(half), np.uint64((1 << half) - 1)
    swapped = ((values & mask) << width) | (values >> width)
    turned = _turned(swapped, half, keys[::-1])
    return ((turned & mask) << width) | (turned >> width)


def permute(values: U64, n: int, gamma: int, kappa: int) -> U64:
    """Each value's place under the permutation of [0, n) with this key; values < n, 1 <= n <= 2**63."""
    n, gamma, kappa = checks.permutation(values, n, gamma, kappa)
    if n == 1:
        return np.zeros_like(values)
    keys = list(bits(np.arange(ROUNDS, dtype=np.uint64), gamma, kappa).reshape(ROUNDS, 1))
    half, result = half_bits(n), values.copy()
    outside = np.ones(values.size, dtype=np.bool_)
    while outside.any():
        result[outside] = _turned(result[outside], half, keys)
        outside = result >= np.uint64(n)
    return result


def unpermute(values: U64, n: int, gamma: int, kappa: int) -> U64:
    """The inverse of ``permute``."""
    n, gamma, kappa = checks.permutation(values, n, gamma, kappa)
    if n == 1:
        return np.zeros_like(values)
    keys = list(bits(np.arange(ROUNDS, dtype=np.uint64), gamma, kappa).reshape(ROUNDS, 1))
    half, result = half_bits(n), values.copy()
    outside = np.ones(values.size, dtype=np.bool_)
    while outside.any():
        result[outside] = _turned_back(result[outside], half, keys)
        outside = result >= np.uint64(n)
    return result


def permute_each(values: U64, n: int, gamma: int, kappa: int, tweaks: U64) -> U64:
    """``permute`` where each value has a permutation of its own: kappa ^ bits(tweak, gamma, kappa) for kappa."""
    n, gamma, kappa = checks.permutation(values, n, gamma, kappa)
    checks.vector("tweaks", tweaks, np.uint64, values.size)
    if n == 1:
        return np.zeros_like(values)
    kappas = bits(tweaks, gamma, kappa) ^ np.uint64(kappa)
    keys = [mixed(kappas + np.uint64(i * gamma % checks.WORD)) for i in range(ROUNDS)]
    half, result = half_bits(n), values.copy()
    outside = np.arange(values.size)
    while outside.size:
        result[outside] = _turned(result[outside], half, [key[outside] for key in keys])
        outside = outside[result[outside] >= np.uint64(n)]
    return result
