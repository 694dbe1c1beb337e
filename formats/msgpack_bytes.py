"""The bytes of MessagePack's values, the shortest form of each (MessagePack specification, msgpack/spec.md, 2017)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa

from formats.binary_rows import BINARY, Octets, binary
from formats.durations import TICKS
from formats.nesting import Mask, without_values

NIL: Final = b"\xc0"
FALSE: Final = 0xC2
"""``true`` is the next byte."""
FLOAT32, FLOAT64 = b"\xca", b"\xcb"

Head = Callable[[int], bytes]
"""What stands before so many bytes or items."""
Numbers = np.ndarray[Any, np.dtype[np.int64]]

SHORT = 256
HEADS = pa.dictionary(pa.int32(), BINARY)


def text_head(size: int) -> bytes:
    """Before ``size`` bytes of UTF-8: fixstr, str 8, 16 or 32."""
    return bytes([0xA0 | size]) if size < 32 else _head(size, b"\xd9", b"\xda", b"\xdb")


def binary_head(size: int) -> bytes:
    """Before ``size`` bytes: bin 8, 16 or 32."""
    return _head(size, b"\xc4", b"\xc5", b"\xc6")


def array_head(count: int) -> bytes:
    """Before ``count`` items: fixarray, array 16 or 32."""
    return bytes([0x90 | count]) if count < 16 else _head(count, b"", b"\xdc", b"\xdd")


def map_head(count: int) -> bytes:
    """Before ``count`` keys and values: fixmap, map 16 or 32."""
    return bytes([0x80 | count]) if count < 16 else _head(count, b"", b"\xde", b"\xdf")


def _head(count: int, of_8: bytes, of_16: bytes, of_32: bytes) -> bytes:
    if of_8 and count < 1 << 8:
        return of_8 + count.to_bytes(1, "big")
    return of_16 + count.to_bytes(2, "big") if count < 1 << 16 else of_32 + count.to_bytes(4, "big")


class Heads:
    """A head for each of many counts: a dictionary of those that there are, or of all small ones."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._short = pa.array([head(count) for count in range(SHORT)], BINARY)

    def __call__(self, counts: pa.Array) -> pa.DictionaryArray:
        known = np.asarray(counts.fill_null(0))
        if not len(known) or known.max() < SHORT:
            return pa.DictionaryArray.from_arrays(counts.cast(pa.int32()), self._short)
        found = counts.dictionary_encode()
        heads = pa.array([self._head(count) for count in found.dictionary.to_pylist()], BINARY)
        return pa.DictionaryArray.from_arrays(found.indices, heads)


BOUNDS = np.array([-(2**31), -(2**15), -(2**7), -(2**5), 2**7, 2**8, 2**16, 2**32], np.int64)
"""Between them lie the integers of one form each."""
FORMS = (0xD3, 0xD2, 0xD1, 0xD0, 0, 0xCC, 0xCD, 0xCE, 0xCF)
"""int 64, 32, 16, 8; fixint, which is its own head; uint 8, 16, 32, 64."""
WIDTHS = np.array([8, 4, 2, 1, 0, 1, 2, 4, 8], np.int64)
FORM_HEADS = np.array(FORMS, np.uint8)
KEPT = np.arange(9) >= 8 - WIDTHS[:, None]
"""For each form, which bytes there are of a head right before a number, of nine."""


def integers(array: pa.Array) -> pa.LargeBinaryArray:
    """Integers, each in its shortest form."""
    missing = without_values(array)
    count = len(array)
    if pa.types.is_uint64(array.type):
        values = np.frombuffer(array.buffers()[1] or b"", np.int64, count, 8 * array.offset)
        form = np.where(values < 0, len(FORMS) - 1, np.searchsorted(BOUNDS, values, "right"))
    else:
        values = np.asarray(array.cast(pa.int64()).fill_null(0), np.int64)
        form = np.searchsorted(BOUNDS, values, "right")
    octets = np.empty((count, 9), np.uint8)
    octets[:, 1:] = _turned(values, ">i8")
    widths = WIDTHS[form]
    octets[np.arange(count), 8 - widths] = np.where(widths > 0, FORM_HEADS[form], octets[:, 8])
    return _kept(octets, KEPT[form], widths + 1, missing)


def big_endian_words(array: pa.Array, kind: type[np.unsignedinteger[Any]]) -> pa.Array:
    """Fixed-width numbers with their bytes turned, as unsigned integers; null where they are."""
    width = np.dtype(kind).itemsize
    words = np.frombuffer(array.buffers()[1] or b"", kind, len(array), width * array.offset)
    return pa.array(words.byteswap(), mask=without_values(array))


SECONDS_32, SECONDS_64 = 1 << 32, 1 << 34
"""Seconds below these fit into timestamps of 32 and of 64 bits."""


def timestamps(array: pa.TimestampArray) -> pa.LargeBinaryArray:
    """Moments as the extension -1, in the shortest of its three forms: 32, 64 or 96 bits."""
    ticks = TICKS[array.type.unit]
    count = len(array)
    given = np.frombuffer(array.buffers()[1] or b"", np.int64, count, 8 * array.offset)
    seconds, rest = np.divmod(given, ticks)
    nanos = rest * (TICKS["ns"] // ticks)
    octets = np.zeros((count, 15), np.uint8)
    sizes = np.full(count, 15)
    octets[:, :3] = (0xC7, 12, 0xFF)
    octets[:, 3:7] = _turned(nanos, ">u4")
    octets[:, 7:] = _turned(seconds, ">i8")
    unsigned = seconds >= 0
    fits = unsigned & (seconds < SECONDS_64)
    octets[fits, :2], sizes[fits] = (0xD7, 0xFF), 10
    octets[fits, 2:10] = _turned(nanos[fits] << 34 | seconds[fits], ">i8")
    fits = unsigned & (seconds < SECONDS_32) & (nanos == 0)
    octets[fits, :2], sizes[fits] = (0xD6, 0xFF), 6
    octets[fits, 2:6] = _turned(seconds[fits], ">u4")
    return _kept(octets, np.arange(15) < sizes[:, None], sizes, without_values(array))


def _turned(numbers: Numbers, kind: str) -> Octets:
    word = np.dtype(kind)
    return numbers.astype(word).view(np.uint8).reshape(len(numbers), word.itemsize)


def _kept(octets: Octets, kept: Mask, sizes: Numbers, missing: Mask | None) -> pa.LargeBinaryArray:
    """Of each row of bytes those that are kept, ``sizes`` of them, as a value."""
    offsets = np.zeros(len(octets) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return binary(octets[kept], offsets, missing)
