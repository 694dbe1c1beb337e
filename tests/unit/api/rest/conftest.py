"""One service for all tests of a module; each has users of its own.

A module that says ``DATABASES = ("sqlite", "postgresql", "mariadb")`` has its tests on each of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.rest import RestService, rest_service

SECRET = "a secret of these tests alone, 32 bytes"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "service" in metafunc.fixturenames:
        kinds = getattr(metafunc.module, "DATABASES", ("sqlite",))
        metafunc.parametrize("service", kinds, indirect=True, scope="module")


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RestService]:
    folder = tmp_path_factory.mktemp("rest")
    if request.param == "sqlite":
        with rest_service(folder, webhook_hosts="any") as found:
            yield found
        return
    server = request.getfixturevalue(request.param)
    with server.database() as name:
        own = {"database_url": server.url(name), "secret": SECRET}
        with rest_service(folder, webhook_hosts="any", **own) as found:
            yield found
