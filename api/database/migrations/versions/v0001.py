"""The first tables: users, artifacts with their attempts, jobs, data sets, usage and rates."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGTEXT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LONG = sa.Text().with_variant(LONGTEXT(), "mysql", "mariadb")
TABLE = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def create_table(name: str, *columns: Any) -> None:
    op.create_table(name, *columns, if_not_exists=True, **TABLE)


def create_index(name: str, table: str, columns: list[str]) -> None:
    """An index that may be there: where DDL commits by itself, a migration that was cut off is done again."""
    if name not in {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(table)}:
        op.create_index(name, table, columns)


def upgrade() -> None:
    create_table(
        "artifacts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("fingerprint", sa.String(80), nullable=False),
        sa.Column("live", sa.String(80), nullable=True),
        sa.Column("family", sa.String(80), nullable=False),
        sa.Column("order", LONG, nullable=False),
        sa.Column("target", LONG, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("cluster", sa.String(120), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_losses", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("error", LONG, nullable=True),
        sa.Column("passing", sa.Boolean(), nullable=False),
        sa.Column("dirty", sa.Boolean(), nullable=False),
        sa.Column("byte_limit", sa.BigInteger(), nullable=True),
        sa.Column("all_parts", sa.BigInteger(), nullable=False),
        sa.Column("all_rows", sa.BigInteger(), nullable=False),
        sa.Column("estimated_bytes", sa.BigInteger(), nullable=False),
        sa.Column("estimated_seconds", sa.Double(), nullable=False),
        sa.Column("parts", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("actors", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("actor_seconds", sa.Double(), nullable=False),
        sa.Column("written", sa.BigInteger(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("reused", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("live"),
    )
    create_index("artifacts_dirty", "artifacts", ["dirty", "used_at"])
    create_index("artifacts_family", "artifacts", ["family", "state"])
    create_index("artifacts_queue", "artifacts", ["state", "user_id", "rank", "created_at", "id"])
    create_index("artifacts_used", "artifacts", ["state", "used_at"])
    create_index("ix_artifacts_fingerprint", "artifacts", ["fingerprint"])
    create_index("ix_artifacts_owner", "artifacts", ["owner"])
    create_table(
        "attempts",
        sa.Column("artifact_id", sa.String(32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("dispatcher", sa.String(120), nullable=False),
        sa.Column("cluster", sa.String(120), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(12), nullable=True),
        sa.Column("error", LONG, nullable=True),
        sa.Column("actor_seconds", sa.Double(), nullable=False),
        sa.Column("written", sa.BigInteger(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("reused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("artifact_id", "epoch"),
    )
    create_table(
        "datasets",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("artifact_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(190), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("datasets_artifact", "datasets", ["artifact_id", "deleted_at"])
    create_index("datasets_expiry", "datasets", ["deleted_at", "expires_at"])
    create_index("datasets_user", "datasets", ["user_id", "created_at", "id"])
    create_table(
        "jobs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("artifact_id", sa.String(32), nullable=False),
        sa.Column("dataset_id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("cached", sa.Boolean(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("error", LONG, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    create_index("jobs_artifact", "jobs", ["artifact_id", "state"])
    create_index("jobs_charged", "jobs", ["user_id", "finished_at"])
    create_index("jobs_state", "jobs", ["state", "finished_at"])
    create_index("jobs_user", "jobs", ["user_id", "created_at", "id"])
    create_table(
        "rates",
        sa.Column("name", sa.String(190), nullable=False),
        sa.Column("bytes", sa.Double(), nullable=False),
        sa.Column("actor_seconds", sa.Double(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    create_table(
        "usage",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("actor_seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "day"),
    )
    create_table(
        "users",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(190), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=True),
        sa.Column("actors", sa.Integer(), nullable=True),
        sa.Column("job_rows", sa.BigInteger(), nullable=True),
        sa.Column("job_bytes", sa.BigInteger(), nullable=True),
        sa.Column("day_rows", sa.BigInteger(), nullable=True),
        sa.Column("day_bytes", sa.BigInteger(), nullable=True),
        sa.Column("retention_days", sa.Double(), nullable=True),
        sa.Column("served_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("usage")
    op.drop_table("users")
    op.drop_table("rates")
    op.drop_table("jobs")
    op.drop_table("datasets")
    op.drop_table("attempts")
    op.drop_table("artifacts")
