"""Memory for the numbers of a batch. What is in the memory is no concern of this room."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

LARGE: Final = 1 << 16
"""Bytes from which the C library's memory is slower, give or take."""


def pooled(items: int, dtype: Any) -> npt.NDArray[Any]:
    """An array to be filled; a large one comes from Arrow's memory pool.

    The pool keeps what is freed. The C library gives it back to the system, and each batch takes it again page by page,
    which costs more than filling it.
    """
    size = items * np.dtype(dtype).itemsize
    if size < LARGE:
        return np.empty(items, dtype=dtype)
    return np.frombuffer(pa.allocate_buffer(size), dtype=dtype)
