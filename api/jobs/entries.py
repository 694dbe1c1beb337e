"""What is entered into the queue, what is answered, and the artifact that it becomes."""

from __future__ import annotations

import json
from dataclasses import dataclass

from api.database.models import Artifact, Job, new_id
from api.database.service_models import RequestRecord
from api.settings import Settings
from cluster import JobState, canonical_url


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered: ``order`` is an Order as JSON, without its target. ``byte_limit``: stored bytes at most.

    ``job_id``: a new identifier, or empty; if it may be entered ``again``, what has it already is the job that was to
    be entered. ``request_id``: of the request that enters it. ``formats`` and ``field_types``, words between blanks,
    are for statistics.
    """

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
    job_id: str = ""
    again: bool = False
    request_id: str = ""
    formats: str = ""
    field_types: str = ""


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
        job_id=entry.job_id,
        request_id=entry.request_id,
    )


def request_of(entry: Entry, job: Job) -> RequestRecord:
    """What statistics keep of an entered job; what it came to is filled in when it has ended."""
    return RequestRecord(
        id=job.id,
        user_id=job.user_id,
        what="job",
        job_id=job.id,
        format=entry.formats,
        field_types=entry.field_types,
        rows=entry.rows,
        cached=job.cached,
        created_at=job.created_at,
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
        job_id=failed.job_id,
        request_id=failed.request_id,
    )
