"""What accounts take and answer over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from api.database.account_models import ApiKey
from api.database.models import User
from api.rest.bodies import Body

Name = Annotated[str, Field(min_length=1, max_length=190, pattern=r"^[A-Za-z0-9_.@+-]+$", examples=["ann"])]
Password = Annotated[SecretStr, Field(min_length=8, max_length=256, examples=["correct horse battery"])]


class AddUser(Body):
    """A new user."""

    username: Name
    password: Password
    role: Literal["user", "admin"] = "user"


class Credentials(Body):
    """What a user logs in with."""

    username: Annotated[str, Field(max_length=190, examples=["ann"])]
    password: Annotated[SecretStr, Field(max_length=1000, examples=["correct horse battery"])]


class UserRead(BaseModel):
    """A user as others may see it."""

    id: str
    username: str
    role: str
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> UserRead:
        return cls(id=user.id, username=user.name, role=user.role, created_at=moment(user.created_at))


class TokenRead(BaseModel):
    """A session's token, to be sent as ``Authorization: Bearer ...``."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds.")


class AddKey(Body):
    """A new API key."""

    name: Annotated[str, Field(max_length=190)] = ""
    scopes: Annotated[list[Literal["read", "write", "admin"]], Field(min_length=1)] = Field(["read", "write"])
    expires_in: Annotated[int, Field(ge=60, le=315_360_000, description="Seconds.")] | None = None


class KeyRead(BaseModel):
    """A key without its secret."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> KeyRead:
        return cls(**values_of(key))


class NewKey(KeyRead):
    """A key with its secret, which is shown this once."""

    key: str

    @classmethod
    def made(cls, key: ApiKey, secret: str) -> NewKey:
        return cls(**values_of(key), key=secret)


class Keys(BaseModel):
    """All keys of a user that are not revoked."""

    items: list[KeyRead]


def values_of(key: ApiKey) -> dict[str, object]:
    ends = None if key.expires_at is None else moment(key.expires_at)
    made = moment(key.created_at)
    return {"id": key.id, "name": key.name, "scopes": key.scopes.split(), "created_at": made, "expires_at": ends}


def moment(milliseconds: int) -> datetime:
    """A moment of the database in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
