"""The tables of the REST service beside jobs: saved schemas, answers to be given again, webhooks, requests."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from api.database.columns import TABLE, big, moment, new_id, real, text


class SavedSchema(SQLModel, table=True):
    """A user's schema under a name; ``version`` counts from 1, and each one is kept."""

    __tablename__ = "schemas"
    __table_args__ = (Index("schemas_user", "user_id", "created_at", "id"), TABLE)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    user_id: str = Field(max_length=32)
    name: str = Field(max_length=190)
    version: int = 1
    created_at: int = moment()
    updated_at: int = moment()
    deleted_at: int | None = big(None)


class SchemaVersion(SQLModel, table=True):
    """What a saved schema was at one version: the document as it was given, as JSON."""

    __tablename__ = "schema_versions"
    __table_args__ = (TABLE,)

    schema_id: str = Field(primary_key=True, max_length=32)
    version: int = Field(primary_key=True)
    document: str = text("")
    created_at: int = moment()


class Answer(SQLModel, table=True):
    """The first answer to a request with an Idempotency-Key, given again to the same request.

    ``id`` is a digest of user, route and key; ``body_digest`` that of the request's body. ``status`` 0: it is not
    answered yet, by a process that began at ``created_at``. ``work_id``: the identifier of what the request creates,
    the same when it is carried out again after it was cut off. ``body`` is encrypted.
    """

    __tablename__ = "answers"
    __table_args__ = (TABLE,)

    id: str = Field(primary_key=True, max_length=64)
    body_digest: str = Field(max_length=64)
    status: int = 0
    headers: str = text("")
    body: str = text("")
    created_at: int = big(index=True)
    work_id: str = Field(default="", max_length=32)


class RequestRecord(SQLModel, table=True):
    """What one request for data came to. ``what``: job, inline, preview or page; ``field_types`` words between blanks.

    ``taken_in``: whether the daily sums have it.
    """

    __tablename__ = "requests"
    __table_args__ = (
        Index("requests_user", "user_id", "created_at"),
        Index("requests_open", "taken_in", "created_at"),
        TABLE,
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    user_id: str = Field(max_length=32)
    what: str = Field(max_length=12)
    job_id: str = Field(default="", max_length=32)
    format: str = Field(default="", max_length=40)
    field_types: str = text("")
    rows: int = big()
    bytes: int = big()
    seconds: float = real(0.0)
    cached: bool = False
    created_at: int = moment()
    taken_in: bool = False


class DetailUsage(SQLModel, table=True):
    """The daily sums of requests by ``kind`` (what, format, field type) and ``name``; days since 1970."""

    __tablename__ = "detail_usage"
    __table_args__ = (TABLE,)

    user_id: str = Field(primary_key=True, max_length=32)
    day: int = Field(primary_key=True)
    kind: str = Field(primary_key=True, max_length=12)
    name: str = Field(primary_key=True, max_length=60)
    requests: int = big()
    cached: int = big()
    rows: int = big()
    bytes: int = big()
    seconds: float = real(0.0)


class Webhook(SQLModel, table=True):
    """Where a user wants to be told of the ends of jobs; ``secret`` signs what is sent, so it is kept as it is."""

    __tablename__ = "webhooks"
    __table_args__ = (Index("webhooks_user", "user_id", "created_at"), TABLE)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    user_id: str = Field(max_length=32)
    url: str = text("")
    secret: str = Field(max_length=120)
    created_at: int = moment()
    deleted_at: int | None = big(None)


class Delivery(SQLModel, table=True):
    """A message for one webhook: sent until it is taken (``done``), or given up after the last attempt (``dead``)."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("deliveries_due", "state", "not_before"),
        Index("deliveries_webhook", "webhook_id", "created_at"),
        TABLE,
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    webhook_id: str = Field(max_length=32)
    job_id: str = Field(max_length=32)
    event: str = Field(max_length=40)
    body: str = text("")
    state: str = Field(default="pending", max_length=12)
    attempts: int = 0
    not_before: int = big()
    error: str | None = text()
    created_at: int = moment()


class Figure(SQLModel, table=True):
    """A figure of the whole service that only grows, for metrics: a counter, or a bucket of a histogram (``label``)."""

    __tablename__ = "figures"
    __table_args__ = (TABLE,)

    name: str = Field(primary_key=True, max_length=60)
    label: str = Field(primary_key=True, max_length=60)
    value: float = real(0.0)
