"""What is asked of jobs and answered about them over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.accounts.models import moment
from api.jobs.quotas import Quota
from api.jobs.service import Submitted
from api.jobs.views import DataSetView, JobView
from api.rest.bodies import Body, Query
from cluster import Estimate

RowCount = Annotated[int, Field(ge=0, le=10**15)]
Rows = Annotated[
    RowCount | dict[str, RowCount] | None, Field(description="Of the only table, or by table; None: the schema's own.")
]
Document = Annotated[
    dict[str, Any],
    Field(
        description="The schema of the data: fields of one table, or several tables.",
        examples=[{"rows": 1000, "fields": {"id": "sequence", "name": "full_name"}}],
    ),
]
Seed = Annotated[int | Annotated[str, Field(max_length=200)] | None, Field(description="Instead of the schema's.")]
Options = Annotated[str | dict[str, Any], Field(description="A name, or an object with `type` and options.")]
_FORMAT_EXAMPLES: list[Any] = ["csv", {"type": "csv", "delimiter": ";"}]


class Ordered(Body):
    """What is to be made, and as what. Exactly one of ``schema`` and ``schema_id``."""

    document: Document | None = Field(default=None, alias="schema")
    schema_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    seed: Seed = None
    rows: Rows = None
    format: Annotated[str | dict[str, Any], Field(examples=_FORMAT_EXAMPLES)] = "csv"
    compression: Annotated[str | dict[str, Any] | None, Field(examples=["gzip"])] = None
    layout: Literal["merged", "parts", "both"] = "merged"
    archive: Literal["none", "zip"] = "none"


class GenerateData(Ordered):
    """What is to be done with it: a job, or the rows themselves as the answer."""

    mode: Annotated[
        Literal["job", "inline"],
        Field(description="`inline`: the answer is the file itself, for up to 100,000 rows of one table."),
    ] = "job"

    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    name: Annotated[str, Field(max_length=190)] = ""

    @property
    def streams(self) -> bool:
        """Whether the answer is a stream, which cannot be given again."""
        return self.mode == "inline"


class Links(BaseModel):
    """Where to go on."""

    job: str
    cancel: str
    dataset: str
    manifest: str
    rows: str


def links(job_id: str, dataset_id: str) -> Links:
    """The addresses of a job and its data set."""
    job, data = f"/jobs/{job_id}", f"/datasets/{dataset_id}"
    return Links(job=job, cancel=f"{job}/cancel", dataset=data, manifest=f"{data}/manifest", rows=f"{data}/rows")


class EstimateRead(BaseModel):
    """What an order comes to: ``exact`` where it was made to find out."""

    rows: int
    bytes: int
    parts: int
    seconds: float = Field(description="Of one generator actor.")

    @classmethod
    def of(cls, found: Estimate) -> EstimateRead:
        return cls(rows=found.rows, bytes=found.bytes, parts=found.parts, seconds=round(found.seconds, 3))


class QuotaRead(BaseModel):
    """A user's limits, and what is left; null is no limit."""

    job_rows: int | None
    job_bytes: int | None
    day_rows: int | None
    day_bytes: int | None
    rows_left: int | None
    bytes_left: int | None

    @classmethod
    def of(cls, found: Quota) -> QuotaRead:
        limits = found.limits
        return cls(
            job_rows=limits.job_rows,
            job_bytes=limits.job_bytes,
            day_rows=limits.day_rows,
            day_bytes=limits.day_bytes,
            rows_left=found.rows_left,
            bytes_left=found.bytes_left,
        )


class EstimatedRead(BaseModel):
    """An estimate beside what the user may have made."""

    estimate: EstimateRead
    quota: QuotaRead


class SubmittedRead(BaseModel):
    """A job that was entered. ``cached``: the files are there; ``joined``: the same was being made already."""

    job_id: str
    dataset_id: str
    state: str
    cached: bool
    joined: bool
    estimate: EstimateRead
    links: Links

    @classmethod
    def of(cls, found: Submitted) -> SubmittedRead:
        return cls(
            job_id=found.job_id,
            dataset_id=found.dataset_id,
            state=str(found.state),
            cached=found.cached,
            joined=found.joined,
            estimate=EstimateRead.of(found.estimate),
            links=links(found.job_id, found.dataset_id),
        )


class ProgressRead(BaseModel):
    """How far a run is."""

    parts: int
    all_parts: int
    rows: int
    all_rows: int
    bytes: int
    actors: int


class CostRead(BaseModel):
    """What a run has used up, which several jobs may share."""

    actor_seconds: float
    bytes: int
    retries: int
    reused_parts: int


class JobRead(BaseModel):
    """A job. ``error``: why it failed, or why its last attempt did."""

    id: str
    dataset_id: str
    name: str
    state: str
    priority: int
    cached: bool
    joined: bool
    error: str | None
    attempt: int
    progress: ProgressRead
    cost: CostRead
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    links: Links

    @classmethod
    def of(cls, view: JobView) -> JobRead:
        return cls(
            id=view.id,
            dataset_id=view.dataset_id,
            name=view.name,
            state=str(view.state),
            priority=view.priority,
            cached=view.cached,
            joined=view.joined,
            error=view.error,
            attempt=view.attempt,
            progress=ProgressRead(
                parts=view.parts,
                all_parts=view.all_parts,
                rows=view.rows,
                all_rows=view.all_rows,
                bytes=view.bytes,
                actors=view.actors,
            ),
            cost=CostRead(
                actor_seconds=round(view.actor_seconds, 3),
                bytes=view.written,
                retries=view.retries,
                reused_parts=view.reused,
            ),
            created_at=moment(view.created_at),
            started_at=None if view.started_at is None else moment(view.started_at),
            finished_at=None if view.finished_at is None else moment(view.finished_at),
            links=links(view.id, view.dataset_id),
        )


class Jobs(BaseModel):
    """A page of jobs, the newest first; ``next`` is the ``after`` of the next page."""

    items: list[JobRead]
    next: str | None


class DataSetRead(BaseModel):
    """A data set; its files can be had once ``state`` is succeeded, its rows at any time. Virtual ones have none."""

    id: str
    name: str
    state: str
    rows: int
    bytes: int
    digest: str
    fingerprint: str
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, view: DataSetView) -> DataSetRead:
        return cls(
            id=view.id,
            name=view.name,
            state="virtual" if view.state is None else str(view.state),
            rows=view.rows,
            bytes=view.bytes,
            digest=view.digest,
            fingerprint=view.fingerprint,
            created_at=moment(view.created_at),
            expires_at=None if view.expires_at is None else moment(view.expires_at),
        )


class Register(Body):
    """A virtual data set, of any size. Exactly one of ``schema`` and ``schema_id``."""

    document: Document | None = Field(default=None, alias="schema")
    schema_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    seed: Seed = None
    rows: Rows = None
    name: Annotated[str, Field(max_length=190)] = ""


class DataSets(BaseModel):
    """A page of data sets, the newest first; ``next`` is the ``after`` of the next page."""

    items: list[DataSetRead]
    next: str | None


class PageQuery(Query):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: Annotated[str, Field(max_length=80, description="`next` of the page before.")] | None = None
