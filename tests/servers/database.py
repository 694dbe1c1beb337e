"""What the tests know of a database server: where it listens, who they are there, and databases of their own."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

_ENDING = ExitStack()
_STARTED_BY = os.getpid()
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class DatabaseServer:
    """A running server on the loopback interface. ``home`` is the database that is always there."""

    scheme: str
    """``postgresql`` or ``mysql``, as URLs begin."""
    host: str
    port: int
    user: str
    password: str
    home: str
    _connect: Callable[..., Any] = field(repr=False)

    def url(self, database: str | None = None, driver: str = "") -> str:
        """``postgresql://user:password@host:port/database``; with a driver ``postgresql+psycopg://...``."""
        scheme = f"{self.scheme}+{driver}" if driver else self.scheme
        return f"{scheme}://{self.user}:{quote(self.password)}@{self.host}:{self.port}/{database or self.home}"

    def connect(self, database: str | None = None, **options: Any) -> Any:
        """A connection (PEP 249) that commits each statement by itself; ``options`` are psycopg's or pymysql's."""
        return self._connect(self, database or self.home, **options)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The name of a new, empty database, which is gone afterwards."""
        name = f"test_{next(_NUMBERS)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield name
        finally:
            self._run(f"DROP DATABASE {name}" + (" WITH (FORCE)" if self.scheme == "postgresql" else ""))

    def _run(self, statement: str) -> None:
        connection = self.connect()
        try:
            connection.cursor().execute(statement)
        finally:
            connection.close()


def folder_of_a_server(name: str) -> Path:
    """A folder whose path is short enough for sockets; it is removed when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    _ENDING.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


@atexit.register
def _end() -> None:
    if os.getpid() == _STARTED_BY:  # and not a child that was forked
        _ENDING.close()


def at_the_end(stop: Callable[[], None]) -> None:
    """``stop`` is called when the tests end, the last one asked for first."""
    _ENDING.callback(stop)
