"""Weighted choice by alias tables: one draw, two look-ups, exact integer arithmetic (Walker 1974, Vose 1991)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels

_TOTAL = 1 << 60
_HEAVIEST = 2.0**42
"""The whole weight of the heaviest of many: 2**20 of them stay below the 2**63 that an alias table takes."""
MOST = 1 << 20
"""The most weights that ``of_many`` takes."""


@dataclass(frozen=True)
class AliasTable:
    """``thresholds`` uint64[k] and ``aliases`` int32[k], as the kernel ``alias_pick`` takes them."""

    thresholds: npt.NDArray[np.uint64]
    aliases: npt.NDArray[np.int32]

    @classmethod
    def of(cls, weights: Sequence[float | int | Decimal]) -> AliasTable:
        """The table of these non-negative weights, whose sum is positive; each share is exact to 2**-60."""
        return cls(*kernels.alias_table(whole_weights(weights)))

    @classmethod
    def of_many(cls, weights: npt.NDArray[np.float64]) -> AliasTable:
        """The table of up to 2**20 non-negative weights, not all 0; exact to 2**-42 of the heaviest."""
        scaled = np.rint(weights / weights.max() * _HEAVIEST).astype(np.int64)
        return cls(*kernels.alias_table(scaled))

    def __len__(self) -> int:
        return len(self.aliases)


def whole_weights(weights: Sequence[Any]) -> list[int]:
    """The weights as integers that add up to about 2**60, rounded down from their exact decimal values."""
    if all(isinstance(weight, int) for weight in weights) and sum(weights) <= _TOTAL:
        return [int(weight) for weight in weights]
    exact = [Fraction(str(weight)) for weight in weights]
    total = sum(exact)
    return [int(weight * _TOTAL / total) for weight in exact]


def weights_in(array: pa.Array) -> npt.NDArray[np.float64]:
    """The cells of an array of integers, floats or decimals, offset 0, as weights in float64: 0 where null.

    A decimal's scale is left out: it is the same in all cells.
    """
    if pa.types.is_decimal(array.type):
        low, high = np.frombuffer(array.buffers()[1], dtype=np.int64, count=2 * len(array)).reshape(-1, 2).T
        wide = high.astype(np.float64) * 2.0**64 + low.astype(np.uint64).astype(np.float64)
        weights = np.where(high == low >> 63, low.astype(np.float64), wide)
    else:
        weights = np.asarray(array.fill_null(0), dtype=np.float64)
    return weights if array.null_count == 0 else np.where(np.asarray(array.is_valid()), weights, 0.0)
