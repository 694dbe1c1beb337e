"""How bytes are cut into what S3 takes: parts of uploads, ranges of copies, objects in between where parts are many.

Pure functions of sizes and limits. Nothing here calls a store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MIB, GIB = 1 << 20, 1 << 30
FIRST_PART = 16 * MIB
"""Bytes of the first parts of an object that is written as it comes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What S3 takes, in bytes and parts (Amazon S3 User Guide, "multipart upload limits", 2026).

    ``least`` and ``most`` bytes of a part of an upload, the last one excepted from ``least``; ``most`` also bounds the
    range of a copy and a single PUT. ``copied``: what one call of ours has the server copy, so that its answer comes
    before a time-out.
    """

    least: int = 5 * MIB
    most: int = 5 * GIB
    parts: int = 10_000
    copied: int = GIB

    @property
    def object(self) -> int:
        """The largest object."""
        return self.parts * self.most


@dataclass(frozen=True, slots=True)
class Source:
    """An object of ``size`` bytes that is to be a stretch of another."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes [start, stop) of an object."""

    name: str
    start: int
    stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start


def segments(sources: Sequence[Source], least: int, most: int) -> Iterator[list[Span]]:
    """Cuts objects, laid end to end, into runs that S3 takes as parts.

    Every run but the last has ``least`` bytes or more. A run of one span can be copied by the server, a run of
    several is under ``2 * least`` bytes and has to be read; spans are at most ``most + least`` bytes.
    """
    run: list[Span] = []
    missing = least
    for source in sources:
        start = 0
        while start < source.size:
            room = source.size - start
            limit = missing if run else most  # a small run is topped up; what stays behind is never too small
            take = room if room < limit + least else limit
            run.append(Span(source.name, start, start + take))
            start, missing = start + take, missing - take
            if missing <= 0:
                yield run
                run, missing = [], least
    if run:
        yield run


def copy_range(total: int, limits: Limits) -> int:
    """The most bytes that a range of a copy should have, so that an object of ``total`` bytes has parts enough.

    ``segments`` makes spans of up to ``least`` bytes more, which the result leaves room for.
    """
    needed = -(-total // max(1, limits.parts // 2))
    return min(max(limits.copied, needed), limits.most - limits.least)


def groups(sources: Sequence[Source], limits: Limits) -> list[list[Source]]:
    """Consecutive sources that are to be joined among themselves first, because all at once would be too many parts.

    There are at most half as many groups as an upload has parts, and the sources of one group fit into an upload.
    """
    size = -(-len(sources) // max(1, limits.parts // 2))
    size = max(2, size)
    return [list(sources[at : at + size]) for at in range(0, len(sources), size)]


def part_size(count: int, first: int, limits: Limits) -> int:
    """The bytes of the part after the first ``count``, of an object whose size nobody knows yet.

    It doubles ten times on the way to the last part. Behind the first tenth of the parts none is more than a
    five-hundredth of what went before, so memory grows with the object, but that slowly.
    """
    return min(first << (count * 10 // limits.parts), limits.most)


def most_streamed(first: int, limits: Limits) -> int:
    """The bytes of the largest object that can be written in parts of ``part_size``."""
    return sum(part_size(count, first, limits) for count in range(limits.parts))
