"""What ties a run to the request that began it, answers under keys that can be begun anew, and figures for metrics."""

from __future__ import annotations

import sqlalchemy as sa

from api.database.migrations.versions.v0001 import create_table
from api.database.migrations.versions.v0002 import add_column

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_column("answers", "work_id", sa.String(32), "")
    add_column("artifacts", "job_id", sa.String(32), "")
    add_column("artifacts", "request_id", sa.String(64), "")
    create_table(
        "figures",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", "label"),
    )
