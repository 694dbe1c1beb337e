"""The rules of webhooks: entering, listing and removing them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import User, new_id, now
from api.database.service_models import Delivery, Webhook
from api.jobs.views import ConflictError, NotFoundError
from api.webhooks.sender import SECRET, parsed, placed

D: Any = Delivery
W: Any = Webhook
MOST = 20
"""Webhooks that one user has at most."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook with its last message: the state of that, how often it was tried, and why it was not taken."""

    id: str
    url: str
    secret: str
    created_at: int
    last_event: str | None = None
    last_state: str | None = None
    last_error: str | None = None
    attempts: int = 0


class Webhooks:
    """``private``: whether addresses that only this network reaches will do. ``clock``: milliseconds since 1970."""

    def __init__(self, database: Database, private: bool, clock: Callable[[], int] = now) -> None:
        self._database, self._private, self._clock = database, private, clock

    def add(self, user: str, url: str, webhook_id: str) -> Hook:
        """A new one. AddressError, or ConflictError if there are too many.

        What has the identifier already is what was asked for.
        """
        parsed(url, self._private)
        placed(url, self._private)
        secret = SECRET + base64.b64encode(secrets.token_bytes(24)).decode()

        def work(session: Session) -> Hook:
            found = session.get(Webhook, webhook_id)
            if found is None:
                session.get(User, user, with_for_update=True)
                count = select(func.count()).where(W.user_id == user, W.deleted_at.is_(None))
                if session.execute(count).scalar_one() >= MOST:
                    raise ConflictError(f"there are {MOST} webhooks already; delete one first")
                found = Webhook(
                    id=webhook_id or new_id(), user_id=user, url=url, secret=secret, created_at=self._clock()
                )
                session.add(found)
            return Hook(found.id, found.url, found.secret, found.created_at)

        return self._database.run(work)

    def listed(self, user: str) -> list[Hook]:
        """A user's webhooks, the newest first."""

        def work(session: Session) -> list[Hook]:
            query = select(Webhook).where(W.user_id == user, W.deleted_at.is_(None)).order_by(W.created_at.desc(), W.id)
            return [self._hook(session, found) for found in session.execute(query).scalars()]

        return self._database.read(work)

    def delete(self, user: str, webhook_id: str) -> None:
        """Removes one; what was not sent yet is not sent. NotFoundError."""

        def work(session: Session) -> None:
            found = session.get(Webhook, webhook_id, with_for_update=True)
            if found is None or found.user_id != user or found.deleted_at is not None:
                raise NotFoundError(f"there is no webhook {webhook_id}")
            found.deleted_at = self._clock()
            session.connection().execute(delete(Delivery).where(D.webhook_id == webhook_id))

        self._database.run(work)

    def _hook(self, session: Session, found: Webhook) -> Hook:
        query = select(Delivery).where(D.webhook_id == found.id).order_by(D.created_at.desc()).limit(1)
        last = session.execute(query).scalars().first()
        if last is None:
            return Hook(found.id, found.url, "", found.created_at)
        return Hook(found.id, found.url, "", found.created_at, last.event, last.state, last.error, last.attempts)
