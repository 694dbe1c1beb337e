"""The rules of saved schemas. Only what compiles is saved; a change names the version that it changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import new_id, now
from api.database.service_models import SavedSchema, SchemaVersion
from api.jobs.views import ConflictError, CursorError, NotFoundError
from generator import SeedbedError, compile_schema

S: Any = SavedSchema
V: Any = SchemaVersion
MOST = 1000
"""Schemas that one user has at most."""


class ChangedError(SeedbedError):
    """The schema has been changed since the version that the change was made for."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A saved schema at one version. Moments are milliseconds since 1970."""

    id: str
    name: str
    version: int
    document: Mapping[str, Any]
    created_at: int
    updated_at: int


class Schemas:
    """``clock``: milliseconds since 1970."""

    def __init__(self, database: Database, clock: Callable[[], int] = now) -> None:
        self._database, self._clock = database, clock

    def add(self, user: str, name: str, document: Mapping[str, Any], schema_id: str | None = None) -> Schema:
        """Saves a new one. SchemaError with every mistake; ConflictError if the user has too many.

        ``schema_id``: a new identifier; what has it already is the schema that was to be saved.
        """
        text = _compiled(document)

        def work(session: Session) -> Schema:
            if schema_id is not None and (made := session.get(SavedSchema, schema_id)) is not None:
                return _schema(made, text, 1)
            count = select(func.count()).where(S.user_id == user, S.deleted_at.is_(None))
            if session.execute(count).scalar_one() >= MOST:
                raise ConflictError(f"there are {MOST} saved schemas already; delete one first")
            moment = self._clock()
            found = SavedSchema(id=schema_id or new_id(), user_id=user, name=name, created_at=moment, updated_at=moment)
            session.add_all([found, SchemaVersion(schema_id=found.id, version=1, document=text, created_at=moment)])
            return _schema(found, text)

        return self._database.run(work)

    def get(self, user: str, name: str, version: int | None = None) -> Schema:
        """The latest version, or an earlier one. NotFoundError."""

        def work(session: Session) -> Schema:
            found = self._found(session, user, name)
            wanted = session.get(SchemaVersion, (name, version or found.version))
            if wanted is None:
                raise NotFoundError(f"the schema has no version {version}; the latest is {found.version}")
            return _schema(found, wanted.document, wanted.version)

        return self._database.read(work)

    def listed(self, user: str, after: str | None, limit: int) -> tuple[list[Schema], str | None]:
        """(schemas at their latest versions, newest first; the ``after`` of the next page). CursorError."""
        query = select(SavedSchema, V.document).join(SchemaVersion, and_(V.schema_id == S.id, V.version == S.version))
        query = query.where(S.user_id == user, S.deleted_at.is_(None))
        if after is not None:
            moment, _, name = after.partition("-")
            if not (moment.isascii() and moment.isdigit() and len(moment) < 19 and name):
                raise CursorError(f"{after[:80]!r} is no place of a page; take it from the page before")
            query = query.where(or_(S.created_at < int(moment), and_(S.created_at == int(moment), S.id < name)))
        query = query.order_by(S.created_at.desc(), S.id.desc()).limit(limit + 1)
        rows = self._database.read(lambda session: session.execute(query).all())
        found = [_schema(each, document) for each, document in rows[:limit]]
        return found, f"{found[-1].created_at}-{found[-1].id}" if len(rows) > limit else None

    def change(self, user: str, name: str, version: int, title: str, document: Mapping[str, Any]) -> Schema:
        """Makes the next version of ``version``. ChangedError if that is not the latest any more."""
        text = _compiled(document)

        def work(session: Session) -> Schema:
            found = self._found(session, user, name, lock=True)
            _check(found, version)
            moment = self._clock()
            found.name, found.version, found.updated_at = title, found.version + 1, moment
            new = SchemaVersion(schema_id=name, version=found.version, document=text, created_at=moment)
            session.add(new)
            return _schema(found, text)

        return self._database.run(work)

    def delete(self, user: str, name: str, version: int | None) -> None:
        """Deletes it, if ``version`` is the latest or None. What was made of it stays."""

        def work(session: Session) -> None:
            found = self._found(session, user, name, lock=True)
            if version is not None:
                _check(found, version)
            found.deleted_at = self._clock()

        self._database.run(work)

    def _found(self, session: Session, user: str, name: str, lock: bool = False) -> SavedSchema:
        found = session.get(SavedSchema, name, with_for_update=lock)
        if found is None or found.user_id != user or found.deleted_at is not None:
            raise NotFoundError(f"there is no schema {name}")
        return found


def _check(found: SavedSchema, version: int) -> None:
    if found.version != version:
        raise ChangedError(f"the schema is at version {found.version} by now, not {version}: get it again")


def _compiled(document: Mapping[str, Any]) -> str:
    compile_schema(document)
    return json.dumps(document, ensure_ascii=False)


def _schema(found: SavedSchema, document: str, version: int | None = None) -> Schema:
    return Schema(
        found.id, found.name, version or found.version, json.loads(document), found.created_at, found.updated_at
    )
