"""Brings a database to this version of the tables, by Alembic's migrations in ``migrations/``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from cluster import JobStoreError

if TYPE_CHECKING:
    from api.database.engine import Database

MIGRATIONS = Path(__file__).with_name("migrations")
NEWEST = max(path.stem for path in (MIGRATIONS / "versions").glob("v*.py")).removeprefix("v")
"""The version that this Seedbed brings a database to; modules of migrations are named by their versions."""
_LOCK = 7_365_656_462
"""Names the lock under which one process at a time migrates."""
_LOCK_SECONDS = 120
_LOCKS = {
    "postgresql": (f"SELECT pg_advisory_lock({_LOCK})", f"SELECT pg_advisory_unlock({_LOCK})"),
    "mysql": (f"SELECT GET_LOCK('seedbed-{_LOCK}', {_LOCK_SECONDS})", f"SELECT RELEASE_LOCK('seedbed-{_LOCK}')"),
}


def upgrade(database: Database) -> None:
    """Migrates to the newest version; waits for whoever is at it already. DBAPIError, JobStoreError."""
    with database.engine.connect() as connection:
        if version(connection) == NEWEST:
            return
        connection.rollback()
        from alembic import command  # most of its time is spent on being imported
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        with _alone(connection, database.kind):
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise JobStoreError(
                    f"the database at {database.shown} was made by a newer version of Seedbed ({error}): "
                    f"this one knows versions up to {NEWEST}"
                ) from None


def version(connection: Connection) -> str | None:
    """Which migration the database is at; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


@contextmanager
def _alone(connection: Connection, kind: str) -> Iterator[None]:
    if kind == "sqlite":  # its transaction, which is a writing one from the start, is the lock
        with connection.begin():
            yield
        return
    take, leave = _LOCKS[kind]
    if kind == "postgresql":
        connection.execute(text(f"SET lock_timeout = '{_LOCK_SECONDS}s'"))
    taken = connection.execute(text(take)).scalar()
    connection.commit()
    if kind == "mysql" and taken != 1:
        raise JobStoreError(f"another process has been migrating the database for {_LOCK_SECONDS} seconds; try again")
    try:
        with connection.begin():
            yield
    finally:
        connection.execute(text(leave))
        connection.commit()
        connection.invalidate()  # with its changed settings
