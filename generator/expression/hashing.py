"""Hashes of values: of the UTF-8 bytes of their text as ``str`` spells it, the same everywhere and for ever.

Null stays null. Text with few different values comes as a dictionary, whose entries are hashed once each.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.expression.spelling import spelled
from generator.expression.types import INTEGER
from generator.expression.values import Value, array, missing

_FNV_OFFSET: Final = np.uint64(0xCBF29CE484222325)
_FNV_PRIME: Final = np.uint64(0x100000001B3)


def digest(algorithm: str, size: int) -> Callable[[Value], Value]:
    """A cryptographic hash of ``size`` bytes as lower-case hexadecimal digits."""

    def kernel(value: Value) -> Value:
        return kernels.digest(spelled(value), algorithm, size)

    return kernel


def _cells(value: Value) -> list[bytes]:
    """The bytes of each cell, none for null."""
    found: list[bytes] = spelled(value).fill_null("").cast(pa.binary()).to_pylist()
    return found


def crc32(value: Value) -> Value:
    """The cyclic redundancy check of ISO 3309 and zlib, 0 to 2^32 - 1."""
    found = np.fromiter(map(zlib.crc32, _cells(value)), dtype=np.int64, count=len(value))
    return array(found, INTEGER, missing(value))


def hash64(value: Value) -> Value:
    """FNV-1a of 64 bits (Fowler, Noll and Vo, 1991) as a signed integer."""
    return array(_fnv(spelled(value)).view(np.int64), INTEGER, missing(value))


def bucket(value: Value, count: int) -> Value:
    """0 to ``count`` - 1, equal values in the same one: the high half of ``count`` times the mixed hash64."""
    hashed = _fnv(spelled(value))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):  # splitmix64's finaliser
        hashed = (hashed ^ (hashed >> np.uint64(shift))) * np.uint64(factor)
    hashed ^= hashed >> np.uint64(31)
    found = ((hashed >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32)
    return array(found.view(np.int64), INTEGER, missing(value))


def _fnv(text: pa.StringArray) -> npt.NDArray[np.uint64]:
    """The hash of each cell, all cells a byte further at a time; the longest come first, so that ends drop off."""
    if text.null_count:
        text = text.fill_null("")
    offsets = np.frombuffer(text.buffers()[1], dtype=np.int32, count=len(text) + 1, offset=4 * text.offset)
    data = text.buffers()[2]
    cells = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, dtype=np.uint8)
    sizes = offsets[1:] - offsets[:-1]
    order = np.argsort(-sizes, kind="stable")
    starts, longer = offsets[:-1][order].astype(np.int64), len(text) - np.cumsum(np.bincount(sizes, minlength=1))
    state = np.full(len(text), _FNV_OFFSET, dtype=np.uint64)
    for place, count in enumerate(longer.tolist()):
        if not count:
            break
        state[:count] ^= cells[starts[:count] + place]
        state[:count] *= _FNV_PRIME
    found = np.empty_like(state)
    found[order] = state
    return found
