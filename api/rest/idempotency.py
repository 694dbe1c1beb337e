"""Idempotency-Key: the first answer to a request is kept for a day, and given again to whoever sends the same.

The answer and what it did are not in one transaction, so a process may die between the two. What a request creates has
an identifier that is kept before it is created: whoever carries the request out again finds what is there already.
Answers are encrypted with a key made of the service's secret and the client's key, because some of them hold secrets.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from litestar import Response
from sqlalchemy import delete, update
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import new_id, now
from api.database.service_models import Answer
from api.problems import ProblemError
from cluster import JobStoreError

W: Any = Answer
KEPT = 86_400_000
"""Milliseconds for which an answer is given again."""
ABANDONED = 5_000
"""Milliseconds after which whoever began to answer counts as gone. If it is only slow, both find the same created."""
_SWEEP_SECONDS = 600.0


class Answers:
    """One for all threads. ``secret``: the service's. ``clock``: milliseconds since 1970."""

    def __init__(self, database: Database, secret: bytes, clock: Callable[[], int] = now) -> None:
        self._database, self._secret, self._clock = database, secret, clock
        self._lock = threading.Lock()
        self._swept = 0

    def once(self, whose: str, key: str, body: bytes, work: Callable[[str], Response[Any]]) -> Response[Any]:
        """The kept answer, or that of ``work``, which is given the identifier of what it creates.

        ProblemError: the key was used for another body, or is in use.
        """
        full = f"{whose}\0{key}".encode()
        name = hashlib.sha256(full).hexdigest()
        lock = Fernet(base64.urlsafe_b64encode(hmac.digest(self._secret, b"answer\0" + full, "sha256")))
        digest = hashlib.sha256(body).hexdigest()
        self._sweep()
        kept = self._database.run(partial(self._begin, name, digest))
        if kept.status:
            return _again(kept, lock)
        try:
            found = work(kept.work_id)
        except JobStoreError:  # nobody knows what was done: it may be carried out again at once
            self._database.run(partial(self._set, name, created_at=0))
            raise
        except Exception:
            self._forget(name)
            raise
        if (found.status_code or 200) >= 400:
            self._forget(name)
            return found
        self._database.run(partial(self._keep, name, found, lock))
        return found

    def _begin(self, name: str, digest: str, session: Session) -> Answer:
        """The answer as it is kept; one without a status is this caller's to give."""
        moment = self._clock()
        found = session.get(Answer, name, with_for_update=True)
        if found is not None and (moment - found.created_at < KEPT or not found.status):
            if found.body_digest != digest:
                raise ProblemError("key-reused", "this Idempotency-Key was sent with another body before")
            if found.status:
                return found
            if moment - found.created_at < ABANDONED:
                raise ProblemError("key-in-use", headers={"Retry-After": "1"})
        if found is None:
            found = Answer(id=name, body_digest=digest, created_at=moment, work_id=new_id())
            session.add(found)
        else:
            over = bool(found.status) or not found.work_id
            found.body_digest, found.status, found.created_at = digest, 0, moment
            found.work_id = new_id() if over else found.work_id
        session.flush()  # fails if somebody else has just begun: then all is looked at anew
        return found

    def _keep(self, name: str, found: Response[Any], lock: Fernet, session: Session) -> None:
        headers = {"media_type": found.media_type, **{key: found.headers[key] for key in found.headers}}
        body = lock.encrypt(bytes(found.content)).decode()
        self._set(name, session, status=found.status_code, headers=json.dumps(headers), body=body)

    def _set(self, name: str, session: Session, **values: Any) -> None:
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


def _again(kept: Answer, lock: Fernet) -> Response[Any]:
    headers = json.loads(kept.headers)
    media = headers.pop("media_type")
    try:
        body = lock.decrypt(kept.body.encode())
    except InvalidToken:  # SEEDBED_SECRET has been changed since
        raise ProblemError("conflict", "this was answered before, and the answer cannot be read any more") from None
    return Response(
        body,
        status_code=kept.status,
        media_type=media,
        headers={**headers, "Idempotency-Replayed": "true"},
    )
