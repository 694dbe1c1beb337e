"""Weighted choice by alias tables: one draw, two look-ups, exact integer arithmetic (Walker 1974, Vose 1991)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from generator import kernels

_TOTAL = 1 << 60


@dataclass(frozen=True)
class AliasTable:
    """``thresholds`` uint64[k] and ``aliases`` int32[k], as the kernel ``alias_pick`` takes them."""

    thresholds: npt.NDArray[np.uint64]
    aliases: npt.NDArray[np.int32]

    @classmethod
    def of(cls, weights: Sequence[float | int | Decimal]) -> AliasTable:
        """The table of these non-negative weights, whose sum is positive; each share is exact to 2**-60."""
        return cls(*kernels.alias_table(whole_weights(weights)))

    def __len__(self) -> int:
        return len(self.aliases)


def whole_weights(weights: Sequence[Any]) -> list[int]:
    """The weights as integers that add up to about 2**60, rounded down from their exact decimal values."""
    if all(isinstance(weight, int) for weight in weights) and sum(weights) <= _TOTAL:
        return [int(weight) for weight in weights]
    exact = [Fraction(str(weight)) for weight in weights]
    total = sum(exact)
    return [int(weight * _TOTAL / total) for weight in exact]
