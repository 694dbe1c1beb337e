"""Accounts and what the REST service keeps: log-ins, keys, audit, schemas, answers, requests, webhooks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from api.database.migrations.versions.v0001 import LONG, create_index, create_table

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def add_column(table: str, name: str, kind: Any, default: Any = None) -> None:
    """A column that may be there; ``default`` is what the rows get that are there already."""
    bind = op.get_bind()
    if name in {column["name"] for column in sa.inspect(bind).get_columns(table)}:
        return
    op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
    if default is not None and bind.dialect.name != "sqlite":  # SQLite cannot drop one, and it does no harm
        op.alter_column(table, name, server_default=None, existing_type=kind, existing_nullable=False)


def upgrade() -> None:
    add_column("users", "password", LONG)
    add_column("users", "role", sa.String(12), "user")
    add_column("users", "active", sa.Boolean(), sa.true())
    add_column("datasets", "order", LONG)
    create_table(
        "answers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", LONG, nullable=False),
        sa.Column("body", LONG, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("ix_answers_created_at", "answers", ["created_at"])
    create_table(
        "api_keys",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(190), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String(190), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("api_keys_user", "api_keys", ["user_id", "created_at"])
    create_table(
        "audit",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("actor_id", sa.String(32), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("detail", LONG, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("audit_at", "audit", ["at"])
    create_index("audit_user", "audit", ["user_id", "at"])
    create_table(
        "buckets",
        sa.Column("name", sa.String(190), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    create_index("ix_buckets_at", "buckets", ["at"])
    create_table(
        "deliveries",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("webhook_id", sa.String(32), nullable=False),
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("body", LONG, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("error", LONG, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("deliveries_due", "deliveries", ["state", "not_before"])
    create_index("deliveries_webhook", "deliveries", ["webhook_id", "created_at"])
    create_table(
        "detail_usage",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("cached", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "day", "kind", "name"),
    )
    create_table(
        "login_sessions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("ix_login_sessions_expires_at", "login_sessions", ["expires_at"])
    create_index("login_sessions_user", "login_sessions", ["user_id", "expires_at"])
    create_table(
        "requests",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("field_types", LONG, nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("cached", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_in", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("requests_open", "requests", ["taken_in", "created_at"])
    create_index("requests_user", "requests", ["user_id", "created_at"])
    create_table(
        "schema_versions",
        sa.Column("schema_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", LONG, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("schema_id", "version"),
    )
    create_table(
        "schemas",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(190), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("schemas_user", "schemas", ["user_id", "created_at", "id"])
    create_table(
        "webhooks",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("url", LONG, nullable=False),
        sa.Column("secret", sa.String(120), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("webhooks_user", "webhooks", ["user_id", "created_at"])
