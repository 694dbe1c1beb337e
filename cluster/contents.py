"""What stands in an object beside its parts: in archives a seam in front of each file, and behind all parts an ending.

All of it follows from the records of the parts, so whoever has them makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cluster.blueprint import Blueprint
from cluster.objects import FilePlan, ObjectPlan, PartId
from cluster.records import PartRecord, PieceRecord
from formats.archive import Directory, Header, crc32, joined_crc

Records = Mapping[PartId, PartRecord]


@dataclass(frozen=True, slots=True)
class Contents:
    """``seams``: of an archive, one for each of its files. ``size``: of the whole object, in bytes."""

    seams: tuple[bytes, ...]
    ending: bytes
    size: int


def contents_of(blueprint: Blueprint, item: ObjectPlan, records: Records) -> Contents:
    """The contents of an object whose parts are all made."""
    seams, ending = _archive(blueprint, item, records) if item.archive else ((), _ending(item, records))
    parts = sum(records[part].piece(item.name, file.name).bytes for file, part in item.parts)
    return Contents(seams, ending, sum(map(len, seams)) + parts + len(ending))


def companions_of(blueprint: Blueprint, records: Records) -> list[tuple[str, str, bytes]]:
    """(name, format, content) of every companion of a data set whose parts are all made."""
    if not blueprint.companion_names:
        return []
    sizes = {}
    for item in blueprint.objects():
        for file in item.files:
            content, stored = _joined(file, pieces := _pieces(item, file, records))
            sizes[file.name] = _size(file, pieces, content, stored)
    found = zip(blueprint.formats, blueprint.companions(sizes.__getitem__), strict=True)
    return [(name, each.name, data) for each, made in found for name, data in made.items()]


def _pieces(item: ObjectPlan, file: FilePlan, records: Records) -> list[PieceRecord]:
    return [records[part].piece(item.name, file.name) for part in file.part_ids]


def _joined(file: FilePlan, pieces: list[PieceRecord]) -> tuple[bytes, bytes]:
    """What ends a file: as its format has it, and as it is stored."""
    content = file.joined([piece.joined() for piece in pieces])
    return content, file.output.compression.ending(content)


def _size(file: FilePlan, pieces: list[PieceRecord], content: bytes, stored: bytes) -> int:
    """The size of a file as whoever unpacks the archive finds it."""
    if file.output.compression.codec == "deflate":
        return sum(piece.content_bytes for piece in pieces) + len(content)
    return sum(piece.bytes for piece in pieces) + len(stored)


def _ending(item: ObjectPlan, records: Records) -> bytes:
    (file,) = item.files
    return _joined(file, _pieces(item, file, records))[1]


def _archive(blueprint: Blueprint, item: ObjectPlan, records: Records) -> tuple[tuple[bytes, ...], bytes]:
    directory, seams, since = Directory(), list[bytes](), b""
    files = iter(item.files)
    for member in item.members or ():
        if member.table is None:
            since += directory.member(member.name, member.data)
            continue
        file = next(files)
        pieces = _pieces(item, file, records)
        content, stored = _joined(file, pieces)
        seams.append(since + directory.header(_header(file, pieces, content, stored)))
        since = stored
    if blueprint.order.archive == "zip":
        for name, _, data in companions_of(blueprint, records):
            since += directory.member(name, data)
    return tuple(seams), since + directory.end()


def _header(file: FilePlan, pieces: list[PieceRecord], content: bytes, stored: bytes) -> Header:
    deflated = file.output.compression.codec == "deflate"
    crc = 0
    for piece in pieces:
        crc = joined_crc(crc, piece.crc, piece.content_bytes if deflated else piece.bytes)
    crc = crc32(content if deflated else stored, crc)
    size = _size(file, pieces, content, stored)
    return Header(file.name, crc, size, sum(piece.bytes for piece in pieces) + len(stored), deflated)
