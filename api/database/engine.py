"""A connection to the service's database, whichever it is, and transactions in it.

Every failure of the database is a JobStoreError with one clear message; mistakes in statements are not.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy.engine import Engine, Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import Session

from api.database.dialects import READING, is_away, is_clash, message, open_engine, with_driver, without_driver
from cluster import JobStoreError

T = TypeVar("T")
_TRIES = 10
_PATIENCE_SECONDS = 20.0
"""For so long a transaction that clashes is tried again: the wait for a single lock may take as long."""


class Database:
    """One database by URL; opening it touches nothing. Any number of threads may use it."""

    def __init__(self, url: str) -> None:
        self._url = with_driver(url)
        self._engine: Engine | None = None
        self._reader: Engine | None = None
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    @property
    def kind(self) -> str:
        """``sqlite``, ``postgresql`` or ``mysql`` (MariaDB too)."""
        return self._url.get_backend_name()

    @property
    def shown(self) -> str:
        """The URL without its password, for messages; nor with options, which may have one, too."""
        return self._url.set(query={}).render_as_string(hide_password=True)

    @property
    def engine(self) -> Engine:
        with self._lock:
            if self._engine is None:
                try:
                    self._engine = open_engine(self._url)
                except ImportError as error:
                    raise without_driver(error, self._url) from None
                except OSError as error:
                    raise JobStoreError(f"the database at {self.shown} cannot be opened: {error}") from None
            return self._engine

    @property
    def reader(self) -> Engine:
        """The engine for what writes nothing."""
        engine = self.engine
        if self.kind == "sqlite":
            return engine
        with self._lock:
            if self._reader is None:
                self._reader = open_engine(self._url, reading=True)
            return self._reader

    @contextmanager
    def transaction(self, reading: bool = False) -> Iterator[Session]:
        """A session in one transaction, committed when the block ends; ``reading``: nothing is written in it.

        JobStoreError if the database is away, or chose the transaction as the victim of a clash. If that happens
        during the commit, nobody knows whether it was committed.
        """
        with self._told(), self._session(reading) as session:
            yield session

    def run(self, work: Callable[[Session], T]) -> T:
        """Does ``work`` in a transaction, again if it clashed with another one (deadlock, lock, uniqueness), or if its
        connection was ended before it was to be committed."""
        with self._told():
            deadline = time.monotonic() + _PATIENCE_SECONDS
            for attempt in range(_TRIES):
                worked = False
                try:
                    with self._session() as session:
                        found = work(session)
                        worked = True
                    return found
                except DBAPIError as error:
                    again = is_clash(error) or (error.connection_invalidated and not worked)
                    if not again or attempt == _TRIES - 1 or time.monotonic() >= deadline:
                        raise
                time.sleep(random.uniform(0, 0.005 * 2**attempt))  # noqa: S311
        raise AssertionError("the loop above returns or raises")

    def read(self, work: Callable[[Session], T]) -> T:
        """Does ``work``, which writes nothing, in a transaction."""
        with self.transaction(reading=True) as session:
            return work(session)

    def rows(self, query: Any, **values: Any) -> Sequence[Row[Any]]:
        """What one query finds, with ``values`` for its bound parameters: plain rows, without a session around them.

        For what is asked all the time: of tables (``columns.table_of``) rather than of models.
        """
        with self._told():
            try:
                return self._rows(query, values)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return self._rows(query, values)  # on a connection that has not been ended meanwhile

    def _rows(self, query: Any, values: dict[str, Any]) -> Sequence[Row[Any]]:
        with self.reader.connect() as connection:
            if self.kind == "sqlite":
                connection = connection.execution_options(**{READING: True})
            return connection.execute(query, values).all()

    def upgrade(self) -> None:
        """Creates the tables, or brings them to this version; several processes may call it at once."""
        from api.database.migrate import upgrade

        with self._told():
            upgrade(self)

    def close(self) -> None:
        """Ends all connections; the database can still be used, by new ones."""
        with self._lock:
            for engine in (self._engine, self._reader):
                if engine is not None:
                    engine.dispose()
            self._engine = self._reader = None

    @contextmanager
    def _session(self, reading: bool = False) -> Iterator[Session]:
        engine = self.reader if reading else self.engine
        with self._turn(reading), Session(engine, expire_on_commit=False) as session, session.begin():
            if reading and self.kind == "sqlite":
                session.connection(execution_options={READING: True})
            yield session

    @contextmanager
    def _turn(self, reading: bool) -> Iterator[None]:
        """SQLite has one writer at a time, and whoever waits for it looks now and then, so some wait for seconds:
        threads of one process wait for each other here. Whoever waits in vain is told so by SQLite."""
        if reading or self.kind != "sqlite":
            yield
            return
        taken = self._writing.acquire(timeout=_PATIENCE_SECONDS)
        try:
            yield
        finally:
            if taken:
                self._writing.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if is_away(error):
                raise JobStoreError(
                    f"the database at {self.shown} cannot be used just now: {message(error, self._url)}"
                ) from error
            raise
        except PoolTimeoutError:
            raise JobStoreError(f"all connections to the database at {self.shown} are in use") from None
