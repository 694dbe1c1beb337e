"""Whether a finished data set is still what was made: manifest, objects, sizes, and stored bytes by their digests.

No part is made again, so it costs what is read: all of a small data set, a few pieces, chosen at random, of a large
one. ``verify`` proves more, at the price of making the rows. Reads only; a store that is away is a StoreError, never
damage.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from cluster.digest import Digest, name_of
from cluster.errors import GoneError, ManifestError
from cluster.manifest import Manifest, ManifestObject, ManifestPart, find_manifest, tree_of_objects, tree_of_stored
from cluster.objects import MANIFEST
from cluster.storage import Store
from cluster.stores import open_store
from cluster.target import sizes_of

SMALL_BYTES = 16 << 20
"""A data set up to this size is read as a whole."""
PIECES = 4
"""How many pieces of a larger one are read, unless a number of bytes is asked for."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a data set has found: each damage in a few words, and how many bytes were read for it."""

    damages: tuple[str, ...]
    bytes: int = 0

    @property
    def whole(self) -> bool:
        return not self.damages


@dataclass(frozen=True, slots=True)
class Piece:
    """Stored bytes [start, stop) of an object, and their digest."""

    object: str
    start: int
    stop: int
    digest: str


def look(target: str, fingerprint: str, digest: str, *, most_bytes: int | None = None, seed: int | None = None) -> Look:
    """Looks at the data set that was recorded with this fingerprint and digest.

    Digests are compared of everything up to SMALL_BYTES, of PIECES pieces of a larger data set, or of pieces of about
    ``most_bytes`` together; ``seed`` chooses them.
    """
    store = open_store(target)
    try:
        manifest = find_manifest(store)
    except ManifestError as error:
        return Look((str(error),))
    if manifest is None:
        return Look((f"{MANIFEST} is missing",))
    if (manifest.fingerprint, manifest.digest) != (fingerprint, digest) or not _is_consistent(manifest):
        return Look((f"{MANIFEST} is not the one that was written",))
    there = sizes_of(store, [item.name for item in manifest.objects])
    damages = [_lost(item, there.get(item.name)) for item in manifest.objects if there.get(item.name) != item.bytes]
    if damages:
        return Look(tuple(damages))
    read = 0
    for piece in _chosen(manifest, most_bytes, random.Random(seed)):  # noqa: S311  (it chooses what to check)
        read += piece.stop - piece.start
        if (damage := _compared(store, piece)) is not None:
            damages.append(damage)
    return Look(tuple(damages), read)


def pieces_of(item: ManifestObject, parts: list[ManifestPart]) -> Iterator[Piece]:
    """An object from its first byte to its last: seams, parts and ending, each with its digest."""
    at, file, seams = 0, "", iter(item.seams)
    for part in parts:
        if item.seams and part.file != file:
            file, seam = part.file, next(seams)
            yield Piece(item.name, at, at + seam.bytes, seam.digest)
            at += seam.bytes
        yield Piece(item.name, at, at + part.bytes, part.digest)
        at += part.bytes
    if item.ending_bytes:
        yield Piece(item.name, at, at + item.ending_bytes, item.ending_digest)


def matches(manifest: Manifest, name: str, data: bytes) -> bool:
    """Whether ``data`` is the whole of an object. Of the manifest itself: whether its digests agree."""
    if name == MANIFEST:
        return _is_consistent(manifest)
    item = next(each for each in manifest.objects if each.name == name)
    if len(data) != item.bytes:
        return False
    parts = [part for part in manifest.parts if part.object == name]
    return all(_digest(piece, [data[piece.start : piece.stop]]) == piece.digest for piece in pieces_of(item, parts))


def _is_consistent(manifest: Manifest) -> bool:
    """Whether the digests of a manifest follow from each other, so that no part's can have changed by itself."""
    parts = manifest.parts_by_object()
    return manifest.digest == tree_of_objects(manifest.hash, manifest.objects) and all(
        item.digest
        == tree_of_stored(manifest.hash, parts[item.name], item.ending_bytes, item.ending_digest, item.seams)
        for item in manifest.objects
    )


def _chosen(manifest: Manifest, most_bytes: int | None, chance: random.Random) -> list[Piece]:
    parts = manifest.parts_by_object()
    every = [piece for item in manifest.objects for piece in pieces_of(item, parts[item.name])]
    if manifest.bytes <= (SMALL_BYTES if most_bytes is None else most_bytes):
        return every
    chance.shuffle(every)
    if most_bytes is None:
        return every[:PIECES]
    found, size = list[Piece](), 0
    for piece in every:
        if size and size + piece.stop - piece.start > most_bytes:
            break
        found.append(piece)
        size += piece.stop - piece.start
    return found


def _compared(store: Store, piece: Piece) -> str | None:
    """What is wrong with a piece."""
    try:
        found = _digest(piece, store.chunks(piece.object, piece.start, piece.stop))
    except GoneError:
        return f"{piece.object} is missing"
    where = f"{piece.object}, bytes {piece.start:,} to {piece.stop:,}"
    return None if found == piece.digest else f"{where}: digest is {found}, not {piece.digest}"


def _digest(piece: Piece, chunks: Iterator[bytes] | list[bytes]) -> str:
    digest = Digest(name_of(piece.digest))
    for chunk in chunks:
        digest.update(chunk)
    return str(digest)


def _lost(item: ManifestObject, size: int | None) -> str:
    return f"{item.name} is missing" if size is None else f"{item.name} has {size:,} bytes, not {item.bytes:,}"
