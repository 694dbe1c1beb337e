"""Zip archives whose members are made of parts anywhere: headers and directory here, the data wherever it is.

PKWARE's APPNOTE 6.3.10: local headers (4.3.7), central directory (4.3.12), zip64 where a size, an offset or the number
of members needs it (4.5.3), names in UTF-8. A member's header is written when its parts are made, so sizes and CRC-32
are in it and nothing follows its data. Times are 1980-01-01, the first there is: no clock is in any byte.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from isal import isal_zlib

from formats.compression import DEFLATE
from formats.format import Chunk

LIMIT = 0xFFFF_FFFF
"""A size or an offset of so many bytes, or more, needs zip64."""
MOST_MEMBERS = 0xFFFF
"""So many members, or more, need zip64."""

_STORED, _DEFLATED = 0, 8
_UTF_8 = 1 << 11
_PLAIN, _ZIP64 = 20, 45
_UNIX = 3 << 8
_READABLE = 0o100644 << 16
_MIDNIGHT, _FIRST_DAY = 0, (1 << 5) | 1
_POLYNOMIAL = 0xEDB8_8320
_ONE = 1 << 31
"""The polynomial 1: in CRC-32 the highest bit is that of the lowest power."""


def crc32(data: Chunk, crc: int = 0) -> int:
    """The CRC-32 of bytes that follow others, whose CRC-32 is ``crc``."""
    return isal_zlib.crc32(data, crc)


def joined_crc(first: int, second: int, length: int) -> int:
    """The CRC-32 of two runs of bytes laid end to end, from those of each and the length of the second.

    What comes before ``length`` bytes is multiplied by x^(8·length) modulo the polynomial; the rest is addition.
    """
    power, step = _ONE, 0
    while length >> step:
        if length >> step & 1:
            power = _product(_power(step), power)
        step += 1
    return _product(power, first) ^ second


@cache
def _power(step: int) -> int:
    """x^(8·2^step) modulo the polynomial."""
    return _ONE >> 8 if step == 0 else _product(_power(step - 1), _power(step - 1))


def _product(one: int, other: int) -> int:
    product = 0
    while one:
        if one & _ONE:
            product ^= other
        one = one << 1 & 0xFFFF_FFFF
        other = other >> 1 ^ (_POLYNOMIAL if other & 1 else 0)
    return product


@dataclass(frozen=True, slots=True)
class Header:
    """What an archive says of a member: ``size`` bytes with this CRC-32, which are ``stored`` bytes in the archive."""

    name: str
    crc: int
    size: int
    stored: int
    deflated: bool


class Directory:
    """The headers of an archive under way, member after member. ``limit`` is where zip64 begins."""

    def __init__(self, limit: int = LIMIT, most_members: int = MOST_MEMBERS) -> None:
        self._limit, self._most_members = limit, most_members
        self._members: list[tuple[Header, int]] = []
        self._end = 0

    def header(self, member: Header) -> bytes:
        """What stands in front of a member's stored bytes, which are taken to follow it."""
        sizes = (member.size, member.stored)
        wide = max(sizes) >= self._limit
        extra = _extra(sizes) if wide else b""
        shown = (LIMIT, LIMIT) if wide else sizes
        name = member.name.encode()
        about = _about(member, wide) + struct.pack("<LLLHH", member.crc, shown[1], shown[0], len(name), len(extra))
        header = b"PK\3\4" + about + name + extra
        self._members.append((member, self._end))
        self._end += len(header) + member.stored
        return header

    def member(self, name: str, data: bytes) -> bytes:
        """A whole member: its header and its data, deflated."""
        stored = DEFLATE.ending(data)
        return self.header(Header(name, crc32(data), len(data), len(stored), deflated=True)) + stored

    def end(self) -> bytes:
        """The central directory, which ends the archive."""
        entries = b"".join(self._entry(member, offset) for member, offset in self._members)
        count, size, start = len(self._members), len(entries), self._end
        plain = struct.pack(
            "<4s4H2LH",
            b"PK\5\6", 0, 0, min(count, MOST_MEMBERS), min(count, MOST_MEMBERS), min(size, LIMIT), min(start, LIMIT), 0,
        )  # fmt: skip
        if count < self._most_members and max(size, start) < self._limit:
            return entries + plain
        versions = (_UNIX | _ZIP64, _ZIP64)
        record = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, *versions, 0, 0, count, count, size, start)
        locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)
        return entries + record + locator + plain

    def _entry(self, member: Header, offset: int) -> bytes:
        values = (member.size, member.stored, offset)
        extra = _extra([value for value in values if value >= self._limit])
        size, stored, at = (LIMIT if value >= self._limit else value for value in values)
        name = member.name.encode()
        version = struct.pack("<H", _UNIX | (_ZIP64 if extra else _PLAIN))
        sizes = struct.pack("<LLLHHH", member.crc, stored, size, len(name), len(extra), 0)
        place = struct.pack("<HHLL", 0, 0, _READABLE, at)
        return b"PK\1\2" + version + _about(member, bool(extra)) + sizes + place + name + extra


def _about(member: Header, wide: bool) -> bytes:
    """The version that reads a member, its flags, its method, its time: the same in both headers."""
    flags = 0 if member.name.isascii() else _UTF_8
    method = _DEFLATED if member.deflated else _STORED
    return struct.pack("<5H", _ZIP64 if wide else _PLAIN, flags, method, _MIDNIGHT, _FIRST_DAY)


def _extra(values: Sequence[int]) -> bytes:
    """The zip64 field of these values; nothing where there are none."""
    return struct.pack(f"<HH{len(values)}Q", 1, 8 * len(values), *values) if values else b""


def zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    """A small archive of finished members, in order."""
    directory = Directory()
    return b"".join([*(directory.member(name, data) for name, data in members), directory.end()])
