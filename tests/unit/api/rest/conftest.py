"""One service for all tests of a module; each has users of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.rest import RestService, rest_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RestService]:
    with rest_service(tmp_path_factory.mktemp("rest"), webhook_hosts="any") as found:
        yield found
