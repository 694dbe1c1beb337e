"""The codecs of an Avro object container file's blocks (Apache Avro 1.12 specification, "Required/Optional Codecs")."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

import pyarrow as pa
import zstandard
from isal import isal_zlib

from formats.compression import RAW_WINDOW
from formats.format import Chunk
from generator.kernels.text_reference_values import varint

Codec = Literal["none", "deflate", "snappy", "zstd"]
NAMES: Final = {"none": "null", "zstd": "zstandard"}
"""What Avro calls the codecs that are called otherwise here, as in all formats."""
LEVELS: Final = {"deflate": (range(4), 1), "zstd": (range(1, 20), 3)}
"""The levels of the codecs that have some, and the usual one: deflate's are ISA-L's."""

Compress = Callable[[bytes], bytes]


class Blocks:
    """Rows in blocks of ``size`` rows, the last one of fewer: a grid of their own, whatever the batches were."""

    def __init__(self, size: int, compress: Compress | None, marker: bytes) -> None:
        self._size, self._compress, self._marker = size, compress, marker
        self._pieces: list[memoryview] = []
        self._count = 0

    def add(self, data: memoryview, offsets: Any) -> Iterator[Chunk]:
        """The blocks that these rows fill; each row begins at an offset, and the last one ends at the last."""
        start, rows = 0, len(offsets) - 1
        while start < rows:
            stop = min(start + self._size - self._count, rows)
            self._pieces.append(data[int(offsets[start]) : int(offsets[stop])])
            self._count += stop - start
            start = stop
            if self._count == self._size:
                yield from self.rest()

    def rest(self) -> Iterator[Chunk]:
        """The rows that fill no block, if there are any, as a smaller one."""
        if not self._count:
            return
        pieces: list[Chunk] = [*self._pieces]
        if self._compress is not None:
            pieces = [self._compress(b"".join(pieces))]
        yield varint(self._count, zigzag=True) + varint(sum(len(piece) for piece in pieces), zigzag=True)
        yield from pieces
        yield self._marker
        self._pieces, self._count = [], 0


def compressing(codec: Codec, level: int) -> Compress | None:
    """What compresses a block; None for the codec that does nothing."""
    if codec == "deflate":
        return lambda data: _deflated(data, level)
    if codec == "zstd":
        return zstandard.ZstdCompressor(level).compress
    return _snappy if codec == "snappy" else None


def _deflated(data: bytes, level: int) -> bytes:
    """Raw deflate (RFC 1951), without the wrapper of zlib."""
    stream = isal_zlib.compressobj(level, isal_zlib.DEFLATED, RAW_WINDOW)
    return bytes(stream.compress(data) + stream.flush())


def _snappy(data: bytes) -> bytes:
    """Snappy's own format, and the CRC-32 of what went in, the most significant byte first."""
    packed: bytes = pa.compress(data, codec="snappy", asbytes=True)
    return packed + zlib.crc32(data).to_bytes(4, "big")
