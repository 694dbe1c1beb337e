"""What was made: the manifest of a data set, written last, and so the sign that the data set is whole.

It is a pure function of the order's content and of the bytes: no clock, no host, no count of workers, so any two runs
of an order write the same manifest. Everything needed to make any part again is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cluster.digest import DigestName, tree
from cluster.errors import ManifestError
from cluster.objects import MANIFEST
from cluster.order import Archive, Layout, Order
from cluster.records import PieceRecord
from cluster.storage import Store

MANIFEST_VERSION = 2

Raw = bytes
"""``bytes``, where a field of that name hides the type."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ManifestPart(_Frozen):
    """One part as it stands in one object: rows ``start`` to ``stop - 1`` of its table.

    ``content_*`` is before compression, the others are the stored bytes. Parts follow each other in their object;
    ``file`` is the member of an archive that the part is in, and empty where the object is the file.
    """

    table: str
    index: int
    object: str
    file: str = ""
    start: int
    stop: int
    bytes: int
    digest: str
    content_bytes: int
    content_digest: str


class ManifestSeam(_Frozen):
    """What stands in an archive in front of a file: the file's header, and before it what ends the file before it."""

    bytes: int
    digest: str


class ManifestObject(_Frozen):
    """One stored object. Its digests are trees over its parts', its seams' and its ending's: the bytes after all parts.

    ``format`` is what it is written in, or ``zip``. ``table`` is empty where rows of several tables are in it, and
    where there are none: a companion has no parts and is all ending.
    """

    name: str
    format: str
    table: str
    start: int
    stop: int
    parts: int
    bytes: int
    digest: str
    content_digest: str
    seams: tuple[ManifestSeam, ...] = ()
    ending_bytes: int
    ending_digest: str


class Manifest(_Frozen):
    """A finished data set. ``digest`` is a tree over its objects' contents, whatever compression was around them."""

    manifest: int = MANIFEST_VERSION
    fingerprint: str
    digest: str
    rows: int
    bytes: int
    engine: str
    versions: dict[str, str]
    libraries: dict[str, str]
    grid: int
    layout: Layout
    archive: Archive
    hash: DigestName
    formats: tuple[dict[str, Any], ...]
    compression: dict[str, Any]
    objects: tuple[ManifestObject, ...]
    parts: tuple[ManifestPart, ...]
    document: dict[str, Any]

    def order(self, target: str) -> Order:
        """The order that this manifest answers, for any target."""
        kept = {"document", "formats", "compression", "layout", "archive", "hash"}
        return Order(target=target, **self.model_dump(include=kept))

    def parts_by_object(self) -> dict[str, list[ManifestPart]]:
        """The parts of each object, in order: each begins where the one before it ends, or the seam between them."""
        found: dict[str, list[ManifestPart]] = {item.name: [] for item in self.objects}
        for part in self.parts:
            found.setdefault(part.object, []).append(part)
        return found

    def dump(self) -> Raw:
        """The JSON document that is stored, the same for the same data set. Keys keep their order: it decides cells."""
        return (json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def parse(cls, data: Raw | str, where: str) -> Manifest:
        """The manifest in ``data``; ManifestError, naming ``where``, if that is none, or one of another version."""
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            if (other := _version(data)) not in {None, MANIFEST_VERSION}:
                raise ManifestError(
                    f"{where} is a manifest of version {other}, and this Seedbed reads version {MANIFEST_VERSION}: "
                    "use the Seedbed that wrote it"
                ) from None
            first = error.errors(include_url=False)[0]
            place = ".".join(str(step) for step in first["loc"])
            raise ManifestError(f"{where} is no manifest of a data set: {place or 'JSON'}: {first['msg']}") from None


def _version(data: Raw | str) -> object:
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found.get("manifest") if isinstance(found, dict) else None


Digested = PieceRecord | ManifestPart
"""A part of an object, as its maker or as the manifest has it."""


def tree_of_stored(
    name: DigestName, pieces: Sequence[Digested], ending: int, ending_digest: str, seams: Sequence[ManifestSeam] = ()
) -> str:
    """The digest of an object as it is stored: over its seams, its pieces and the ``ending`` bytes after them."""
    return tree(name, [*_leaves(pieces, seams), ("ending", ending, ending_digest)])


def _leaves(pieces: Sequence[Digested], seams: Sequence[ManifestSeam]) -> Iterator[tuple[str, int, str]]:
    left, file = iter(seams), ""
    for piece in pieces:
        if seams and piece.file != file:
            seam, file = next(left), piece.file
            yield "seam", seam.bytes, seam.digest
        yield "part", piece.bytes, piece.digest


def tree_of_contents(name: DigestName, pieces: Iterable[Digested]) -> str:
    """The digest of an object's content before compression."""
    return tree(name, (("part", piece.content_bytes, piece.content_digest) for piece in pieces))


def tree_of_objects(name: DigestName, objects: Sequence[ManifestObject]) -> str:
    """The digest of a data set: over the contents of its objects, in order of their names."""
    return tree(name, (_leaf(item) for item in objects))


def _leaf(item: ManifestObject) -> tuple[str, int, str]:
    label = f"{item.table} {item.start}" if item.parts and not item.seams else item.name
    return label, item.stop - item.start if item.parts else item.bytes, item.content_digest


def find_manifest(store: Store) -> Manifest | None:
    """The manifest at a target, or None."""
    data = store.find(MANIFEST)
    return None if data is None else Manifest.parse(data, f"{store.url}/{MANIFEST}")
