"""What there is to tell when jobs end: entered in the transaction in which they do, so no end is missed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from api.database.models import Artifact, Job
from api.database.service_models import Delivery, Webhook
from cluster import JobState

J: Any = Job
A: Any = Artifact
W: Any = Webhook
FINAL = tuple(state.value for state in JobState if state.final)


def announce_all(session: Session, artifact: str, state: JobState, moment: int, error: str | None) -> None:
    """Enters messages for all jobs of an artifact that are about to end in a state."""
    waiting = select(Job, W.id).join(Webhook, W.user_id == J.user_id)
    waiting = waiting.where(J.artifact_id == artifact, J.state.not_in(FINAL), W.deleted_at.is_(None))
    found = session.execute(waiting).all()
    if found:
        run = session.execute(select(A.rows, A.bytes).where(A.id == artifact)).one()
        session.add_all(_delivery(webhook, job, state, moment, error, run.rows, run.bytes) for job, webhook in found)


def announce(session: Session, job: Job, run: Artifact, moment: int) -> None:
    """Enters the messages for one job that has ended."""
    webhooks = select(W.id).where(W.user_id == job.user_id, W.deleted_at.is_(None))
    state = JobState(job.state)
    for webhook in session.execute(webhooks).scalars():
        session.add(_delivery(webhook, job, state, moment, job.error, run.rows, run.bytes))


def _delivery(
    webhook: str, job: Job, state: JobState, moment: int, error: str | None, rows: int, size: int
) -> Delivery:
    made = state is JobState.SUCCEEDED
    event = f"job.{state.value}"
    data = {
        "job_id": job.id,
        "dataset_id": job.dataset_id,
        "state": state.value,
        "rows": rows if made else None,
        "bytes": size if made else None,
        "error": error,
        "links": {"job": f"/jobs/{job.id}", "dataset": f"/datasets/{job.dataset_id}"},
    }
    when = datetime.fromtimestamp(moment / 1000, UTC).isoformat()
    body = json.dumps({"type": event, "timestamp": when, "data": data}, ensure_ascii=False)
    return Delivery(webhook_id=webhook, job_id=job.id, event=event, body=body, not_before=moment, created_at=moment)
