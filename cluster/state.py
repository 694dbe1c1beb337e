"""The state of an order under way, kept beside its output in ``.seedbed/<fingerprint>/``.

The open upload of each object, and a record for each finished part; beside the folder, a claim says whose target this
is. Whoever runs the order next, from anywhere, goes on from there; two who run it at once share it. Every write is
either exclusive or of the same bytes, so nobody needs a lock. It is removed when the manifest is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from pydantic import ValidationError

from cluster.objects import PartId
from cluster.records import PartRecord
from cluster.storage import STATE, Assembly, Site, Store, Unfinished

CLAIM = f"{STATE}/claim"
"""Names the state folder of the order that has the target; created by one order only."""
_READS_AT_ONCE = 16


class State:
    """The state folder of one order in one store."""

    def __init__(self, store: Store, folder: str) -> None:
        self.store, self.folder = store, folder

    def claim(self) -> bool:
        """Takes the target for this order; False if another order has it. Idempotent, and shared by its own runs."""
        return self.store.create(CLAIM, self.folder.encode()) or self.claimed()

    def claimed(self) -> bool:
        """Whether this order has the target."""
        return holder(self.store) == self.folder

    def token(self, assembly: Assembly, site: Site) -> str:
        """The token that all writers of an object share: the first one opens its assembly, the others join."""
        if self.store.size(self._abandoned(site)) is not None:
            return ""
        found = self.store.find(self._upload(site))
        if found is None:
            token = assembly.begin(site)
            if not token or self.store.create(self._upload(site), json.dumps({"upload": token}).encode()):
                return token
            found = self.store.read(self._upload(site))
            if str(json.loads(found)["upload"]) != token:
                assembly.abandon(site, token)  # somebody else was first
        return str(json.loads(found)["upload"])

    def abandon(self, assembly: Assembly, site: Site, token: str) -> None:
        """Gives an object's assembly up for good: from now on its token is empty."""
        self.store.create(self._abandoned(site), b"{}\n")
        assembly.abandon(site, token)

    def record(self, part: PartId) -> PartRecord | None:
        """The record of a finished part, if there is one."""
        return self._parse(self.store.find(self._part(part)))

    def save(self, record: PartRecord) -> None:
        """Records a part as finished: its bytes are where the record says."""
        self.store.put(self._part(record.part), record.model_dump_json().encode())

    def drop(self, parts: Iterable[PartId]) -> None:
        """Forgets parts, so that they are made again."""
        self.store.delete([self._part(part) for part in parts])

    def records(self) -> Iterator[PartRecord]:
        """Every record there is."""
        names = [entry.name for entry in self.store.entries(f"{self.folder}/parts")]
        with ThreadPoolExecutor(_READS_AT_ONCE) as threads:
            for data in threads.map(self.store.find, names):
                if (record := self._parse(data)) is not None:
                    yield record

    def clear(self) -> None:
        """Removes the whole state folder, then lets the target go."""
        self.store.clear(self.folder)
        if self.claimed():
            self.store.delete([CLAIM])

    def discard(self) -> None:
        """Gives the order up: drops its open uploads, then the state folder."""
        for write in self.uploads():
            self.store.assembly().abandon(Site(write.name, self.folder, 0), write.token)
        self.clear()

    def uploads(self) -> Iterator[Unfinished]:
        """The uploads that the order's objects are put together in, those that were given up included."""
        prefix = f"{self.folder}/uploads/"
        for entry in self.store.entries(f"{self.folder}/uploads"):
            if entry.name.endswith(".json") and (found := self.store.find(entry.name)) is not None:
                name = entry.name.removeprefix(prefix).removesuffix(".json")
                yield Unfinished(name, str(json.loads(found)["upload"]))

    def _parse(self, data: bytes | None) -> PartRecord | None:
        try:
            return None if data is None else PartRecord.model_validate_json(data)
        except ValidationError:  # cut short by a loss of power: the part is made again
            return None

    def _part(self, part: PartId) -> str:
        table = hashlib.blake2b(part.table.encode(), digest_size=16).hexdigest()
        return f"{self.folder}/parts/{table}-{part.index:07d}.json"

    def _upload(self, site: Site) -> str:
        return f"{self.folder}/uploads/{site.name}.json"

    def _abandoned(self, site: Site) -> str:
        return f"{self.folder}/uploads/{site.name}.abandoned"


def holder(store: Store) -> str | None:
    """The state folder of the order that has a target, or None."""
    found = store.find(CLAIM)
    return None if found is None else found.decode(errors="replace")


def discard_all(store: Store) -> None:
    """Gives up every order that has begun at a target."""
    for folder in _folders(store):
        State(store, folder).discard()
    store.delete([CLAIM])


def _folders(store: Store) -> list[str]:
    """The state folders of all orders that have begun at a target."""
    return sorted({"/".join(entry.name.split("/")[:2]) for entry in store.entries(STATE) if entry.name != CLAIM})
