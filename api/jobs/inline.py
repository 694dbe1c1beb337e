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
from cluster import Blueprint, Estimate, JobStoreError, object_of, stream_of

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

    def open(self, user: str, blueprint: Blueprint, expected: Estimate) -> Streamed:
        """Begins an answer. OrderError if it is not one file; QuotaError if it is too large, or over the day's quota.

        It is charged as a whole, also if it is not read to its end.
        """
        item = object_of(blueprint)
        if expected.rows > (most := self._settings.inline_rows):
            raise QuotaError("inline_rows", most, expected.rows, most)
        record = RequestRecord(
            id=new_id(),
            user_id=user,
            what=INLINE,
            format=formats_of(blueprint),
            field_types=field_types_of(blueprint.plan),
            rows=expected.rows,
            bytes=expected.bytes,
            created_at=self._clock(),
        )

        def work(session: Session) -> None:
            owner = session.get(User, user, with_for_update=True)
            if owner is None:
                raise NotFoundError(f"there is no user {user}")
            self._quotas.check(session, owner, expected.rows, expected.bytes)
            session.add(record.model_copy())
            moves.charge(session, user, record.created_at, expected.rows, expected.bytes, 0.0)

        self._database.run(work)
        output = item.files[0].output
        packed = {"gzip": "application/gzip", "zstd": "application/zstd"}
        media = packed.get(output.compression.codec, output.format.media_type)
        return Streamed(item.name, media, self._told(record.id, stream_of(blueprint)))

    def _told(self, record: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
        began, size = time.monotonic(), 0
        try:
            for chunk in chunks:
                size += len(chunk)
                yield chunk
        finally:
            values = {"bytes": size, "seconds": time.monotonic() - began}
            # Statistics are not worth an answer that was cut off.
            with contextlib.suppress(JobStoreError):
                self._database.run(
                    lambda session: session.connection().execute(
                        update(RequestRecord).where(R.id == record).values(**values)
                    )
                )
