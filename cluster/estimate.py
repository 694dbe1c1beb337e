"""What an order will come to before anything is made: rows, parts, stored bytes, seconds of work.

A few thousand rows of each table are really made and encoded, in runs that are spread over the table, and what begins
and ends a file is told apart from what every row adds. So it takes as long for a trillion rows as for a million. Orders
that are no larger than the sample are made outright, and their bytes are exact. Writes nothing.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cluster.account import manifest_of
from cluster.blueprint import Blueprint
from cluster.objects import PartId
from cluster.order import Order
from cluster.records import PartRecord, PieceRecord
from cluster.storage import Writer
from cluster.worker import PieceMaker, batch_rows
from formats import Chunk
from generator import TablePlan

FIRST_ROWS = 4096
"""Rows of each table that are looked at in any case, unless they are very wide."""
TEXT_ROWS, BINARY_ROWS = 16_384, 65_536
"""Rows looked at where that is quick: what compresses inside does it by groups of so many rows."""
SAMPLE_BYTES = 32 << 20
"""About how much text all samples of an order are."""
QUICK_SECONDS = 0.4
"""What all samples of an order may take beyond the first rows of each table."""
SLOW_SECONDS = 0.2
"""What the first rows of a table may take; where they would take longer, an eighth of them is looked at."""
RUNS = 8
"""The runs of consecutive rows that a sample consists of."""

PART_SECONDS = 0.01
"""What storing and recording a part takes beside making it."""
SLOWEST, FASTEST = 1e5, 2e9
"""Bytes, before compression, that an actor makes in a second: no sample is believed beyond these."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a table comes to in one format: how many objects, and their stored bytes.

    ``table`` is empty for what holds several: archives, and small companions where these are counted.
    """

    format: str
    table: str
    objects: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """An order before it is made. ``seconds``: of one actor; ``actors``: how many find something to do at once.

    ``exact``: everything was made to find out, so ``bytes`` is what the manifest will say. ``measured``: seconds are
    by the rate of runs that are finished, not by the sample.
    """

    rows: int
    parts: int
    bytes: int
    seconds: float
    actors: int
    shares: tuple[Share, ...]
    exact: bool
    measured: bool

    def seconds_with(self, actors: int) -> float:
        """Seconds that so many actors take: parts are not divided."""
        rounds = math.ceil(self.parts / max(1, min(actors, self.actors)))
        return self.seconds * rounds / self.parts

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def rate_name(order: Order) -> str:
    """What a measured rate is kept under: the formats, the compression or archive; at most 190 characters."""
    around = order.compression["type"] if order.archive == "none" else order.archive
    return f"{'+'.join(sorted({each['type'] for each in order.formats}))} {around}"[:190]


def estimate(blueprint: Blueprint, rates: Mapping[str, float] | None = None) -> Estimate:
    """What an order comes to. ``rates``: stored bytes an actor-second of finished runs, by ``rate_name``.

    Takes some tenths of a second. Sizes are the same in every call, unless a table's rows are so slow to make that
    fewer are looked at.
    """
    room = SAMPLE_BYTES // (len(blueprint.grids) * len(blueprint.outputs))
    left, found = QUICK_SECONDS, list[_Found]()
    for table in blueprint.plan.tables.values():
        found.append(_Sample(blueprint, table, room).look(left))
        left -= found[-1].spent
    exact = all(each.record is not None for each in found)
    shares = _exact(blueprint, found) if exact else _shares(blueprint, found)
    size = sum(share.bytes for share in shares)
    seconds = sum(each.seconds for each in found) + PART_SECONDS * blueprint.part_count
    rate = (rates or {}).get(rate_name(blueprint.order), 0.0)
    if rate > 0:
        seconds = size / rate
    parts = blueprint.part_count
    return Estimate(blueprint.rows, parts, size, seconds, parts, tuple(shares), exact, measured=rate > 0)


@dataclass(frozen=True, slots=True)
class _Found:
    """A table's sizes, one for each of its parts' seats, in their order; ``record`` where its only part was made."""

    table: str
    sizes: tuple[float, ...]
    seconds: float
    spent: float
    record: PartRecord | None = None


class _Sample:
    """Looks at one table. Seconds are those of this thread's processor, whatever else the machine is doing."""

    def __init__(self, blueprint: Blueprint, table: TablePlan, room: int) -> None:
        self._blueprint, self._table = blueprint, table
        self._widest = max(RUNS, room // max(1, table.row_width))
        self._most = TEXT_ROWS if all(each.text for each in blueprint.formats) else BINARY_ROWS
        self._grid = blueprint.grids[table.name]
        self._part = PartId(table.name, self._grid.parts // 2)
        self._seats = blueprint.seats(self._part)
        self._batch_rows = batch_rows(table.row_width, max(seat.file.output.format.batch_rows for seat in self._seats))

    def look(self, quick: float) -> _Found:
        rows, count, spent = self._table.rows, self._count(FIRST_ROWS), 0.0
        if rows < count + RUNS:
            return self._whole()
        start = np.arange(count // RUNS, dtype=np.uint64)
        self._make(start)  # whatever is loaded, or computed once, is by now
        begun, seconds = self._make(start)
        if seconds * RUNS > SLOW_SECONDS:
            count = len(start) // RUNS * RUNS or count
        made, seconds = self._make(np.concatenate([start, *self._runs(count)]))
        if (larger := self._count(self._most)) > count and seconds * larger / count <= quick:
            spent = seconds
            if rows < larger + RUNS:
                return self._whole(spent)
            count = larger
            made, seconds = self._make(np.concatenate([start, *self._runs(count)]))
        sizes = [self._size(seat, *pair, len(start), count) for seat, pair in enumerate(zip(begun, made, strict=True))]
        content = sum(piece.content_bytes for piece in made)
        seconds = min(max(seconds, content / FASTEST), content / SLOWEST)
        return _Found(self._table.name, tuple(sizes), seconds * rows / (count + len(start)), spent + seconds)

    def _count(self, most: int) -> int:
        """How many rows are looked at where ``most`` are wanted: in runs of equal length."""
        return min(most, self._widest, self._table.rows) // RUNS * RUNS

    def _whole(self, spent: float = 0.0) -> _Found:
        """The table's only part, made."""
        pieces, seconds = self._make(np.arange(self._table.rows, dtype=np.uint64))
        record = PartRecord(table=self._part.table, index=self._part.index, pieces=tuple(pieces))
        sizes = tuple(float(piece.bytes) for piece in pieces)
        return _Found(self._table.name, sizes, seconds, spent + seconds, record)

    def _size(self, seat: int, begun: PieceRecord, made: PieceRecord, start: int, count: int) -> float:
        """All bytes of the table in a seat: what each row adds, what each part has, what ends each object."""
        a_row = max(0, made.bytes - begun.bytes) / count
        a_part = max(0.0, begun.bytes - a_row * start)
        file = self._seats[seat].file
        own = len(file.parts) == 1
        objects = self._grid.parts if own else self._grid.objects
        ending = file.output.compression.ending(file.joined([made.joined()] * (1 if own else 2)))
        return self._table.rows * a_row + self._grid.parts * a_part + objects * len(ending)

    def _runs(self, count: int) -> Iterator[Any]:
        """``count`` rows in runs, each in the middle of an equal share of the table."""
        rows, length = self._table.rows, count // RUNS
        for run in range(RUNS):
            first = (2 * run + 1) * rows // (2 * RUNS) - length // 2
            yield np.arange(first, first + length, dtype=np.uint64)

    def _make(self, rows: Any) -> tuple[list[PieceRecord], float]:
        """The pieces of a part that has these rows, and the seconds that they took."""
        begun = time.thread_time()
        makers = [PieceMaker(self._blueprint, seat, self._part.index, _Nowhere()) for seat in self._seats]
        for maker in makers:
            maker.begin()
        for at in range(0, len(rows), self._batch_rows):
            batch = self._table.take(rows[at : at + self._batch_rows])
            for maker in makers:
                maker.encode(batch)
        return [maker.end() for maker in makers], time.thread_time() - begun


def _exact(blueprint: Blueprint, found: Sequence[_Found]) -> list[Share]:
    """The objects of a data set whose parts are all made: archives and companions too."""
    records = {each.record.part: each.record for each in found if each.record is not None}
    sizes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for item in manifest_of(blueprint, records).objects:
        sizes[item.format, item.table].append(item.bytes)
    return [Share(name, table, len(each), sum(each)) for (name, table), each in sizes.items()]


def _shares(blueprint: Blueprint, found: Sequence[_Found]) -> list[Share]:
    """By format and table; of archives, the parts in them."""
    objects, sizes = dict[tuple[str, str], int](), defaultdict[tuple[str, str], float](float)
    for each in found:
        grid = blueprint.grids[each.table]
        for seat, size in zip(blueprint.seats(PartId(each.table, grid.parts // 2)), each.sizes, strict=True):
            archive = seat.object.archive
            key = seat.object.format, "" if archive else each.table
            sizes[key] += size
            own = 1 if archive else grid.parts if len(seat.file.parts) == 1 else grid.objects
            objects[key] = 1 if archive else objects.get(key, 0) + own
    return [Share(*key, objects[key], round(size)) for key, size in sizes.items()]


class _Nowhere(Writer):
    """Drops all bytes: they are only counted."""

    def write(self, chunk: Chunk) -> None:
        return

    def commit(self) -> None:
        return

    def abort(self) -> None:
        return
