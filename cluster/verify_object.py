"""The checks of one object against its manifest: its size, its parts, and what stands between and behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from cluster.blueprint import Blueprint
from cluster.contents import Records, contents_of
from cluster.digest import Digest, digest_of, name_of
from cluster.manifest import ManifestObject, ManifestPart
from cluster.objects import ObjectPlan, PartId
from cluster.storage import Store


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as the manifest says, in rows ``start`` to ``stop - 1`` of a table.

    ``part`` is None where the whole object is concerned, and ``file`` is empty unless the part is in an archive.
    ``kind``: ``object`` (missing), ``size``, ``content`` (the rows made again differ), ``bytes``, ``seam`` or
    ``ending`` (stored bytes differ), ``seam made again`` or ``ending made again``.
    """

    table: str
    part: int | None
    start: int
    stop: int
    object: str
    kind: str
    expected: str
    found: str
    file: str = ""

    def __str__(self) -> str:
        where = [self.object, self.file, f"part {self.part}" if self.part is not None else ""]
        rows = f"rows {self.start:,} to {self.stop:,}" if self.stop else ""
        place = ", ".join(text for text in (*where, rows) if text)
        return f"{place}: {self.kind} is {self.found}, not {self.expected}"


class ObjectCheck:
    """The checks of one object."""

    def __init__(self, store: Store, item: ManifestObject, threads: Executor) -> None:
        self._store, self._item, self._threads = store, item, threads
        self._hash = name_of(item.ending_digest)
        self._size = store.size(item.name)

    def parts(
        self, parts: Sequence[ManifestPart], chosen: Collection[ManifestPart], records: Records
    ) -> Iterator[Difference]:
        """Every difference in the size, in the chosen parts and, if one is chosen, in the seams and the ending."""
        yield from self._whole()
        starts, seams, end = self._offsets(parts)
        wanted = [(part, start) for part, start in zip(parts, starts, strict=True) if part in chosen]
        for found in self._threads.map(lambda each: list(self._part(each[0], each[1], records)), wanted):
            yield from found
        if wanted:
            for seam, start in zip(self._item.seams, seams, strict=True):
                yield from self._stored(None, "seam", start, seam.bytes, seam.digest)
            yield from self._ending(end)

    def _offsets(self, parts: Sequence[ManifestPart]) -> tuple[list[int], list[int], int]:
        """Where each part begins, where each seam does, and where the ending does."""
        starts, seams, at, file = list[int](), list[int](), 0, ""
        for part in parts:
            if self._item.seams and part.file != file:
                file = part.file
                seams.append(at)
                at += self._item.seams[len(seams) - 1].bytes
            starts.append(at)
            at += part.bytes
        return starts, seams, at

    def companion(self, expected: bytes) -> Iterator[Difference]:
        """Every difference of an object that has no parts."""
        yield from self._whole()
        yield from self._ending(0)
        made = digest_of(self._hash, expected)
        if made != self._item.ending_digest:
            yield self._difference(None, "ending made again", self._item.ending_digest, made)

    def rest_made_again(self, blueprint: Blueprint, plan: ObjectPlan, records: Records) -> Iterator[Difference]:
        """What differs in the seams and the ending that follow from the parts made again, which are all there."""
        contents = contents_of(blueprint, plan, records)
        seams = [digest_of(self._hash, seam) for seam in contents.seams]
        for expected, made in zip((seam.digest for seam in self._item.seams), seams, strict=True):
            if made != expected:
                yield self._difference(None, "seam made again", expected, made)
        ending = digest_of(self._hash, contents.ending)
        if ending != self._item.ending_digest:
            yield self._difference(None, "ending made again", self._item.ending_digest, ending)

    def _whole(self) -> Iterator[Difference]:
        if self._size is None:
            yield self._difference(None, "object", f"{self._item.bytes:,} bytes", "missing")
        elif self._size != self._item.bytes:
            yield self._difference(None, "size", f"{self._item.bytes:,} bytes", f"{self._size:,} bytes")

    def _part(self, part: ManifestPart, start: int, records: Records) -> Iterator[Difference]:
        """What differs in a part made again, or in its stored bytes, which begin at ``start``."""
        made = records[PartId(part.table, part.index)].piece(part.object, part.file or part.object)
        yield from self._stored(part, "bytes", start, part.bytes, part.digest)
        if made.content_digest != part.content_digest:
            yield self._difference(part, "content", part.content_digest, made.content_digest)

    def _ending(self, start: int) -> Iterator[Difference]:
        return self._stored(None, "ending", start, self._item.ending_bytes, self._item.ending_digest)

    def _stored(
        self, part: ManifestPart | None, kind: str, offset: int, size: int, expected: str
    ) -> Iterator[Difference]:
        """Compares stored bytes with their digest; an object that is missing has been told of already."""
        if self._size is None:
            return
        if offset + size > self._size:
            yield self._difference(part, kind, expected, "cut short")
            return
        digest = Digest(name_of(expected))
        for chunk in self._store.chunks(self._item.name, offset, offset + size):
            digest.update(chunk)
        if str(digest) != expected:
            yield self._difference(part, kind, expected, str(digest))

    def _difference(self, part: ManifestPart | None, kind: str, expected: str, found: str) -> Difference:
        where = self._item if part is None else part
        index = None if part is None else part.index
        file = "" if part is None else part.file
        return Difference(where.table, index, where.start, where.stop, self._item.name, kind, expected, found, file)
