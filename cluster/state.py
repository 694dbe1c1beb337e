"""The state of an order under way, kept beside its output in ``.seedbed/<fingerprint>/``.

A claim (the target was free when this order began), the open upload of each object, and a record for each finished
part. Whoever runs the order next, from anywhere, goes on from there; two who run it at once share it. Every write is
either exclusive or of the same bytes, so nobody needs a lock. It is removed when the manifest is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from pydantic import ValidationError

from cluster.manifest import PartRecord
from cluster.order import PartId
from cluster.storage import STATE, Assembly, Site, Store

_READS_AT_ONCE = 16


class State:
    """The state folder of one order in one store."""

    def __init__(self, store: Store, folder: str) -> None:
        self.store, self.folder = store, folder

    def claimed(self) -> bool:
        """Whether this order has begun here before."""
        return self.store.size(self._claim) is not None

    def claim(self) -> None:
        """Says that this order has begun here; idempotent."""
        self.store.create(self._claim, b"{}\n")

    def token(self, assembly: Assembly, site: Site) -> str:
        """The token that all writers of an object share: the first one opens its assembly, the others join."""
        if self.store.size(self._abandoned(site)) is not None:
            return ""
        found = self.store.find(self._upload(site))
        if found is None:
            token = assembly.begin(site)
            if not token or self.store.create(self._upload(site), json.dumps({"upload": token}).encode()):
                return token
            assembly.abandon(site, token)  # somebody else was first
            found = self.store.read(self._upload(site))
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
        """Removes the whole state folder."""
        self.store.clear(self.folder)

    def discard(self) -> None:
        """Gives the order up: drops its open uploads, then the state folder."""
        prefix = f"{self.folder}/uploads/"
        for entry in self.store.entries(f"{self.folder}/uploads"):
            name = entry.name.removeprefix(prefix).removesuffix(".json")
            if entry.name.endswith(".json") and (found := self.store.find(entry.name)) is not None:
                self.store.assembly().abandon(Site(name, self.folder, 0), str(json.loads(found)["upload"]))
        self.clear()

    def _parse(self, data: bytes | None) -> PartRecord | None:
        try:
            return None if data is None else PartRecord.model_validate_json(data)
        except ValidationError:  # cut short by a loss of power: the part is made again
            return None

    @property
    def _claim(self) -> str:
        return f"{self.folder}/claim.json"

    def _part(self, part: PartId) -> str:
        table = hashlib.blake2b(part.table.encode(), digest_size=16).hexdigest()
        return f"{self.folder}/parts/{table}-{part.index:07d}.json"

    def _upload(self, site: Site) -> str:
        return f"{self.folder}/uploads/{site.name}.json"

    def _abandoned(self, site: Site) -> str:
        return f"{self.folder}/uploads/{site.name}.abandoned"


def discard_all(store: Store) -> None:
    """Gives up every order that has begun at a target."""
    folders = {"/".join(entry.name.split("/")[:2]) for entry in store.entries(STATE)}
    for folder in sorted(folders):
        State(store, folder).discard()
