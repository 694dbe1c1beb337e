"""Binds the C kernel of digests (digests.c): same names, same buffers as the reference."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from generator.kernels import checks, digests, strings
from generator.kernels.library import INT64, POINTER, address, function, place
from generator.kernels.slots import readable

_digest = function("seedbed_digest", POINTER, POINTER, INT64, POINTER, INT64, INT64, INT64, POINTER)
_KINDS = {name: kind for kind, name in enumerate(digests.SIZES)}  # in the order of digests.c


def digest(texts: pa.StringArray, algorithm: str, size: int | None = None) -> pa.StringArray:
    """See reference.digests.digest."""
    size = digests.size_of(algorithm, size)
    (offsets, data), _ = readable("texts", texts)
    skip = strings.nulls(texts)
    checks.text_size(2 * size * len(texts))
    ends = strings.present_offsets(len(texts), 2 * size, skip)
    found = pa.allocate_buffer(int(ends[-1]))
    _digest(
        *(place(offsets), place(data), len(texts)),
        *(None if skip is None else address(skip, np.bool_), _KINDS[algorithm], size, 1, found.address),
    )
    return strings.string_array(ends, found, skip)


def digest_lines(lines: digests.Bytes, algorithm: str) -> digests.Bytes:
    """See reference.digests.digest_lines."""
    digests.check_lines(lines)
    size = digests.size_of(algorithm, None)
    checks.text_size(size * len(lines))
    offsets = strings.fixed_offsets(*lines.shape)
    found = np.empty((len(lines), size), dtype=np.uint8)
    _digest(place(offsets), place(lines), len(lines), None, _KINDS[algorithm], size, 0, place(found))
    return found
