"""Which parts of an order are there already: those with a record whose bytes are still where the record says.

Local bytes are cheap to read, so their digests are checked; those of an object store are compared by size and ETag.
A part that fails is forgotten, and so made again. Nothing here makes or publishes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from cluster.digest import Digest, name_of
from cluster.errors import StoreError
from cluster.manifest import PartRecord, PieceRecord
from cluster.merge import ending_of, is_there, piece_of, pieces_of
from cluster.order import Blueprint, ObjectPlan, PartId
from cluster.state import State
from cluster.storage import Store

_READS_AT_ONCE = 4


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
        for table in self._blueprint.plan.tables:
            whole = []
            for item in self._blueprint.objects(table):
                if item.whole:
                    whole.append(item)
                else:
                    bad |= self._bad_pieces(item, found)
            bad |= self._bad_objects(whole, found)
        self._state.drop(sorted(bad))
        return {part: record for part, record in found.items() if part not in bad}

    def _bad_pieces(self, item: ObjectPlan, found: Mapping[PartId, PartRecord]) -> set[PartId]:
        """The recorded parts whose pieces of an object are gone. An object that is published needs none of them."""
        parts = [PartId(item.table, index) for index in item.parts]
        recorded = [part for part in parts if part in found]
        if len(recorded) == len(parts):
            size = sum(piece.size for piece in pieces_of(item, found)) + len(ending_of(self._blueprint, item, found))
            if is_there(self._store, item.name, size):
                return set()
        site, assembly = self._blueprint.site(item), self._store.assembly()
        token = self._state.token(assembly, site)
        if token and not assembly.alive(site, token):
            self._state.abandon(assembly, site, token)
            token = ""
        self.tokens[item.name] = token
        held = assembly.holds(site, token) if recorded else {}

        def is_bad(part: PartId) -> bool:
            piece = piece_of(item, found[part])
            if held.get(piece.number) != piece or not assembly.fits(site, token, piece):
                return True
            return not piece.held.upload and not self._intact(site.piece(piece.number), found[part].piece(item.name))

        return self._where(is_bad, recorded)

    def _bad_objects(self, items: list[ObjectPlan], found: Mapping[PartId, PartRecord]) -> set[PartId]:
        """The recorded parts whose own objects are gone or damaged."""
        by_part = {PartId(item.table, item.parts[0]): item for item in items}

        def is_bad(part: PartId) -> bool:
            item, piece = by_part[part], found[part].piece(by_part[part].name)
            size = piece.bytes + len(self._blueprint.ending([piece.joined()]))
            return not is_there(self._store, item.name, size) or not self._intact(item.name, piece)

        return self._where(is_bad, [part for part in by_part if part in found])

    def _where(self, is_bad: Callable[[PartId], bool], parts: list[PartId]) -> set[PartId]:
        with ThreadPoolExecutor(_READS_AT_ONCE) as threads:
            return {part for part, bad in zip(parts, threads.map(is_bad, parts), strict=True) if bad}

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
