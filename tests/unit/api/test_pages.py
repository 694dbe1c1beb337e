"""Rows on the spot and small files: what is asked for again comes from memory, and is never another's or stale."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.jobs.memory import MemoryCache
from api.jobs.requests import ConflictError, NotFoundError
from cluster import OrderError
from tests.unit.api.service_places import DOCUMENT, PEOPLE, ServicePlace, service_place


@pytest.fixture
def here(tmp_path: Path) -> Iterator[ServicePlace]:
    with service_place("sqlite", tmp_path) as found:
        yield found


def test_any_page_of_a_data_set_is_that_of_its_file_before_it_is_made_and_after(here: ServicePlace) -> None:
    waiting = here.submit(1000, format="ndjson")
    early = here.service.page(here.user, waiting.dataset_id, offset=700, limit=5)
    here.work()
    lines = here.files(waiting)["data.ndjson"].splitlines(keepends=True)
    assert early == b"".join(lines[700:705]) == here.service.page(here.user, waiting.dataset_id, offset=700, limit=5)
    names = here.service.page(here.user, waiting.dataset_id, offset=700, limit=1, fields=["name"], format="csv")
    assert names.startswith(b"name\n")
    assert here.service.page(here.user, waiting.dataset_id, offset=999, limit=5) == lines[999]


def test_a_preview_is_rows_of_a_document(here: ServicePlace) -> None:
    far = here.service.preview(PEOPLE, rows=10**12, offset=10**12 - 1, limit=5, format="csv")
    assert far.splitlines()[1].startswith(b"1000000000000,")
    assert here.service.preview(DOCUMENT, table="b", limit=9, fields=["k"]) == here.service.preview(DOCUMENT, table="b")
    many, unknown = {"table": "a", "limit": 1001}, {"table": "a", "fields": ["x"]}
    for wrong in ({"table": "c"}, {}, {"table": "a", "offset": 70_000}, many, unknown):
        with pytest.raises(OrderError):
            here.service.preview(DOCUMENT, **wrong)


def test_small_files_are_read_once_and_belong_to_their_users(here: ServicePlace) -> None:
    bob = here.add_user("bob")
    made = here.make(document=DOCUMENT)
    files = here.files(made)
    assert here.service.file(here.user, made.dataset_id, "b.csv") == files["b.csv"]
    assert here.service.file(here.user, made.dataset_id, "manifest.json") == files["manifest.json"]
    (here.folder(made) / "b.csv").unlink()
    assert here.service.file(here.user, made.dataset_id, "b.csv") == files["b.csv"]
    for user, name in ((here.user, "../manifest.json"), (here.user, "c.csv"), (bob, "b.csv"), (here.user, "")):
        with pytest.raises(NotFoundError):
            here.service.file(user, made.dataset_id, name)


def test_large_files_are_not_read_into_memory(here: ServicePlace) -> None:
    made = here.make(300_000, document={"rows": 1, "fields": {"id": "sequence"}})
    assert len(here.files(made)["data.csv"]) > 1 << 20
    assert here.service.file(here.user, made.dataset_id, "data.csv") is None


def test_a_damaged_small_file_is_never_served_and_is_made_again(here: ServicePlace) -> None:
    made = here.make(document=DOCUMENT)
    before = here.files(made)
    (here.folder(made) / "b.csv").write_bytes(before["b.csv"].swapcase())
    with pytest.raises(ConflictError, match="made again"):
        here.service.file(here.user, made.dataset_id, "b.csv")
    with pytest.raises(ConflictError, match="pending"):
        here.service.file(here.user, made.dataset_id, "a.csv")
    assert here.work() == 1
    assert here.service.file(here.user, made.dataset_id, "b.csv") == before["b.csv"]


def test_memory_holds_no_more_than_its_bytes_and_forgets_what_was_used_least_recently() -> None:
    memory, loaded = MemoryCache(10), list[str]()

    def load(key: str, size: int = 4) -> Callable[[], bytes]:
        def work() -> bytes:
            loaded.append(key)
            return key.encode() * size

        return work

    for key in ("a", "b", "a", "c", "a", "b"):
        assert memory.get(key, load(key)) == key.encode() * 4
        assert memory.size <= 10
    assert loaded == ["a", "b", "c", "b"]
    assert memory.get("z", load("z", 11)) == b"z" * 11
    assert memory.get("z", load("z", 11)) == b"z" * 11
    assert loaded[-2:] == ["z", "z"]


def test_a_key_is_loaded_once_however_many_ask_and_a_failure_is_not_kept() -> None:
    memory, loads, start = MemoryCache(100), list[int](), threading.Barrier(8)
    found = list[Any]()

    def load() -> bytes:
        loads.append(1)
        if len(loads) == 1:
            raise ValueError("the first one fails")
        return b"value"

    def ask() -> None:
        start.wait(30)
        try:
            found.append(memory.get("key", load))
        except ValueError as error:
            found.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(loads) == 2
    assert sorted(map(str, found)) == sorted([str(b"value")] * 7 + ["the first one fails"])
