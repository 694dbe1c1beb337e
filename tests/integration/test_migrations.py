"""Migrations and models say the same on every database, and any number of processes may migrate at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

import api.database.account_models
import api.database.models
import api.database.service_models  # noqa: F401  (the tables)
from api.database.engine import Database
from cluster import JobStoreError


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new/folder/queue.db"
        return
    server = request.getfixturevalue(request.param)
    with server.database() as name:
        yield server.url(name)


def test_the_migrations_make_what_the_models_say_however_many_run_at_once(url: str) -> None:
    databases = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(Database.upgrade, databases))
    database = databases[0]
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    database.upgrade()
    for each in databases:
        each.close()


def test_a_migration_that_was_cut_off_is_done_again(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.run(lambda session: session.connection().execute(text("DELETE FROM alembic_version")))
    database.upgrade()
    database.close()


def test_a_database_of_a_newer_version_is_refused(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.run(lambda session: session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(JobStoreError, match="newer version"):
        database.upgrade()
    database.close()
