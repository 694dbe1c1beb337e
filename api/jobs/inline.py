"""Data sets as answers: made while they are read, and not kept. What is given counts for the user's quota.

The record of the request, which quotas count, is entered before the first byte and completed after the last one.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import User, new_id, now
from api.database.service_models import RequestRecord
from api.jobs import moves
from api.jobs.quotas import QuotaError, Quotas
from api.jobs.records import INLINE, field_types_of, formats_of
from api.jobs.views import NotFoundError
from api.settings import Settings
from cluster import Blueprint, JobStoreError, object_of, stream_of

R: Any = RequestRecord


@dataclass(frozen=True, slots=True)
class Streamed:
    """A data set on its way: the name of its file, its format's media type, and its bytes."""

    name: str
    media_type: str
    chunks: Iterator[bytes]


class Inline:
    """One for all threads. ``clock``: milliseconds since 1970."""

    def __init__(self, database: Database, settings: Settings, quotas: Quotas, clock: Callable[[], int] = now) -> None:
        self._database, self._settings, self._quotas, self._clock = database, settings, quotas, clock

    def open(self, user: str, blueprint: Blueprint) -> Streamed:
        """Begins an answer. OrderError if it is not one file; QuotaError if it is too large, or over the day's quota.

        Its rows are charged as a whole, also if it is not read to its end; its bytes as far as they were read, and
        until then as many as there may be: finding out how many takes longer than the first rows.
        """
        item = object_of(blueprint)
        rows, size = blueprint.rows, blueprint.text_bytes
        if rows > (most := self._settings.inline_rows):
            raise QuotaError("inline_rows", most, rows, most)
        record = RequestRecord(
            id=new_id(),
            user_id=user,
            what=INLINE,
            format=formats_of(blueprint),
            field_types=field_types_of(blueprint.plan),
            rows=rows,
            bytes=size,
            created_at=self._clock(),
        )

        def work(session: Session) -> None:
            owner = session.get(User, user, with_for_update=True)
            if owner is None:
                raise NotFoundError(f"there is no user {user}")
            self._quotas.check(session, owner, rows, size)
            session.add(record.model_copy())

        self._database.run(work)
        output = item.files[0].output
        packed = {"gzip": "application/gzip", "zstd": "application/zstd"}
        media = packed.get(output.compression.codec, output.format.media_type)
        return Streamed(item.name, media, self._told(record, stream_of(blueprint)))

    def _told(self, record: RequestRecord, chunks: Iterator[bytes]) -> Iterator[bytes]:
        began, size = time.monotonic(), 0
        try:
            for chunk in chunks:
                size += len(chunk)
                yield chunk
        finally:
            values = {"bytes": size, "seconds": time.monotonic() - began}

            def work(session: Session) -> None:
                session.connection().execute(update(RequestRecord).where(R.id == record.id).values(**values))
                moves.charge(session, record.user_id, record.created_at, record.rows, size, 0.0)

            with contextlib.suppress(JobStoreError):  # statistics are not worth an answer that was cut off
                self._database.run(work)
