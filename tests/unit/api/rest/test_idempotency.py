"""Answers that are given again, and requests that were cut off between what they did and their answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from litestar import Response
from sqlmodel import select

from api.database.engine import Database
from api.database.service_models import Answer
from api.problems import ProblemError
from api.rest.idempotency import ABANDONED, KEPT, Answers
from cluster import JobStoreError
from tests.laws.job_stores import Clock
from tests.servers.rest import RestService

SECRET = b"x" * 32


class KilledError(BaseException):
    """Stands for the end of the process: nothing is done about it."""


@pytest.fixture
def place(tmp_path: Path) -> tuple[Answers, Clock, Database]:
    database = Database(f"sqlite:///{tmp_path / 'answers.db'}")
    database.upgrade()
    clock = Clock()
    return Answers(database, SECRET, clock), clock, database


def answered(text: str) -> Response[bytes]:
    return Response(text.encode(), status_code=201, media_type="application/json")


def test_what_was_cut_off_is_carried_out_again_under_the_same_identifier(
    place: tuple[Answers, Clock, Database],
) -> None:
    answers, clock, _ = place
    given: list[str] = []

    def killed(made: str) -> Response[bytes]:
        given.append(made)
        raise KilledError

    def done(made: str) -> Response[bytes]:
        given.append(made)
        return answered(made)

    with pytest.raises(KilledError):
        answers.once("ann", "key", b"{}", killed)
    with pytest.raises(ProblemError) as caught:
        answers.once("ann", "key", b"{}", done)
    assert caught.value.kind == "key-in-use"
    clock.forward(ABANDONED / 1000 + 1)
    first = answers.once("ann", "key", b"{}", done)
    assert given[0] == given[1]
    again = answers.once("ann", "key", b"{}", done)
    assert (again.content, len(given)) == (first.content, 2)
    clock.forward(KEPT / 1000 + 1)
    answers.once("ann", "key", b"{}", done)
    assert given[2] != given[0]


def test_after_the_database_was_away_it_is_carried_out_again_at_once(place: tuple[Answers, Clock, Database]) -> None:
    answers, _, _ = place
    given: list[str] = []

    def away(made: str) -> Response[bytes]:
        given.append(made)
        raise JobStoreError("the database is away")

    def done(made: str) -> Response[bytes]:
        given.append(made)
        return answered("done")

    with pytest.raises(JobStoreError):
        answers.once("ann", "key", b"{}", away)
    answers.once("ann", "key", b"{}", done)
    assert given[0] == given[1]


def test_answers_are_not_readable_in_the_database(place: tuple[Answers, Clock, Database]) -> None:
    answers, _, database = place
    answers.once("ann", "key", b"{}", lambda _: answered("planted-secret"))
    kept = database.read(lambda session: session.execute(select(Answer)).scalars().one())
    assert "planted" not in kept.body
    assert "key" not in kept.id
    other = Answers(database, b"y" * 32)
    with pytest.raises(ProblemError, match="cannot be read any more"):
        other.once("ann", "key", b"{}", lambda _: answered("new"))


def test_everything_that_is_created_is_created_once_under_a_key(service: RestService) -> None:
    ann = service.user("once-ann")
    schema = {"rows": 3, "fields": {"id": "sequence"}}
    for path, body in (
        ("/api-keys", {"name": "mine"}),
        ("/schemas", {"name": "mine", "schema": schema}),
        ("/datasets", {"schema": schema}),
        ("/webhooks", {"url": "http://127.0.0.1:9/"}),
        ("/generate-data", {"schema": schema}),
    ):
        header = {"Idempotency-Key": "the same"}
        first, second = (ann.post(path, json=body, headers=header) for _ in range(2))
        assert first.status_code == second.status_code, (path, second.text)
        assert first.json() == second.json()
        assert second.headers["idempotency-replayed"] == "true"
        if path != "/generate-data":
            assert len(ann.get(path).json()["items"]) == 1
