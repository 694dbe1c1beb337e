"""Which parts of an order are there already: those with a record whose bytes are still where the record says.

Local bytes are cheap to read, so their digests are checked; those of an object store are compared by size and ETag.
A part that fails is forgotten, and so made again. Nothing here makes or publishes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from cluster.blueprint import Blueprint
from cluster.contents import Records, contents_of
from cluster.digest import Digest, name_of
from cluster.errors import StoreError
from cluster.merge import is_there, piece_of, token_of
from cluster.objects import ObjectPlan, PartId, Seat
from cluster.records import PartRecord, PieceRecord
from cluster.state import State
from cluster.storage import Store

_READS_AT_ONCE = 4
T = TypeVar("T")


class Resume:
    """Looks at what an earlier run left. ``tokens`` are those under which this run's pieces are made."""

    def __init__(self, blueprint: Blueprint, store: Store, state: State) -> None:
        self._blueprint, self._store, self._state = blueprint, store, state
        self.tokens: dict[str, str] = {}

    def records(self) -> dict[PartId, PartRecord]:
        """The records of the parts that need not be made again."""
        known = set(self._blueprint.parts())
        found = {record.part: record for record in self._state.records() if record.part in known}
        bad: set[PartId] = set()
        whole = []
        for item in self._blueprint.objects():
            if item.whole:
                whole.append(item)
            else:
                bad |= self._bad_pieces(item, found)
        bad |= self._bad_objects(whole, found)
        self._state.drop(sorted(bad))
        return {part: record for part, record in found.items() if part not in bad}

    def _bad_pieces(self, item: ObjectPlan, found: Records) -> set[PartId]:
        """The recorded parts whose pieces of an object are gone. An object that is published needs none of them."""
        seats = {(part, file.name): Seat(item, file) for file, part in item.parts}
        recorded = [(part, file) for part, file in seats if part in found]
        if len(recorded) == len(seats) and is_there(
            self._store, item.name, contents_of(self._blueprint, item, found).size
        ):
            return set()
        site, assembly = self._blueprint.site(item), self._store.assembly()
        token = token_of(self._state, assembly, item, site)
        if token and not assembly.alive(site, token):
            self._state.abandon(assembly, site, token)
            token = ""
        self.tokens[item.name] = token
        held = assembly.holds(site, token) if recorded else {}

        def is_bad(key: tuple[PartId, str]) -> bool:
            part, file = key
            piece = piece_of(seats[key], found[part])
            if held.get(piece.number) != piece or not assembly.fits(site, token, piece):
                return True
            record = found[part].piece(item.name, file)
            return not piece.held.upload and not self._intact(site.piece(piece.number), record)

        return {part for part, _ in self._where(is_bad, recorded)}

    def _bad_objects(self, items: list[ObjectPlan], found: Records) -> set[PartId]:
        """The recorded parts whose own objects are gone or damaged."""

        def is_bad(item: ObjectPlan) -> bool:
            file, part = next(item.parts)
            size = contents_of(self._blueprint, item, found).size
            piece = found[part].piece(item.name, file.name)
            return not is_there(self._store, item.name, size) or not self._intact(item.name, piece)

        recorded = [item for item in items if next(item.parts)[1] in found]
        return {next(item.parts)[1] for item in self._where(is_bad, recorded)}

    def _where(self, is_bad: Callable[[T], bool], items: list[T]) -> list[T]:
        with ThreadPoolExecutor(_READS_AT_ONCE) as threads:
            return [item for item, bad in zip(items, threads.map(is_bad, items), strict=True) if bad]

    def _intact(self, name: str, piece: PieceRecord) -> bool:
        """Whether the first bytes of an object are those of a piece, as far as looking is cheap."""
        if not self._store.cheap_reads:
            return True
        digest = Digest(name_of(piece.digest))
        try:
            for chunk in self._store.chunks(name, 0, piece.bytes):
                digest.update(chunk)
        except StoreError:
            return False
        return str(digest) == piece.digest
