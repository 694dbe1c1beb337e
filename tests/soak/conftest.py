"""What several soaks need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.installation import PostgreSQL


@pytest.fixture(scope="module")
def stoppable() -> Iterator[PostgreSQL]:
    """A PostgreSQL server that the tests of a module stop and start again."""
    server = PostgreSQL()
    server.start()
    try:
        yield server
    finally:
        server.remove()
