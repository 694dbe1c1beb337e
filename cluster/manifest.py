"""What was made: the manifest of a data set, written last, and so the sign that the data set is whole.

It is a pure function of the order's content and of the bytes: no clock, no host, no count of workers, so any two runs
of an order write the same manifest. Everything needed to make any part again is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cluster.digest import DigestName, digest_of, tree
from cluster.errors import ManifestError
from cluster.grid import GRID_VERSION
from cluster.order import MANIFEST, Blueprint, Layout, ObjectPlan, Order, PartId
from cluster.storage import Store
from formats import Tail

MANIFEST_VERSION = 1

Raw = bytes
"""``bytes``, where a field of that name hides the type."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ManifestPart(_Frozen):
    """One part as it stands in one object: rows ``start`` to ``stop - 1`` of its table.

    ``content_*`` is before compression, the others are the stored bytes. Parts follow each other in their object.
    """

    table: str
    index: int
    object: str
    start: int
    stop: int
    bytes: int
    digest: str
    content_bytes: int
    content_digest: str


class ManifestObject(_Frozen):
    """One stored object. Its digests are trees over its parts' and its ending, the stored bytes after the last part."""

    name: str
    table: str
    start: int
    stop: int
    parts: int
    bytes: int
    digest: str
    content_digest: str
    ending_bytes: int
    ending_digest: str


class Manifest(_Frozen):
    """A finished data set. ``digest`` is a tree over its tables' contents, whatever compression was around them."""

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
    hash: DigestName
    format: dict[str, Any]
    compression: dict[str, Any]
    objects: tuple[ManifestObject, ...]
    parts: tuple[ManifestPart, ...]
    document: dict[str, Any]

    def order(self, target: str) -> Order:
        """The order that this manifest answers, for any target."""
        kept = {"document", "format", "compression", "layout", "hash"}
        return Order(target=target, **self.model_dump(include=kept))

    def parts_by_object(self) -> dict[str, list[ManifestPart]]:
        """The parts of each object, in order: each begins where the one before it ends."""
        found: dict[str, list[ManifestPart]] = {item.name: [] for item in self.objects}
        for part in self.parts:
            found.setdefault(part.object, []).append(part)
        return found

    def dump(self) -> Raw:
        """The JSON document that is stored, the same for the same data set. Keys keep their order: it decides cells."""
        return (json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def parse(cls, data: Raw | str, where: str) -> Manifest:
        """The manifest in ``data``; ManifestError, naming ``where``, if that is none."""
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(step) for step in first["loc"])
            raise ManifestError(f"{where} is no manifest of a data set: {place or 'JSON'}: {first['msg']}") from None


class PieceRecord(_Frozen):
    """A part as a worker made it for one object: what the manifest needs, the joiner's tail, where the bytes are."""

    object: str
    bytes: int
    digest: str
    content_bytes: int
    content_digest: str
    tail: str
    upload: str = ""
    etag: str = ""

    def joined(self) -> Tail:
        """What the format's join is told of this piece."""
        return Tail(self.bytes, bytes.fromhex(self.tail))


class PartRecord(_Frozen):
    """A finished part: a piece for each object that it goes into."""

    table: str
    index: int
    pieces: tuple[PieceRecord, ...]

    @property
    def part(self) -> PartId:
        return PartId(self.table, self.index)

    def piece(self, name: str) -> PieceRecord:
        """The piece for an object; KeyError if there is none."""
        for piece in self.pieces:
            if piece.object == name:
                return piece
        raise KeyError(name)


def tree_of_stored(
    name: DigestName, pieces: Sequence[PieceRecord | ManifestPart], ending: int, ending_digest: str
) -> str:
    """The digest of an object as it is stored: over its pieces and the ``ending`` bytes after them."""
    leaves = [("part", piece.bytes, piece.digest) for piece in pieces]
    return tree(name, [*leaves, ("ending", ending, ending_digest)])


def tree_of_contents(name: DigestName, pieces: Sequence[PieceRecord | ManifestPart]) -> str:
    """The digest of an object's content before compression."""
    return tree(name, (("part", piece.content_bytes, piece.content_digest) for piece in pieces))


def tree_of_objects(name: DigestName, objects: Sequence[ManifestObject]) -> str:
    """The digest of a data set: over the contents of its objects, in order of their names."""
    return tree(name, ((f"{item.table} {item.start}", item.stop - item.start, item.content_digest) for item in objects))


def manifest_of(blueprint: Blueprint, records: Mapping[PartId, PartRecord]) -> Manifest:
    """The manifest of an order whose parts are all made."""
    objects: list[ManifestObject] = []
    parts: list[ManifestPart] = []
    for table in blueprint.plan.tables:
        for item in blueprint.objects(table):
            pieces = [records[PartId(table, index)].piece(item.name) for index in item.parts]
            objects.append(_object(blueprint, item, pieces))
            parts += _parts(blueprint, item, pieces)
    objects.sort(key=lambda item: item.name)
    parts.sort(key=lambda part: (part.object, part.index))
    order = blueprint.order
    return Manifest(
        fingerprint=blueprint.fingerprint,
        digest=tree_of_objects(order.hash, objects),
        rows=blueprint.rows,
        bytes=sum(item.bytes for item in objects),
        engine=blueprint.plan.versions["engine"],
        versions=blueprint.plan.versions,
        libraries=blueprint.libraries,
        grid=GRID_VERSION,
        layout=order.layout,
        hash=order.hash,
        format=order.format,
        compression=order.compression,
        objects=tuple(objects),
        parts=tuple(parts),
        document=order.document,
    )


def _object(blueprint: Blueprint, item: ObjectPlan, pieces: Sequence[PieceRecord]) -> ManifestObject:
    name = blueprint.order.hash
    ending = blueprint.ending([piece.joined() for piece in pieces])
    ending_digest = digest_of(name, ending)
    return ManifestObject(
        name=item.name,
        table=item.table,
        start=blueprint.rows_of(PartId(item.table, item.parts[0])).start,
        stop=blueprint.rows_of(PartId(item.table, item.parts[-1])).stop,
        parts=len(pieces),
        bytes=sum(piece.bytes for piece in pieces) + len(ending),
        digest=tree_of_stored(name, pieces, len(ending), ending_digest),
        content_digest=tree_of_contents(name, pieces),
        ending_bytes=len(ending),
        ending_digest=ending_digest,
    )


def _parts(blueprint: Blueprint, item: ObjectPlan, pieces: Sequence[PieceRecord]) -> Iterable[ManifestPart]:
    for index, piece in zip(item.parts, pieces, strict=True):
        rows = blueprint.rows_of(PartId(item.table, index))
        yield ManifestPart(
            table=item.table,
            index=index,
            start=rows.start,
            stop=rows.stop,
            **piece.model_dump(include={"object", "bytes", "digest", "content_bytes", "content_digest"}),
        )


def find_manifest(store: Store) -> Manifest | None:
    """The manifest at a target, or None."""
    data = store.find(MANIFEST)
    return None if data is None else Manifest.parse(data, f"{store.url}/{MANIFEST}")
