"""What an order has in common with finished data sets of its family: parts that are taken over instead of made.

A family is a document with all that an order says of its files, but for row counts. By the law of cells, a part is the
same where its rows, its place in its file and every row count that its cells depend on are the same. Here is which
parts those are and where their bytes lie; growing_copies.py takes them over. Nothing here writes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from cluster.blueprint import Blueprint
from cluster.digest import digest_of, name_of
from cluster.errors import OrderError, StoreError
from cluster.manifest import Manifest, ManifestObject, ManifestPart, find_manifest
from cluster.objects import PartId, Seat
from cluster.outputs import Output
from cluster.storage import Store
from cluster.stores import open_store
from formats import Tail


@dataclass(frozen=True, slots=True)
class Original:
    """A piece as it stands in an object of a finished data set, from byte ``start`` on."""

    seat: Seat
    part: ManifestPart
    start: int

    @property
    def stop(self) -> int:
        return self.start + self.part.bytes


class DamagedError(StoreError):
    """An object of a finished data set is not what its manifest tells of."""


class Source:
    """A finished data set of an order's family. OrderError if there is none at the target, or one of another family."""

    def __init__(self, blueprint: Blueprint, target: str) -> None:
        self.store: Store = open_store(target)
        self.manifest = _manifest(self.store)
        self._old = _blueprint_of(self.manifest, blueprint, self.store.url)
        self._new = blueprint
        self._objects = {item.name: item for item in self.manifest.objects}
        self._parts = self.manifest.parts_by_object()
        self._starts = {
            (name, part.table, part.index): (part, start)
            for name, parts in self._parts.items()
            for part, start in zip(parts, _offsets(parts), strict=True)
        }
        self._is_same_table = cache(self._same_table)
        self._checked: dict[str, list[Tail] | None] = {}
        self._checking: dict[str, threading.Lock] = {}

    def has(self, part: PartId) -> bool:
        """Whether a part of the order is a part of this data set too, byte by byte."""
        grid = self._old.grids[part.table]
        return (
            self._is_same_table(part.table)
            and part.index < grid.parts
            and self._old.rows_of(part) == self._new.rows_of(part)
            and all(
                not seat.object.archive and old.file.place(part.index) == seat.file.place(part.index)
                for old, seat in self._seats(part)
            )
        )

    def originals(self, part: PartId) -> list[Original]:
        """The pieces of a part that the data set has, for each seat of the order; DamagedError if one is not there."""
        found = [(seat, self._starts.get((old.object.name, part.table, part.index))) for old, seat in self._seats(part)]
        if any(piece is None for _, piece in found):
            raise DamagedError(f"the manifest in {self.store.url} tells nothing of {part}")
        return [Original(seat, *piece) for seat, piece in found if piece is not None]

    def tail(self, original: Original) -> bytes:
        """What the format's join needs of a piece. DamagedError if nobody knows, or the object is not what it was."""
        tails = self._tails(original.part.object, original.seat.file.output)
        if tails is None:
            raise DamagedError(f"{self.store.url}/{original.part.object} is not what its manifest tells of")
        first = self._parts[original.part.object][0].index
        return tails[original.part.index - first].kept

    def _seats(self, part: PartId) -> Sequence[tuple[Seat, Seat]]:
        """A part's places in this data set, each with the one in the order that is like it."""
        return list(zip(self._old.seats(part), self._new.seats(part), strict=True))

    def _same_table(self, table: str) -> bool:
        """Whether cells and columns of a table are the same in both."""
        old, new = self._old.shape(table), self._new.shape(table)
        tables, counted = self._old.plan.tables, self._new.plan.tables[table].row_counts
        rows = all(tables[name].rows == self._new.plan.tables[name].rows for name in counted)
        return rows and old == new and old.schema.equals(new.schema, check_metadata=True)

    def _tails(self, name: str, output: Output) -> list[Tail] | None:
        """The tails of an object's parts, None if it is not what it was; looked at once, whichever part comes first."""
        with self._checking.setdefault(name, threading.Lock()):
            if name not in self._checked:
                self._checked[name] = self._look(self._objects[name], output)
            return self._checked[name]

    def _look(self, item: ManifestObject, output: Output) -> list[Tail] | None:
        if self.store.size(item.name) != item.bytes:
            return None
        ending = self.store.read(item.name, item.bytes - item.ending_bytes, item.bytes) if item.ending_bytes else b""
        kind = name_of(item.ending_digest)
        if digest_of(kind, ending) != item.ending_digest:
            return None
        sizes = [part.content_bytes for part in self._parts[item.name]]
        tails = output.format.tails(ending, sizes) if output.format.joinable else [Tail(size, b"") for size in sizes]
        if tails is None:
            return None
        joined = output.format.join(tails) if output.format.joinable else b""
        return tails if output.compression.ending(joined) == ending else None


def _manifest(store: Store) -> Manifest:
    found = find_manifest(store)
    if found is None:
        raise OrderError(f"{store.url} holds no finished data set (no manifest): nothing of it can be reused")
    return found


def _blueprint_of(manifest: Manifest, wanted: Blueprint, url: str) -> Blueprint:
    """The finished order compiled; OrderError if this Seedbed would not make it like that, or it is no relative."""
    blueprint = manifest.order(url).compile()
    if blueprint.fingerprint != manifest.fingerprint:
        raise OrderError(f"{url} was made by another version of Seedbed or its libraries: nothing of it can be reused")
    if blueprint.family != wanted.family:
        raise OrderError(
            f"{url} differs from this order in more than row counts ({_difference(manifest, wanted)}): "
            "nothing of it can be reused"
        )
    return blueprint


def _difference(manifest: Manifest, wanted: Blueprint) -> str:
    """What two orders of different families differ in, by the first thing that is found."""
    order = wanted.order
    for what in ("formats", "compression", "layout", "archive", "hash"):
        if getattr(manifest, what) != getattr(order, what):
            return f"its {what}"
    if manifest.document["seed"] != order.document["seed"]:
        return "its seed"
    for name, table in order.document["tables"].items():
        if {**manifest.document["tables"].get(name, {}), "rows": 0} != {**table, "rows": 0}:
            return f"its table {name!r}"
    return "its document"


def _offsets(parts: Sequence[ManifestPart]) -> Iterable[int]:
    """Where each part of an object begins in it."""
    return list(accumulate((part.bytes for part in parts), initial=0))[:-1]


def check_sources(blueprint: Blueprint, targets: Sequence[str]) -> None:
    """OrderError or another SeedbedError for the first target that nothing can be reused of."""
    for target in targets:
        Source(blueprint, target)
