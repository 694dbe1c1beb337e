"""Columns as every supported database has them, identifiers and moments: what all tables are made of."""

from __future__ import annotations

import time
import uuid
from typing import Any

from sqlalchemy import BigInteger, Column, Double, Text
from sqlalchemy.dialects.mysql import LONGTEXT
from sqlmodel import Field, SQLModel

TABLE = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
"""Options of every table: names that differ in case, or in blanks at the end, differ on every database."""


def new_id() -> str:
    """A fresh identifier: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def big(default: int | None = 0, **more: Any) -> Any:
    """A column of 64-bit integers."""
    return Field(default=default, sa_type=BigInteger, **more)


def moment() -> Any:
    """A column of a moment that is now where nothing else is said."""
    return Field(default_factory=now, sa_type=BigInteger)


def real(default: float | None = 0.0) -> Any:
    """A column of numbers in double precision (MySQL's FLOAT is single)."""
    return Field(default=default, sa_type=Double)


def text(default: str | None = None) -> Any:
    """A column of text of any length (MySQL's TEXT ends at 64 KiB)."""
    kind = Text().with_variant(LONGTEXT(), "mysql", "mariadb")
    return Field(default=default, sa_column=Column(kind, nullable=default is None))


def table_of(model: type[SQLModel]) -> Any:
    """A model's table: of its columns queries are made that give plain values rather than models."""
    return model.__table__  # type: ignore[attr-defined]
