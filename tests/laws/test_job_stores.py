"""The laws of the job store, on every database: who may move what, and that nothing is lost or had twice."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel, select

from api.database.engine import Database
from api.database.models import Usage
from api.jobs.requests import ConflictError, Entry, NotFoundError
from api.jobs.store import SqlJobStore
from api.settings import Settings
from cluster import Beat, Cost, JobState, JobStoreError, Progress, Verdict
from tests.laws.job_stores import KINDS, MADE, Place, place


@pytest.fixture(params=KINDS)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with place(request.param, tmp_path) as found:
        yield found


@pytest.fixture(params=KINDS)
def strict(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Few runs a user, few attempts, few losses."""
    with place(request.param, tmp_path, user_runs=2, attempts=3, lease_losses=2, retry_seconds=10) as found:
        yield found


def test_the_migrations_make_the_tables_of_the_models(here: Place) -> None:
    with here.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []
        assert context.get_current_revision() is not None
    here.database.upgrade()  # again is harmless


def test_several_processes_may_bring_a_new_database_up_to_date_at_once(tmp_path: Path) -> None:
    url, failures = f"sqlite:///{tmp_path / 'new.db'}", []

    def upgrade() -> None:
        try:
            Database(url).upgrade()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_job_runs_merges_and_succeeds_with_its_cost(here: Place) -> None:
    job = here.enter("a", name="mine")
    assert here.state(job) == "pending"
    claim = here.claim()
    assert (claim.epoch, claim.attempt, here.state(job)) == (1, 1, "running")
    progress = Progress("making", 1, 2, 5, 10, 50, 3, 0)
    assert here.store.beat("one", [Beat(claim.artifact, 1, progress)]) == {claim.artifact: Verdict.GO_ON}
    seen = here.job(job)
    assert (seen.parts, seen.all_parts, seen.rows, seen.bytes, seen.actors) == (1, 2, 5, 50, 3)
    assert here.store.merging(claim)
    assert here.state(job) == "merging"
    assert here.store.succeed(claim, MADE, Cost(2.5, 120, 1, 1))
    done = here.job(job)
    assert (done.state, done.actor_seconds, done.written, done.retries, done.reused) == ("succeeded", 2.5, 120, 1, 1)
    assert (done.rows, done.bytes, done.digest, done.name) == (10, 100, MADE.digest, "mine")
    assert done.finished_at is not None
    assert here.store.claim("one", "cluster") is None
    assert here.requests.dataset(here.user, job.dataset_id).state == "succeeded"


def test_whoever_lost_a_run_can_change_nothing_any_more(here: Place) -> None:
    job = here.enter("a")
    late = here.claim("late")
    assert here.lose(late)
    new = here.claim("new")
    assert new.epoch > late.epoch
    assert not here.store.succeed(late, MADE, Cost())
    assert not here.store.merging(late)
    assert not here.store.hand_back(late, Cost())
    assert here.store.fail(late, "late", True, Cost()) is None
    assert here.store.beat("late", [Beat(late.artifact, late.epoch)]) == {late.artifact: Verdict.LOST}
    assert here.state(job) == "running"
    assert here.store.succeed(new, MADE, Cost())
    assert (here.state(job), here.job(job).attempt, here.job(job).lease_losses) == ("succeeded", 1, 1)


def test_a_lease_that_has_beaten_meanwhile_is_not_taken(here: Place) -> None:
    here.enter("a")
    claim = here.claim()
    (seen,) = here.store.leases("watcher")
    here.store.beat("one", [Beat(claim.artifact, claim.epoch)])
    assert not here.store.expire(seen)
    assert here.store.leases("one") == []  # one's own are not watched


def test_a_cancel_cannot_be_overtaken(here: Place) -> None:
    job = here.enter("a")
    claim = here.claim()
    assert here.requests.cancel(here.user, job.job_id) == "cancelling"
    assert not here.store.succeed(claim, MADE, Cost())
    assert here.store.fail(claim, "x", True, Cost()) is None
    assert not here.store.hand_back(claim, Cost())
    assert here.store.beat("one", [Beat(claim.artifact, 1)]) == {claim.artifact: Verdict.CANCEL}
    assert here.requests.cancel(here.user, job.job_id) == "cancelling"
    assert here.store.cancelled(claim)
    assert here.state(job) == "cancelled"
    assert here.requests.cancel(here.user, job.job_id) == "cancelled"
    assert here.store.removals(9) == []


def test_a_cancelled_run_whose_dispatcher_died_is_cleaned_up_by_another(here: Place) -> None:
    job = here.enter("a")
    claim = here.claim("dead")
    here.requests.cancel(here.user, job.job_id)
    assert here.store.claim_cleanup("other") is None  # the dead one may still live
    assert here.lose(claim)
    other = here.store.claim_cleanup("other")
    assert other is not None
    assert not here.store.cancelled(claim)
    assert here.store.cancelled(other)
    assert here.state(job) == "cancelled"


def test_a_job_that_never_began_is_cancelled_at_once(here: Place) -> None:
    job = here.enter("a")
    assert here.requests.cancel(here.user, job.job_id) == "cancelled"
    assert here.store.claim("one", "cluster") is None
    fresh = here.enter("a")
    assert (fresh.joined, fresh.artifact_id != job.artifact_id) == (False, True)


def test_a_passing_error_is_tried_again_later_each_time_until_the_attempts_are_used_up(strict: Place) -> None:
    job = strict.enter("a")
    for attempt in (1, 2):
        claim = strict.claim()
        assert claim.attempt == attempt
        assert strict.store.fail(claim, f"failure {attempt}", True, Cost(1)) is JobState.PENDING
        assert strict.job(job).error == f"failure {attempt}"
        strict.clock.forward(10 * 2**attempt)
    assert strict.store.fail(strict.claim(), "the last", True, Cost(1)) is JobState.FAILED
    seen = strict.job(job)
    assert (seen.state, seen.error, seen.actor_seconds) == ("failed", "the last", 3)
    assert [letter.id for letter in strict.requests.dead_letters()] == [job.job_id]
    (removal,) = strict.store.removals(9)
    assert strict.store.removed(removal)
    assert strict.store.removals(9) == []


def test_a_permanent_error_is_not_tried_again_and_can_be_retried_by_hand(here: Place) -> None:
    job = here.enter("a")
    assert here.store.fail(here.claim(), "no such bucket", False, Cost()) is JobState.FAILED
    assert here.requests.retry(here.user, job.job_id) == "pending"
    claim = here.claim()
    assert claim.attempt == 1
    assert here.store.succeed(claim, MADE, Cost())
    assert here.state(job) == "succeeded"
    with pytest.raises(ConflictError):
        here.requests.retry(here.user, job.job_id)


def test_a_retry_joins_what_is_there_by_now(here: Place) -> None:
    failed = here.enter("a")
    here.store.fail(here.claim(), "x", False, Cost())
    here.make("a")
    assert here.requests.retry(here.user, failed.job_id) == "succeeded"
    assert here.requests.dataset(here.user, failed.dataset_id).state == "succeeded"


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_stepped_parks_no_run(strict: Place, hours: float) -> None:
    strict.clock.forward(3600)
    strict.enter("a")
    strict.store.fail(strict.claim(), "x", True, Cost())
    strict.clock.forward(hours * 3600)
    assert strict.store.claim("one", "cluster") is not None


def test_a_run_that_loses_its_dispatcher_again_and_again_becomes_a_dead_letter(strict: Place) -> None:
    job = strict.enter("a")
    for _ in range(3):
        assert strict.lose(strict.claim())
    seen = strict.job(job)
    assert (seen.state, seen.attempt) == ("failed", 1)
    assert seen.error is not None
    assert "lost its dispatcher" in seen.error


def test_what_is_handed_back_or_released_waits_at_once_and_without_charge(here: Place) -> None:
    jobs = [here.enter(name) for name in "ab"]
    first, second = here.claim(), here.claim()
    assert here.store.hand_back(first, Cost(1))
    assert here.store.release("one") == 1
    assert not here.store.succeed(second, MADE, Cost())
    assert [here.state(job) for job in jobs] == ["pending", "pending"]
    assert {here.claim("two").attempt for _ in jobs} == {1}


def test_users_take_turns_and_the_highest_priority_is_first(strict: Place) -> None:
    bob = strict.add_user("bob", weight=2.0, runs=5)
    for number in range(4):
        strict.enter(f"ann {number}", priority=number)
        strict.enter(f"bob {number}", bob)
    order = [strict.claim().order for _ in range(6)]
    names = [text.split('"')[3] for text in order]
    assert [name for name in names if name.startswith("ann")] == ["ann 3", "ann 2"]  # no more than two at once
    assert [name for name in names if name.startswith("bob")] == [f"bob {number}" for number in range(4)]
    assert strict.store.claim("one", "cluster") is None
    assert names.index("bob 1") < names.index("ann 2")  # twice the weight


def test_one_artifact_serves_all_who_ask_and_each_is_charged(here: Place) -> None:
    bob = here.add_user("bob")
    first, second = here.enter("a"), here.enter("a", bob)
    assert (first.joined, second.joined) == (False, True)
    assert first.artifact_id == second.artifact_id
    assert here.store.succeed(here.claim(), MADE, Cost(1))
    third = here.enter("a", bob)
    assert (third.cached, third.state) == (True, JobState.SUCCEEDED)
    assert {here.state(second, bob), here.state(third, bob)} == {"succeeded"}
    assert charged(here, here.user) == (1, 10, 100)
    assert charged(here, bob) == (2, 20, 200)


def charged(here: Place, user: str) -> tuple[int, int, int]:
    with here.database.transaction() as session:
        days = session.exec(select(Usage).where(Usage.user_id == user)).all()
        return sum(day.jobs for day in days), sum(day.rows for day in days), sum(day.bytes for day in days)


def test_cancelling_one_of_several_jobs_leaves_the_run_to_the_others(here: Place) -> None:
    bob = here.add_user("bob")
    first, second = here.enter("a", priority=5), here.enter("a", bob)
    claim = here.claim()
    assert here.requests.cancel(here.user, first.job_id) == "cancelled"
    assert here.store.beat("one", [Beat(claim.artifact, 1)]) == {claim.artifact: Verdict.GO_ON}
    assert here.store.backlog("cluster").running[0].user == bob
    assert here.store.succeed(claim, MADE, Cost())
    assert (here.state(first), here.state(second, bob)) == ("cancelled", "succeeded")
    assert charged(here, here.user) == (0, 0, 0)
    with pytest.raises(NotFoundError):
        here.requests.dataset(here.user, first.dataset_id)


def test_what_belongs_to_somebody_else_is_not_there(here: Place) -> None:
    bob, mine = here.add_user("bob"), here.make("a")
    for act in (here.requests.job, here.requests.cancel, here.requests.retry):
        with pytest.raises(NotFoundError):
            act(bob, mine.job_id)
    for see in (here.requests.dataset, here.requests.delete_dataset):
        with pytest.raises(NotFoundError):
            see(bob, mine.dataset_id)
    assert here.requests.jobs(bob) == ([], None)


def test_lists_come_in_pages_newest_first(here: Place) -> None:
    entered = [here.enter(str(number)).job_id for number in range(7)]
    seen, after = [], None
    while True:
        page, after = here.requests.jobs(here.user, after, limit=3)
        seen += [job.id for job in page]
        if after is None:
            break
    assert sorted(seen) == sorted(entered)
    moments = [here.requests.job(here.user, name).created_at for name in seen]
    assert moments == sorted(moments, reverse=True)


def test_repair_makes_a_finished_artifact_wait_again_and_its_jobs_stay_as_they_are(here: Place) -> None:
    job = here.make("a")
    assert here.requests.repair(job.artifact_id)
    assert not here.requests.repair(job.artifact_id)
    again = here.enter("a")
    assert (again.joined, again.artifact_id) == (True, job.artifact_id)
    assert here.store.succeed(here.claim(), MADE, Cost())
    assert (here.state(job), here.state(again)) == ("succeeded", "succeeded")
    assert charged(here, here.user) == (2, 20, 200)


def test_finished_relatives_are_handed_out_for_reuse(here: Place) -> None:
    old = here.enter("a", family="f")
    here.store.succeed(here.claim(), MADE, Cost())
    here.enter("b", family="f")
    here.enter("c", family="g")
    targets = {here.claim().reuse for _ in range(2)}
    assert targets == {(here.job(old).target,), ()}


def test_the_backlog_says_what_is_to_be_made(here: Place) -> None:
    for name in "abc":
        here.enter(name)
    claim = here.claim()
    here.store.beat("one", [Beat(claim.artifact, 1, Progress("making", 1, 2, 5, 10, 50, 1, 0), Cost(2.0))])
    backlog = here.store.backlog("cluster")
    (run,) = backlog.running
    assert (run.artifact, run.most, run.rows_left, run.seconds_left) == (claim.artifact, 1, 5, 2.0)
    assert (backlog.pending, backlog.pending_parts, backlog.pending_rows, backlog.pending_seconds) == (2, 4, 20, 8.0)
    assert here.store.backlog("elsewhere").running == ()


def claim_all(url: str, home: str, name: str, found: Any) -> None:
    """Claims and finishes until nothing waits; its claims into ``found``."""
    store = SqlJobStore(Database(url), Settings(home=Path(home), user_runs=1000))
    while (claim := store.claim(name, "cluster")) is not None:
        found.put((claim.artifact, claim.epoch))
        assert store.succeed(claim, MADE, Cost())


def test_dispatchers_never_run_the_same_attempt_and_one_that_is_killed_loses_nothing(here: Place) -> None:
    jobs = [here.enter(str(number)) for number in range(120)]
    context = multiprocessing.get_context("spawn")
    found = context.Manager().Queue()
    names = ["killed", "two", "three"]
    workers = [
        context.Process(target=claim_all, args=(here.url, str(here.settings.home), name, found)) for name in names
    ]
    for worker in workers:
        worker.start()
    first = [found.get(timeout=60) for _ in range(20)]
    assert workers[0].pid is not None
    os.kill(workers[0].pid, signal.SIGKILL)
    for worker in workers:
        worker.join(60)
    here.store.release("killed")
    claims = first + [found.get() for _ in range(found.qsize())]
    while (rest := here.store.claim("last", "cluster")) is not None:
        claims.append((rest.artifact, rest.epoch))
        assert here.store.succeed(rest, MADE, Cost())
    assert max(Counter(claims).values()) == 1
    assert {here.state(job) for job in jobs} == {"succeeded"}
    assert charged(here, here.user) == (120, 1200, 12000)


def test_two_who_enter_the_same_order_at_once_share_one_artifact(here: Place) -> None:
    users = [here.add_user(f"user {number}") for number in range(6)]
    entered: list[Any] = []
    barrier = threading.Barrier(len(users))

    def enter(user: str) -> None:
        barrier.wait()
        entered.append(here.requests.enter(user, Entry("same", "{}")))

    threads = [threading.Thread(target=enter, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.artifact_id for one in entered}) == 1
    assert sorted(one.joined for one in entered) == [False] + [True] * 5


def test_claiming_reads_no_more_of_a_long_queue_than_of_a_short_one(here: Place) -> None:
    """Each user's first run is found by the index, however many wait: see what the database says of its plan."""
    words = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN", "mysql": "EXPLAIN"}
    rank = "`rank`" if here.database.kind == "mysql" else "rank"
    where = "state = 'pending' AND user_id = 'u'"
    query = f"SELECT id FROM artifacts WHERE {where} ORDER BY {rank}, created_at, id LIMIT 1"
    for number in range(60):
        here.enter(str(number))
    with here.database.transaction() as session:
        connection = session.connection()
        if here.database.kind == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # sixty rows are one page to it
        plan = str(connection.execute(text(f"{words[here.database.kind]} {query}")).all())
    assert "artifacts_queue" in plan
    assert "filesort" not in plan
    assert "Sort" not in plan.replace("Sort Key", "")
    assert "TEMP B-TREE" not in plan


def test_a_database_that_is_away_is_one_clear_error_without_the_password() -> None:
    away = Database("postgresql://ann:very-secret@127.0.0.1:9/seedbed")
    with pytest.raises(JobStoreError, match="cannot be") as caught:
        away.upgrade()
    assert "very-secret" not in str(caught.value)
