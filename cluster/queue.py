"""The job store as a dispatcher sees it: a Protocol, the states of a run, and what passes between the two.

A *run* makes one artifact: the files of one fingerprint. Users' jobs point to artifacts; how many do is nobody's
business here. Whoever claims a run gets a fencing token, its *epoch*: every claim gives the next one, and each move is
one guarded UPDATE that names it, so a late dispatcher can neither overwrite a cancel nor finish another's attempt.

Leases need no common clock. A dispatcher counts its run's ``beat`` up; others hold the run for lost when they have
watched the same epoch and beat for the length of a lease by their own monotonic clock (leases.py). What a job store
says is implemented by ``api``; nothing here knows SQL.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from typing import Protocol

from cluster.progress import Progress
from generator import SeedbedError


class JobState(StrEnum):
    """Where a job, or the run that it points to, is in its life."""

    PENDING = "pending"
    RUNNING = "running"
    MERGING = "merging"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether a job ends here. A failed one can be retried by hand."""
        return self in {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}


MOVES: Mapping[JobState, frozenset[JobState]] = {
    JobState.PENDING: frozenset({JobState.RUNNING, JobState.CANCELLING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset(
        {JobState.MERGING, JobState.SUCCEEDED, JobState.PENDING, JobState.FAILED, JobState.CANCELLING}
    ),
    JobState.MERGING: frozenset({JobState.SUCCEEDED, JobState.PENDING, JobState.FAILED, JobState.CANCELLING}),
    JobState.SUCCEEDED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLING: frozenset({JobState.CANCELLED}),
    JobState.CANCELLED: frozenset(),
}
"""Every move that a run may make. What failed, or whose files got damaged, is made again by another run, to which the
jobs point from then on. A small run may succeed without MERGING having been seen."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is this dispatcher's to carry out, until it loses the lease.

    ``order`` is an Order as JSON. ``attempt`` counts from 1; an attempt is charged when a run fails, not when a
    process or a node dies under it. ``bytes_left``: what the user may still have written, None without a limit.
    ``reuse``: targets of finished data sets of the same document with other row counts, whose parts may be reused.
    ``job`` and ``request``: what began it, for logs.
    """

    artifact: str
    epoch: int
    order: str
    user: str
    attempt: int = 1
    attempts: int = 5
    bytes_left: int | None = None
    reuse: tuple[str, ...] = ()
    job: str = ""
    request: str = ""

    @property
    def trace(self) -> dict[str, str]:
        """What ties log lines to the run."""
        return {"request": self.request, "job": self.job, "run": self.artifact}


PART_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 60.0, 300.0)
"""The upper bounds, in seconds, between which the times of parts are counted; a last count is of longer ones."""


def part_counts(seconds: Iterable[float]) -> tuple[int, ...]:
    """How many parts took how long: a count for each bound of PART_SECONDS, and one for those beyond."""
    counts = [0] * (len(PART_SECONDS) + 1)
    for each in seconds:
        counts[bisect_left(PART_SECONDS, each)] += 1
    return tuple(counts)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run has used up: seconds that it held generator actors, stored bytes, workers lost and parts made again
    for it (``retries``), and parts that were there already (``reused``).

    ``parts``: how long parts took, as ``part_counts`` has it; ``part_seconds`` is their sum.
    """

    actor_seconds: float = 0.0
    bytes: int = 0
    retries: int = 0
    reused: int = 0
    parts: tuple[int, ...] = ()
    part_seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.actor_seconds + other.actor_seconds,
            self.bytes + other.bytes,
            self.retries + other.retries,
            self.reused + other.reused,
            tuple(map(sum, zip_longest(self.parts, other.parts, fillvalue=0))),
            self.part_seconds + other.part_seconds,
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A finished data set: what its manifest says of the whole."""

    digest: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life for one run, with how far it is and what this attempt has cost so far."""

    artifact: str
    epoch: int
    progress: Progress | None = None
    cost: Cost = field(default_factory=Cost)


class Verdict(StrEnum):
    """What the store answers to a sign of life."""

    GO_ON = "go on"
    CANCEL = "cancel"
    """A user has cancelled it: stop, clean up, and say ``cancelled``."""
    LOST = "lost"
    """It is somebody else's, or nobody's, now: stop, and touch nothing more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A run that some dispatcher holds, as it stands now; see leases.py for when it counts as lost."""

    artifact: str
    epoch: int
    beat: int
    owner: str
    state: JobState


@dataclass(frozen=True, slots=True)
class Demand:
    """A run under way, as the sharing of actors sees it.

    ``weight`` is its user's; ``most`` how many actors it can use, ``user_most`` how many all runs of its user may have.
    ``used``: actor-seconds that it has had. ``seconds_left``: estimated seconds of one actor for what is not made yet.
    """

    artifact: str
    user: str
    weight: float = 1.0
    priority: int = 0
    most: int = 1
    user_most: int | None = None
    used: float = 0.0
    rows_left: int = 0
    bytes_left: int = 0
    seconds_left: float = 0.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is still to be made: every run under way on this cluster, and the sums over those that wait."""

    running: tuple[Demand, ...] = ()
    pending: int = 0
    pending_parts: int = 0
    pending_rows: int = 0
    pending_bytes: int = 0
    pending_seconds: float = 0.0
    oldest_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Removal:
    """Files that nobody needs: of a run that failed or was cancelled, or of an artifact given up by its last user."""

    artifact: str
    epoch: int
    target: str


class JobStoreError(SeedbedError):
    """The job store cannot be reached or refuses to work just now. Nothing was changed, or nobody knows: ask again."""


class JobStore(Protocol):
    """The durable queue. Every method is one short transaction; JobStoreError if the store cannot be reached.

    Methods that move a run return whether they did: False means that the epoch is not the run's any more, or that its
    state allows no such move, and then nothing was changed.
    """

    def claim(self, dispatcher: str, cluster: str) -> Claim | None:
        """The next run to carry out, now RUNNING and this dispatcher's: PENDING → RUNNING, with the next epoch.

        Users take turns by weight (fairness.py), within a user the highest priority is first, then the oldest. A user
        who has as many runs under way as he may is passed over, and so is a run that waits for its next attempt.
        """

    def claim_cleanup(self, dispatcher: str) -> Claim | None:
        """A run in CANCELLING that nobody holds, now this dispatcher's to clean up after."""

    def beat(self, dispatcher: str, beats: Sequence[Beat]) -> dict[str, Verdict]:
        """Keeps leases, and says how far runs are; a verdict for each artifact."""

    def leases(self, dispatcher: str) -> list[Lease]:
        """The runs that other dispatchers hold."""

    def expire(self, lease: Lease) -> bool:
        """Takes a lost run from its holder, if its epoch and beat are still those of the lease.

        RUNNING, MERGING → PENDING without charging an attempt (FAILED after very many such losses); a CANCELLING run
        keeps its state and waits for ``claim_cleanup``.
        """

    def release(self, dispatcher: str) -> int:
        """Hands back every run held under this name, at once and without charge; how many there were.

        For a dispatcher that begins, or ends: whoever had the name before it is dead, its supervisor knows.
        """

    def merging(self, claim: Claim) -> bool:
        """RUNNING → MERGING."""

    def succeed(self, claim: Claim, made: Made, cost: Cost) -> bool:
        """RUNNING, MERGING → SUCCEEDED; every job that points to it ends with it."""

    def fail(self, claim: Claim, reason: str, passing: bool, cost: Cost) -> JobState | None:
        """RUNNING, MERGING → PENDING for another attempt a little later, or FAILED where ``passing`` is false or the
        attempts are used up. The new state, or None if nothing was changed."""

    def hand_back(self, claim: Claim, cost: Cost) -> bool:
        """RUNNING, MERGING → PENDING at once and without charge: this dispatcher stops, or has lost its cluster."""

    def cancelled(self, claim: Claim) -> bool:
        """CANCELLING → CANCELLED, after nothing of it is left."""

    def left(self, claim: Claim) -> bool:
        """A run that was taken away from this dispatcher has ended here only now. If nobody needs its files any more,
        they are to be removed once more, since it may have written some after they were; False if somebody does."""

    def backlog(self, cluster: str) -> Backlog:
        """What is to be made: runs under way on this cluster, and all that wait."""

    def removals(self, most: int) -> list[Removal]:
        """Files to remove, oldest first; several dispatchers may be given the same, removing is idempotent."""

    def removed(self, removal: Removal) -> bool:
        """The files are gone."""

    def close(self) -> None:
        """Ends all connections."""
