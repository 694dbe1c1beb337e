"""The laws of the job store and of the users' side of it, on every database that Seedbed serves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.database.engine import Database
from api.jobs import moves
from api.jobs.requests import ConflictError, CursorError, NotFoundError
from api.jobs.store import SqlJobStore
from cluster.progress import Progress
from cluster.queue import Beat, Claim, Cost, JobState, Verdict
from tests.laws.queue_place import COST, MADE, Place, fresh_database, queue_settings

KINDS = ("sqlite", "postgresql", "mariadb")
HOUR = 3_600_000


@pytest.fixture(scope="module", params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    kind = request.param
    server = None if kind == "sqlite" else request.getfixturevalue(kind)
    with fresh_database(kind, tmp_path_factory.mktemp("queue"), server) as found:
        yield found


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    found = Place(database, queue_settings(tmp_path))
    found.clear()
    return found


# Claiming


def test_the_highest_priority_of_a_user_is_first_and_then_the_oldest(place: Place) -> None:
    ann = place.user("ann")
    entered = [place.enter(ann, f"f{number}", priority=priority) for number, priority in enumerate((0, 5, 0, -1, 5))]
    claimed = [place.claim().artifact for _ in entered]
    assert claimed == [entered[index].artifact_id for index in (1, 4, 0, 2, 3)]
    assert place.store.claim("one", "c") is None


def test_users_take_turns_however_many_runs_one_of_them_has(place: Place) -> None:
    ann, bob = place.user("ann"), place.user("bob")
    for number in range(6):
        place.enter(ann, f"a{number}")
    for number in range(3):
        place.enter(bob, f"b{number}")
    served = [place.claim().user for _ in range(6)]
    assert Counter(served[:2]) == Counter(served[2:4]) == Counter(served[4:]) == {ann: 1, bob: 1}


def test_small_runs_that_end_at_once_are_shared_out_by_weight(place: Place) -> None:
    ann, bob = place.user("ann", weight=1.0), place.user("bob", weight=3.0)
    for number in range(24):
        place.enter(ann, f"a{number}")
        place.enter(bob, f"b{number}")
    served: Counter[str] = Counter()
    for _ in range(24):
        claim = place.claim()
        served[claim.user] += 1
        place.finish(claim)
        place.clock.now += 50
    assert 16 <= served[bob] <= 20
    assert served[ann] == 24 - served[bob]


def test_nobody_gets_more_runs_at_once_than_he_may(place: Place) -> None:
    ann = place.user("ann", runs=2)
    for number in range(4):
        place.enter(ann, f"f{number}")
    first = place.claim()
    place.claim()
    assert place.store.claim("one", "c") is None
    place.finish(first)
    assert place.store.claim("one", "c") is not None


def test_a_clock_that_was_stepped_back_keeps_nobody_from_his_turn(place: Place) -> None:
    ann, bob = place.user("ann"), place.user("bob")
    place.enter(ann, "a0")
    place.finish(place.claim())
    place.clock.now -= HOUR
    place.enter(ann, "a1")
    for number in range(3):
        place.enter(bob, f"b{number}")
    served = []
    for _ in range(3):
        claim = place.claim()
        served.append(claim.user)
        place.finish(claim)
    assert ann in served


def test_a_claim_says_all_that_a_run_needs(place: Place) -> None:
    ann = place.user("ann")
    other = place.enter(ann, "f0", family="same")
    place.finish(place.claim())
    entered = place.enter(ann, "f1", family="same", byte_limit=5_000_000_000)
    claim = place.claim()
    target = place.settings.target(entered.artifact_id)
    assert f'"target": "file://{target}"' in claim.order
    assert (claim.artifact, claim.epoch, claim.user, claim.attempt) == (entered.artifact_id, 1, ann, 1)
    assert (claim.attempts, claim.bytes_left) == (place.settings.attempts, 5_000_000_000)
    assert claim.reuse == (place.settings.target(other.artifact_id),)


def test_many_dispatchers_at_once_claim_every_run_once(place: Place) -> None:
    users = [place.user(f"user{number}") for number in range(5)]
    entered = [place.enter(users[number % 5], f"f{number}").artifact_id for number in range(300)]

    def dispatcher(name: str) -> list[Claim]:
        store, found = SqlJobStore(place.database, place.settings, place.clock), []
        while (claim := store.claim(name, "c")) is not None:
            found.append(claim)
        return found

    with ThreadPoolExecutor(4) as threads:
        found = [claim for each in threads.map(dispatcher, "abcd") for claim in each]
    assert Counter(claim.artifact for claim in found) == Counter(entered)
    assert {claim.epoch for claim in found} == {1}
    assert len(place.attempts()) == 300


def test_dispatchers_at_once_keep_a_users_limit(place: Place) -> None:
    ann = place.user("ann", runs=3)
    for number in range(12):
        place.enter(ann, f"f{number}")
    barrier = threading.Barrier(6)

    def dispatcher(name: str) -> list[Claim | None]:
        store = SqlJobStore(place.database, place.settings, place.clock)
        barrier.wait(20)
        return [store.claim(name, "c") for _ in range(2)]

    with ThreadPoolExecutor(6) as threads:
        found = [claim for each in threads.map(dispatcher, "abcdef") for claim in each if claim]
    assert len(found) == 3


CLAIMER = """
import sys
from pathlib import Path
from api.database.engine import Database
from api.jobs.store import SqlJobStore
from tests.laws.queue_place import queue_settings
store = SqlJobStore(Database(sys.argv[1]), queue_settings(Path(sys.argv[2])))
while True:
    claim = store.claim("killed", "c")
    print(claim.artifact if claim else "none", flush=True)
"""


def test_a_dispatcher_that_is_killed_while_it_claims_loses_nothing(place: Place, tmp_path: Path) -> None:
    ann = place.user("ann")
    entered = {place.enter(ann, f"f{number}").artifact_id for number in range(80)}
    url = place.database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", CLAIMER, url, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        told = {process.stdout.readline().strip() for _ in range(7)}
        os.kill(process.pid, signal.SIGKILL)
        told |= {line.strip() for line in process.stdout} - {""}
    assert told <= entered | {"none"}
    held = {lease.artifact for lease in place.store.leases("one")}
    assert told - {"none"} <= held  # what was told had been committed
    assert all(place.store.expire(lease) for lease in place.store.leases("one"))
    found: Counter[str] = Counter()
    while (claim := place.store.claim("one", "c")) is not None:
        found[claim.artifact] += 1
        assert claim.attempt == 1
        place.finish(claim)
    assert found == Counter(entered)


# Leases and fencing


def other_moves(place: Place) -> dict[str, Callable[[Claim], Any]]:
    return {
        "merging": place.store.merging,
        "succeed": lambda claim: place.store.succeed(claim, MADE, COST),
        "fail": lambda claim: place.store.fail(claim, "late", True, COST),
        "hand_back": lambda claim: place.store.hand_back(claim, COST),
        "cancelled": place.store.cancelled,
    }


def test_a_late_dispatcher_can_change_nothing(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    late = place.claim("late")
    (lease,) = place.store.leases("one")
    assert place.store.leases("late") == []
    assert place.store.expire(lease)
    for what, move in other_moves(place).items():
        assert not move(late), what
    claim = place.claim()
    assert (claim.artifact, claim.epoch, claim.attempt) == (late.artifact, late.epoch + 1, 1)
    for what, move in other_moves(place).items():
        assert not move(late), what
    assert place.store.beat("late", [Beat(late.artifact, late.epoch)]) == {late.artifact: Verdict.LOST}
    place.finish(claim)
    assert place.state(ann, entered) is JobState.SUCCEEDED
    assert [each.outcome for each in place.attempts()] == ["lost", "succeeded"]


def test_a_lease_whose_holder_has_beaten_since_is_not_lost(place: Place) -> None:
    place.enter(place.user("ann"), "f")
    claim = place.claim("living")
    (seen,) = place.store.leases("one")
    assert place.store.beat("living", [Beat(claim.artifact, claim.epoch)]) == {claim.artifact: Verdict.GO_ON}
    assert not place.store.expire(seen)
    place.finish(claim)
    assert not place.store.expire(seen)


def test_a_run_that_kills_dispatcher_after_dispatcher_is_a_dead_letter(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    for number in range(place.settings.lease_losses):
        claim = place.claim("victim")
        assert (claim.epoch, claim.attempt) == (number + 1, 1)
        if number % 2:
            assert place.store.release("victim") == 1
        else:
            assert place.store.expire(place.store.leases("one")[0])
    place.claim("victim")
    assert place.store.expire(place.store.leases("one")[0])
    assert place.state(ann, entered) is JobState.FAILED
    (dead,) = place.requests.dead_letters()
    assert "lost its dispatcher" in str(dead.error)


def test_a_dispatcher_that_begins_hands_back_what_its_name_held(place: Place) -> None:
    ann = place.user("ann")
    jobs = [place.enter(ann, f"f{number}") for number in range(3)]
    place.claim("one")
    place.claim("other")
    cancelled = place.claim("one")
    place.requests.cancel(ann, next(job.job_id for job in jobs if job.artifact_id == cancelled.artifact))
    assert place.store.release("one") == 2
    assert place.store.release("one") == 0
    assert [lease.owner for lease in place.store.leases("one")] == ["other"]
    cleanup = place.store.claim_cleanup("one")
    assert cleanup is not None
    assert (cleanup.artifact, cleanup.epoch) == (cancelled.artifact, cancelled.epoch + 1)


def test_signs_of_life_keep_progress_and_cost(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    claim = place.claim()
    beats = [Beat(claim.artifact, claim.epoch, Progress("making", 1, 4, 3, 10, 250, actors=2), Cost(1.5, 300, 1, 0))]
    for _ in range(2):
        place.store.beat("one", beats)
    (demand,) = place.store.backlog("c").running
    assert (demand.most, demand.used, demand.rows_left, demand.bytes_left) == (3, 1.5, 7, 750)
    assert demand.seconds_left == pytest.approx(5.6)
    assert place.store.expire(place.store.leases("two")[0])  # the cost of a lost attempt is not lost
    second = place.claim()
    assert place.store.hand_back(second, Cost(0.5, 0, 0, 1))
    place.finish(place.claim())
    found = place.requests.job(ann, entered.job_id)
    assert (found.actor_seconds, found.written, found.retries, found.reused) == (4.0, 1500, 2, 1)
    assert [each.actor_seconds for each in place.attempts()] == [1.5, 0.5, 2.0]


# Failures


def test_a_failed_attempt_is_made_again_a_little_later_and_at_last_a_dead_letter(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    waits = []
    for attempt in range(1, place.settings.attempts):
        claim = place.claim()
        assert claim.attempt == attempt
        assert place.store.fail(claim, f"reason {attempt}", True, COST) is JobState.PENDING
        run = place.artifact(entered.artifact_id)
        waits.append(run.not_before - place.clock.now)
        assert waits[-1] <= 1000 * min(60, 4 * 2 ** (attempt - 1))
        if waits[-1] > 2:
            assert place.store.claim("one", "c") is None
        place.clock.now = max(place.clock.now, run.not_before)
    assert len(set(waits)) > 1
    assert place.store.fail(place.claim(), "the last", True, COST) is JobState.FAILED
    assert place.store.claim("one", "c") is None
    (dead,) = place.requests.dead_letters()
    assert (dead.id, dead.error, dead.state) == (entered.job_id, "the last", JobState.FAILED)
    assert not place.usage()


def test_what_cannot_pass_fails_at_once_and_its_files_are_removed(place: Place) -> None:
    entered = place.enter(place.user("ann"), "f")
    claim = place.claim()
    assert place.store.fail(claim, "the document is wrong", False, COST) is JobState.FAILED
    (removal,) = place.store.removals(10)
    assert (removal.artifact, removal.target) == (claim.artifact, place.settings.target(entered.artifact_id))
    assert place.store.removed(removal)
    assert not place.store.removed(removal)
    assert place.store.removals(10) == []


def test_a_clock_that_was_stepped_back_parks_no_run(place: Place) -> None:
    place.enter(place.user("ann"), "f")
    place.clock.now += 2 * HOUR
    assert place.store.fail(place.claim(), "a fault", True, COST) is JobState.PENDING
    place.clock.now -= HOUR
    assert place.store.claim("one", "c") is not None


def test_what_is_handed_back_is_claimed_at_once_and_uncharged(place: Place) -> None:
    place.enter(place.user("ann"), "f")
    claim = place.claim()
    assert place.store.merging(claim)
    assert not place.store.merging(claim)
    assert place.store.hand_back(claim, COST)
    again = place.claim("two")
    assert (again.artifact, again.epoch, again.attempt) == (claim.artifact, claim.epoch + 1, 1)


# Sharing


def test_the_same_order_entered_by_many_at_once_is_one_run(place: Place) -> None:
    users = [place.user(f"user{number}") for number in range(6)]
    barrier = threading.Barrier(6)

    def enter(user: str) -> Any:
        barrier.wait(20)
        return place.enter(user, "same")

    with ThreadPoolExecutor(6) as threads:
        entered = list(threads.map(enter, users))
    assert len({each.artifact_id for each in entered}) == len(place.artifacts()) == 1
    assert Counter(each.joined for each in entered) == {False: 1, True: 5}
    claim = place.claim()
    assert {place.state(user, job) for user, job in zip(users, entered, strict=True)} == {JobState.RUNNING}
    place.store.merging(claim)
    assert {place.state(user, job) for user, job in zip(users, entered, strict=True)} == {JobState.MERGING}
    place.finish(claim)
    assert {place.state(user, job) for user, job in zip(users, entered, strict=True)} == {JobState.SUCCEEDED}
    charged = place.usage()
    assert len(charged) == 6
    assert {(each.jobs, each.rows, each.bytes, each.actor_seconds) for each in charged.values()} == {
        (1, MADE.rows, MADE.bytes, COST.actor_seconds)
    }


def test_what_is_finished_is_served_at_once_and_charged_without_actors(place: Place) -> None:
    ann, bob = place.user("ann"), place.user("bob")
    place.enter(ann, "f")
    place.finish(place.claim())
    cached = place.enter(bob, "f")
    assert (cached.state, cached.cached, cached.joined) == (JobState.SUCCEEDED, True, False)
    assert place.store.claim("one", "c") is None
    found = place.usage()["bob"]
    assert (found.jobs, found.rows, found.bytes, found.actor_seconds) == (1, MADE.rows, MADE.bytes, 0.0)
    assert place.requests.dataset(bob, cached.dataset_id).digest == MADE.digest


def test_a_check_that_refuses_enters_nothing(place: Place) -> None:
    ann = place.user("ann")

    def check(session: Any, user: Any) -> None:
        assert user.name == "ann"
        raise ConflictError("too much")

    from api.jobs.entries import Entry

    with pytest.raises(ConflictError, match="too much"):
        place.requests.enter(ann, Entry("f", "{}"), check)
    assert not place.artifacts()
    assert place.requests.jobs(ann) == ([], None)


def test_joining_raises_the_priority_of_a_run(place: Place) -> None:
    ann, bob = place.user("ann"), place.user("bob")
    place.enter(ann, "first")
    joined = place.enter(ann, "second")
    place.enter(bob, "second", priority=7)
    assert place.claim().artifact == joined.artifact_id


# Cancelling


def test_a_run_that_nobody_has_begun_is_cancelled_at_once(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    assert place.requests.cancel(ann, entered.job_id) is JobState.CANCELLED
    assert place.requests.cancel(ann, entered.job_id) is JobState.CANCELLED
    assert place.store.claim("one", "c") is None
    assert place.store.claim_cleanup("one") is None
    assert place.requests.datasets(ann) == ([], None)
    assert place.enter(ann, "f").artifact_id != entered.artifact_id


def test_a_cancel_beats_a_success_that_comes_later(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    claim = place.claim()
    assert place.requests.cancel(ann, entered.job_id) is JobState.CANCELLING
    assert not place.store.succeed(claim, MADE, COST)
    assert place.store.fail(claim, "no", True, COST) is None
    assert not place.store.hand_back(claim, COST)
    assert place.store.beat("one", [Beat(claim.artifact, claim.epoch)]) == {claim.artifact: Verdict.CANCEL}
    again = place.enter(ann, "f")
    assert not again.joined
    assert again.artifact_id != entered.artifact_id
    assert place.store.cancelled(claim)
    assert not place.store.cancelled(claim)
    assert place.state(ann, entered) is JobState.CANCELLED
    assert not place.usage()


def test_a_cancelled_run_whose_holder_died_is_cleaned_up_by_another(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    late = place.claim("late")
    place.requests.cancel(ann, entered.job_id)
    assert place.store.claim_cleanup("one") is None
    assert place.store.expire(place.store.leases("one")[0])
    assert place.state(ann, entered) is JobState.CANCELLING
    assert not place.store.cancelled(late)
    claim = place.store.claim_cleanup("one")
    assert claim is not None
    assert place.store.claim_cleanup("two") is None
    assert not place.store.cancelled(late)
    assert place.store.cancelled(claim)
    assert place.state(ann, entered) is JobState.CANCELLED


def test_a_run_that_waits_for_another_attempt_is_cleaned_up_after_a_cancel(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    place.store.fail(place.claim(), "a fault", True, COST)
    assert place.requests.cancel(ann, entered.job_id) is JobState.CANCELLING
    claim = place.store.claim_cleanup("one")
    assert claim is not None
    assert place.store.cancelled(claim)


def test_whoever_cancels_leaves_the_run_to_the_others(place: Place) -> None:
    ann, bob = place.user("ann"), place.user("bob", weight=2.0)
    mine, his = place.enter(ann, "f", priority=9), place.enter(bob, "f", priority=2)
    claim = place.claim()
    assert place.requests.cancel(ann, mine.job_id) is JobState.CANCELLED
    (demand,) = place.store.backlog("c").running
    assert (demand.user, demand.weight, demand.priority) == (bob, 2.0, 2)
    assert place.store.beat("one", [Beat(claim.artifact, claim.epoch)]) == {claim.artifact: Verdict.GO_ON}
    place.finish(claim)
    assert (place.state(ann, mine), place.state(bob, his)) == (JobState.CANCELLED, JobState.SUCCEEDED)
    assert set(place.usage()) == {"bob"}


def test_what_has_ended_cannot_be_cancelled_nor_retried(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    place.finish(place.claim())
    with pytest.raises(ConflictError, match="succeeded"):
        place.requests.cancel(ann, entered.job_id)
    with pytest.raises(ConflictError, match="succeeded"):
        place.requests.retry(ann, entered.job_id)


def test_entering_and_cancelling_at_once_leave_no_job_without_a_run(place: Place) -> None:
    users = [place.user(f"user{number}") for number in range(4)]
    for round_ in range(5):
        first = [place.enter(user, f"same{round_}") for user in users[:2]]
        barrier = threading.Barrier(4)

        def work(index: int, first: Any = first, barrier: Any = barrier, round_: int = round_) -> Any:
            barrier.wait(20)
            if index < 2:
                return place.requests.cancel(users[index], first[index].job_id)
            return place.enter(users[index], f"same{round_}")

        with ThreadPoolExecutor(4) as threads:
            _, _, third, fourth = threads.map(work, range(4))
        assert {place.artifact(each.artifact_id).state for each in (third, fourth)} == {"pending"}
        assert third.artifact_id == fourth.artifact_id
        place.finish(place.claim())
        assert place.state(users[3], fourth) is JobState.SUCCEEDED


# Retrying, repairing, deleting


def test_a_retry_is_another_run_in_another_folder(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f", priority=3, name="mine")
    place.store.fail(place.claim(), "no", False, COST)
    (removal,) = place.store.removals(10)
    assert place.requests.retry(ann, entered.job_id) is JobState.PENDING
    claim = place.claim()
    assert claim.attempt == 1
    assert removal.target not in claim.order
    assert place.store.removed(removal)
    place.finish(claim)
    job = place.requests.job(ann, entered.job_id)
    assert (job.state, job.error, job.name, job.target) == (
        JobState.SUCCEEDED,
        None,
        "mine",
        place.settings.target(claim.artifact),
    )
    assert place.requests.dataset(ann, entered.dataset_id).artifact_id == claim.artifact
    assert place.usage()["ann"].jobs == 1


def test_a_retry_joins_what_is_under_way_or_finished_by_now(place: Place) -> None:
    ann, bob, eve = (place.user(name) for name in ("ann", "bob", "eve"))
    failed, too = place.enter(ann, "f"), place.enter(eve, "f")
    place.store.fail(place.claim(), "no", False, COST)
    running = place.enter(bob, "f")
    claim = place.claim()
    assert place.requests.retry(ann, failed.job_id) is JobState.RUNNING
    assert place.requests.job(ann, failed.job_id).artifact_id == running.artifact_id
    place.finish(claim)
    assert place.requests.retry(eve, too.job_id) is JobState.SUCCEEDED
    assert {name: each.jobs for name, each in place.usage().items()} == {"ann": 1, "bob": 1, "eve": 1}


def test_a_damaged_artifact_is_made_again_and_nobody_is_charged_twice(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    first = place.claim()
    place.finish(first)
    assert place.requests.repair(entered.artifact_id)
    assert not place.requests.repair(entered.artifact_id)
    assert place.requests.dataset(ann, entered.dataset_id).state is JobState.PENDING
    joined = place.enter(ann, "f")
    assert joined.joined
    claim = place.claim()
    assert claim.artifact != first.artifact
    assert place.artifact(claim.artifact).target != place.artifact(first.artifact).target
    assert [removal.artifact for removal in place.store.removals(10)] == [first.artifact]
    place.finish(claim)
    assert place.usage()["ann"].jobs == 2
    assert place.requests.dataset(ann, entered.dataset_id).artifact_id == claim.artifact
    assert place.state(ann, entered) is place.state(ann, joined) is JobState.SUCCEEDED
    assert place.requests.job(ann, entered.job_id).artifact_id == claim.artifact


def test_what_is_made_again_is_a_run_of_somebody_who_wants_it(place: Place) -> None:
    ann, bob = place.user("ann"), place.user("bob")
    entered, too = place.enter(ann, "f"), place.enter(bob, "f")
    place.finish(place.claim())
    place.requests.delete_dataset(ann, entered.dataset_id)
    assert place.requests.repair(too.artifact_id)
    assert place.claim().user == bob


def test_an_artifact_that_nobody_wants_is_given_up_and_not_repaired(place: Place) -> None:
    ann, bob = place.user("ann"), place.user("bob")
    mine, his = place.enter(ann, "f"), place.enter(bob, "f")
    place.finish(place.claim())

    def give_up() -> bool:
        return place.database.run(lambda session: moves.give_up(session, mine.artifact_id, place.clock()))

    place.requests.delete_dataset(ann, mine.dataset_id)
    with pytest.raises(NotFoundError):
        place.requests.delete_dataset(ann, mine.dataset_id)
    assert not give_up()
    place.requests.delete_dataset(bob, his.dataset_id)
    assert place.enter(ann, "f").cached
    (again,) = place.requests.datasets(ann)[0]
    place.requests.delete_dataset(ann, again.id)
    assert not place.requests.repair(mine.artifact_id)
    assert [removal.artifact for removal in place.store.removals(10)] == [mine.artifact_id]
    assert not place.enter(ann, "f").cached


def test_a_data_set_that_could_not_be_made_again_can_be_retried(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    place.finish(place.claim())
    assert place.requests.repair(entered.artifact_id)
    assert place.store.fail(place.claim(), "the store is full", False, COST) is JobState.FAILED
    assert place.requests.dataset(ann, entered.dataset_id).state is JobState.FAILED
    assert place.requests.retry(ann, entered.job_id) is JobState.PENDING
    place.finish(place.claim())
    assert place.state(ann, entered) is JobState.SUCCEEDED
    assert place.requests.dataset(ann, entered.dataset_id).state is JobState.SUCCEEDED


def test_the_last_who_deletes_ends_a_repair(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    place.finish(place.claim())
    place.requests.repair(entered.artifact_id)
    again = place.requests.dataset(ann, entered.dataset_id).artifact_id
    place.requests.delete_dataset(ann, entered.dataset_id)
    assert place.artifact(again).state == "cancelled"
    assert place.store.claim("one", "c") is None


def test_a_data_set_that_is_being_made_is_deleted_by_cancelling_its_job(place: Place) -> None:
    ann = place.user("ann")
    entered = place.enter(ann, "f")
    with pytest.raises(ConflictError, match="cancel its job"):
        place.requests.delete_dataset(ann, entered.dataset_id)


# Looking


def test_what_is_somebody_elses_is_not_there(place: Place) -> None:
    ann, bob = place.user("ann"), place.user("bob")
    entered = place.enter(ann, "f")
    for ask in (place.requests.job, place.requests.cancel, place.requests.retry):
        with pytest.raises(NotFoundError):
            ask(bob, entered.job_id)
    for look in (place.requests.dataset, place.requests.delete_dataset):
        with pytest.raises(NotFoundError):
            look(bob, entered.dataset_id)
    assert place.requests.jobs(bob) == ([], None)


def test_pages_hold_every_job_once_newest_first(place: Place) -> None:
    ann = place.user("ann")
    entered = [place.enter(ann, f"f{number}").job_id for number in range(7)]
    for look in (place.requests.jobs, place.requests.datasets):
        found, after = [], None
        for size in (3, 3, 1):
            page, after = look(ann, after, 3)
            assert len(page) == size
            found += page
        assert after is None
        assert [each.created_at for each in found] == sorted((each.created_at for each in found), reverse=True)
        assert len({each.id for each in found}) == 7
    assert {job.id for job in place.requests.jobs(ann)[0]} == set(entered)
    with pytest.raises(CursorError):
        place.requests.jobs(ann, "yesterday")


def test_names_of_users_are_told_apart_by_case_and_kept_apart(place: Place) -> None:
    ann = place.user("ann")
    other = place.user("Ann")
    assert place.requests.user_named("ann").id == ann != other  # type: ignore[union-attr]
    assert place.requests.user_named("ANN") is None
    with pytest.raises(ConflictError, match="'ann'"):
        place.user("ann")


def test_the_backlog_is_all_that_waits_and_what_runs_on_this_cluster(place: Place) -> None:
    ann = place.user("ann", weight=2.5, actors=3)
    for number in range(4):
        place.enter(ann, f"f{number}", rows=2**40, parts=7, bytes=2**50, seconds=10.0)
    place.claim("one", "here")
    place.claim("two", "there")
    backlog = place.store.backlog("here")
    (demand,) = backlog.running
    assert (demand.user, demand.weight, demand.most, demand.user_most) == (ann, 2.5, 7, 3)
    assert (backlog.pending, backlog.pending_parts, backlog.pending_rows) == (2, 14, 2**41)
    assert (backlog.pending_bytes, backlog.pending_seconds) == (2**51, 20.0)
    place.clock.now += 5000
    assert 5.0 <= place.store.backlog("here").oldest_seconds < 6.0
