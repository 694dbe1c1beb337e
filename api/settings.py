"""Settings of the service, the dispatcher and the queue's commands: environment variables that begin with SEEDBED_.

The defaults are those of one machine: SQLite and a folder under SEEDBED_HOME, a Ray of its own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cluster import StoreError, canonical_url
from generator import SeedbedError

PREFIX = "SEEDBED_"
_BEATS = 3
"""How many signs of life a lease is long at least, so that one that comes late costs nothing."""
_ALIKE = 0.7


class SettingsError(SeedbedError, ValueError):
    """Variables that are no settings: all of them, each by its name."""


class Settings(BaseSettings):
    """``Settings()`` reads the environment, as ``read_settings`` does. Seconds, bytes and rows throughout."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_parse_none_str="none")

    home: Path = Field(default=Path("~/.seedbed"), description="Folder of everything that one machine keeps.")
    database_url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite under the home folder.")
    storage_url: str = Field(default="", description="Where data sets go: s3://bucket/prefix or a folder.")

    logs: Literal["auto", "json", "text"] = Field(default="auto", description="Form of logs; auto: text on a terminal.")

    # Queue
    lease_seconds: float = Field(default=15.0, gt=0, description="A dispatcher silent for so long has lost its runs.")
    beat_seconds: float = Field(default=1.0, gt=0, description="How often a dispatcher says that it lives.")
    attempts: int = Field(default=5, ge=1, description="How often a run may fail before it is a dead letter.")
    retry_seconds: float = Field(default=2.0, gt=0, description="Longest wait before the second attempt; doubles.")
    retry_most_seconds: float = Field(default=120.0, gt=0, description="Longest wait before any attempt.")
    lease_losses: int = Field(default=50, ge=1, description="How often a run may lose its dispatcher.")

    # Dispatcher
    runner: Literal["ray", "threads"] = Field(default="ray", description="Where runs are carried out.")
    runs: int = Field(default=16, ge=1, description="Runs that one dispatcher carries out at once.")
    grace_seconds: float = Field(default=20.0, ge=0, description="How long a dispatcher that stops waits for runs.")
    actors_floor: int = Field(default=0, ge=0, description="Generator actors that are kept without work.")
    actors_ceiling: int = Field(default=1000, ge=1, description="Generator actors that there are at most.")
    drain_seconds: float = Field(default=60.0, gt=0, description="The backlog is to be done within about so long.")
    idle_seconds: float = Field(default=60.0, ge=0, description="How long actors without work are kept.")

    # Users without limits of their own; -1 rows or bytes is no limit
    user_runs: int = Field(default=4, ge=1, description="Runs of one user under way at once.")
    user_actors: int | None = Field(default=None, ge=1, description="Generator actors of one user.")
    job_rows: int | None = Field(default=10_000_000, ge=-1, description="Rows of one job.")
    job_bytes: int | None = Field(default=5_000_000_000, ge=-1, description="Stored bytes of one job.")
    day_rows: int | None = Field(default=100_000_000, ge=-1, description="Rows that a user may have made in 24 hours.")
    day_bytes: int | None = Field(default=50_000_000_000, ge=-1, description="Bytes that a user may have made in 24 h.")
    inline_rows: int = Field(default=100_000, ge=0, description="Rows of one answer that is a whole data set.")
    retention_days: float | None = Field(default=30.0, gt=0, description="Data sets are deleted after so long.")
    history_days: float | None = Field(default=90.0, ge=2, description="Jobs are forgotten so long after their end.")

    # REST service
    registration: Literal["open", "closed"] = Field(default="closed", description="Whether anybody may add a user.")
    secret: SecretStr = Field(default=SecretStr(""), description="Signs session tokens; 32 bytes or more.")
    session_seconds: float = Field(default=43_200.0, gt=0, description="How long a log-in lasts.")
    limits_url: str = Field(default="", description="Redis that counts rate limits; empty: the database, or memory.")
    address_requests: int = Field(default=60, ge=1, description="Requests a minute of an address without a token.")
    user_requests: int = Field(default=600, ge=1, description="Requests a minute of one user.")
    failed_logins: int = Field(default=10, ge=1, description="Failed log-ins a minute of one address or user.")
    proxies: int = Field(default=0, ge=0, description="Proxies in front that add to X-Forwarded-For.")
    body_bytes: int = Field(default=4 << 20, ge=1024, description="Largest body of a request.")

    docs: bool = Field(default=True, description="Whether /docs shows the interface, with what the browser needs.")
    cors_origins: str = Field(default="", description="Origins whose pages may call, between commas; * for all.")
    webhook_hosts: Literal["public", "any"] = Field(
        default="public", description="Where webhooks may go; any: also http, and hosts of this network."
    )

    # Cache of finished artifacts that no user's data set points to any more
    cache_bytes: int = Field(default=20_000_000_000, ge=0, description="Stored bytes kept, least recently used first.")
    cache_days: float = Field(default=7.0, ge=0, description="How long they are kept.")
    memory_bytes: int = Field(default=64 << 20, ge=0, description="Small files and previews kept in memory.")

    @field_validator("storage_url")
    @classmethod
    def _known_storage(cls, url: str) -> str:
        scheme, colon, _ = url.partition("://")
        if url and not colon and url.partition(":/")[0] in {"s3", "file"}:
            raise ValueError("it has one slash after the colon; write s3://bucket/prefix or file:///folder")
        if scheme == "memory" and colon:
            raise ValueError(
                "data sets are shared by processes, which memory is not; give s3://bucket/prefix or a folder"
            )
        try:
            return canonical_url(url) if colon else url
        except StoreError as error:
            raise ValueError(str(error)) from None

    @model_validator(mode="after")
    def _beats_in_a_lease(self) -> Self:
        if self.lease_seconds < _BEATS * self.beat_seconds:
            raise ValueError(
                f"{PREFIX}LEASE_SECONDS ({self.lease_seconds:g}) is to be at least {_BEATS} times "
                f"{PREFIX}BEAT_SECONDS ({self.beat_seconds:g}), or runs lose their dispatchers by chance"
            )
        return self

    @cached_property
    def root(self) -> Path:
        """The home folder, absolute; it may not be there yet."""
        return self.home.expanduser().absolute()

    @cached_property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.root / 'seedbed.db'}"

    @cached_property
    def storage(self) -> str:
        """The URL below which each artifact has a folder of its own; a folder is absolute, wherever it is asked for."""
        if "://" in self.storage_url:
            return self.storage_url.rstrip("/")
        return str(Path(self.storage_url or self.root / "datasets").expanduser().absolute())

    def target(self, artifact: str) -> str:
        """Where the files of an artifact are."""
        return f"{self.storage}/{artifact[:2]}/{artifact}"


def read_settings() -> Settings:
    """The settings of the environment. SettingsError names every variable that is wrong and what would be right."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("; ".join(_mistake(found) for found in error.errors())) from None


def misspelt(names: Iterable[str]) -> list[str]:
    """What to say of variables that are no settings, but nearly: ``SEEDBED_STORAGE``. Others are not ours to judge."""
    known = [name.upper() for name in Settings.model_fields]
    said = []
    for name in sorted(names):
        rest = name.removeprefix(PREFIX)
        if rest == name or rest in known:
            continue
        if found := difflib.get_close_matches(rest, known, 1, _ALIKE):
            said.append(f"{name} is no setting and does nothing; did you mean {PREFIX}{found[0]}?")
    return said


def _mistake(found: Any) -> str:
    """One mistake that pydantic has found, as a sentence."""
    problem = str(found["msg"]).removeprefix("Value error, ")
    if not found["loc"]:
        return problem
    name = f"{PREFIX}{str(found['loc'][0]).upper()}"
    return f"{name} is {found['input']!r}: {problem[:1].lower()}{problem[1:]}"
