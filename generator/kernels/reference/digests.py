"""Digests of texts and of lines of bytes, by the standard library, one after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from generator.kernels import checks, digests, strings
from generator.kernels.reference.strings import sound


def digest(texts: pa.StringArray, algorithm: str, size: int | None = None) -> pa.StringArray:
    """The digest of each text's UTF-8 bytes in lower-case hexadecimal digits, two for each of ``size`` bytes.

    Null stays null. ``algorithm`` is one of digests.SIZES; only BLAKE2b takes a size of its own.
    """
    size = digests.size_of(algorithm, size)
    offsets, data = strings.text_of("texts", sound("texts", texts))
    skip = strings.nulls(texts)
    checks.text_size(2 * size * len(texts))
    ends, held = offsets.tolist(), data.tobytes()
    fresh = _fresh(algorithm, size)
    found = []
    for row in range(len(texts)):
        if skip is not None and skip[row]:
            continue
        state = fresh()
        state.update(held[ends[row] : ends[row + 1]])
        found.append(state.hexdigest())
    return strings.string_array(strings.present_offsets(len(texts), 2 * size, skip), "".join(found).encode(), skip)


def digest_lines(lines: digests.Bytes, algorithm: str) -> digests.Bytes:
    """The digests of the rows of a matrix of bytes: (rows, size)."""
    digests.check_lines(lines)
    size = digests.size_of(algorithm, None)
    checks.text_size(size * len(lines))
    fresh = _fresh(algorithm, size)
    found = np.empty((len(lines), size), dtype=np.uint8)
    for row, line in enumerate(lines):
        state = fresh()
        state.update(line.tobytes())
        found[row] = np.frombuffer(state.digest(), dtype=np.uint8)
    return found


def _fresh(algorithm: str, size: int) -> Callable[[], Any]:
    """New states: a copy is cheaper than a new one."""
    options: dict[str, Any] = {"digest_size": size} if algorithm == "blake2b" else {}
    copy: Callable[[], Any] = getattr(hashlib, algorithm)(usedforsecurity=False, **options).copy
    return copy
