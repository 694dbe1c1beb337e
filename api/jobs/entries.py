"""What is entered into the queue, what is answered, and the artifact that it becomes."""

from __future__ import annotations

import json
from dataclasses import dataclass

from api.database.models import Artifact, new_id
from api.settings import Settings
from cluster import JobState, canonical_url


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered: ``order`` is an Order as JSON, without its target. ``byte_limit``: stored bytes at most."""

    fingerprint: str
    order: str
    family: str = ""
    rows: int = 0
    parts: int = 0
    bytes: int = 0
    seconds: float = 0.0
    priority: int = 0
    name: str = ""
    byte_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """``cached``: it is finished already; ``joined``: a run of it is under way, or waits."""

    job_id: str
    dataset_id: str
    artifact_id: str
    state: JobState
    cached: bool = False
    joined: bool = False


def new_artifact(settings: Settings, user_id: str, entry: Entry, moment: int) -> Artifact:
    """A run that waits, with a folder of its own."""
    name = new_id()
    target = settings.target(name)
    return Artifact(
        id=name,
        fingerprint=entry.fingerprint,
        live=entry.fingerprint,
        family=entry.family,
        order=json.dumps({**json.loads(entry.order), "target": canonical_url(target)}, ensure_ascii=False),
        target=target,
        state=JobState.PENDING.value,
        user_id=user_id,
        priority=entry.priority,
        rank=-entry.priority,
        byte_limit=entry.byte_limit,
        all_parts=entry.parts,
        all_rows=entry.rows,
        estimated_bytes=entry.bytes,
        estimated_seconds=entry.seconds,
        created_at=moment,
        used_at=moment,
    )


def entry_again(failed: Artifact, priority: int) -> Entry:
    """What was entered, from the artifact that it became."""
    return Entry(
        fingerprint=failed.fingerprint,
        order=failed.order,
        family=failed.family,
        rows=failed.all_rows,
        parts=failed.all_parts,
        bytes=failed.estimated_bytes,
        seconds=failed.estimated_seconds,
        priority=priority,
        byte_limit=failed.byte_limit,
    )
