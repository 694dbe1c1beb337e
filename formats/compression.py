"""Compression around the bytes of a text format: each part is one gzip member or one zstd frame, so parts still join.

Inside an archive it is raw deflate (RFC 1951): each part ends at a byte, and what follows the parts ends the stream.
The compressors see blocks of a fixed size, whatever the chunks were, so their bytes depend on the content alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, cast

import zstandard
from isal import isal_zlib

from formats.format import Chunk
from generator import SchemaError, nearest

BLOCK = 256 * 1024
GZIP_WINDOW = 31
"""zlib's wbits for a window of 32 KiB in a gzip wrapper; it writes no name and a modification time of 0."""

RAW_WINDOW = -15
"""zlib's wbits for a window of 32 KiB without a wrapper."""

Codec = Literal["none", "gzip", "zstd", "deflate"]


@dataclass(frozen=True, slots=True)
class Compression:
    """A codec and how hard it tries. Levels: gzip 0 to 3 (ISA-L's), zstd 1 to 19; deflate is for archives alone."""

    codec: Codec = "none"
    level: int = 0

    LEVELS: ClassVar[Mapping[str, tuple[range, int]]] = {
        "none": (range(1), 0),
        "gzip": (range(4), 1),
        "zstd": (range(1, 20), 3),
    }
    """The levels of each codec that can be asked for, and the one it has if none is."""

    @classmethod
    def parse(cls, spec: str | Mapping[str, Any] | None, path: str = "$.compression") -> Compression:
        """From a name, ``{"type": "zstd", "level": 9}`` or None. SchemaError at a place below ``path`` otherwise."""
        options: dict[str, Any] = (
            dict(spec) if isinstance(spec, Mapping) else {"type": "none" if spec is None else spec}
        )
        codec = options.pop("type", None)
        if not isinstance(codec, str) or codec not in cls.LEVELS:
            raise SchemaError.at(path, f"unknown compression {codec!r}", nearest(str(codec), cls.LEVELS))
        levels, usual = cls.LEVELS[codec]
        level = options.pop("level", usual)
        if options:
            raise SchemaError.at(f"{path}.{min(options)}", "unknown option", nearest(min(options), ["level"]))
        if type(level) is not int or level not in levels:
            problem = f"{codec} has no level {level!r}"
            raise SchemaError.at(f"{path}.level", problem, f"levels {levels[0]} to {levels[-1]}")
        return cls(cast(Codec, codec), level)

    @property
    def suffix(self) -> str:
        """What follows the format's suffix and a dot in a file name; empty for none."""
        return {"gzip": "gz", "zstd": "zst"}.get(self.codec, "")

    @property
    def libraries(self) -> tuple[str, ...]:
        """Distributions whose version can change the bytes."""
        return {"none": (), "zstd": ("zstandard",)}.get(self.codec, ("isal",))

    def spec(self) -> dict[str, Any]:
        """Plain JSON that ``parse`` reads back."""
        return {"type": self.codec, "level": self.level}

    def compressor(self) -> Compressor:
        """A fresh compressor for one part."""
        if self.codec == "deflate":
            stream = isal_zlib.compressobj(self.level, isal_zlib.DEFLATED, RAW_WINDOW)
            return Blocks(stream, lambda: stream.flush(isal_zlib.Z_FULL_FLUSH))
        if self.codec == "gzip":
            return Blocks(isal_zlib.compressobj(self.level, isal_zlib.DEFLATED, GZIP_WINDOW))
        if self.codec == "zstd":
            return Blocks(zstandard.ZstdCompressor(self.level).compressobj())
        return Uncompressed()

    def ending(self, data: bytes) -> bytes:
        """What is stored for ``data`` behind all parts: nothing for nothing, but deflate's stream is to be ended."""
        if self.codec == "deflate":
            stream = isal_zlib.compressobj(self.level, isal_zlib.DEFLATED, RAW_WINDOW)
            return stream.compress(data) + stream.flush()
        if not data:
            return b""
        compressor = self.compressor()
        return b"".join([compressor.feed(data), compressor.finish()])


DEFLATE = Compression("deflate", 1)
"""What is around the parts of a member of an archive."""


class Compressor(Protocol):
    """Takes the chunks of one part in order, then finishes, once. The results in order are the stored bytes."""

    def feed(self, chunk: Chunk) -> Chunk: ...

    def finish(self) -> Chunk: ...


class Uncompressed:
    """Hands the chunks on as they are."""

    def feed(self, chunk: Chunk) -> Chunk:
        return chunk

    def finish(self) -> Chunk:
        return b""


class _Stream(Protocol):
    def compress(self, data: Chunk, /) -> bytes: ...

    def flush(self) -> bytes: ...


class Blocks:
    """Cuts the chunks into blocks of ``BLOCK`` bytes for a library's stream, whose output may depend on the cuts."""

    def __init__(self, stream: _Stream, flush: Callable[[], bytes] | None = None) -> None:
        self._stream, self._flush = stream, flush or stream.flush
        self._rest = bytearray()

    def feed(self, chunk: Chunk) -> bytes:
        view, done = memoryview(chunk).cast("B"), []
        if self._rest:
            missing = BLOCK - len(self._rest)
            self._rest += view[:missing]
            view = view[missing:]
            if len(self._rest) < BLOCK:
                return b""
            done.append(self._stream.compress(self._rest))
            self._rest = bytearray()
        whole = len(view) - len(view) % BLOCK
        done += [self._stream.compress(view[start : start + BLOCK]) for start in range(0, whole, BLOCK)]
        self._rest += view[whole:]
        return b"".join(done)

    def finish(self) -> bytes:
        return self._stream.compress(self._rest) + self._flush()
