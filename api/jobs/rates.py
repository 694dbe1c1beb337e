"""Measured rates: stored bytes that an actor made in a second, by what was written, from runs that are finished.

Sums fade with every run that is added, so that rates follow the machines of today. No run counts for more than some
minutes, however large it was. Adding a run twice, as two dispatchers may, changes no ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from api.database.models import Artifact, Rate
from cluster import JobState, Order, rate_name

A: Any = Artifact
FADING = 0.9
"""What is left of the sums when another run is added."""
MOST_SECONDS = 300.0
"""A longer run counts as one of so many actor-seconds."""
LEAST_SECONDS = 5.0
"""Shorter runs say more about beginnings and ends than about rates; and so do sums below it."""
_AT_ONCE = 100


def rates_of(session: Session) -> dict[str, float]:
    """Stored bytes an actor-second, by name (``rate_name``)."""
    found = session.execute(select(Rate)).scalars()
    return {rate.name: rate.bytes / rate.actor_seconds for rate in found if rate.actor_seconds >= LEAST_SECONDS}


def finished_since(session: Session, moment: int) -> Sequence[Artifact]:
    """Runs that have finished after a moment, the oldest first, as far as their cost is known.

    Only those that one claim has made from beginning to end: what others have cost, or found there, is not told.
    """
    query = select(Artifact).where(
        A.state == JobState.SUCCEEDED.value,
        A.finished_at > moment,
        A.epoch == 1,
        A.reused == 0,
        A.actor_seconds >= LEAST_SECONDS,
    )
    return session.execute(query.order_by(A.finished_at).limit(_AT_ONCE)).scalars().all()


def record_rate(session: Session, run: Artifact) -> None:
    """Adds a finished run to the sums."""
    name = rate_name(Order.model_validate_json(run.order))
    rate = session.get(Rate, name, with_for_update=True) or Rate(name=name)
    counts = min(1.0, MOST_SECONDS / run.actor_seconds)
    rate.bytes = rate.bytes * FADING + run.bytes * counts
    rate.actor_seconds = rate.actor_seconds * FADING + run.actor_seconds * counts
    rate.runs += 1
    session.add(rate)
