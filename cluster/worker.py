"""The making of one part: generate → encode → digest → compress → digest → store, batch by batch.

A plain function of the order and the part. Who calls it (this process, a thread, a Ray actor), how often, and what
else runs at the time changes no byte. Memory is a batch and what the store's writer holds; nothing here knows Ray.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import pyarrow as pa

from cluster.blueprint import Blueprint
from cluster.digest import Digest
from cluster.errors import ClusterError
from cluster.logs import traced
from cluster.objects import PartId, Seat
from cluster.records import PartRecord, PieceRecord
from cluster.state import State
from cluster.storage import Held, PieceWriter, Store, Writer
from formats import Chunk
from formats.archive import crc32

_LOG = logging.getLogger("seedbed.worker")
BATCH_BYTES = 64 << 20
FEWEST_ROWS = 512


class StoppedError(ClusterError):
    """The work was called off; nothing of the part at hand is left."""


@dataclass(frozen=True, slots=True)
class Task:
    """A part to make, with the token of each object that is put together from pieces."""

    part: PartId
    tokens: Mapping[str, str] = field(default_factory=dict)


Outputs = Sequence[tuple[Seat, Writer]]
"""Where a part goes: each of its seats, with the writer of its piece there."""


class PieceMaker:
    """Turns the batches of one part into its bytes in one object, and hands them to a writer."""

    def __init__(self, blueprint: Blueprint, seat: Seat, index: int, writer: Writer) -> None:
        self._seat, self._writer = seat, writer
        output = seat.file.output
        self._encoder = output.format.encoder(blueprint.shape(seat.file.table), seat.file.place(index))
        self._compressor = output.compression.compressor()
        self._deflated = output.compression.codec == "deflate"
        self._content = Digest(blueprint.order.hash)
        # Without compression the stored bytes are the content: one digest serves for both.
        self._stored = self._content if output.compression.codec == "none" else Digest(blueprint.order.hash)
        self._crc = 0

    def begin(self) -> None:
        self._take(self._encoder.begin())

    def encode(self, batch: pa.RecordBatch) -> None:
        self._take(self._encoder.encode(batch))

    def end(self) -> PieceRecord:
        """Ends the piece, and its object too if it is whole; the writer is still to be committed."""
        self._take(self._encoder.end())
        self._put(self._compressor.finish())
        record = PieceRecord(
            object=self._seat.object.name,
            file=self._seat.file.name,
            bytes=self._stored.bytes,
            digest=str(self._stored),
            content_bytes=self._content.bytes,
            content_digest=str(self._content),
            tail=bytes(self._encoder.tail).hex(),
            crc=self._crc,
        )
        end_object(self._seat, record, self._writer)
        return record

    def _take(self, chunks: Iterable[Chunk]) -> None:
        for chunk in chunks:
            self._content.update(chunk)
            if self._deflated:
                self._crc = crc32(chunk, self._crc)
            self._put(self._compressor.feed(chunk))

    def _put(self, stored: Chunk) -> None:
        if not len(stored):
            return
        if self._stored is not self._content:
            self._stored.update(stored)
        if self._seat.object.archive and not self._deflated:
            self._crc = crc32(stored, self._crc)
        self._writer.write(stored)


def end_object(seat: Seat, record: PieceRecord, writer: Writer) -> None:
    """Ends the object that a piece is whole by itself; others are ended by whoever joins them."""
    if seat.object.whole and (ending := seat.file.output.compression.ending(seat.file.joined([record.joined()]))):
        writer.write(ending)


def make_pieces(
    blueprint: Blueprint,
    part: PartId,
    outputs: Outputs,
    stopped: threading.Event | None = None,
) -> list[PieceRecord]:
    """Makes a part once for all ``outputs``. StoppedError, between two batches, once ``stopped`` is set."""
    table = blueprint.plan.tables[part.table]
    makers = [PieceMaker(blueprint, seat, part.index, writer) for seat, writer in outputs]
    for maker in makers:
        maker.begin()
    most = max(seat.file.output.format.batch_rows for seat, _ in outputs)
    for rows in blueprint.rows_of(part).split(batch_rows(table.row_width, most)):
        if stopped is not None and stopped.is_set():
            raise StoppedError(f"{part} was called off")
        batch = table.batch(rows)
        for maker in makers:
            maker.encode(batch)
    return [maker.end() for maker in makers]


def batch_rows(row_width: int, most: int) -> int:
    """Rows made at once: ``most``, or fewer where wide rows would need more than ``BATCH_BYTES`` as text."""
    rows = most
    while rows > FEWEST_ROWS and rows * row_width > BATCH_BYTES:
        rows //= 2
    return rows


def make_part(blueprint: Blueprint, store: Store, task: Task, stopped: threading.Event | None = None) -> PartRecord:
    """Makes a part, stores it and records it; or returns the record of somebody who has done it already."""
    found = State(store, blueprint.state).record(task.part)
    if found is not None and all(piece.upload in {"", task.tokens.get(piece.object)} for piece in found.pieces):
        return found
    return store_part(blueprint, store, task, lambda outputs: make_pieces(blueprint, task.part, outputs, stopped))


def store_part(
    blueprint: Blueprint, store: Store, task: Task, pieces_of: Callable[[Outputs], list[PieceRecord]]
) -> PartRecord:
    """Stores and records a part whose pieces ``pieces_of`` gives to the writers of all its seats, in order."""
    began, seats = time.monotonic(), blueprint.seats(task.part)
    with ExitStack() as stack:
        writers = [stack.enter_context(_writer(blueprint, store, task, seat)) for seat in seats]
        pieces = pieces_of(list(zip(seats, writers, strict=True)))
    held = [writer.held if isinstance(writer, PieceWriter) else Held() for writer in writers]
    placed = tuple(
        piece.model_copy(update={"upload": at.upload, "etag": at.etag}) for piece, at in zip(pieces, held, strict=True)
    )
    record = PartRecord(table=task.part.table, index=task.part.index, pieces=placed)
    State(store, blueprint.state).save(record)
    return record.model_copy(update={"seconds": time.monotonic() - began})


def _writer(blueprint: Blueprint, store: Store, task: Task, seat: Seat) -> Writer:
    item, file = seat
    if item.whole:
        return store.writer(item.name)
    token = task.tokens.get(item.name, "")
    return store.assembly().writer(blueprint.site(item), token, item.number(file, task.part.index))


class PartMaker:
    """Makes the parts of one order, each call one; ``stop`` may be called from another thread.

    With a ``trace``, every part is logged, tied to what that names.
    """

    def __init__(self, blueprint: Blueprint, store: Store, trace: Mapping[str, str] | None = None) -> None:
        self._blueprint, self._store, self._trace = blueprint, store, trace
        self._stopped = threading.Event()

    def __call__(self, task: Task) -> PartRecord:
        record = make_part(self._blueprint, self._store, task, self._stopped)
        if self._trace and record.seconds:
            extra = traced("part-made", self._trace, record.seconds, table=task.part.table, part=task.part.index)
            _LOG.info("%s is made", task.part, extra=extra)
        return record

    def stop(self) -> None:
        """Calls off the part at hand and all that follow."""
        self._stopped.set()
