"""What comes between two statements of a transaction, on databases where several write at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

import api.database.dialects
import api.database.engine
from api.database.engine import Database
from api.database.models import Artifact, Attempt, DataSet, Job
from api.jobs.requests import ConflictError, JobRequests
from api.jobs.upkeep import Upkeep
from cluster import Cost, JobState, JobStoreError
from tests.laws.job_stores import KINDS, Entered, Place, place

SEVERAL = ("postgresql", "mariadb")
DAY = 86_400


@contextmanager
def before_statement(database: Database, beginning: str, act: Callable[[], object]) -> Iterator[None]:
    """Has something done before the first statement of a database that has these words."""
    due = [act]

    def about(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if due and beginning in statement:
            due.pop()()

    event.listen(database.engine, "before_cursor_execute", about)
    yield
    event.remove(database.engine, "before_cursor_execute", about)
    assert not due


def failed(here: Place) -> Entered:
    entered = here.enter("f")
    here.store.fail(here.claim(), "it cannot be", False, Cost())
    return entered


def data_of(here: Place, entered: Entered) -> DataSet:
    return here.database.read(lambda session: session.get_one(DataSet, entered.dataset_id))


@pytest.mark.parametrize("kind", SEVERAL)
def test_a_data_set_whose_job_is_retried_meanwhile_is_not_deleted(kind: str, tmp_path: Path) -> None:
    with place(kind, tmp_path) as here:
        entered = failed(here)
        other = Database(here.url)
        requests = JobRequests(other, here.settings, here.clock)
        with (
            before_statement(here.database, "FOR UPDATE", lambda: requests.retry(here.user, entered.job_id)),
            pytest.raises(ConflictError, match="being made"),
        ):
            here.requests.delete_dataset(here.user, entered.dataset_id)
        other.close()
        assert here.job(entered).state is JobState.PENDING
        assert data_of(here, entered).deleted_at is None


@pytest.mark.parametrize("kind", SEVERAL)
def test_a_data_set_whose_job_is_retried_at_the_end_of_its_term_stays(kind: str, tmp_path: Path) -> None:
    with place(kind, tmp_path, retention_days=1) as here:
        entered = failed(here)
        here.clock.forward(DAY + 1)
        other = Database(here.url)
        requests = JobRequests(other, here.settings, here.clock)
        with before_statement(here.database, "UPDATE datasets", lambda: requests.retry(here.user, entered.job_id)):
            Upkeep(here.database, here.settings, here.clock).step()
        other.close()
        assert data_of(here, entered).deleted_at is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_reason_that_no_database_can_hold_is_told_all_the_same(kind: str, tmp_path: Path) -> None:
    with place(kind, tmp_path) as here:
        entered = here.enter("f")
        assert here.store.fail(here.claim(), "a\0b\ud800c" + "x" * 10_000_000, False, Cost()) is JobState.FAILED
        error = str(here.job(entered).error)
        assert error.startswith("a\N{REPLACEMENT CHARACTER}b?c")
        assert len(error) < 10_000


def test_a_lock_that_is_not_given_is_waited_for_only_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.database.dialects, "_BUSY_SECONDS", 0.2)
    monkeypatch.setattr(api.database.engine, "_PATIENCE_SECONDS", 0.3)
    asked = []
    with place("sqlite", tmp_path) as here:
        other = Database(here.url)
        event.listen(here.database.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
        with other.transaction() as holder:
            holder.connection()
            with pytest.raises(JobStoreError, match="locked"):
                here.store.release("one")
        other.close()
    assert 2 <= asked.count("BEGIN IMMEDIATE") <= 3


def test_a_password_among_the_options_of_a_url_is_not_shown() -> None:
    database = Database("postgresql://127.0.0.1:1/queue?user=me&password=hunter2")
    with pytest.raises(JobStoreError) as caught:
        database.upgrade()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_long_over_is_forgotten_and_nothing_else(kind: str, tmp_path: Path) -> None:
    with place(kind, tmp_path, retention_days=None, history_days=90) as here:
        kept, gone, shared, lost = here.make("kept"), here.make("gone"), here.make("shared"), failed(here)
        bob = here.add_user("bob")
        his = here.enter("shared", bob)
        for entered in (gone, shared, lost):
            here.requests.delete_dataset(here.user, entered.dataset_id)
        here.database.run(lambda session: _give_up(session, gone.artifact_id))
        cleaned = {removal.artifact: here.store.removed(removal) for removal in here.store.removals(10)}
        assert cleaned == {gone.artifact_id: True, lost.artifact_id: True}
        assert Upkeep(here.database, here.settings, here.clock).step().forgotten == 0
        here.clock.forward(91 * DAY)
        again = failed(here)
        # Three jobs, two runs, and the records of five requests.
        assert Upkeep(here.database, here.settings, here.clock).step().forgotten == 10

        def names(column: Any) -> set[str]:
            return set(here.database.read(lambda session: list(session.execute(select(column)).scalars())))

        assert names(Job.id) == {kept.job_id, his.job_id, again.job_id}
        assert names(DataSet.id) == {kept.dataset_id, his.dataset_id, again.dataset_id}
        assert names(Artifact.id) == {kept.artifact_id, shared.artifact_id, again.artifact_id}
        assert names(Attempt.artifact_id) == names(Artifact.id)
        assert here.requests.retry(here.user, again.job_id) is JobState.PENDING


def _give_up(session: Any, name: str) -> None:
    found = session.get_one(Artifact, name)
    found.state, found.live, found.dirty = "removed", None, True
