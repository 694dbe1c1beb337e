"""Where writers of pyarrow's write to: a file whose bytes are handed on as they come."""

from __future__ import annotations

import io
from typing import Any, Final

import pyarrow as pa

from formats.format import Chunk

LARGE: Final = 1 << 16
"""Larger chunks are kept in Arrow's memory pool, which holds on to its pages: fresh ones cost more than the copy."""


class ChunkSink(io.RawIOBase):
    """The chunks since the last ``drain`` are handed on; they are the taker's to keep."""

    def __init__(self) -> None:
        super().__init__()
        self._chunks: list[Chunk] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        size = len(data)
        if isinstance(data, pa.Buffer):  # of a column: nobody changes it, and it stays as long as somebody holds it
            self._chunks.append(memoryview(data).cast("B").toreadonly())
        elif size < LARGE:
            self._chunks.append(bytes(data))
        else:
            chunk = memoryview(pa.allocate_buffer(size)).cast("B")
            chunk[:] = data
            self._chunks.append(chunk.toreadonly())
        self._size += size
        return size

    def tell(self) -> int:
        return self._size

    def drain(self) -> list[Chunk]:
        """What was written since the last time, in order."""
        chunks, self._chunks = self._chunks, []
        return chunks
