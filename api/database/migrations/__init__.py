"""Alembic migrations of the service's tables; see migrate.py."""
