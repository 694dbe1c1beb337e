"""The account of an order that is carried out: its manifest, from the records of its parts."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.blueprint import Blueprint
from cluster.contents import Contents, Records, companions_of, contents_of
from cluster.digest import DigestName, digest_of
from cluster.grid import GRID_VERSION
from cluster.manifest import (
    Manifest,
    ManifestObject,
    ManifestPart,
    ManifestSeam,
    tree_of_contents,
    tree_of_objects,
    tree_of_stored,
)
from cluster.objects import ObjectPlan


def manifest_of(blueprint: Blueprint, records: Records) -> Manifest:
    """The manifest of an order whose parts are all made."""
    order = blueprint.order
    objects: list[ManifestObject] = []
    parts: list[ManifestPart] = []
    for item in blueprint.objects():
        objects.append(_object(order.hash, item, contents_of(blueprint, item, records), records))
        parts += _parts(blueprint, item, records)
    if order.archive == "none":
        objects += [_companion(order.hash, *each) for each in companions_of(blueprint, records)]
    objects.sort(key=lambda item: item.name)
    parts.sort(key=lambda part: part.object)
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
        archive=order.archive,
        hash=order.hash,
        formats=order.formats,
        compression=order.compression,
        objects=tuple(objects),
        parts=tuple(parts),
        document=order.document,
    )


def _object(name: DigestName, item: ObjectPlan, contents: Contents, records: Records) -> ManifestObject:
    pieces = [records[part].piece(item.name, file.name) for file, part in item.parts]
    ending_digest = digest_of(name, contents.ending)
    seams = tuple(ManifestSeam(bytes=len(seam), digest=digest_of(name, seam)) for seam in contents.seams)
    start, stop = item.rows
    return ManifestObject(
        name=item.name,
        format=item.format,
        table=item.table,
        start=start,
        stop=stop,
        parts=len(pieces),
        bytes=contents.size,
        digest=tree_of_stored(name, pieces, len(contents.ending), ending_digest, seams),
        content_digest=tree_of_contents(name, pieces),
        seams=seams,
        ending_bytes=len(contents.ending),
        ending_digest=ending_digest,
    )


def _companion(name: DigestName, companion: str, written_in: str, data: bytes) -> ManifestObject:
    digest = digest_of(name, data)
    about = {"table": "", "start": 0, "stop": 0, "parts": 0, "bytes": len(data), "content_digest": digest}
    stored = {"digest": tree_of_stored(name, (), len(data), digest), "ending_bytes": len(data), "ending_digest": digest}
    return ManifestObject(name=companion, format=written_in, **about, **stored)


def _parts(blueprint: Blueprint, item: ObjectPlan, records: Records) -> Iterator[ManifestPart]:
    for file, part in item.parts:
        rows, piece = blueprint.rows_of(part), records[part].piece(item.name, file.name)
        yield ManifestPart(
            table=part.table,
            index=part.index,
            object=item.name,
            file=file.name if item.archive else "",
            start=rows.start,
            stop=rows.stop,
            **piece.model_dump(include={"bytes", "digest", "content_bytes", "content_digest"}),
        )
