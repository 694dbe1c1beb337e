"""The finished cells of a dictionary, as ``native/text.c`` reads them: bytes, offsets, and the null's cell last."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from generator.kernels.library import KernelError
from generator.kernels.text_buffers import SLACK

Texts = np.ndarray[Any, np.dtype[np.uint8]]
Offsets = np.ndarray[Any, np.dtype[np.int64]]


class Entries:
    """A dictionary and its finished cells: ``len + 2`` offsets into ``texts``, with slack behind the last.

    Holding the dictionary's buffers makes their addresses its identity.
    """

    def __init__(self, dictionary: pa.Array, texts: Texts, offsets: Offsets) -> None:
        self.texts, self.offsets = texts, offsets
        self._dictionary, self._identity = dictionary, _identity(dictionary)

    def is_of(self, dictionary: pa.Array) -> bool:
        """Whether these are the cells of ``dictionary``."""
        return self._identity == _identity(dictionary)


def finished_entries(name: str, dictionary: pa.LargeStringArray, null: bytes) -> Entries:
    """The cells of a dictionary of finished texts; KernelError where it has nulls or offsets that do not fit."""
    _, places, data = dictionary.buffers()
    count, size = len(dictionary), 0 if data is None else data.size
    offsets = np.zeros(count + 2, np.int64)
    if count:
        offsets[:-1] = np.frombuffer(places, np.int64, count + 1, 8 * dictionary.offset)
    first, last = int(offsets[0]), int(offsets[count])
    if dictionary.null_count or first < 0 or last > size or bool((np.diff(offsets[:-1]) < 0).any()):
        raise KernelError(f"column {name!r}: finished texts that are missing or point outside the data")
    texts = np.empty(last - first + len(null) + SLACK, np.uint8)
    if last > first:
        texts[: last - first] = np.frombuffer(data, np.uint8, last - first, first)
    texts[last - first :] = np.frombuffer(null + bytes(SLACK), np.uint8)
    offsets -= first
    offsets[-1] = last - first + len(null)
    return Entries(dictionary, texts, offsets)


def _identity(array: pa.Array) -> tuple[object, ...]:
    return len(array), array.offset, *(None if buffer is None else buffer.address for buffer in array.buffers())
