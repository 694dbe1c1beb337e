"""128-bit products of 64-bit words, from 32-bit halves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]

HALF = np.uint64(32)
LOW_HALF = np.uint64(0xFFFFFFFF)


def product(a: U64, b: U64 | int) -> tuple[U64, U64]:
    """The high and the low 64 bits of a * b, elementwise."""
    b = np.asarray(b, dtype=np.uint64)
    a_high, a_low = a >> HALF, a & LOW_HALF
    b_high, b_low = b >> HALF, b & LOW_HALF
    middle = a_high * b_low + ((a_low * b_low) >> HALF)
    other = a_low * b_high + (middle & LOW_HALF)
    return a_high * b_high + (middle >> HALF) + (other >> HALF), a * b


def high(a: U64, b: U64 | int) -> U64:
    """floor(a * b / 2**64), elementwise."""
    return product(a, b)[0]
