"""A model of every history that the queue allows: users, jobs, runs and dispatchers, and what each call must answer.

The machine takes random steps, and after each compares all tables with the model: states, epochs, who was charged.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from api.database.models import REMOVED, Artifact, Attempt, DataSet, Job, Usage
from api.jobs import moves
from api.jobs.requests import ConflictError
from cluster.queue import MOVES, Beat, Claim, Cost, JobState, Lease, Verdict
from tests.laws.queue_place import MADE, Place

P, R, M, S, F = JobState.PENDING, JobState.RUNNING, JobState.MERGING, JobState.SUCCEEDED, JobState.FAILED
CANCELLING, CANCELLED = JobState.CANCELLING, JobState.CANCELLED
UNDER_WAY, LIVE = {R, M}, {P, R, M, S}
LIMIT = 2
"""Runs at once of the first user."""
DISPATCHERS = ("one", "two", "three")
TOLD = ("succeed", "merging", "cancelled", "beat", "hand_back")
STEPS = (
    *("enter", "enter", "enter", "claim", "claim", "claim", "tell", "tell", "tell", "tell"),
    *("fail", "cancel", "retry", "delete", "repair_or_give_up", "claim_cleanup", "watch", "expire", "release"),
    *("remove", "step_the_clock"),
)
"""What happens, by how often."""
ANY = st.integers(0, 10**6)


@dataclass
class Run:
    fingerprint: str
    user: int
    state: str = P
    epoch: int = 0
    owner: str = ""
    attempt: int = 1
    losses: int = 0


@dataclass
class Asked:
    """A job and its data set."""

    user: int
    run: str
    state: JobState
    dataset: str
    deleted: bool = False


@dataclass
class Model:
    runs: dict[str, Run] = field(default_factory=dict)
    jobs: dict[str, Asked] = field(default_factory=dict)
    charged: Counter[int] = field(default_factory=Counter)

    def live(self, fingerprint: str) -> str | None:
        found = [name for name, run in self.runs.items() if run.fingerprint == fingerprint and run.state in LIVE]
        return found[0] if found else None

    def open(self, run: str) -> list[Asked]:
        return [job for job in self.jobs.values() if job.run == run and not job.state.final]

    def wanted(self, run: str) -> bool:
        return any(job.run == run and not job.deleted for job in self.jobs.values())

    def move(self, name: str, state: JobState, owner: str = "") -> None:
        run = self.runs[name]
        run.state, run.owner = state, owner
        for job in self.open(name):
            job.state = state
            if state is S:
                self.charged[job.user] += 1


class JobStoreMachine(RuleBasedStateMachine):
    """``place`` is set by the test."""

    place: ClassVar[Place]

    def __init__(self) -> None:
        super().__init__()
        self.place.clear()
        self.users = [self.place.user("ann", runs=LIMIT), self.place.user("bob", weight=2.0), self.place.user("eve")]
        self.model = Model()
        self.claims: list[tuple[str, Claim]] = []
        self.leases: list[Lease] = []
        self.before: dict[str, tuple[str, int]] = {}

    @rule(step=st.sampled_from(STEPS), which=ANY, also=ANY)
    def step(self, step: str, which: int, also: int) -> None:
        """One rule with many faces: Hypothesis leaves whole rules out, and then little of a history comes about."""
        getattr(self, step)(which, also)

    # Users

    def enter(self, which: int, also: int) -> None:
        user, fingerprint, priority = which % 3, "fgh"[also % 3], which % 5 - 2
        there = self.model.live(fingerprint)
        entered = self.place.enter(self.users[user], fingerprint, priority=priority)
        if there is None:
            assert entered.artifact_id not in self.model.runs
            self.model.runs[entered.artifact_id] = Run(fingerprint, user)
        else:
            assert entered.artifact_id == there
        self._point(user, entered.job_id, entered.artifact_id, entered.dataset_id)
        assert entered.cached == (entered.state is S)
        assert entered.joined == (there is not None and not entered.cached)

    def _point(self, user: int, job: str, run: str, dataset: str) -> None:
        state = JobState(self.model.runs[run].state)
        self.model.jobs[job] = Asked(user, run, state, dataset)
        self.model.charged[user] += state is S

    def cancel(self, which: int, also: int) -> None:
        if not self.model.jobs:
            return
        name, job = self._job(which)
        try:
            state = self.place.requests.cancel(self.users[job.user], name)
        except ConflictError:
            assert job.state in {S, F}
            return
        assert job.state not in {S, F}
        if job.state not in {CANCELLED, CANCELLING}:
            job.state, job.deleted = CANCELLED, True
            job.state = self._leave(job.run) or CANCELLED
        assert job.state is state

    def _leave(self, name: str) -> JobState | None:
        """A user wants a run no more; the state that it has then if it ends."""
        run = self.model.runs[name]
        if run.state not in {P, R, M}:
            return None
        if self.model.wanted(name):
            living = {job.user for job in self.model.jobs.values() if job.run == name and not job.deleted}
            heirs = {job.user for job in self.model.open(name)} or living  # those who wait for it come first
            if run.user not in heirs:
                run.user = self._user_of(name)
                assert run.user in heirs
            return None
        ended = CANCELLED if run.state == P and run.epoch == 0 else CANCELLING
        run.state = ended
        return ended

    def retry(self, which: int, also: int) -> None:
        if not any(job.state is F for job in self.model.jobs.values()):
            return
        name, job = self._job(which, F)
        there = self.model.live(self.model.runs[job.run].fingerprint)
        state = self.place.requests.retry(self.users[job.user], name)
        view = self.place.requests.job(self.users[job.user], name)
        if there is None:
            assert view.artifact_id not in self.model.runs
            self.model.runs[view.artifact_id] = Run(self.model.runs[job.run].fingerprint, job.user)
        else:
            assert view.artifact_id == there
        self._point(job.user, name, view.artifact_id, job.dataset)
        assert self.model.jobs[name].state is state

    def delete(self, which: int, also: int) -> None:
        found = [job for job in self.model.jobs.values() if job.state.final and not job.deleted]
        if not found:
            return
        job = found[which % len(found)]
        self.place.requests.delete_dataset(self.users[job.user], job.dataset)
        job.deleted = True
        self._leave(job.run)

    def repair_or_give_up(self, which: int, also: int) -> None:
        found = [name for name, run in self.model.runs.items() if run.state == S]
        if not found:
            return
        repair = also % 2 == 0
        name = found[which % len(found)]
        wanted, run = self.model.wanted(name), self.model.runs[name]
        if repair:
            assert self.place.requests.repair(name) == wanted
        else:
            place = self.place
            assert place.database.run(lambda session: moves.give_up(session, name, place.clock())) != wanted
        if repair or not wanted:
            run.state = REMOVED
        if repair and wanted:
            (again,) = [each.id for each in self.place.artifacts() if each.id not in self.model.runs]
            pointing = [job for job in self.model.jobs.values() if job.run == name]
            assert self._user_of(again) in {job.user for job in pointing if not job.deleted}
            self.model.runs[again] = Run(run.fingerprint, self._user_of(again))
            for job in pointing:
                job.run = again

    # Dispatchers

    def claim(self, which: int, also: int) -> None:
        dispatcher, before = DISPATCHERS[which % 3], self.place.clock.now  # the clock goes on with every look
        claim = self.place.store.claim(dispatcher, "c")
        if claim is None:
            due = {each.id for each in self.place.artifacts() if each.not_before <= before}
            waiting = {self.model.runs[name].user for name in due if self.model.runs[name].state == P}
            assert waiting <= {0}, "a run was passed over"
            assert not waiting or self._under_way(0) >= LIMIT
            return
        run = self.model.runs[claim.artifact]
        assert (run.state, claim.epoch, claim.attempt) == (P, run.epoch + 1, run.attempt)
        assert claim.user == self.users[run.user]
        run.epoch += 1
        self.model.move(claim.artifact, R, dispatcher)
        assert run.user != 0 or self._under_way(0) <= LIMIT
        self.claims.append((dispatcher, claim))

    def _under_way(self, user: int) -> int:
        return sum(run.user == user and run.state in UNDER_WAY for run in self.model.runs.values())

    def claim_cleanup(self, which: int, also: int) -> None:
        dispatcher = DISPATCHERS[which % 3]
        free = [name for name, run in self.model.runs.items() if run.state == CANCELLING and not run.owner]
        claim = self.place.store.claim_cleanup(dispatcher)
        assert (claim is not None) == bool(free)
        if claim is not None:
            run = self.model.runs[claim.artifact]
            assert claim.artifact in free
            assert claim.epoch == run.epoch + 1
            run.epoch, run.owner = claim.epoch, dispatcher
            self.claims.append((dispatcher, claim))

    def tell(self, which: int, also: int) -> None:
        if not self.claims:
            return
        what = TOLD[also % len(TOLD)]
        dispatcher, claim = self._claim(which)
        run = self.model.runs[claim.artifact]
        held = run.epoch == claim.epoch and run.owner == dispatcher
        cost = Cost(1.0, 10, 0, 1)
        if what == "beat":
            verdict = self.place.store.beat(dispatcher, [Beat(claim.artifact, claim.epoch, None, cost)])
            expected = Verdict.LOST if not held else Verdict.CANCEL if run.state == CANCELLING else Verdict.GO_ON
            assert verdict == {claim.artifact: expected}
        elif what == "merging":
            assert self.place.store.merging(claim) == (held and run.state == R)
            if held and run.state == R:
                self.model.move(claim.artifact, M, dispatcher)
        elif what == "cancelled":
            assert self.place.store.cancelled(claim) == (held and run.state == CANCELLING)
            if held and run.state == CANCELLING:
                self.model.move(claim.artifact, CANCELLED)
        elif what == "succeed":
            assert self.place.store.succeed(claim, MADE, cost) == (held and run.state in UNDER_WAY)
            if held and run.state in UNDER_WAY:
                self.model.move(claim.artifact, S)
        else:
            assert self.place.store.hand_back(claim, cost) == (held and run.state in UNDER_WAY)
            if held and run.state in UNDER_WAY:
                self.model.move(claim.artifact, P)

    def fail(self, which: int, also: int) -> None:
        if not self.claims:
            return
        passing = also % 3 > 0
        dispatcher, claim = self._claim(which)
        run = self.model.runs[claim.artifact]
        answer = self.place.store.fail(claim, "a fault", passing, Cost(0.5))
        if run.epoch != claim.epoch or run.owner != dispatcher or run.state not in UNDER_WAY:
            assert answer is None
            return
        assert answer is (P if passing and run.attempt < self.place.settings.attempts else F)
        run.attempt += answer is P
        self.model.move(claim.artifact, answer)

    def watch(self, which: int, also: int) -> None:
        dispatcher = DISPATCHERS[which % 3]
        self.leases = self.place.store.leases(dispatcher)
        held = {name: run.owner for name, run in self.model.runs.items() if run.owner not in {"", dispatcher}}
        assert {lease.artifact: lease.owner for lease in self.leases} == held

    def expire(self, which: int, also: int) -> None:
        if not self.leases:
            return
        lease = self.leases[which % len(self.leases)]
        run, beat = self.model.runs[lease.artifact], self.place.artifact(lease.artifact).beat
        held = (run.epoch, run.owner, beat) == (lease.epoch, lease.owner, lease.beat)
        assert self.place.store.expire(lease) == held
        if held:
            self._lost(lease.artifact)

    def release(self, which: int, also: int) -> None:
        dispatcher = DISPATCHERS[which % 3]
        held = [name for name, run in self.model.runs.items() if run.owner == dispatcher]
        assert self.place.store.release(dispatcher) == len(held)
        for name in held:
            self._lost(name)

    def _lost(self, name: str) -> None:
        run = self.model.runs[name]
        if run.state == CANCELLING:
            run.owner = ""
        elif run.losses >= self.place.settings.lease_losses:
            self.model.move(name, F)
        else:
            run.losses += 1
            self.model.move(name, P)

    def remove(self, which: int, also: int) -> None:
        found = self.place.store.removals(2)
        for removal in found:
            assert self.model.runs[removal.artifact].state in {F, CANCELLED, REMOVED}
            assert self.place.store.removed(removal)
        kept = {self.place.artifact(name).target for name, run in self.model.runs.items() if run.state in LIVE}
        assert not kept & {removal.target for removal in found}

    def step_the_clock(self, which: int, also: int) -> None:
        self.place.clock.now += (1, 30, 120, 3600, -3600)[which % 5] * 1000

    # Picking

    def _job(self, which: int, state: JobState | None = None) -> tuple[str, Asked]:
        found = [(name, job) for name, job in self.model.jobs.items() if state in {None, job.state}]
        return found[which % len(found)]

    def _claim(self, which: int) -> tuple[str, Claim]:
        """Mostly the latest claims, now and then one of long ago."""
        return self.claims[-1 - (which % (3 if which % 4 else len(self.claims))) % len(self.claims)]

    def _user_of(self, run: str) -> int:
        return self.users.index(self.place.artifact(run).user_id)

    # The laws

    @invariant()
    def the_tables_are_the_model(self) -> None:
        artifacts: dict[str, Any] = {each.id: each for each in self.place.rows(select(Artifact))}
        jobs: dict[str, Any] = {each.id: each for each in self.place.rows(select(Job))}
        assert {name: (each.state, each.epoch, each.owner, each.attempt) for name, each in artifacts.items()} == {
            name: (run.state, run.epoch, run.owner, run.attempt) for name, run in self.model.runs.items()
        }
        assert {name: self.users.index(each.user_id) for name, each in artifacts.items()} == {
            name: run.user for name, run in self.model.runs.items()
        }
        assert {name: (each.artifact_id, each.state) for name, each in jobs.items()} == {
            name: (job.run, job.state) for name, job in self.model.jobs.items()
        }
        self._moves(artifacts)
        live = Counter(each.live for each in artifacts.values() if each.live)
        assert max(live.values(), default=1) == 1
        assert all((each.live == each.fingerprint) == (each.state in LIVE) for each in artifacts.values())
        assert all((each.finished_at is None) != JobState(each.state).final for each in jobs.values())

    def _moves(self, artifacts: dict[str, Any]) -> None:
        """Every history is made of MOVES, and epochs only go up."""
        for name, each in artifacts.items():
            state, epoch = self.before.get(name, (P, 0))
            assert each.epoch in {epoch, epoch + 1}
            if each.state != state:
                assert (state, each.state) == (S, REMOVED) or JobState(each.state) in MOVES[JobState(state)]
        self.before = {name: (each.state, each.epoch) for name, each in artifacts.items()}

    @invariant()
    def everybody_is_charged_once_for_a_job_that_succeeded(self) -> None:
        charged: Counter[str] = Counter()
        for each in self.place.rows(select(Usage)):
            charged[each.user_id] += each.jobs
            assert each.rows == each.jobs * MADE.rows
        assert {self.users[user]: count for user, count in self.model.charged.items() if count} == dict(charged)

    @invariant()
    def every_claim_has_one_record_and_nothing_of_its_cost_is_lost(self) -> None:
        attempts = self.place.rows(select(Attempt))
        assert len(attempts) == sum(run.epoch for run in self.model.runs.values())
        open_ones = {each.artifact_id for each in attempts if each.ended_at is None}
        assert open_ones == {name for name, run in self.model.runs.items() if run.owner}
        for run in self.place.artifacts():
            own = [each for each in attempts if each.artifact_id == run.id]
            assert run.actor_seconds == sum(each.actor_seconds for each in own)
            assert run.written == sum(each.written for each in own)

    @invariant()
    def no_run_is_made_for_nobody(self) -> None:
        living = {each.artifact_id for each in self.place.rows(select(DataSet)) if each.deleted_at is None}
        assert {name for name, run in self.model.runs.items() if run.state in {P, R, M}} <= living
