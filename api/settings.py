"""Settings of the service, the dispatcher and the queue's commands: environment variables that begin with SEEDBED_.

The defaults are those of one machine: SQLite and a folder under SEEDBED_HOME, a Ray of its own.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """``Settings()`` reads the environment. Seconds, bytes and rows throughout."""

    model_config = SettingsConfigDict(env_prefix="SEEDBED_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("~/.seedbed"), description="Folder of everything that one machine keeps.")
    database_url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite under the home folder.")
    storage_url: str = Field(default="", description="Where data sets go: s3://bucket/prefix or a folder.")

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
    retention_days: float | None = Field(default=30.0, gt=0, description="Data sets are deleted after so long.")

    # Cache of finished artifacts that no user's data set points to any more
    cache_bytes: int = Field(default=20_000_000_000, ge=0, description="Stored bytes kept, least recently used first.")
    cache_days: float = Field(default=7.0, ge=0, description="How long they are kept.")
    memory_bytes: int = Field(default=64 << 20, ge=0, description="Small files and previews kept in memory.")

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
        """The URL below which each artifact has a folder of its own."""
        return (self.storage_url or str(self.root / "datasets")).rstrip("/")

    def target(self, artifact: str) -> str:
        """Where the files of an artifact are."""
        return f"{self.storage}/{artifact[:2]}/{artifact}"
