"""What every kernel demands of its arguments, said once for both implementations.

Each check raises :class:`KernelError` naming the argument, what it is and what would be right. No kernel's own work
may come in here, and nothing of fields or formats.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt

from generator.kernels.library import KernelError

WORD = 1 << 64
LARGEST_TEXT = 2**31 - 1  # bytes in one pa.StringArray

Array = npt.NDArray[Any]
U64 = npt.NDArray[np.uint64]


def integer(name: str, value: int, low: int, high: int) -> int:
    """``value`` as a Python int; KernelError unless low <= value <= high."""
    if type(value) is int and low <= value <= high:
        return value
    try:
        number = index(value)
    except TypeError as error:
        raise KernelError(f"{name} must be a whole number, not {type(value).__name__}") from error
    if not low <= number <= high:
        raise KernelError(f"{name} is {number}, but must be in {low}..{high}")
    return number


def key(gamma: int, kappa: int) -> tuple[int, int]:
    """The two scalars of a draw: both below 2**64, gamma odd."""
    if type(gamma) is int and type(kappa) is int and 0 < gamma < WORD and 0 <= kappa < WORD and gamma & 1:
        return gamma, kappa
    gamma, kappa = integer("gamma", gamma, 1, WORD - 1), integer("kappa", kappa, 0, WORD - 1)
    if gamma % 2 == 0:
        raise KernelError(f"gamma is {gamma}, but must be odd")
    return gamma, kappa


def vector(name: str, array: Array, dtype: Any, length: int | None = None) -> None:
    """``array`` is one-dimensional, contiguous, of exactly ``dtype`` and, where given, of ``length`` items."""
    if not isinstance(array, np.ndarray) or array.ndim != 1:
        raise KernelError(f"{name} must be a one-dimensional numpy array of {np.dtype(dtype)}")
    if array.dtype != dtype or not array.flags.c_contiguous:
        raise KernelError(f"{name} must be a contiguous array of {np.dtype(dtype)}, not {array.dtype}")
    if length is not None and array.size != length:
        raise KernelError(f"{name} has {array.size} items, but must have {length}")


def progression(n: int, start: int, step: int) -> tuple[int, int, int]:
    """start, start + step, ... of ``n`` values: 1 <= n <= 2**63 and all of them fit an int64."""
    n = integer("n", n, 1, 2**63)
    start = integer("start", start, -(2**63), 2**63 - 1)
    step = integer("step", step, -(2**63), 2**63 - 1)
    integer("the last value, start + step * (n - 1),", start + step * (n - 1), -(2**63), 2**63 - 1)
    return n, start, step


def alias(thresholds: Array, aliases: npt.NDArray[np.int32], width: Any) -> int:
    """The number of entries of an alias table of ``width`` thresholds: at least one, below 2**31."""
    vector("thresholds", thresholds, width)
    vector("aliases", aliases, np.int32, thresholds.size)
    return integer("the number of alias entries", thresholds.size, 1, 2**31 - 1)


def weights(values: Sequence[int]) -> tuple[U64, int]:
    """Weights as u64, and their total: whole, 0 <= each < 2**62, 0 < total <= 2**63, fewer than 2**31 of them."""
    array = np.array(values)
    if array.ndim != 1 or array.dtype.kind not in "iu" or not 0 < array.size < 2**31:
        raise KernelError("weights must be a sequence of at least one whole number below 2**62")
    if int(array.min()) < 0 or int(array.max()) >= 2**62:
        raise KernelError(f"weights must be in 0..2**62 - 1, not {int(array.min())}..{int(array.max())}")
    array = array.astype(np.uint64)
    low, high = array & np.uint64(0xFFFFFFFF), array >> np.uint64(32)
    return array, integer("the total of the weights", (int(high.sum()) << 32) + int(low.sum()), 1, 2**63)


def quantile(table: npt.NDArray[np.float64], segments: int, low: int, span: int) -> tuple[int, int]:
    """A contiguous table of at least ``segments`` rows of 6, and low + span <= 2**53."""
    shaped = isinstance(table, np.ndarray) and table.ndim == 2 and table.shape[1] == 6 and table.shape[0] >= segments
    if not shaped or table.dtype != np.float64 or not table.flags.c_contiguous:
        raise KernelError(f"table must be a contiguous float64 array of shape ({segments}, 6)")
    low = integer("low", low, 0, 2**53 - 1)
    return low, integer("span", span, 1, 2**53 - low)


def below_bound(name: str, values: U64, bound: int) -> None:
    """Every value is below ``bound``."""
    vector(name, values, np.uint64)
    if values.size and int(values.max()) >= bound:
        raise KernelError(f"{name} holds {int(values.max())}, but each must be below {bound}")


def permutation(values: U64, n: int, gamma: int, kappa: int) -> tuple[int, int, int]:
    """Values below n, 1 <= n <= 2**63, and a key."""
    n = integer("n", n, 1, 2**63)
    below_bound("values", values, n)
    return n, *key(gamma, kappa)


def muldiv(values: U64, num: int, add: int, den: int) -> tuple[int, int, int]:
    """num, add and den below 2**63, den at least 1."""
    vector("values", values, np.uint64)
    top = 2**63 - 1
    return integer("num", num, 0, top), integer("add", add, 0, top), integer("den", den, 1, top)


def children(values: U64, bound: int, parents: int, rows: int, least: int, most: int) -> None:
    """Values below ``bound``; parents and rows up to 2**62, most up to 2**31, and the rows can meet the bounds."""
    integer("parents", parents, 0, 2**62)
    integer("most", most, integer("least", least, 0, 2**31), 2**31)
    integer("rows", rows, least * parents, min(most * parents, 2**62))
    below_bound("values", values, bound)


def ascii_only(name: str, text: bytes) -> bytes:
    """``text`` itself; KernelError unless it is bytes of ASCII."""
    if not isinstance(text, bytes) or not text.isascii():
        raise KernelError(f"{name} must be bytes of ASCII, not {text!r}")
    return text


def text_size(total: int) -> int:
    """``total`` bytes of text; KernelError where one StringArray cannot hold them."""
    if total > LARGEST_TEXT:
        raise KernelError(f"{total} bytes of text do not fit one batch ({LARGEST_TEXT} at most): ask for fewer rows")
    return total
