"""The cache: what is there is served to everybody, only if it is what it was; what is not is made again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.jobs.cache import ArtifactCache, Kept
from api.jobs.service import Submitted
from cluster import Cost, Look, Made, Order, open_store, run_here
from tests.laws.job_stores import KINDS
from tests.unit.api.service_places import DOCUMENT, ServicePlace, service_place


@pytest.fixture
def here(tmp_path: Path) -> Iterator[ServicePlace]:
    with service_place("sqlite", tmp_path) as found:
        yield found


@pytest.mark.parametrize("kind", KINDS)
def test_another_user_is_served_at_once_with_a_job_and_a_data_set_of_his_own(kind: str, tmp_path: Path) -> None:
    with service_place(kind, tmp_path) as here:
        bob = here.add_user("bob")
        mine = here.make(name="mine")
        his = here.submit(user=bob, name="his")
        assert (his.cached, his.joined, his.state) == (True, False, "succeeded")
        assert his.estimate.bytes == here.inner.requests.dataset(here.user, mine.dataset_id).bytes
        assert his.job_id != mine.job_id
        assert his.dataset_id != mine.dataset_id
        assert here.files(his, bob) == here.files(mine)
        assert here.inner.requests.dataset(bob, his.dataset_id).name == "his"
        assert [(day.jobs, day.rows) for day in here.service.usage(bob)] == [(1, 20)]
        assert here.service.usage(bob, 0) == []
        assert here.work() == 0


def test_a_run_under_way_is_joined_and_ends_for_all(here: ServicePlace) -> None:
    bob = here.add_user("bob")
    mine = here.submit()
    claim = here.inner.claim()
    his = here.submit(user=bob)
    assert (his.cached, his.joined, his.state) == (False, True, "running")
    made = run_here(Order.model_validate_json(claim.order))
    assert here.inner.store.succeed(claim, Made(made.digest, made.rows, made.bytes), Cost(1.0, made.bytes))
    assert here.state(mine) == here.state(his, bob) == "succeeded"
    assert here.service.usage(here.user)[0].bytes == here.service.usage(bob)[0].bytes == made.bytes


@pytest.mark.parametrize("damage", ["file", "manifest", "folder", "byte", "manifest cut short"])
def test_damaged_files_are_made_again_elsewhere_and_every_data_set_points_there(
    damage: str, here: ServicePlace
) -> None:
    bob = here.add_user("bob")
    mine = here.make(document=DOCUMENT)
    before, folder = here.files(mine), here.folder(mine)
    if damage == "file":
        (folder / "a.csv").unlink()
    elif damage == "manifest":
        (folder / "manifest.json").unlink()
    elif damage == "folder":
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    elif damage == "byte":
        data = bytearray(before["a.csv"])
        data[100_000] ^= 1
        (folder / "a.csv").write_bytes(data)
    else:
        (folder / "manifest.json").write_bytes(before["manifest.json"][:-20])
    his = here.submit(document=DOCUMENT, user=bob)
    assert (his.cached, his.joined, his.state) == (False, True, "pending")
    assert here.state(mine) == "pending"
    assert here.work() == 1
    assert here.files(mine) == here.files(his, bob) == before
    assert here.state(mine) == here.state(his, bob) == "succeeded"
    assert here.folder(mine) != folder
    assert here.remove() == [str(folder)]
    assert not folder.exists()
    assert here.submit(document=DOCUMENT).cached


def test_deleting_one_data_set_leaves_the_others(here: ServicePlace) -> None:
    bob = here.add_user("bob")
    mine = here.make()
    his = here.submit(user=bob)
    here.inner.requests.delete_dataset(here.user, mine.dataset_id)
    here.clock.forward(10 * 86_400)
    assert here.upkeep.step().evicted == 0
    assert here.files(his, bob)["data.csv"]


def test_what_nobody_has_any_more_is_given_up_least_recently_used_first(tmp_path: Path) -> None:
    with service_place("sqlite", tmp_path, cache_bytes=600) as here:
        made = [here.make(rows) for rows in (20, 21, 22, 23)]
        folders = [here.folder(each) for each in made]
        for each in made[:3]:
            here.inner.requests.delete_dataset(here.user, each.dataset_id)
            here.clock.forward(100)
        first = here.submit(20)
        assert first.cached
        here.inner.requests.delete_dataset(here.user, first.dataset_id)
        here.clock.forward(100)
        sizes = [len((folder / "data.csv").read_bytes()) for folder in folders[:3]]
        assert sizes[0] + sizes[2] <= 600 < sum(sizes)
        found = here.upkeep.step()
        assert (found.evicted, found.freed_bytes) == (1, sizes[1])
        assert here.remove() == [str(folders[1])]
        assert [folder.exists() for folder in folders] == [True, False, True, True]
        assert here.submit(20).cached
        again = here.submit(21)
        assert (again.cached, again.joined) == (False, False)
        assert here.work() == 1
        assert here.folder(again) != folders[1]


def test_what_nobody_has_had_for_long_is_given_up(tmp_path: Path) -> None:
    with service_place("sqlite", tmp_path, cache_days=7) as here:
        made = here.make()
        here.inner.requests.delete_dataset(here.user, made.dataset_id)
        here.clock.forward(6.9 * 86_400)
        assert here.upkeep.step().evicted == 0
        here.clock.forward(0.2 * 86_400)
        assert here.upkeep.step().evicted == 1
        assert len(here.remove()) == 1


def test_data_sets_whose_time_is_over_are_deleted_but_not_those_of_others(tmp_path: Path) -> None:
    with service_place("sqlite", tmp_path, retention_days=30, cache_bytes=0) as here:
        keeper = here.add_user("keeper", retention_days=-1)
        mine = here.make()
        kept, waiting = here.submit(user=keeper), here.submit(99)
        here.clock.forward(31 * 86_400)
        assert here.upkeep.step().expired == 1  # the one that waits is yet to be made
        with pytest.raises(LookupError):
            here.inner.requests.dataset(here.user, mine.dataset_id)
        assert here.state(waiting) == "pending"
        assert here.files(kept, keeper)["data.csv"]


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_submits_while_it_is_given_up_gets_files_that_stay(kind: str, tmp_path: Path) -> None:
    """Eviction and submits at the same moments, again and again: a data set never points to files that were removed."""
    with service_place(kind, tmp_path, cache_bytes=0, cache_days=0) as here:
        for _ in range(2):
            made = here.submit()
            here.work()
            here.inner.requests.delete_dataset(here.user, made.dataset_id)
            here.clock.forward(3600)
            start, found = threading.Barrier(2), list[Submitted]()

            def submit(start: threading.Barrier = start, found: list[Submitted] = found) -> None:
                start.wait(30)
                found.append(here.submit())

            thread = threading.Thread(target=submit)
            thread.start()
            start.wait(30)
            here.upkeep.step()
            here.remove()
            thread.join(60)
            here.work()
            assert here.files(found[0])["data.csv"]
            assert here.state(found[0]) == "succeeded"
            here.inner.requests.delete_dataset(here.user, found[0].dataset_id)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_given_up_between_the_look_and_the_entry_is_made_anew(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service_place(kind, tmp_path, cache_bytes=0, cache_days=0) as here:
        made = here.make()
        here.inner.requests.delete_dataset(here.user, made.dataset_id)
        here.clock.forward(3600)
        look = ArtifactCache.look

        def look_then_evict(cache: ArtifactCache, found: Kept) -> Look:
            seen = look(cache, found)
            assert seen.whole
            assert here.upkeep.step().evicted == 1
            assert len(here.remove()) == 1
            return seen

        monkeypatch.setattr(ArtifactCache, "look", look_then_evict)
        again = here.submit()
        assert (again.cached, again.joined, again.state) == (False, False, "pending")
        assert here.work() == 1
        assert here.files(again)["data.csv"]


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_finds_damage_at_one_moment_it_is_made_again_once_and_whole(
    kind: str, tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    """While some still look, others have it made again already: what is new is never taken for what was damaged."""
    with service_place(kind, tmp_path) as here:
        made = here.make(document=DOCUMENT)
        before, ended, runs = here.files(made), threading.Event(), list[int]()

        def work() -> None:
            while not ended.is_set():
                runs.append(here.work())
                ended.wait(0.01)

        worker = threading.Thread(target=work)
        worker.start()
        try:
            for name in ("a.csv", "manifest.json"):
                (here.folder(made) / name).unlink()
                start, found = threading.Barrier(3), list[Submitted]()

                def submit(start: threading.Barrier = start, found: list[Submitted] = found) -> None:
                    start.wait(30)
                    found.append(here.submit(document=DOCUMENT))

                threads = [threading.Thread(target=submit) for _ in range(3)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(60)
                assert len(found) == 3
                assert {each.cached or each.joined for each in found} == {True}
                wait_for(lambda: here.state(made) == "succeeded")
        finally:
            ended.set()
            worker.join(60)
        assert sum(runs) == 2
        assert here.files(made) == before
        assert here.state(made) == "succeeded"


def test_what_is_damaged_on_s3_is_made_again_there_too(s3_url: str, tmp_path: Path) -> None:
    with service_place("sqlite", tmp_path, storage_url=s3_url) as here:
        made = here.make(document=DOCUMENT)
        damaged = open_store(here.inner.requests.dataset(here.user, made.dataset_id).target)
        before = damaged.read("a.csv")
        assert here.submit(document=DOCUMENT).cached
        damaged.put("a.csv", before[:-9] + b"\n" * 9)
        again = here.submit(document=DOCUMENT)
        assert (again.cached, again.joined) == (False, True)
        assert here.work() == 1
        store = open_store(here.inner.requests.dataset(here.user, made.dataset_id).target)
        assert store.read("a.csv") == before
        assert here.remove() == [damaged.url]
        assert damaged.find("a.csv") is None
        assert here.service.file(here.user, again.dataset_id, "b.csv") == store.read("b.csv")
