"""Quotas: what a user may have made, at admission, and that no two jobs at once can both take what is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.jobs.quotas import WINDOW, QuotaError
from api.jobs.requests import ConflictError
from api.jobs.service import Submitted
from cluster import Cost, OrderError
from generator import SchemaError
from tests.laws.job_stores import KINDS
from tests.unit.api.service_places import PEOPLE, ServicePlace, service_place


@pytest.fixture
def here(tmp_path: Path) -> Iterator[ServicePlace]:
    with service_place("sqlite", tmp_path, job_rows=1000, job_bytes=10_000, day_rows=2000, day_bytes=20_000) as found:
        yield found


def refused(here: ServicePlace, rows: int, user: str | None = None) -> QuotaError:
    with pytest.raises(QuotaError) as caught:
        here.submit(rows, user)
    return caught.value


def test_a_job_has_no_more_rows_or_bytes_than_one_may(here: ServicePlace) -> None:
    error = refused(here, 1001)
    assert (error.limit, error.allowed, error.asked, error.room_at) == ("job_rows", 1000, 1001, None)
    assert "1,001 rows, and 1,000 are the most" in str(error)
    error = refused(here, 990)
    assert (error.limit, error.allowed) == ("job_bytes", 10_000)
    assert error.asked > 10_000
    assert here.submit(500).state == "pending"


def test_a_day_has_no_more_than_one_may_have_jobs_under_way_included(here: ServicePlace) -> None:
    user = here.add_user("bob", job_bytes=-1, day_bytes=-1)
    here.submit(900, user)
    assert here.service.quota(user).rows_left == 1100
    here.submit(901, user)
    error = refused(here, 300, user)
    assert (error.limit, error.left, error.room_at) == ("day_rows", 199, None)
    here.work()
    finished = here.clock()
    error = refused(here, 300, user)
    assert error.room_at is not None
    assert abs(error.room_at - WINDOW - finished) < 20_000
    assert "there will be room at 20" in str(error)
    here.submit(199, user)
    here.clock.forward(86_400)
    here.submit(500, user)


def test_bytes_of_a_day_are_those_that_were_made(here: ServicePlace) -> None:
    made = here.make(700)
    size = sum(map(len, here.files(made).values())) - len((here.folder(made) / "manifest.json").read_bytes())
    assert here.service.quota(here.user).bytes_left == 20_000 - size
    again = here.submit(700)
    assert again.cached
    assert here.service.quota(here.user).bytes_left == 20_000 - 2 * size
    assert refused(here, 601).limit == "day_rows"
    error = refused(here, 500)
    assert (error.limit, error.left) == ("day_bytes", 20_000 - 2 * size)


def test_cancelled_and_failed_jobs_give_back_what_they_took(here: ServicePlace) -> None:
    first = here.submit(800)
    here.inner.requests.cancel(here.user, first.job_id)
    assert here.service.quota(here.user).rows_left == 2000
    here.submit(800)
    assert here.service.quota(here.user).rows_left == 1200
    assert here.inner.store.fail(here.inner.claim(), "broken", False, Cost()) == "failed"
    assert here.service.quota(here.user).rows_left == 2000


def test_limits_of_the_user_come_before_those_of_the_settings_and_negative_ones_are_none(here: ServicePlace) -> None:
    free = here.add_user("free", job_rows=-1, job_bytes=-1, day_rows=-1, day_bytes=-1)
    assert here.submit(50_000, free).state == here.submit(10**12, free).state == "pending"
    assert here.service.quota(free).byte_limit is None
    small = here.add_user("small", job_rows=5)
    assert refused(here, 6, small).allowed == 5
    assert here.service.quota(small).byte_limit == 10_000


def test_what_may_be_written_goes_with_the_run(here: ServicePlace) -> None:
    here.submit(600)
    assert here.inner.claim().bytes_left == 10_000
    here.submit(500)
    here.inner.claim()
    left = here.service.quota(here.user).bytes_left
    assert left is not None
    assert left < 10_000
    here.submit(100)
    assert here.inner.claim().bytes_left == left


@pytest.mark.parametrize("kind", KINDS)
def test_two_submits_at_one_moment_cannot_both_take_what_is_left(kind: str, tmp_path: Path) -> None:
    with service_place(kind, tmp_path, day_rows=100) as here:
        start, passed, turned_away = threading.Barrier(4), list[Submitted](), list[QuotaError]()

        def submit(rows: int) -> None:
            start.wait(30)
            try:
                passed.append(here.submit(rows))
            except QuotaError as error:
                turned_away.append(error)

        threads = [threading.Thread(target=submit, args=(60 + number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert (len(passed), len(turned_away)) == (1, 3)
        assert {error.limit for error in turned_away} == {"day_rows"}


def test_mistakes_are_told_with_their_places_and_nothing_is_entered(here: ServicePlace) -> None:
    with pytest.raises(SchemaError) as caught:
        here.submit(document={"rows": 5, "fields": {"id": "sequenze", "n": {"type": "integer", "min": "x"}}})
    assert len(caught.value.mistakes) == 2
    with pytest.raises(SchemaError, match=r"\$\.format"):
        here.submit(format="cvs")
    with pytest.raises(OrderError, match="layout"):
        here.service.submit(here.user, PEOPLE, layout="scattered")  # type: ignore[arg-type]
    with pytest.raises(OrderError, match="characters"):
        here.submit(name="n" * 191)
    with pytest.raises(LookupError, match="no user"):
        here.submit(user="nobody")
    assert here.inner.requests.jobs(here.user)[0] == []


def test_rows_beyond_all_bounds_are_refused_before_anything_is_done_for_each_part(here: ServicePlace) -> None:
    """Delta's log names every part: of so many rows it would be made for minutes."""
    with pytest.raises(QuotaError):
        here.submit(10**15, format="delta")


def test_an_estimate_says_what_a_job_comes_to_and_what_is_left(here: ServicePlace) -> None:
    found, quota = here.service.estimate(here.user, PEOPLE, rows=500, format="ndjson")
    assert (found.rows, found.exact, quota.rows_left) == (500, True, 2000)
    assert here.inner.requests.jobs(here.user)[0] == []


def test_a_failed_job_is_retried_only_if_it_still_fits(here: ServicePlace) -> None:
    failed = here.submit(300)
    assert here.inner.store.fail(here.inner.claim(), "broken", False, Cost()) == "failed"
    user = here.add_user("bob", day_bytes=-1, job_bytes=-1)
    with pytest.raises(LookupError):
        here.service.retry(user, failed.job_id)
    for rows in (600, 601, 602):
        here.submit(rows)
    with pytest.raises(QuotaError, match="in 24 hours"):
        here.service.retry(here.user, failed.job_id)
    here.work()
    here.clock.forward(86_400)
    assert here.service.retry(here.user, failed.job_id) == "pending"
    assert here.work() == 1
    assert here.files(failed)["data.csv"]
    with pytest.raises(ConflictError):
        here.service.retry(here.user, failed.job_id)
