"""The tables of how users prove who they are, and of what was done to accounts.

No secret is kept that could be used: of passwords, tokens and keys only hashes or identifiers are stored.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from api.database.columns import TABLE, big, moment, new_id, real, text


class LoginSession(SQLModel, table=True):
    """A log-in; ``id`` is its token's ``jti``. It ends at ``expires_at``, or when it is revoked."""

    __tablename__ = "login_sessions"
    __table_args__ = (Index("login_sessions_user", "user_id", "expires_at"), TABLE)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    user_id: str = Field(max_length=32)
    created_at: int = moment()
    expires_at: int = big(index=True)
    revoked_at: int | None = big(None)


class ApiKey(SQLModel, table=True):
    """A key for programs. ``digest`` is the SHA-256 of its secret in hexadecimal, ``scopes`` words between blanks."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("api_keys_user", "user_id", "created_at"), TABLE)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    user_id: str = Field(max_length=32)
    name: str = Field(default="", max_length=190)
    digest: str = Field(max_length=64)
    scopes: str = Field(default="", max_length=190)
    created_at: int = moment()
    expires_at: int | None = big(None)
    revoked_at: int | None = big(None)


class AuditEntry(SQLModel, table=True):
    """What was done to an account, by whom (``actor_id``; empty: nobody who is known) and from which address."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_user", "user_id", "at"), Index("audit_at", "at"), TABLE)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    at: int = moment()
    action: str = Field(max_length=40)
    user_id: str = Field(default="", max_length=32)
    actor_id: str = Field(default="", max_length=32)
    address: str = Field(default="", max_length=45)
    request_id: str = Field(default="", max_length=64)
    detail: str | None = text()


class Bucket(SQLModel, table=True):
    """A token bucket: what was left of it at a moment."""

    __tablename__ = "buckets"
    __table_args__ = (TABLE,)

    name: str = Field(primary_key=True, max_length=190)
    tokens: float = real(0.0)
    at: int = big(index=True)
