"""The laws of token buckets, wherever they are kept."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.database.engine import Database
from api.limits.buckets import Buckets, DatabaseBuckets, MemoryBuckets, RedisBuckets, Rule, open_buckets
from api.settings import Settings
from tests.laws.queue_place import fresh_database


@contextmanager
def opened(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Buckets]:
    if kind == "memory":
        yield MemoryBuckets()
    elif kind == "redis":
        from tests.servers.redis import redis_url

        found = RedisBuckets(redis_url())
        yield found
        found.close()
    else:
        server = None if kind == "sqlite" else request.getfixturevalue(kind)
        with fresh_database(kind, folder, server) as database:
            yield DatabaseBuckets(database)


@pytest.fixture(params=["memory", "sqlite", "postgresql", "mariadb", "redis"])
def buckets(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Buckets]:
    with opened(request.param, tmp_path, request) as found:
        yield found


def slow(most: int) -> Rule:
    """A rule whose tokens do not come back while a test runs."""
    return Rule(uuid.uuid4().hex[:8], most)


def test_so_many_are_allowed_and_no_more(buckets: Buckets) -> None:
    rule = slow(3)
    answers = [buckets.take(rule, "ann") for _ in range(5)]
    assert [each.allowed for each in answers] == [True, True, True, False, False]
    assert [each.left for each in answers] == [2, 1, 0, 0, 0]
    assert 0 < answers[-1].wait <= 20
    assert answers[-1].full <= 60
    assert buckets.take(rule, "bob").allowed
    assert buckets.take(slow(3), "ann").allowed


def test_looking_takes_nothing(buckets: Buckets) -> None:
    rule = slow(2)
    assert [buckets.take(rule, "ann", cost=0).left for _ in range(5)] == [2] * 5
    buckets.take(rule, "ann")
    buckets.take(rule, "ann")
    assert not buckets.take(rule, "ann", cost=0).allowed


def test_tokens_come_back_with_time(buckets: Buckets) -> None:
    rule = Rule(uuid.uuid4().hex[:8], 600)  # ten a second
    while buckets.take(rule, "ann").allowed:
        pass
    deadline = time.monotonic() + 10
    while not buckets.take(rule, "ann", cost=0).allowed:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_many_at_once_get_no_more_than_there_is(buckets: Buckets) -> None:
    rule = slow(10)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: buckets.take(rule, "ann").allowed, range(40)))
    assert 10 <= sum(answers) <= 12  # a token or two may come back meanwhile


def test_a_bucket_that_cannot_be_asked_lets_everybody_through(tmp_path: Path) -> None:
    away = DatabaseBuckets(Database("postgresql://nobody@127.0.0.1:9/nothing"))
    assert away.take(slow(1), "ann").allowed
    gone = RedisBuckets("redis://127.0.0.1:9/0")
    assert all(gone.take(slow(1), "ann").allowed for _ in range(3))


def test_where_buckets_are_kept_follows_from_the_settings(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    assert isinstance(open_buckets(Settings(home=tmp_path), database), MemoryBuckets)
    away = Database("postgresql://nobody@127.0.0.1:9/nothing")
    assert isinstance(open_buckets(Settings(home=tmp_path), away), DatabaseBuckets)
    assert isinstance(open_buckets(Settings(home=tmp_path, limits_url="redis://127.0.0.1:9/0"), away), RedisBuckets)
