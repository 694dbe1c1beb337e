"""Addresses of the Internet Protocol, of a network, of the public internet or of private networks."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.words import chosen

_SPECIAL: Final = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    "224.0.0.0/3",
)
"""What is not of the public internet (IANA's special-purpose address registry, multicast and reserved ranges)."""
_PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Private networks (RFC 1918)."""
_UNICAST: Final = ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3")
"""What no host has as its address on a network."""


@dataclass(frozen=True)
class _Ranges:
    """Ranges of addresses: where each starts, and how many addresses there are before it."""

    starts: npt.NDArray[np.int64]
    before: npt.NDArray[np.int64]
    total: int

    @classmethod
    def of(cls, ranges: list[tuple[int, int]]) -> _Ranges:
        sizes = [end - start for start, end in ranges]
        before = np.concatenate([[0], np.cumsum(sizes)])[:-1].astype(np.int64)
        return cls(np.array([start for start, _ in ranges], dtype=np.int64), before, sum(sizes))

    def at(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The addresses of these numbers."""
        place = np.searchsorted(self.before, numbers, side="right") - 1
        found: npt.NDArray[np.int64] = numbers + (self.starts - self.before)[place]
        return found


def _spans(networks: tuple[str, ...]) -> list[tuple[int, int]]:
    found = [ipaddress.IPv4Network(each) for each in networks]
    return sorted((int(each.network_address), int(each.broadcast_address) + 1) for each in found)


def _outside(networks: tuple[str, ...]) -> list[tuple[int, int]]:
    """What the networks leave, in ranges."""
    left, start = [], 0
    for first, end in [*_spans(networks), (1 << 32, 1 << 32)]:
        if first > start:
            left.append((start, first))
        start = max(start, end)
    return left


_OCTETS: Final = pa.array([f"{octet}." for octet in range(256)] + [str(octet) for octet in range(256)], pa.string())


@field_type(
    "ipv4",
    "ip_address",
    "ipv4_address",
    "ip_v4_address",
    "ip",
    "ip_address_v4",
    "ip_v4",
    "ipaddr",
    presets={
        "ipv4_public": {"public": True},
        "public_ip": {"public": True},
        "ipv4_private": {"public": False},
        "private_ip": {"public": False},
    },
)
class IPv4(TextField):
    """An address of IPv4 in dotted decimal, of a host anywhere, of the public internet, or of a private network."""

    cidr: str | None = Option(default=None, description="A network such as 10.1.0.0/16; all its addresses.")
    public: bool | None = Option(
        default=None, description="true: public internet only; false: private networks (RFC 1918) only."
    )

    examples = ({}, {"cidr": "192.168.4.0/22", "unique": True}, {"public": True})

    def prepare(self, column: Column) -> _Ranges:
        if self.max_length is not None:
            raise column.wrong("max_length", "an address that is cut is none", "drop max_length")
        if self.cidr is None:
            private = self.public is False
            return _Ranges.of(_spans(_PRIVATE) if private else _outside(_SPECIAL if self.public else _UNICAST))
        if self.public is not None:
            raise column.wrong("public", "it does not go with 'cidr'", "drop one of them")
        try:
            return _Ranges.of(_spans((self.cidr,)))
        except ValueError as error:
            raise column.wrong(
                "cidr", f"{self.cidr!r} is no network: {error}", "give one such as 10.1.0.0/16"
            ) from None

    def generate(self, cells: Cells) -> pa.Array:
        ranges: _Ranges = cells.prepared
        return self._text(ranges.at(cells.below(ranges.total)))

    def _text(self, addresses: npt.NDArray[np.int64]) -> pa.Array:
        parts = [(addresses >> shift & 255) + (0 if shift else 256) for shift in (24, 16, 8, 0)]
        return kernels.concat([chosen(part.astype(np.int32), _OCTETS) for part in parts], len(addresses))

    def cardinality(self, column: Column) -> int:
        ranges: _Ranges = column.prepared
        return ranges.total

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        ranges: _Ranges = cells.prepared
        return self._text(ranges.at(ranks.astype(np.int64)))

    def text_width(self, column: Column) -> int:
        return 13


@cache
def _groups() -> pa.StringArray:
    """The groups of an IPv6 address in hexadecimal: with a colon, without one; then nothing, and two colons."""
    plain = [f"{group:x}" for group in range(1 << 16)]
    return pa.array([*(f"{group}:" for group in plain), *plain, "", "::"], pa.string())


_BARE, _NOTHING, _RUN = 1 << 16, 1 << 17, (1 << 17) + 1


def _spelled(high: Rows, low: Rows) -> pa.StringArray:
    """Addresses of two halves as text (RFC 5952): the first longest run of two or more groups of zero is ``::``."""
    halves = [half >> np.uint64(shift) & np.uint64(0xFFFF) for half in (high, low) for shift in (48, 32, 16, 0)]
    groups = np.array(halves, dtype=np.int32).reshape(8, len(high))
    zero = groups == 0
    start, length = np.full(len(high), 8), np.ones(len(high), dtype=np.int64)
    if (zero[1:] & zero[:-1]).any():
        run = np.zeros(len(high), dtype=np.int64)
        for place in range(8):
            run = np.where(zero[place], run + 1, 0)
            longer = run > length
            start, length = np.where(longer, place - run + 1, start), np.where(longer, run, length)
    end = np.where(start < 8, start + length, 8)
    for place in range(8):
        bare = (place == 7) | (start == place + 1)
        inside = (place >= start) & (place < end)
        group = groups[place] + np.where(bare, np.int32(_BARE), np.int32(0))
        groups[place] = np.where(inside, np.where(place == start, _RUN, _NOTHING), group)
    return kernels.concat([chosen(np.ascontiguousarray(group), _groups()) for group in groups], len(high))


_ALL: Final = (1 << 64) - 1
_COUNTED: Final = 62


@field_type("ipv6", "ipv6_address", "ip_v6_address", "ip_address_v6", "ip_v6")
class IPv6(TextField):
    """An address of IPv6 in the form of RFC 5952: global unicast (2000::/3) unless ``cidr`` names a network."""

    cidr: str = Option(default="2000::/3", description="A network such as 2001:db8::/32; all its addresses.")

    examples = ({}, {"cidr": "2001:db8::/32", "unique": True}, {"cidr": "fd00::1:0/112"})

    def prepare(self, column: Column) -> ipaddress.IPv6Network:
        if self.max_length is not None:
            raise column.wrong("max_length", "an address that is cut is none", "drop max_length")
        try:
            return ipaddress.IPv6Network(self.cidr)
        except ValueError as error:
            problem = f"{self.cidr!r} is no network: {error}"
            raise column.wrong("cidr", problem, "give one such as 2001:db8::/32") from None

    def generate(self, cells: Cells) -> pa.Array:
        return self._text(cells, cells.bits("low"))

    def _text(self, cells: Cells, low: Rows) -> pa.Array:
        network: ipaddress.IPv6Network = cells.prepared
        fixed, free = int(network.network_address), int(network.hostmask)
        high = cells.bits("high") & np.uint64(free >> 64) | np.uint64(fixed >> 64)
        return _spelled(high, low & np.uint64(free & _ALL) | np.uint64(fixed & _ALL))

    def cardinality(self, column: Column) -> int:
        network: ipaddress.IPv6Network = column.prepared
        return 1 << min(128 - network.prefixlen, _COUNTED)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        rest = cells.bits("low") & np.uint64(_ALL ^ ((1 << _COUNTED) - 1))
        return self._text(cells, ranks | rest)

    def text_width(self, column: Column) -> int:
        return 38
