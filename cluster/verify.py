"""Checks a data set against its manifest by making parts again: all of them, or a sample that a seed chooses.

Every checked part is compared twice: what its rows are now with the manifest's content digest, and the stored bytes
with the stored digest. Another engine's data set is refused, since its differences would mean nothing. Reads only.
"""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from cluster.digest import Digest, digest_of, name_of
from cluster.errors import ManifestError
from cluster.grid import GRID_VERSION
from cluster.manifest import (
    Manifest,
    ManifestObject,
    ManifestPart,
    find_manifest,
    tree_of_contents,
    tree_of_objects,
    tree_of_stored,
)
from cluster.order import MANIFEST, Blueprint, PartId
from cluster.storage import Store, Writer
from cluster.stores import open_store
from cluster.worker import make_pieces
from formats import Chunk, Tail


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as the manifest says, in rows ``start`` to ``stop - 1`` of a table.

    ``part`` is None where the whole object is concerned. ``kind``: ``object`` (missing), ``size``, ``content`` (the
    rows made again differ), ``bytes`` or ``ending`` (stored bytes differ), ``ending made again``.
    """

    table: str
    part: int | None
    start: int
    stop: int
    object: str
    kind: str
    expected: str
    found: str

    def __str__(self) -> str:
        where = f"{self.object}, " + (f"part {self.part}, " if self.part is not None else "")
        return f"{where}rows {self.start:,} to {self.stop:,}: {self.kind} is {self.found}, not {self.expected}"


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was checked, and every difference found. ``parts`` counts the data set's, ``checked`` those looked at."""

    fingerprint: str
    parts: int
    checked: int
    rows: int
    bytes: int
    differences: tuple[Difference, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return not self.differences


def verify(manifest_url: str, sample: int | None = None, seed: int = 0) -> VerifyReport:
    """Verifies the data set whose manifest, or folder, is at a URL. ``sample``: how many parts; None checks them all.

    ManifestError: there is no manifest, or it is of another engine (``engine-mismatch``) or contradicts itself.
    """
    folder = manifest_url.removesuffix(MANIFEST)
    store = open_store(folder or ".")
    manifest = find_manifest(store)
    if manifest is None:
        raise ManifestError(f"there is no {MANIFEST} at {store.url}; the data set is unfinished, or elsewhere")
    blueprint = _blueprint(manifest, store.url)
    chosen = _chosen(manifest, sample, seed)
    differences, parts = list[Difference](), manifest.parts_by_object()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for item in manifest.objects:
            differences += _Check(blueprint, store, item, threads).differences(parts[item.name], chosen)
    rows, size = sum(part.stop - part.start for part in chosen), sum(part.bytes for part in chosen)
    return VerifyReport(manifest.fingerprint, len(manifest.parts), len(chosen), rows, size, tuple(differences))


def _blueprint(manifest: Manifest, where: str) -> Blueprint:
    """The data set's blueprint in this engine; ManifestError if this engine would make another one."""
    blueprint = manifest.order(where).compile()
    ours = {**blueprint.plan.versions, **blueprint.libraries, "grid": str(GRID_VERSION)}
    theirs = {**manifest.versions, **manifest.libraries, "grid": str(manifest.grid)}
    if ours != theirs:
        names = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
        changes = ", ".join(f"{name} {theirs.get(name, 'none')}, here {ours.get(name, 'none')}" for name in names)
        raise ManifestError(f"engine-mismatch: {where} was made by another engine ({changes}); verify it with that one")
    if blueprint.fingerprint != manifest.fingerprint or not _is_consistent(manifest, blueprint):
        raise ManifestError(f"the manifest at {where} contradicts itself; it was changed after it was written")
    return blueprint


def _is_consistent(manifest: Manifest, blueprint: Blueprint) -> bool:
    """Whether a manifest has the objects and parts that its document gives, and digests that follow from each other."""
    expected = {item.name: item for table in blueprint.plan.tables for item in blueprint.objects(table)}
    parts, digest = manifest.parts_by_object(), tree_of_objects(manifest.hash, manifest.objects)
    if expected.keys() != {item.name for item in manifest.objects} or manifest.digest != digest:
        return False
    for item in manifest.objects:
        mine, plan = parts[item.name], expected[item.name]
        rows = [(index, blueprint.rows_of(PartId(plan.table, index))) for index in plan.parts]
        same = (
            [(part.table, part.index, part.start, part.stop) for part in mine]
            == [(plan.table, index, some.start, some.stop) for index, some in rows],
            item.digest == tree_of_stored(manifest.hash, mine, item.ending_bytes, item.ending_digest),
            item.content_digest == tree_of_contents(manifest.hash, mine),
            item.bytes == sum(part.bytes for part in mine) + item.ending_bytes,
        )
        if not all(same):
            return False
    return True


def _chosen(manifest: Manifest, sample: int | None, seed: int) -> frozenset[ManifestPart]:
    if sample is None or sample >= len(manifest.parts):
        return frozenset(manifest.parts)
    return frozenset(random.Random(seed).sample(manifest.parts, sample))  # noqa: S311  (it chooses what to check)


class _Check:
    """The checks of one object."""

    def __init__(self, blueprint: Blueprint, store: Store, item: ManifestObject, threads: ThreadPoolExecutor) -> None:
        self._blueprint, self._store, self._item, self._threads = blueprint, store, item, threads
        self._size = store.size(item.name)

    def differences(self, parts: Sequence[ManifestPart], chosen: Container[ManifestPart]) -> Iterator[Difference]:
        """Every difference in the object's size, in its chosen parts and, if one is chosen, in its ending."""
        item = self._item
        if self._size is None:
            yield self._difference(None, "object", f"{item.bytes:,} bytes", "missing")
        elif self._size != item.bytes:
            yield self._difference(None, "size", f"{item.bytes:,} bytes", f"{self._size:,} bytes")
        ends = list(itertools.accumulate((part.bytes for part in parts), initial=0))
        wanted = [(part, start) for part, start in zip(parts, ends, strict=False) if part in chosen]
        tails = []
        for tail, found in self._threads.map(self._part, *zip(*wanted, strict=True)) if wanted else ():
            tails.append(tail)
            yield from found
        if tails:
            yield from self._stored(None, "ending", ends[-1], item.ending_bytes, item.ending_digest)
        if len(tails) == len(parts):
            made = digest_of(name_of(item.ending_digest), self._blueprint.ending(tails))
            if made != item.ending_digest:
                yield self._difference(None, "ending made again", item.ending_digest, made)

    def _part(self, part: ManifestPart, start: int) -> tuple[Tail, list[Difference]]:
        """Makes a part again; its tail, and what differs in it or in its stored bytes, which begin at ``start``."""
        name = PartId(part.table, part.index)
        plan = next(plan for plan in self._blueprint.objects_of(name) if plan.name == part.object)
        made = make_pieces(self._blueprint, name, [(plan, _Nowhere())])[0]
        found = list(self._stored(part, "bytes", start, part.bytes, part.digest))
        if made.content_digest != part.content_digest:
            found.append(self._difference(part, "content", part.content_digest, made.content_digest))
        return made.joined(), found

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
        return Difference(where.table, index, where.start, where.stop, self._item.name, kind, expected, found)


class _Nowhere(Writer):
    """Drops all bytes: these parts are made to be digested."""

    def write(self, chunk: Chunk) -> None:
        return

    def commit(self) -> None:
        return

    def abort(self) -> None:
        return
