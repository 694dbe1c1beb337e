"""Histories that a dispatcher has to come through: answers that get lost, leases that go while it is at work."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import Session

import cluster.cleaner
import cluster.runner_threads
from api.database.models import Artifact
from api.jobs.service import JobService
from cluster import Autoscaler, Dispatcher, JobState, JobStoreError, Pace, Sharing
from cluster.cleaner import Cleaner
from cluster.held import Fate
from cluster.removal import remove_target
from cluster.runner_threads import ThreadRunner
from tests.laws.job_stores import Place, place

PACE = Pace(tick=0.01, beat=0.05, share=0.05, lease=60.0, grace=0.1)
A: Any = Artifact


class FaultyStore:
    """A job store of which some calls fail, by their names so many times: before they are carried out, or after."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.before: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._store, name)

        def through(*arguments: Any) -> Any:
            self.calls[name] += 1
            _fail(self.before, name)
            found = call(*arguments)
            _fail(self.after, name)
            return found

        return through


def _fail(planned: Counter[str], name: str) -> None:
    if planned[name]:
        planned[name] -= 1
        raise JobStoreError(f"no answer to {name}")


class History:
    """A dispatcher named one, stepped by the test."""

    def __init__(self, here: Place) -> None:
        self.here, self.store, self.runner = here, FaultyStore(here.store), ThreadRunner()
        self.dispatcher = Dispatcher("one", self.store, self.runner, Sharing(Autoscaler(0, 4, 60.0, 60.0)), PACE)

    def until(self, condition: Callable[[], Any], what: str) -> None:
        for _ in range(1000):
            self.dispatcher.step()
            if condition():
                return
        raise AssertionError(f"{what} did not come")

    def artifact(self, name: str) -> Artifact:
        return self.here.database.read(lambda session: session.get_one(Artifact, name))

    def change(self, name: str, **values: Any) -> None:
        def work(session: Session) -> None:
            session.connection().execute(update(Artifact).where(A.id == name).values(**values))

        self.here.database.run(work)

    def dirty(self) -> list[str]:
        query = select(A.id).where(A.dirty)
        return self.here.database.read(lambda session: list(session.execute(query).scalars()))

    def to_be_cleaned(self, fingerprint: str) -> str:
        """An artifact in CANCELLING that nobody holds."""
        entered = self.here.enter(fingerprint)
        self.here.claim("dead")
        assert self.here.requests.cancel(self.here.user, entered.job_id) is JobState.CANCELLING
        self.here.store.release("dead")
        return entered.artifact_id

    def given_up(self, fingerprint: str) -> str:
        """An artifact whose files nobody needs."""
        entered = self.here.make(fingerprint)
        self.change(entered.artifact_id, state="removed", live=None, dirty=True)
        Path(self.artifact(entered.artifact_id).target).mkdir(parents=True)
        return entered.artifact_id

    def submit(self) -> tuple[str, str]:
        """(job, artifact) of a small order."""
        document = {"seed": 1, "rows": 10, "fields": {"id": "sequence"}}
        found = JobService(self.here.database, self.here.settings).submit(self.here.user, document)
        return found.job_id, self.here.requests.job(self.here.user, found.job_id).artifact_id

    def lose(self) -> None:
        """Somebody takes what the dispatcher holds, as if it had been paused for long."""
        (lease,) = self.here.store.leases("two")
        assert self.here.store.expire(lease)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with place("sqlite", tmp_path) as here:
        found = History(here)
        try:
            yield found
        finally:
            found.runner.close()
            found.dispatcher._cleaner.close()


@pytest.fixture
def held_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Runs make what they make, and end only when the event is set."""
    gate, follow = threading.Event(), cluster.runner_threads.follow

    def late(*arguments: Any) -> Any:
        found = follow(*arguments)
        assert gate.wait(60)
        return found

    monkeypatch.setattr(cluster.runner_threads, "follow", late)
    yield gate
    gate.set()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_cancelled_run_is_told_again_if_the_store_did_not_answer(history: History, when: str) -> None:
    artifact = history.to_be_cleaned("f")
    getattr(history.store, when)["cancelled"] = 1
    history.until(lambda: history.artifact(artifact).state == "cancelled", "the end")
    history.until(lambda: not history.dispatcher._held, "an empty hand")


@pytest.mark.parametrize("when", ["before", "after"])
def test_no_removal_is_forgotten_if_the_store_did_not_answer(history: History, when: str) -> None:
    names = [history.given_up(fingerprint) for fingerprint in "abc"]
    getattr(history.store, when)["removed"] = 2
    history.until(lambda: not history.dirty() and not history.dispatcher._removals, "the last removal")
    assert not any(Path(history.artifact(name).target).exists() for name in names)


def test_removals_that_fail_hold_up_no_others(history: History) -> None:
    for number in range(20):
        history.change(history.given_up(f"stuck-{number}"), target="s3://whole-bucket", used_at=number)
    good = history.given_up("good")
    history.until(lambda: not history.artifact(good).dirty, "the removal behind those that fail")
    assert len(history.dirty()) == 20


def test_a_lease_that_goes_while_files_are_removed_leaves_nothing_stuck(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow(url: str) -> None:
        begun.set()
        assert gate.wait(60)
        remove_target(url)

    monkeypatch.setattr(cluster.cleaner, "remove_target", slow)
    artifact = history.to_be_cleaned("f")
    history.until(begun.is_set, "the removal")
    history.lose()
    claim = history.here.store.claim_cleanup("two")
    assert claim is not None
    history.until(lambda: history.dispatcher._held[artifact].fate is Fate.FORGET, "the news")
    assert history.here.store.cancelled(claim)
    gate.set()
    history.until(lambda: not history.dispatcher._held, "an empty hand")


def test_what_is_still_being_made_here_is_cleaned_up_only_after_its_end(
    history: History, held_back: threading.Event
) -> None:
    job, artifact = history.submit()
    target = Path(history.artifact(artifact).target)
    history.until((target / "manifest.json").exists, "the files")
    history.lose()
    assert history.here.requests.cancel(history.here.user, job) is JobState.CANCELLING
    calls = history.store.calls["claim_cleanup"]
    history.until(lambda: history.store.calls["claim_cleanup"] >= calls + 2, "time to clean up")
    assert history.artifact(artifact).state == "cancelling"
    assert (target / "manifest.json").exists()
    held_back.set()
    history.until(lambda: history.artifact(artifact).state == "cancelled", "the end")
    assert not target.exists()


def test_files_of_a_run_that_ends_after_others_have_cleaned_up_are_removed_again(
    history: History, held_back: threading.Event
) -> None:
    job, artifact = history.submit()
    target = Path(history.artifact(artifact).target)
    history.until((target / "manifest.json").exists, "the files")
    history.lose()
    history.here.requests.cancel(history.here.user, job)
    claim = history.here.store.claim_cleanup("two")
    assert claim is not None
    assert history.here.store.cancelled(claim)  # and this one writes on
    held_back.set()
    history.until(lambda: not target.exists() and not history.dirty(), "the second removal")


def test_a_cleaner_ends_though_a_store_does_not_answer() -> None:
    gate, cleaner = threading.Event(), Cleaner()
    cleaner.call("hanging", gate.wait)
    closing = threading.Thread(target=lambda: cleaner.close(0.1), daemon=True)
    closing.start()
    closing.join(20)
    assert not closing.is_alive()
    gate.set()


def test_a_run_that_a_library_panics_in_fails_and_holds_nobody_up(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panic(*_: Any) -> Any:
        raise BaseException("thread panicked")  # as compiled libraries do

    monkeypatch.setattr(cluster.runner_threads, "follow", panic)
    job, _ = history.submit()
    requests, user = history.here.requests, history.here.user
    history.until(lambda: requests.job(user, job).state is JobState.FAILED, "the failure")
    assert "panicked" in str(requests.job(user, job).error)
