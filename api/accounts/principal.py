"""Who asks: a user as proved by a session's token or by a key, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass

READ, WRITE, ADMIN = "read", "write", "admin"
SCOPES = (READ, WRITE, ADMIN)
"""What a key may be given. ``read``: look at what is there, rows included; ``write``: jobs, schemas, data sets and
webhooks; ``admin``: what admins may, for keys of admins only. Sessions have all that their user has."""


@dataclass(frozen=True, slots=True)
class Principal:
    """``session_id`` is empty for a key, ``key_id`` for a session."""

    user_id: str
    name: str
    role: str = "user"
    session_id: str = ""
    key_id: str = ""
    scopes: tuple[str, ...] = (READ, WRITE)

    @property
    def is_admin(self) -> bool:
        return self.role == "admin" and ADMIN in self.scopes

    def may(self, scope: str) -> bool:
        """Whether a request that needs this scope is allowed."""
        return self.is_admin if scope == ADMIN else scope in self.scopes
