"""What differs between SQLite, PostgreSQL and MariaDB: drivers, how connections are set up, and what errors mean.

Durability: a committed job survives power loss as far as each database can. SQLite runs with a write-ahead log and
``synchronous=FULL``, so every commit is flushed to disk (NORMAL would only keep the file whole); servers do what they
are configured to do. Servers end transactions whose machine has vanished within a minute, so that its locks go.
"""

from __future__ import annotations

import math
import re
import time
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError, SQLAlchemyError

from cluster import JobStoreError

READING = "seedbed_reading"
"""Execution option of a connection whose transaction writes nothing."""
_CONNECT_SECONDS = 5
_BUSY_SECONDS = 20
_CONNECTIONS = 20
"""Connections that a process has at most; they are opened when they are needed, and kept."""
_IDLE_SECONDS = 1.0
"""After so long in the pool a connection is tried before it is used: a question each time would cost as much as most
answers, and a server that has just been restarted ends a second's worth of requests in either case."""
_DRIVERS = {
    "postgresql": ("postgresql", "psycopg"),
    "postgres": ("postgresql", "psycopg"),
    "mysql": ("mysql", "pymysql"),
    "mariadb": ("mysql", "pymysql"),
    "sqlite": ("sqlite", "pysqlite"),
}
"""By the scheme of a URL, SQLAlchemy's dialect (MySQL's finds out by itself that it speaks to MariaDB) and driver."""
_SESSION = {
    "postgresql": (
        "SET idle_in_transaction_session_timeout = '60s'",
        "SET lock_timeout = '20s'",
        "SET tcp_keepalives_idle = 20",
        "SET tcp_keepalives_interval = 5",
        "SET tcp_keepalives_count = 4",
    ),
    "mysql": ("SET SESSION innodb_lock_wait_timeout = 20",),
    "mariadb": ("SET SESSION innodb_lock_wait_timeout = 20, idle_transaction_timeout = 60",),
}
_CLASHES = {"40001", "40P01", "55P03", "1213", "1205", "1020"}
"""Serialization failures, deadlocks and locks waited for in vain: SQLSTATEs of PostgreSQL, numbers of MariaDB."""
_AWAY = {"OperationalError", "InterfaceError", "InternalError", "DatabaseError"}
"""Kinds of errors, by their own names: SQLite's bare DatabaseError says that a file is damaged, or no database."""
_SQLITE_STUCK = ("unable to open", "readonly database", "disk I/O error", "disk is full")
_EXTRAS = {"psycopg": "postgresql", "pymysql": "mysql"}


class DatabaseUrlError(JobStoreError, ValueError):
    """A URL that names no database, or one whose driver is not installed."""


def with_driver(url: str) -> URL:
    """The URL with the driver that Seedbed installs; DatabaseUrlError for what is no database that it knows."""
    try:
        found = make_url(url)
    except (SQLAlchemyError, ValueError):  # what was given is not repeated: it may hold a password
        raise DatabaseUrlError(
            "the database's URL (SEEDBED_DATABASE_URL) cannot be read: write postgresql://user:password@host/database, "
            "mariadb://..., mysql://... or sqlite:////absolute/path, with %-escapes where a password needs them"
        ) from None
    scheme, _, driver = found.drivername.partition("+")
    if scheme not in _DRIVERS:
        raise DatabaseUrlError(
            f"SEEDBED_DATABASE_URL: no database is known as {scheme}://; it is sqlite://, postgresql://, mysql:// or mariadb://"
        )
    if scheme == "sqlite" and found.database in {None, "", ":memory:"}:
        raise DatabaseUrlError(
            "the queue is shared by processes: SQLite needs a file, such as sqlite:////var/seedbed.db"
        )
    dialect, usual = _DRIVERS[scheme]
    return found.set(drivername=f"{dialect}+{driver or usual}")


def without_driver(error: ImportError, url: URL) -> DatabaseUrlError:
    """What to say where the driver of a URL is not installed."""
    dialect, usual = _DRIVERS[url.get_backend_name()]
    _, _, driver = url.drivername.partition("+")
    remedy = f"write {dialect}:// alone" if driver != usual else f"pip install 'seedbed[{_EXTRAS.get(usual, usual)}]'"
    return DatabaseUrlError(f"the driver of {url.drivername}:// is not installed ({error}); {remedy}")


def open_engine(url: URL, reading: bool = False) -> Engine:
    """An engine that is not connected yet. ``reading``: for statements that write nothing, each by itself: on servers
    it sees what is committed then, be it in a transaction or not, and without one it is faster."""
    kind = url.get_backend_name()
    if kind == "sqlite":
        return _sqlite(url)
    options: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS}
    if kind == "postgresql":
        options |= {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": 40_000}
        # A statement prepared while the queue was short keeps a plan that reads it all; nor do poolers like such.
        options["prepare_threshold"] = None
    else:
        options |= {"read_timeout": 60, "write_timeout": 60, "charset": "utf8mb4"}
    engine = create_engine(
        url,
        pool_size=_CONNECTIONS,
        max_overflow=0,  # what is beyond the pool would be closed after one use, and opening one takes milliseconds
        pool_timeout=_CONNECT_SECONDS,
        isolation_level="AUTOCOMMIT" if reading else "READ COMMITTED",
        connect_args=options,
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        settings = _SESSION["mariadb" if kind == "mysql" and "MariaDB" in connection.get_server_info() else kind]
        cursor = connection.cursor()
        for statement in settings:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    @event.listens_for(engine, "checkin")
    def returned(_: Any, record: Any) -> None:
        record.info["returned"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, _: object) -> None:
        if time.monotonic() - record.info.get("returned", math.inf) < _IDLE_SECONDS:
            return
        try:
            lives = engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            if not engine.dialect.is_disconnect(error, connection, None):
                raise
            lives = False
        if not lives:
            raise InvalidatePoolError("the connection was ended while it was idle")  # the pool opens another

    return engine


def _sqlite(url: URL) -> Engine:
    Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}, pool_size=_CONNECTIONS, max_overflow=0
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # this module begins transactions, not the driver
        pragmas = (f"busy_timeout={_BUSY_SECONDS * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        # A reader that turns writer half-way fails at once if somebody wrote in between: writers say so first.
        reading = connection.get_execution_options().get(READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def is_clash(error: DBAPIError) -> bool:
    """Whether the same transaction may well succeed when it is tried again."""
    if isinstance(error, IntegrityError):  # another one has just entered the same; it will be seen the next time
        return True
    codes = {str(getattr(error.orig, "sqlstate", "")), *(str(each) for each in getattr(error.orig, "args", ())[:1])}
    return bool(codes & _CLASHES) or "database is locked" in str(error.orig)


def is_away(error: DBAPIError) -> bool:
    """Whether it says that the database cannot be used now, rather than that a statement is wrong."""
    return error.connection_invalidated or type(error).__name__ in _AWAY


def message(error: BaseException, url: URL) -> str:
    """One line of what a driver says, without the password, wherever in the URL it is."""
    text = re.sub(r"\s+", " ", str(getattr(error, "orig", None) or error)).strip()[:300]
    for secret in (url.password, url.query.get("password")):
        text = text.replace(str(secret), "***") if secret else text
    if url.get_backend_name() == "sqlite" and any(word in text for word in _SQLITE_STUCK):
        text += " (its folder has to be there, to be writable and to have room)"
    return text
