"""How Alembic runs the migrations: in the connection, and the transaction, that it is given."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import api.database.models  # noqa: F401  (the tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=False,
    render_as_batch=True,
)
context.run_migrations()
