"""What users ask of the service beside looking at jobs: entering them, estimates, rows on the spot, small files.

Rules only: an order is checked, its quota too, and whether its files are there already, before one transaction enters
it. Nothing here makes data sets, and nothing here knows HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import Artifact, Job, User, new_id, now
from api.database.service_models import RequestRecord
from api.jobs.blueprints import Blueprints
from api.jobs.cache import ArtifactCache, Kept
from api.jobs.inline import Inline, Streamed
from api.jobs.pages import Pages
from api.jobs.quotas import Quota, Quotas
from api.jobs.rates import rates_of
from api.jobs.records import field_types_of, formats_of
from api.jobs.requests import RETRIED, Entry, JobRequests, NotFoundError
from api.jobs.usage import Day, usage_of
from api.jobs.virtual import VirtualOrder
from api.metrics.figures import Figures
from api.settings import Settings
from cluster import Blueprint, Estimate, JobState, OrderError, estimate_order

A: Any = Artifact
J: Any = Job
Layout = Literal["merged", "parts", "both"]
Archive = Literal["none", "zip"]
DigestName = Literal["xxh3-128", "sha256"]
_BIGGEST = (1 << 63) - 1
_LONGEST_NAME = 190
_PRIORITIES = 1000
_RATES_SECONDS = 30.0
_FEW = 1_000_000
"""Rows that are few parts, however wide they are."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A job that was entered. ``cached``: its files are there; ``joined``: they are being made for somebody else."""

    job_id: str
    dataset_id: str
    state: JobState
    cached: bool
    joined: bool
    estimate: Estimate


class JobService:
    """One for all threads. ``clock``: milliseconds since 1970. ``figures``: where jobs are counted."""

    def __init__(
        self, database: Database, settings: Settings, clock: Callable[[], int] = now, figures: Figures | None = None
    ) -> None:
        self._database, self._settings, self._figures = database, settings, figures
        self._requests = JobRequests(database, settings, clock)
        self._cache = ArtifactCache(database, settings, self._requests, clock)
        self._quotas = Quotas(settings, clock)
        self._clock = clock
        self._rates: tuple[float, dict[str, float]] = (-_RATES_SECONDS, {})
        self._inline = Inline(database, settings, self._quotas, clock)
        self._blueprints = Blueprints(settings.storage)
        pages = Pages(database, settings, self._cache, self._blueprints)
        self.preview, self.page, self.file = pages.preview, pages.page, pages.file
        self.page_and_rows = pages.page_and_rows

    def submit(
        self,
        user: str,
        document: str | bytes | Mapping[str, Any],
        *,
        format: Any = "csv",  # noqa: A002  (the order's own word)
        compression: str | Mapping[str, Any] | None = None,
        rows: int | Mapping[str, int] | None = None,
        layout: Layout = "merged",
        archive: Archive = "none",
        hash: DigestName = "xxh3-128",  # noqa: A002
        priority: int = 0,
        name: str = "",
        job_id: str = "",
        again: bool = False,
        request_id: str = "",
    ) -> Submitted:
        """Enters a job for a user: of files that are there, of a run under way, or of a new one.

        ``job_id``, ``again`` and ``request_id``: see Entry.

        SchemaError or OrderError with every mistake, QuotaError, NotFoundError for no user; StoreError if files that
        should be there cannot be looked at just now.
        """
        if len(name) > _LONGEST_NAME or abs(priority) > _PRIORITIES:
            raise OrderError(
                f"a name has at most {_LONGEST_NAME} characters, a priority is from -{_PRIORITIES} to {_PRIORITIES}"
            )
        wanted = {"format": format, "compression": compression, "layout": layout, "archive": archive, "hash": hash}
        blueprint = self._blueprint(user, document, rows, **wanted)
        found = self._whole(blueprint.fingerprint)
        expected = _known(found) if found is not None else self._estimate(blueprint)
        rows_asked, size = min(expected.rows, _BIGGEST), min(expected.bytes, _BIGGEST)
        entry = Entry(
            fingerprint=blueprint.fingerprint,
            order=blueprint.order.model_dump_json(exclude={"target"}),
            family=blueprint.family,
            rows=rows_asked,
            parts=expected.parts,
            bytes=size,
            seconds=expected.seconds,
            priority=priority,
            name=name,
            job_id=job_id,
            again=again,
            request_id=request_id,
            formats=formats_of(blueprint),
            field_types=field_types_of(blueprint.plan),
        )

        def check(session: Session, owner: User) -> int | None:
            return self._quotas.check(session, owner, rows_asked, size).byte_limit

        entered = self._requests.enter(user, entry, check)
        if self._figures is not None:
            answer = "cached" if entered.cached else "joined" if entered.joined else "made"
            self._figures.add("jobs_entered", 1, answer)
        return Submitted(entered.job_id, entered.dataset_id, entered.state, entered.cached, entered.joined, expected)

    def inline(
        self,
        user: str,
        document: str | bytes | Mapping[str, Any],
        *,
        format: Any = "csv",  # noqa: A002
        compression: str | Mapping[str, Any] | None = None,
        rows: int | Mapping[str, int] | None = None,
        layout: Layout = "merged",
        archive: Archive = "none",
    ) -> Streamed:
        """A data set as an answer, made while it is read: the bytes that a job would make. Errors as of ``submit``."""
        wanted = {"format": format, "compression": compression, "layout": layout, "archive": archive}
        blueprint = self._blueprint(user, document, rows, **wanted)
        return self._inline.open(user, blueprint)

    def estimate(
        self,
        user: str,
        document: str | bytes | Mapping[str, Any],
        *,
        format: Any = "csv",  # noqa: A002
        compression: str | Mapping[str, Any] | None = None,
        rows: int | Mapping[str, int] | None = None,
        layout: Layout = "merged",
        archive: Archive = "none",
    ) -> tuple[Estimate, Quota]:
        """What a job would come to, and what the user may still have made. Errors as of ``submit``."""
        wanted = {"format": format, "compression": compression, "layout": layout, "archive": archive}
        blueprint = self._blueprint(user, document, rows, few=0, **wanted)
        return self._estimate(blueprint), self.quota(user)

    def register(
        self,
        user: str,
        document: str | bytes | Mapping[str, Any],
        *,
        rows: int | Mapping[str, int] | None = None,
        name: str = "",
        dataset_id: str = "",
    ) -> str:
        """Enters a virtual data set of any size: nothing is made, its pages are. Its identifier; errors as ``submit``.

        ``dataset_id``: a new identifier, or empty; what has it already is the data set that was to be registered.
        """
        plan = self._blueprints.plan(document, rows)
        blueprint = self._blueprints.order(plan)
        found = VirtualOrder(blueprint.order.model_dump_json(), blueprint.fingerprint, blueprint.rows)
        made = dataset_id or new_id()
        types = field_types_of(plan)
        record = RequestRecord(id=made, user_id=user, what="virtual", field_types=types, created_at=self._clock())
        self._requests.register(user, found, name, made, record)
        return made

    def retry(self, user: str, job: str) -> JobState:
        """Begins a failed job anew, or shares what is there by now; its state. QuotaError if it does not fit any more,
        ConflictError unless it failed."""
        failed = select(A.fingerprint, J.rows, A.estimated_bytes).join(Job, J.artifact_id == A.id)
        failed = failed.where(J.id == job, J.user_id == user, A.state == JobState.FAILED.value, J.state.in_(RETRIED))
        found = self._database.read(lambda session: session.execute(failed).first())
        if found is not None:
            self._whole(found.fingerprint)

        def check(session: Session, owner: User) -> int | None:
            if (now_failed := session.execute(failed).first()) is not None:
                return self._quotas.check(session, owner, now_failed.rows, now_failed.estimated_bytes).byte_limit
            return None

        return self._requests.retry(user, job, check)

    def quota(self, user: str) -> Quota:
        """A user's limits, and what is left of them."""
        return self._database.read(lambda session: self._quotas.quota(session, self._user(session, user)))

    def usage(self, user: str | None, days: int = 30) -> list[Day]:
        """What a user, or all, were charged on each of the last days, today included, the latest first; days without
        are left out."""
        return self._database.read(lambda session: usage_of(session, user, days, self._clock()))

    def _blueprint(self, user: str, document: Any, rows: Any, few: int = _FEW, **wanted: Any) -> Blueprint:
        """The order compiled; too many rows are refused before anything is done for each part of them.

        No more than ``few`` are not looked at: whoever enters them checks everything in his transaction.
        """
        plan = self._blueprints.plan(document, rows)
        if (count := sum(table.rows for table in plan.tables.values())) > few:
            self._quotas.check_rows(self._database.read(lambda session: self._user(session, user)), count)
        return self._blueprints.order(plan, **wanted)

    def _whole(self, fingerprint: str) -> Kept | None:
        """The live artifact, if there is one; one whose files are damaged has begun to be made again."""
        found = self._cache.find(fingerprint)
        if found is not None and found.finished and not (look := self._cache.look(found)).whole:
            self._cache.make_again(found, look.damages)
            return self._cache.find(fingerprint)
        return found

    def _estimate(self, blueprint: Blueprint) -> Estimate:
        read, rates = self._rates
        if time.monotonic() - read >= _RATES_SECONDS:
            rates = self._database.read(rates_of)
            self._rates = (time.monotonic(), rates)
        return estimate_order(blueprint, rates)

    def _user(self, session: Session, user: str) -> User:
        found = session.get(User, user)
        if found is None:
            raise NotFoundError(f"there is no user {user}")
        return found


def _known(found: Kept) -> Estimate:
    """What is known of an artifact: what it came to, or was estimated to come to."""
    size = found.bytes if found.finished else found.estimated_bytes
    seconds = 0.0 if found.finished else found.estimated_seconds
    return Estimate(found.rows, found.parts, size, seconds, found.parts, (), found.finished, measured=False)
