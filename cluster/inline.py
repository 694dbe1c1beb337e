"""A small data set as a stream of bytes, made while it is read: nothing is stored, and no worker is asked.

The bytes are those of the file that a run would make. The first rows come after a small batch where that changes no
byte, so that whoever reads sees them at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.blueprint import Blueprint
from cluster.contents import contents_of
from cluster.errors import OrderError
from cluster.objects import ObjectPlan, PartId, Seat
from cluster.records import PartRecord
from cluster.storage import Writer
from cluster.worker import PieceMaker, batch_rows
from formats import Chunk
from generator import RowRange

_FIRST_ROWS = 512


class _Gathered(Writer):
    """Keeps what it is given until it is taken."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, chunk: Chunk) -> None:
        self._chunks.append(bytes(chunk))

    def take(self) -> bytes:
        found, self._chunks = b"".join(self._chunks), []
        return found

    def commit(self) -> None:
        return

    def abort(self) -> None:
        return


def object_of(blueprint: Blueprint) -> ObjectPlan:
    """The only object of an order; companions, such as a schema beside the rows, do not count. OrderError if it has
    several, or is an archive, which can only be written when all of it is there."""
    found = list(blueprint.objects())
    if len(found) != 1 or found[0].archive:
        names = ", ".join(item.name for item in found[:4]) or "no file"
        raise OrderError(f"a stream is one file, and this makes {names}: order one table in one format, or a job")
    return found[0]


def stream_of(blueprint: Blueprint) -> Iterator[bytes]:
    """The bytes of an order's only object, batch by batch."""
    item = object_of(blueprint)
    records: dict[PartId, PartRecord] = {}
    for file, part in item.parts:
        gathered, seat = _Gathered(), Seat(item, file)
        maker = PieceMaker(blueprint, seat, part.index, gathered)
        maker.begin()
        table, output = blueprint.plan.tables[part.table], file.output
        most = batch_rows(table.row_width, output.format.batch_rows)
        eager = output.format.text and output.compression.codec == "none"
        for rows in _batches(blueprint.rows_of(part), most, eager):
            maker.encode(table.batch(rows))
            if data := gathered.take():
                yield data
        piece = maker.end()
        records[part] = PartRecord(table=part.table, index=part.index, pieces=(piece,))
        if data := gathered.take():
            yield data
    if not item.whole and (ending := contents_of(blueprint, item, records).ending):
        yield ending


def _batches(rows: RowRange, most: int, eager: bool) -> Iterator[RowRange]:
    start = rows.start
    if eager and rows.stop - start > _FIRST_ROWS:
        yield RowRange(start, start + _FIRST_ROWS)
        start += _FIRST_ROWS
    yield from RowRange(start, rows.stop).split(most)
