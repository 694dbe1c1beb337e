"""Takes messages that are due and has them sent, again and again a little later, until they are taken or given up.

Any number of processes may do it. A message is taken by moving its next moment ahead, so one that dies with its process
is sent again by another: whoever receives messages may get one twice, and knows it by its ``webhook-id``.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import now
from api.database.service_models import Delivery, Webhook
from api.metrics.figures import Figures
from api.webhooks.sender import AddressError, send
from cluster import JobStoreError

D: Any = Delivery
W: Any = Webhook
_LOG = logging.getLogger("seedbed.webhooks")
PENDING, DONE, DEAD = "pending", "done", "dead"
WAITS = (5, 30, 120, 600, 3_600, 21_600, 86_400)
"""Seconds after each failure; after the last one a message is given up."""
_TAKEN = 60_000
_AT_ONCE = 8
_KEPT = 7 * 86_400_000
_SWEEP = 3600


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is to be sent now."""

    id: str
    webhook: str
    url: str
    secret: str
    body: str
    attempts: int


class Deliverer:
    """Works from ``start`` to ``close``. ``clock``: milliseconds since 1970."""

    def __init__(
        self,
        database: Database,
        private: bool,
        figures: Figures,
        clock: Callable[[], int] = now,
        every: float = 1.0,
        waits: tuple[float, ...] = WAITS,
    ) -> None:
        self._database, self._private, self._figures, self._clock = database, private, figures, clock
        self._every, self._waits, self._swept = every, waits, 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._go_on, name="webhooks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends after the messages that are being sent."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _go_on(self) -> None:
        with ThreadPoolExecutor(_AT_ONCE, "webhook") as threads:
            while not self._stop.is_set():
                try:
                    due = self._database.run(self._take)
                    list(threads.map(self._send, due))
                    self._sweep()
                except JobStoreError:  # it comes back
                    due = []
                except Exception:
                    _LOG.exception("messages to webhooks are not sent just now")
                    due = []
                if len(due) < _AT_ONCE:
                    self._stop.wait(self._every)

    def _take(self, session: Session) -> list[Due]:
        moment = self._clock()
        query = select(Delivery, Webhook).join(Webhook, W.id == D.webhook_id)
        query = query.where(D.state == PENDING, D.not_before <= moment, W.deleted_at.is_(None))
        held = query.order_by(D.not_before).limit(_AT_ONCE).with_for_update(of=Delivery, skip_locked=True)
        found = []
        for message, webhook in session.execute(held).all():
            message.not_before, message.attempts = moment + _TAKEN, message.attempts + 1
            due = Due(message.id, webhook.id, webhook.url, webhook.secret, message.body, message.attempts)
            found.append(due)
        return found

    def _send(self, due: Due) -> None:
        values: dict[str, Any] = {"state": DONE, "error": None}
        try:
            send(due.url, due.secret, due.id, self._clock() // 1000, due.body, self._private)
            outcome = "taken"
        except AddressError as error:
            outcome = "failed" if due.attempts <= len(self._waits) else "given up"
            values = {"error": str(error), **self._later(due)}
            _LOG.warning("message %s to webhook %s, attempt %d: %s", due.id, due.webhook, due.attempts, error)
        self._figures.add("deliveries", 1, outcome)
        self._database.run(partial(self._note, due.id, values))

    def _later(self, due: Due) -> dict[str, Any]:
        if due.attempts > len(self._waits):
            return {"state": DEAD}
        wait = self._waits[due.attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311
        return {"not_before": self._clock() + int(wait * 1000)}

    def _note(self, message: str, values: dict[str, Any], session: Session) -> None:
        session.connection().execute(update(Delivery).where(D.id == message).values(**values))

    def _sweep(self) -> None:
        """Forgets old messages, now and then."""
        moment = self._clock()
        if moment - self._swept < _SWEEP * 1000:
            return
        self._swept = moment
        old = delete(Delivery).where(D.created_at < moment - _KEPT, D.state.in_([DONE, DEAD]))
        self._database.run(lambda session: session.connection().execute(old))
