"""What a dispatcher does beside its runs: files are read against their digests, rates written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.jobs.service import JobService
from api.jobs.upkeep import CHECK_AFTER, Upkeep
from cluster import Order, rate_name
from tests.laws.job_stores import KINDS
from tests.unit.api.service_places import DOCUMENT, PEOPLE, ServicePlace, service_place


@pytest.fixture
def here(tmp_path: Path) -> Iterator[ServicePlace]:
    with service_place("sqlite", tmp_path) as found:
        yield found


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_found_and_made_again_without_anybody_asking_for_it(kind: str, tmp_path: Path) -> None:
    with service_place(kind, tmp_path) as here:
        made = here.make()
        before = here.files(made)
        damage(here.folder(made) / "data.csv")
        assert here.upkeep.step().checked == 0  # it was made just now
        here.clock.forward(CHECK_AFTER / 1000 + 1)
        found = here.upkeep.step()
        assert (found.checked, found.damaged) == (1, 1)
        assert found.read_bytes >= len(before["data.csv"])
        assert here.work() == 1
        assert here.files(made) == before
        here.clock.forward(CHECK_AFTER / 1000 + 1)
        found = here.upkeep.step()
        assert (found.checked, found.damaged) == (1, 0)
        assert here.upkeep.step().checked == 0


def test_what_is_damaged_and_nobodys_is_given_up_instead(here: ServicePlace) -> None:
    made = here.make()
    folder = here.folder(made)
    here.inner.requests.delete_dataset(here.user, made.dataset_id)
    damage(folder / "data.csv")
    here.clock.forward(CHECK_AFTER / 1000 + 1)
    assert here.upkeep.step().damaged == 1
    assert here.work() == 0
    assert here.remove() == [str(folder)]


def test_a_step_reads_a_bit_and_the_next_one_goes_on_with_what_was_not_checked_for_longest(here: ServicePlace) -> None:
    for rows in (10, 11, 12):
        here.make(rows)
    here.clock.forward(CHECK_AFTER / 1000 + 1)
    upkeep = Upkeep(here.inner.database, here.inner.settings, here.clock, check_bytes=10)
    steps = [upkeep.step() for _ in range(4)]
    assert [step.checked for step in steps] == [1, 1, 1, 0]
    assert all(step.damaged == 0 for step in steps)


def test_of_a_large_artifact_some_pieces_are_read_at_a_time(here: ServicePlace) -> None:
    made = here.make(document=DOCUMENT, layout="parts")
    size = here.inner.requests.dataset(here.user, made.dataset_id).bytes
    here.clock.forward(CHECK_AFTER / 1000 + 1)
    upkeep = Upkeep(here.inner.database, here.inner.settings, here.clock, check_bytes=1000)
    found = upkeep.step()
    assert found.checked == 1
    assert 0 < found.read_bytes < size


def test_rates_are_those_of_finished_runs_and_follow_the_latest(
    here: ServicePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.jobs.rates.LEAST_SECONDS", 1.0)

    def seconds_a_byte() -> float:
        service = JobService(here.inner.database, here.inner.settings, here.clock)  # one reads rates now and then only
        found, _ = service.estimate(here.user, PEOPLE, rows=5000)
        return found.seconds / found.bytes if found.measured else 0.0

    here.submit(3000)
    here.work(seconds=0.5)
    assert here.upkeep.step().rated == 0  # too short to tell
    size = here.inner.requests.dataset(here.user, here.make(4000).dataset_id).bytes
    assert (here.upkeep.step().rated, here.upkeep.step().rated) == (1, 0)
    assert rate_name(Order.of(PEOPLE, "memory://x")) == "csv none"
    first = seconds_a_byte()
    assert first == pytest.approx(1 / size)
    for rows in (4001, 4002, 4003):
        here.submit(rows)
        here.work(seconds=2.0)
    assert here.upkeep.step().rated == 3
    assert 1.5 * first < seconds_a_byte() < 2 * first
    Upkeep(here.inner.database, here.inner.settings, here.clock).step()  # of another dispatcher
    assert 1.5 * first < seconds_a_byte() < 2 * first
