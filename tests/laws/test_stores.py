"""The laws of every store: one suite, whatever keeps the bytes."""

from __future__ import annotations

import contextlib
import random
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cluster.errors import ExistsError, GoneError, StoreError
from cluster.storage import Held, Piece, Site, Store, Writer
from cluster.storage_s3 import S3Store
from cluster.stores import canonical_url, open_store
from formats import Chunk

MIB = 1 << 20
NAMES = [
    "plain.csv",
    "folder/deep/er.csv",
    "with space.csv",
    "100%25 done.csv",
    "a+b=c&d.csv",
    "größe-表.csv",
    "q?x#y.csv",
]


def _local(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("tmp_path") / "store")


def _memory(request: pytest.FixtureRequest) -> str:
    return f"memory://{uuid.uuid4().hex}"


def _s3(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("s3_url"))


KINDS: dict[str, Callable[[pytest.FixtureRequest], str]] = {"local": _local, "memory": _memory, "s3": _s3}


@pytest.fixture(params=list(KINDS))
def url(request: pytest.FixtureRequest) -> str:
    return KINDS[request.param](request)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    found = open_store(url)
    found.check()
    yield found
    found.clear("")


def names(store: Store, folder: str = "") -> list[str]:
    return [entry.name for entry in store.entries(folder)]


def fail_after(store: Store, name: str, chunks: list[Chunk]) -> None:
    """Writes chunks of an object, then raises within the writer's block."""
    with contextlib.suppress(ZeroDivisionError), store.writer(name) as writer:
        for chunk in chunks:
            writer.write(chunk)
        raise ZeroDivisionError


def test_its_url_opens_the_same_store(store: Store, url: str) -> None:
    store.put("x", b"1")
    assert store.url == canonical_url(url)
    assert open_store(store.url).read("x") == b"1"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_back_under_its_name(store: Store, name: str) -> None:
    store.put(name, b"content")
    assert store.read(name) == store.find(name) == b"content"
    assert store.size(name) == 7
    assert [(entry.name, entry.size) for entry in store.entries("")] == [(name, 7)]
    store.delete([name])
    assert store.size(name) is None


def test_ranges_of_an_object_are_read(store: Store) -> None:
    data = random.Random(1).randbytes(100_000)
    store.put("x", data)
    assert store.read("x", 10, 20) == data[10:20]
    assert store.read("x", 99_990) == data[99_990:]
    assert store.read("x", 5, 5) == b""
    assert b"".join(store.chunks("x", 7, 99_000, size=1000)) == data[7:99_000]


def test_reading_beyond_the_end_in_chunks_is_an_error(store: Store) -> None:
    store.put("x", b"12345")
    with pytest.raises(StoreError):
        b"".join(store.chunks("x", 0, 6))


def test_an_empty_object_is_an_object(store: Store) -> None:
    store.put("x", b"")
    assert store.size("x") == 0
    assert store.read("x") == b""
    assert names(store) == ["x"]


def test_nothing_shows_before_a_write_is_committed(store: Store) -> None:
    with store.writer("x") as writer:
        writer.write(b"a" * MIB)
        assert store.size("x") is None
        assert [name for name in names(store) if not name.startswith(".seedbed/")] == []
    assert names(store) == ["x"]


def test_a_write_that_fails_leaves_nothing_new(store: Store) -> None:
    store.put("x", b"before")
    fail_after(store, "x", [b"half of"])
    assert store.read("x") == b"before"
    assert names(store) == ["x"]


def test_a_large_object_is_streamed_and_aborted_like_a_small_one(store: Store) -> None:
    block = random.Random(2).randbytes(MIB)
    with store.writer("x") as writer:
        for _ in range(66):
            writer.write(memoryview(block))
    assert store.size("x") == 66 * MIB
    assert store.read("x", 65 * MIB) == block
    fail_after(store, "y", [bytearray(block)] * 65)
    assert names(store) == ["x"]


def test_a_put_replaces_what_was_there(store: Store) -> None:
    store.put("x", b"long before")
    store.put("x", b"now")
    assert store.read("x") == b"now"


def test_one_of_many_creators_wins_and_nobody_replaces(store: Store) -> None:
    values = [f"{number}".encode() * 100 for number in range(16)]
    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(lambda value: store.create("x", value), values))
    assert won.count(True) == 1
    assert store.read("x") == values[won.index(True)]
    assert not store.create("x", b"late")
    assert names(store) == ["x"]


def test_what_is_absent_is_none_or_gone_never_empty(store: Store) -> None:
    assert store.size("x") is None
    assert store.find("x") is None
    assert list(store.entries("folder")) == []
    with pytest.raises(GoneError):
        store.read("x")
    with pytest.raises(GoneError):
        store.read("x", 0, 10)


def test_a_folder_is_no_object(store: Store) -> None:
    store.put("folder/x", b"1")
    assert store.size("folder") is None


def test_objects_are_listed_by_folder_sorted_with_sizes(store: Store) -> None:
    for name in ("b", "a/2", "a/1/z", "ab/1", "a/10"):
        store.put(name, name.encode())
    assert names(store) == ["a/1/z", "a/10", "a/2", "ab/1", "b"]
    assert [(entry.name, entry.size) for entry in store.entries("a")] == [("a/1/z", 5), ("a/10", 4), ("a/2", 3)]


def test_deleting_twice_is_harmless_and_clearing_takes_only_the_folder(store: Store) -> None:
    for name in ("a/1", "a/2/3", "ab", "b"):
        store.put(name, b"x")
    store.delete(["b", "absent", "b"])
    store.clear("a")
    store.clear("a")
    assert names(store) == ["ab"]


def _assemble(store: Store, sizes: list[int], ending: bytes, rewrite: bool = False) -> bytes:
    """Puts an object together as the coordinator does, its pieces in a shuffled order; returns what it is to be."""
    chance = random.Random(len(sizes))
    pieces = [chance.randbytes(size) for size in sizes]
    assembly, site = store.assembly(), Site("out/x.csv", ".seedbed/f/pieces/x.csv", len(sizes))
    token, held, todo = assembly.begin(site), dict[int, Piece](), list(range(len(sizes)))
    chance.shuffle(todo)
    while todo:
        number = todo.pop()
        for _ in range(1 + rewrite):
            writer = assembly.writer(site, token, number)
            with writer:
                for start in range(0, len(pieces[number]), MIB):
                    writer.write(pieces[number][start : start + MIB])
        piece = held[number] = Piece(number, sizes[number], writer.held)
        if not assembly.fits(site, token, piece):
            assembly.abandon(site, token)
            token = ""
            todo += [other for other in held if held[other].held.upload]
    assert store.size(site.name) is None
    assert assembly.holds(site, token) == held
    assembly.complete(site, token, [held[number] for number in range(len(sizes))], ending)
    store.clear(site.scratch)
    return b"".join([*pieces, ending])


@pytest.mark.parametrize("ending", [b"", b"]\n"])
@pytest.mark.parametrize(
    "sizes",
    [
        [5 * MIB, 5 * MIB + 1, 6 * MIB],
        [5 * MIB, 7 * MIB, 1000],
        [5 * MIB, 0],
        [6 * MIB, 1000, 6 * MIB, 10, 10, 5 * MIB],
        [10, 0, 20],
        [1000] * 7 + [12 * MIB] + [1000],
    ],
)
def test_pieces_written_in_any_order_become_one_object(store: Store, sizes: list[int], ending: bytes) -> None:
    whole = _assemble(store, sizes, ending)
    assert store.read("out/x.csv") == whole
    assert names(store) == ["out/x.csv"]


def test_writing_a_piece_again_changes_nothing(store: Store) -> None:
    assert _assemble(store, [5 * MIB, 6 * MIB, 7], b"end", rewrite=True) == store.read("out/x.csv")


def test_assembling_never_replaces_an_object(store: Store) -> None:
    site = Site("x.csv", ".seedbed/f/pieces/x.csv", 1)
    assembly = store.assembly()
    token = assembly.begin(site)
    with assembly.writer(site, token, 0) as writer:
        writer.write(b"new")
    store.put("x.csv", b"theirs")
    with pytest.raises(ExistsError):
        assembly.complete(site, token, [Piece(0, 3, Held())], b"")
    assembly.abandon(site, token)
    assert store.read("x.csv") == b"theirs"


def test_assembling_without_a_piece_fails_and_publishes_nothing(store: Store) -> None:
    site = Site("x.csv", ".seedbed/f/pieces/x.csv", 2)
    assembly = store.assembly()
    with assembly.writer(site, "", 0) as writer:
        writer.write(b"only one")
    with pytest.raises(GoneError):
        assembly.complete(site, "", [Piece(0, 8, Held()), Piece(1, 8, Held())], b"")
    assert store.size("x.csv") is None


def test_an_abandoned_assembly_is_dead_and_leaves_nothing(store: Store) -> None:
    site = Site("x.csv", ".seedbed/f/pieces/x.csv", 2)
    assembly = store.assembly()
    token = assembly.begin(site)
    assembly.abandon(site, token)
    assembly.abandon(site, token)
    assert not assembly.alive(site, token)
    assert assembly.holds(site, token) == {}
    assert names(store) == []


def _copied(writer: Writer, source: Store, start: int, stop: int) -> bytes | None:
    """Copies bytes of ``original``; those that the writer has looked at, or None."""
    looked = bytearray()
    return bytes(looked) if writer.copy(source, "original", start, stop, looked.extend) else None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [0, 1000, 11 * MIB])
def test_bytes_of_another_store_s_object_are_copied_among_those_that_are_written(
    store: Store, kind: str, size: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    source = open_store(str(tmp_path / "source") if kind == "local" else KINDS[kind](request))
    data = random.Random(size).randbytes(size + 10)
    source.put("original", data)
    expected = data[3 : size + 3]
    with store.writer("x") as writer:
        looked = [_copied(writer, source, 3, size + 3)]
    with store.writer("y") as writer:
        writer.write(b"before")
        looked += [_copied(writer, source, 3, size + 3)]
        writer.write(b"between")
        looked += [_copied(writer, source, 3, size + 3)]
        writer.write(b"behind")
    assert store.read("x") == expected
    assert store.read("y") == b"before" + expected + b"between" + expected + b"behind"
    assert {*looked} <= {expected, None}
    assert None not in looked or (kind == "s3" and size > MIB), "what costs little to look at is looked at"


@pytest.mark.parametrize("begun", [True, False])
def test_a_piece_may_be_copied_from_another_object(store: Store, begun: bool) -> None:
    size = 6 * MIB
    data = random.Random(5).randbytes(3 * size)
    store.put("original", data)
    site, assembly = Site("x", "scratch", 3), store.assembly()
    token = assembly.begin(site) if begun else ""
    pieces = []
    for number in (0, 1, 2):
        with assembly.writer(site, token, number) as writer:
            writer.copy(store, "original", number * size, (number + 1) * size, len)
            if number == 1:
                writer.write(b"and more")
        pieces.append(Piece(number, size + 8 * (number == 1), writer.held))
    assert assembly.holds(site, token) == dict(enumerate(pieces))
    assembly.complete(site, token, pieces, b"ending")
    assert store.read("x") == data[: 2 * size] + b"and more" + data[2 * size :] + b"ending"


def test_copying_what_is_gone_too_short_or_replaced_leaves_nothing(store: Store, url: str) -> None:
    for _ in range(2):
        with pytest.raises(StoreError), store.writer("x") as writer:
            writer.copy(store, "original", 0, 7 * MIB, len)
        assert store.size("x") is None
        store.put("original", b"1" * (6 * MIB))
    if url.startswith("s3:"):
        source = open_store(url)
        assert isinstance(source, S3Store)
        source.tag("original")
        store.put("original", b"2" * (6 * MIB))
        with pytest.raises(GoneError, match="has been replaced"), store.writer("x") as writer:
            writer.copy(source, "original", 0, 6 * MIB, len)
        assert store.size("x") is None
