"""The laws of every store once more, for an S3 store to which a quarter of all calls goes wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster.s3_server import S3Server
from tests.laws.test_stores import *  # noqa: F403  (the laws and their fixtures; only where the store is differs)
from tests.servers.faulty import FaultyProxy, calm, random_faults


@pytest.fixture(params=range(3))
def url(request: pytest.FixtureRequest, s3_server: S3Server, s3_url: str) -> Iterator[str]:
    with (
        FaultyProxy(s3_server.endpoint, random_faults(request.param, 0.25)) as proxy,
        pytest.MonkeyPatch.context() as to,
    ):
        to.setenv("AWS_ENDPOINT_URL", proxy.url)
        yield s3_url
        proxy.plan = calm
