"""Token buckets: so many requests a minute, and as many at once; where they are kept decides for whom they hold.

In memory they hold for one process, in the database or in Redis for all. A bucket that cannot be asked lets everybody
through: a limit is there to protect the service, not to end it.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from sqlalchemy import delete, text
from sqlmodel import Session

from api.database.account_models import Bucket
from api.database.engine import Database
from api.settings import Settings
from cluster import JobStoreError

B: Any = Bucket
_LOG = logging.getLogger("seedbed.api")
_MINUTE = 60.0
_KEPT = 100_000
"""Buckets kept in memory; of more, those used least recently are full again."""
_SWEEP_SECONDS = 600.0
_REDIS = """
local now = redis.call('TIME')
local at = tonumber(now[1]) + tonumber(now[2]) / 1e6
local found = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local most, rate, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tokens = most
if found[1] then tokens = math.min(most, tonumber(found[1]) + math.max(0, at - tonumber(found[2])) * rate) end
local taken = 0
if tokens >= cost then tokens = tokens - cost; taken = 1 end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(at))
redis.call('EXPIRE', KEYS[1], math.ceil(most / rate) + 1)
return {taken, tostring(tokens)}
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """``most`` requests in a minute."""

    name: str
    most: int

    @property
    def rate(self) -> float:
        """Tokens that come back in a second."""
        return self.most / _MINUTE


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether a token was taken, how many are left, in how many seconds there is one, or the bucket is full again."""

    allowed: bool
    left: int
    wait: int
    full: int


def taken(rule: Rule, allowed: bool, tokens: float) -> Taken:
    """What a bucket with so many tokens says."""
    wait = 0 if tokens >= 1 else math.ceil((1 - tokens) / rule.rate)
    return Taken(allowed, max(0, math.floor(tokens)), wait, math.ceil((rule.most - tokens) / rule.rate))


class Buckets(Protocol):
    """``take`` may wait for a server: call it in a thread."""

    def take(self, rule: Rule, whose: str, cost: int = 1) -> Taken:
        """Takes ``cost`` tokens from somebody's bucket, or none if there are fewer; with 0 only looks."""

    def close(self) -> None:
        """Ends connections."""


class MemoryBuckets:
    """For one process. ``clock``: seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._found: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, rule: Rule, whose: str, cost: int = 1) -> Taken:
        with self._lock:
            now = self._clock()
            tokens, at = self._found.pop((rule.name, whose), (float(rule.most), now))
            tokens = min(rule.most, tokens + (now - at) * rule.rate)
            allowed = tokens >= max(cost, 1)
            tokens -= cost if allowed else 0
            self._found[rule.name, whose] = (tokens, now)
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)
        return taken(rule, allowed, tokens)

    def close(self) -> None:
        """There is nothing to end."""


class DatabaseBuckets:
    """For all processes of a database. ``clock``: seconds since 1970; those of machines may differ a little."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._swept = time.monotonic()

    def take(self, rule: Rule, whose: str, cost: int = 1) -> Taken:
        try:
            allowed, tokens = self._database.run(partial(self._take, rule, f"{rule.name} {whose}", cost))
            self._sweep()
        except JobStoreError as error:
            _LOG.warning("rate limits cannot be counted just now: %s", error)
            return Taken(True, rule.most, 0, 0)
        return taken(rule, allowed, tokens)

    def _take(self, rule: Rule, name: str, cost: int, session: Session) -> tuple[bool, float]:
        now = self._clock()
        if self._database.kind == "postgresql":  # a token that a crash brings back harms nobody
            session.connection().execute(text("SET LOCAL synchronous_commit = off"))
        found = session.get(Bucket, name, with_for_update=True)
        if found is None:
            found = Bucket(name=name, tokens=float(rule.most), at=int(now * 1000))
            session.add(found)
        gone = max(0.0, now - found.at / 1000)
        tokens = min(float(rule.most), found.tokens + gone * rule.rate)
        allowed = tokens >= max(cost, 1)
        found.tokens = tokens - (cost if allowed else 0)
        found.at = int(now * 1000)
        session.flush()
        return allowed, found.tokens

    def _sweep(self) -> None:
        """Forgets, now and then, buckets that are full again."""
        if time.monotonic() - self._swept < _SWEEP_SECONDS:
            return
        self._swept = time.monotonic()
        before = int((self._clock() - 2 * _MINUTE) * 1000)
        self._database.run(lambda session: session.connection().execute(delete(Bucket).where(B.at < before)))

    def close(self) -> None:
        """The database is somebody else's."""


class RedisBuckets:
    """For all processes that share a Redis (or Valkey) server."""

    def __init__(self, url: str) -> None:
        import redis

        self._failures: tuple[type[Exception], ...] = (redis.RedisError,)
        self._client = redis.Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0)
        self._script = self._client.register_script(_REDIS)

    def take(self, rule: Rule, whose: str, cost: int = 1) -> Taken:
        try:
            found: Any = self._script(keys=[f"seedbed:{rule.name}:{whose}"], args=[rule.most, rule.rate, cost])
        except self._failures as error:
            _LOG.warning("rate limits cannot be counted just now: %s", error)
            return Taken(True, rule.most, 0, 0)
        tokens = float(found[1])
        return taken(rule, bool(found[0]) and (cost > 0 or tokens >= 1), tokens)

    def close(self) -> None:
        self._client.close()


def open_buckets(settings: Settings, database: Database) -> Buckets:
    """Redis where the settings name it; else the database, if it is a server's; else memory."""
    if settings.limits_url:
        return RedisBuckets(settings.limits_url)
    return MemoryBuckets() if database.kind == "sqlite" else DatabaseBuckets(database)
