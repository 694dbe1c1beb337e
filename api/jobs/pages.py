"""Rows and small files at once, from memory where they were asked for before: previews, pages of data sets, files.

Rows are made on the spot, whichever they are. Only small files are read here; large ones are for whoever streams them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from cachetools import LRUCache
from sqlalchemy import bindparam, select

from api.database.columns import table_of
from api.database.engine import Database
from api.database.models import Artifact, DataSet
from api.jobs.blueprints import Blueprints
from api.jobs.cache import ArtifactCache, Kept, columns_kept, kept
from api.jobs.memory import MemoryCache
from api.jobs.requests import ConflictError, NotFoundError
from api.jobs.virtual import VirtualOrder
from api.settings import Settings
from cluster import Manifest, ManifestError, Order, OrderError, matches, open_store, page_of
from generator import Plan

MOST_ROWS = 1000
"""Rows that are made at once."""
SMALL_FILE = 1 << 20
"""The largest file, in bytes, that is read and kept as a whole."""
MANIFEST = "manifest.json"
_PLANS = 32
_RUNS, _DATA = table_of(Artifact), table_of(DataSet)
A, D = _RUNS.c, _DATA.c
_LIVING = (D.id == bindparam("name"), D.user_id == bindparam("user"), D.deleted_at.is_(None))
_BOTH = _DATA.outerjoin(_RUNS, A.id == D.artifact_id)
_ORDER = select(D.order, A.order, A.fingerprint).select_from(_BOTH).where(*_LIVING)
_KEPT = select(*columns_kept()).select_from(_BOTH).where(*_LIVING)


class Pages:
    """One for all threads."""

    def __init__(self, database: Database, settings: Settings, cache: ArtifactCache, blueprints: Blueprints) -> None:
        self._database, self._cache, self._blueprints = database, cache, blueprints
        self._memory = MemoryCache(settings.memory_bytes)
        self._plans: LRUCache[str, Plan] = LRUCache(_PLANS)
        self._lock = threading.Lock()

    def preview(
        self,
        document: str | bytes | Mapping[str, Any],
        *,
        table: str | None = None,
        offset: int = 0,
        limit: int = 10,
        fields: Sequence[str] | None = None,
        format: Any = "ndjson",  # noqa: A002  (the order's own word)
        rows: int | Mapping[str, int] | None = None,
    ) -> bytes:
        """Rows of a document's table in a text format. SchemaError or OrderError says what is wrong."""
        return self._rows(self._blueprints.plan(document, rows), table, offset, limit, fields, format)

    def page(
        self,
        user: str,
        dataset: str,
        *,
        table: str | None = None,
        offset: int = 0,
        limit: int = 100,
        fields: Sequence[str] | None = None,
        format: Any = "ndjson",  # noqa: A002
    ) -> bytes:
        """Rows of a user's data set, whether it is made by now or not; ManifestError (engine-mismatch) if this engine
        would make other ones."""
        return self.page_and_rows(user, dataset, table, offset, limit, fields, format)[0]

    def page_and_rows(
        self,
        user: str,
        dataset: str,
        table: str | None,
        offset: int,
        limit: int,
        fields: Sequence[str] | None,
        format: Any,  # noqa: A002
    ) -> tuple[bytes, int]:
        """(the page, how many rows the table has); see ``page``."""
        plan = self._plan_of(*self._source(user, dataset))
        data = self._rows(plan, table, offset, limit, fields, format)
        return data, plan.tables[table or next(iter(plan.tables))].rows

    def _plan_of(self, order: str, fingerprint: str) -> Plan:
        """The compiled order of a data set, kept for a while."""
        with self._lock:
            found = self._plans.get(fingerprint)
        if found is None:
            blueprint = Order.model_validate_json(order).compile()
            if blueprint.fingerprint != fingerprint:
                raise ManifestError(
                    "engine-mismatch: the data set was made by another version of Seedbed or its libraries"
                )
            found = blueprint.plan
            with self._lock:
                self._plans[fingerprint] = found
        return found

    def file(self, user: str, dataset: str, name: str) -> bytes | None:
        """A file of a user's data set, or its manifest; None if it is larger than SMALL_FILE.

        NotFoundError if there is none of this name, ConflictError while the data set is not made; one that is damaged
        begins to be made again.
        """
        found = self._found(user, dataset)
        if found is None:
            raise ConflictError("the data set is virtual and has no files: read its rows, or have a job make it")
        if not found.finished:
            raise ConflictError(f"the data set is {found.state}; its files are there when it has succeeded")
        key = (found.id, found.digest, name)
        try:
            return self._memory.get(key, lambda: self._read(found, name))
        except _TooLargeError:
            return None

    def _read(self, found: Kept, name: str) -> bytes:
        store = open_store(found.target)
        stored = store.find(MANIFEST)
        manifest = None if stored is None else _parsed(stored, found)
        if stored is None or manifest is None:
            raise self._damaged(found, f"{MANIFEST} is missing or is not the one that was written")
        sizes = {item.name: item.bytes for item in manifest.objects}
        if name != MANIFEST and name not in sizes:
            raise NotFoundError(f"the data set has no file {name!r}")
        if sizes.get(name, len(stored)) > SMALL_FILE:
            raise _TooLargeError
        data = stored if name == MANIFEST else store.find(name)
        if data is None or not matches(manifest, name, data):
            raise self._damaged(found, f"{name} is missing or damaged")
        return data

    def _damaged(self, found: Kept, damage: str) -> ConflictError:
        self._cache.make_again(found, (damage,))
        return ConflictError("a file of the data set was damaged; the data set is being made again")

    def _rows(
        self, plan: Plan, table: str | None, offset: int, limit: int, fields: Sequence[str] | None, written: Any
    ) -> bytes:
        if not 0 <= limit <= MOST_ROWS:
            raise OrderError(f"from 0 to {MOST_ROWS:,} rows can be asked for at once, not {limit:,}")
        chosen = None if fields is None else tuple(fields)
        key = (plan.fingerprint(), table, offset, limit, chosen, json.dumps(written, sort_keys=True))
        return self._memory.get(key, lambda: page_of(plan, table, offset, limit, written, chosen))

    def _source(self, user: str, dataset: str) -> tuple[str, str]:
        """(the order as JSON, its fingerprint) of a data set, be it made or virtual."""
        found = self._database.rows(_ORDER, user=user, name=dataset)
        if not found:
            raise NotFoundError(f"there is no data set {dataset}")
        given, order, fingerprint = tuple(found[0])
        if given is None:
            return order, fingerprint
        virtual = VirtualOrder.parse(given)
        return virtual.order, virtual.fingerprint

    def _found(self, user: str, dataset: str) -> Kept | None:
        """The artifact of a data set; None if it is virtual."""
        found = self._database.rows(_KEPT, user=user, name=dataset)
        if not found:
            raise NotFoundError(f"there is no data set {dataset}")
        return None if found[0].id is None else kept(found[0])


class _TooLargeError(Exception):
    """A file that is not for memory."""


def _parsed(stored: bytes, found: Kept) -> Manifest | None:
    try:
        manifest = Manifest.parse(stored, MANIFEST)
    except ManifestError:
        return None
    return manifest if (manifest.fingerprint, manifest.digest) == (found.fingerprint, found.digest) else None
