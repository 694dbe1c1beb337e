"""Idempotency-Key: the first answer to a request is kept for a day, and given again to whoever sends the same.

The answer and what it did are not in one transaction: what was cut off between the two is answered again after a
minute, so what is done under a key should be harmless twice.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from litestar import Response
from sqlalchemy import delete, update
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import now
from api.database.service_models import Answer
from api.problems import ProblemError
from generator import Mistake

W: Any = Answer
KEPT = 86_400_000
"""Milliseconds for which an answer is given again."""
ABANDONED = 60_000
"""Milliseconds after which whoever began to answer counts as gone."""
_LONGEST = 255
_SWEEP_SECONDS = 600.0


class Answers:
    """One for all threads. ``clock``: milliseconds since 1970."""

    def __init__(self, database: Database, clock: Callable[[], int] = now) -> None:
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._swept = 0

    def once(self, whose: str, key: str, body: bytes, work: Callable[[], Response[Any]]) -> Response[Any]:
        """The kept answer, or that of ``work``. ProblemError: the key was used for another body, or is in use."""
        if not 1 <= len(key) <= _LONGEST or not key.isascii() or not key.isprintable():
            mistake = Mistake("header.Idempotency-Key", f"it is to be 1 to {_LONGEST} printable ASCII characters")
            raise ProblemError("invalid-request", "the Idempotency-Key cannot be used", (mistake,))
        name = hashlib.sha256(f"{whose}\0{key}".encode()).hexdigest()
        digest = hashlib.sha256(body).hexdigest()
        self._sweep()
        kept = self._database.run(partial(self._begin, name, digest))
        if kept is not None:
            return _again(kept)
        try:
            found = work()
        except Exception:
            self._forget(name)
            raise
        if (found.status_code or 200) >= 400:
            self._forget(name)
            return found
        self._database.run(partial(self._keep, name, found))
        return found

    def _begin(self, name: str, digest: str, session: Session) -> Answer | None:
        moment = self._clock()
        found = session.get(Answer, name, with_for_update=True)
        if found is not None and moment - found.created_at < KEPT:
            if found.body_digest != digest:
                raise ProblemError("key-reused", "this Idempotency-Key was sent with another body before")
            if found.status:
                return found
            if moment - found.created_at < ABANDONED:
                raise ProblemError("key-in-use", headers={"Retry-After": "1"})
        if found is None:
            session.add(Answer(id=name, body_digest=digest, created_at=moment))
        else:
            found.body_digest, found.status, found.created_at = digest, 0, moment
        session.flush()  # fails if somebody else has just begun: then all is looked at anew
        return None

    def _keep(self, name: str, found: Response[Any], session: Session) -> None:
        headers = {"media_type": found.media_type, **{key: found.headers[key] for key in found.headers}}
        values = {"status": found.status_code, "headers": json.dumps(headers), "body": bytes(found.content).decode()}
        session.connection().execute(update(Answer).where(W.id == name).values(**values))

    def _forget(self, name: str) -> None:
        self._database.run(
            lambda session: session.connection().execute(delete(Answer).where(W.id == name, W.status == 0))
        )

    def _sweep(self) -> None:
        """Forgets old answers, now and then."""
        moment = self._clock()
        with self._lock:
            if moment - self._swept < _SWEEP_SECONDS * 1000:
                return
            self._swept = moment
        self._database.run(
            lambda session: session.connection().execute(delete(Answer).where(W.created_at < moment - KEPT))
        )


def _again(kept: Answer) -> Response[Any]:
    headers = json.loads(kept.headers)
    media = headers.pop("media_type")
    return Response(
        kept.body.encode(),
        status_code=kept.status,
        media_type=media,
        headers={**headers, "Idempotency-Replayed": "true"},
    )
