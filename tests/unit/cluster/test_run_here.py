"""Whole orders in this process: what is at the target before, after, and after something went wrong."""

from __future__ import annotations

import errno
import gzip
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cluster.errors import OrderError, StoreError
from cluster.manifest import Manifest
from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run, run_here
from cluster.state import State
from cluster.stores import open_store
from tests.unit.cluster.folders import CrashError, crash_after, files

Document = Callable[..., dict[str, Any]]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_data_set_is_its_objects_and_its_manifest_and_nothing_else(document: Document, out: Path) -> None:
    manifest = run_here(Order.of(document(3), str(out)))
    found = files(out)
    assert sorted(found) == ["manifest.json", "orders.csv", "t0.csv", "t1.csv"]
    assert sorted(path.name for path in out.iterdir()) == sorted(found)
    assert Manifest.parse(found["manifest.json"], "x") == manifest
    assert (
        manifest.rows == 65_536 * 2 + 1000 + 3 == sum(found[name].count(b"\n") - 1 for name in found if "csv" in name)
    )
    assert manifest.bytes == sum(len(found[name]) for name in found if "csv" in name)


@pytest.mark.parametrize("options", [{}, {"compression": "gzip"}, {"format": "ndjson"}, {"format": "parquet"}])
@pytest.mark.parametrize("layout", ["merged", "both"])
def test_joined_parts_are_the_file_that_one_part_would_be(
    document: Document, out: Path, options: dict[str, Any], layout: Any
) -> None:
    order = Order.of(document(3, small=0), str(out), layout=layout, **options)
    run_here(order)
    table = order.compile().plan.tables["orders"]
    name = next(order.compile().objects()).name
    rows = _rows(out / name)
    assert len(rows) == table.rows
    for at in (0, 65_535, 65_536, table.rows - 1):
        assert rows[at][0] == at + 1
    if layout == "both":
        assert [row for index in range(3) for row in _rows(out / name.replace(".", f"/part-{index:05d}.", 1))] == rows


def _rows(path: Path) -> list[tuple[Any, ...]]:
    """The rows of a file, by a reader that is not ours."""
    import duckdb

    reader = {"csv": "read_csv", "ndjson": "read_json", "parquet": "read_parquet"}[path.name.split(".")[1]]
    return duckdb.sql(f"from {reader}('{path}')").fetchall()


def test_any_number_of_threads_gives_the_same_bytes(document: Document, tmp_path: Path) -> None:
    order = Order.of(document(5), str(tmp_path / "one"))
    manifests = [run_here(order), run_here(order.model_copy(update={"target": f"file://{tmp_path}/two"}), threads=4)]
    assert manifests[0] == manifests[1]
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_memory_holds_the_same_data_set_as_a_folder(document: Document, out: Path) -> None:
    url = f"memory://{uuid.uuid4().hex}"
    manifest = run(Order.of(document(3), url, compression="gzip"))
    assert manifest == run_here(Order.of(document(3), str(out), compression="gzip"))
    store = open_store(url)
    assert {entry.name: store.read(entry.name) for entry in store.entries("")} == files(out)
    store.clear("")


def test_a_finished_data_set_is_not_made_again(document: Document, out: Path) -> None:
    order, seen = Order.of(document(2), str(out)), list[Progress]()
    first, before = run_here(order), {path: path.stat().st_mtime_ns for path in out.iterdir()}
    assert run_here(order, progress=seen.append) == first
    assert {path: path.stat().st_mtime_ns for path in out.iterdir()} == before
    assert [(progress.stage, progress.resumed) for progress in seen] == [("done", 4)]


def test_a_data_set_that_lost_an_object_is_made_whole(document: Document, out: Path) -> None:
    order = Order.of(document(2), str(out))
    first, before = run_here(order), files(out)
    (out / "t0.csv").unlink()
    assert run_here(order) == first
    assert files(out) == before


def test_another_data_set_at_the_target_is_kept_unless_it_may_be_overwritten(document: Document, out: Path) -> None:
    run_here(Order.of(document(2, small=2), str(out)))
    before = files(out)
    other = Order.of(document(2, small=1, seed=2), str(out))
    with pytest.raises(OrderError, match=r"already holds another data set .* overwrite it"):
        run_here(other)
    assert files(out) == before
    run_here(other, overwrite=True)
    assert sorted(files(out)) == ["manifest.json", "orders.csv", "t0.csv"]
    assert files(out)["orders.csv"] != before["orders.csv"]


def test_foreign_files_at_the_target_are_kept_unless_they_may_be_overwritten(document: Document, out: Path) -> None:
    out.mkdir()
    (out / "t0.csv").write_text("mine")
    (out / "mine.txt").write_text("mine too")
    order = Order.of(document(2), str(out))
    with pytest.raises(OrderError, match=r"already holds t0\.csv, which is not of a data set in progress"):
        run_here(order)
    assert files(out) == {"t0.csv": b"mine", "mine.txt": b"mine too"}
    run_here(order, overwrite=True)
    assert files(out)["t0.csv"] != b"mine"
    assert files(out)["mine.txt"] == b"mine too"


def test_a_damaged_manifest_is_not_taken_for_a_data_set(document: Document, out: Path) -> None:
    out.mkdir()
    (out / "manifest.json").write_text("{}")
    order = Order.of(document(1), str(out))
    with pytest.raises(OrderError, match="is no manifest of a data set"):
        run_here(order)
    assert run_here(order, overwrite=True).rows == 1003


@pytest.mark.parametrize("layout", ["merged", "parts", "both"])
def test_resuming_makes_only_the_missing_parts(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: Any
) -> None:
    order = Order.of(document(5), str(tmp_path / "out"), layout=layout)
    crash_after(3, order, monkeypatch)
    assert not (tmp_path / "out/orders.csv").exists()
    seen: list[Progress] = []
    manifest = run_here(order, progress=seen.append)
    assert (seen[0].parts, seen[0].resumed, seen[-1].resumed) == (3, 3, 3)
    assert manifest == run_here(order.model_copy(update={"target": f"file://{tmp_path}/whole"}))
    assert files(tmp_path / "out") == files(tmp_path / "whole")


@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
@pytest.mark.parametrize("layout", ["merged", "parts"])
def test_a_part_whose_bytes_are_damaged_is_made_again(
    document: Document, out: Path, monkeypatch: pytest.MonkeyPatch, damage: str, layout: Any
) -> None:
    order = Order.of(document(5, small=0), str(out), layout=layout)
    crash_after(3, order, monkeypatch)
    victim = sorted(path for path in out.rglob("*") if path.suffix in {".piece", ".csv"})[1]
    content = victim.read_bytes()
    victim.write_bytes(content[:-3] + b"BAD" if damage == "changed" else content[:-1])
    if damage == "gone":
        victim.unlink()
    seen: list[Progress] = []
    run_here(order, progress=seen.append)
    assert seen[-1].resumed == 2
    assert b"BAD" not in b"".join(files(out).values())


def test_a_record_that_was_cut_short_is_no_record(
    document: Document, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order.of(document(5, small=0), str(out))
    crash_after(3, order, monkeypatch)
    record = next(out.rglob("parts/*.json"))
    record.write_bytes(record.read_bytes()[:50])
    seen: list[Progress] = []
    run_here(order, progress=seen.append)
    assert seen[-1].resumed == 2


def test_a_crash_between_joining_and_the_manifest_costs_nothing(
    document: Document, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order.of(document(3), str(out))
    with monkeypatch.context() as patch:
        patch.setattr("cluster.coordinator.manifest_of", lambda *_: (_ for _ in ()).throw(CrashError()))
        with pytest.raises(CrashError):
            run_here(order)
    assert (out / "orders.csv").exists()
    assert not (out / "manifest.json").exists()
    seen: list[Progress] = []
    run_here(order, progress=seen.append)
    assert seen[-1].resumed == seen[-1].all_parts
    assert not (out / ".seedbed").exists()


def test_whoever_comes_second_finds_the_work_of_the_first(document: Document, out: Path) -> None:
    """A run whose state was tidied up by a faster one, just before it joins its parts, ends with the same manifest."""
    order = Order.of(document(3), str(out))
    first: list[Manifest] = []

    def overtake(progress: Progress) -> None:
        if progress.stage == "merging" and not first:
            first.append(run_here(order))

    assert run_here(order, progress=overtake) == first[0]
    assert sorted(files(out)) == ["manifest.json", "orders.csv", "t0.csv", "t1.csv"]


def test_a_foreign_object_that_appears_during_the_run_is_left_alone(document: Document, out: Path) -> None:
    def intrude(progress: Progress) -> None:
        if progress.stage == "merging":
            (out / "orders.csv").write_text("theirs")

    with pytest.raises(StoreError, match="exists and is not of this data set"):
        run_here(Order.of(document(3), str(out)), progress=intrude)
    assert (out / "orders.csv").read_text() == "theirs"


def test_an_unwritable_target_is_one_clear_message(document: Document, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"cannot write to .*file/out: not a directory"):
        run_here(Order.of(document(1), str(tmp_path / "file/out")))


def test_the_state_of_an_order_can_be_given_up(document: Document, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order = Order.of(document(5, small=0), str(out))
    crash_after(3, order, monkeypatch)
    State(open_store(order.target), order.compile().state).discard()
    assert list(out.iterdir()) == []


def test_a_target_where_another_order_has_begun_is_left_to_it_unless_it_may_be_overwritten(
    document: Document, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, other = Order.of(document(5), str(out)), Order.of(document(5, seed=2), str(out))
    crash_after(3, order, monkeypatch)
    before = files(out)
    with pytest.raises(OrderError, match="holds the beginnings of another order"):
        run_here(other)
    assert files(out) == before
    run_here(other, overwrite=True)
    assert sorted(files(out)) == ["manifest.json", "orders.csv", "t0.csv", "t1.csv"]


def test_a_crash_just_after_the_manifest_is_tidied_up_by_the_next_run(
    document: Document, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order.of(document(3), str(out))
    with monkeypatch.context() as patch:
        patch.setattr(State, "clear", lambda _: (_ for _ in ()).throw(CrashError()))
        with pytest.raises(CrashError):
            run_here(order)
    assert (out / ".seedbed").exists()
    run_here(order)
    assert not (out / ".seedbed").exists()


def test_a_format_whose_parts_do_not_join_is_made_in_one_part(
    document: Document, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formats.csv.Csv.joinable", False)
    manifest = run_here(Order.of(document(4, small=0), str(out)))
    assert len(manifest.parts) == 1
    assert (out / "orders.csv").read_bytes().count(b"\n") == manifest.rows + 1
    with pytest.raises(OrderError, match="do not join into one file"):
        Order.of(document(4), str(out), layout="both")


def test_a_file_system_without_hard_links_will_do(
    document: Document, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    run_here(Order.of(document(3), str(out)))
    assert sorted(files(out)) == ["manifest.json", "orders.csv", "t0.csv", "t1.csv"]
    (out / "orders.csv").write_text("changed")
    (out / "manifest.json").unlink()
    with pytest.raises(OrderError, match=r"already holds orders\.csv"):
        run_here(Order.of(document(3), str(out)))


def test_no_rows_are_a_file_with_a_header(out: Path) -> None:
    manifest = run_here(Order.of({"rows": 0, "fields": {"id": "sequence", "name": "first_name"}}, str(out)))
    assert (out / "data.csv").read_text() == "id,name\n"
    assert (manifest.rows, len(manifest.parts)) == (0, 1)


def test_the_manifest_says_nothing_of_when_where_or_by_whom(document: Document, out: Path) -> None:
    run_here(Order.of(document(2), str(out), compression="gzip"))
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert set(manifest) == {
        "archive", "bytes", "compression", "digest", "document", "engine", "fingerprint", "formats", "grid", "hash",
        "layout", "libraries", "manifest", "objects", "parts", "rows", "versions",
    }  # fmt: skip
    assert str(out) not in json.dumps(manifest)
    assert manifest["libraries"].keys() == {"isal"}
    assert len(gzip.decompress((out / "orders.csv.gz").read_bytes())) == sum(
        part["content_bytes"] for part in manifest["parts"] if part["object"] == "orders.csv.gz"
    )


def test_the_data_set_s_digest_does_not_depend_on_compression(document: Document, tmp_path: Path) -> None:
    plain, packed = (
        run_here(Order.of(document(2), str(tmp_path / kind), compression=kind)) for kind in ("none", "zstd")
    )
    assert plain.digest == packed.digest
    assert plain.fingerprint != packed.fingerprint


def test_nobody_may_ask_for_no_actors(document: Document, out: Path) -> None:
    with pytest.raises(OrderError, match="ask for at least one"):
        run(Order.of(document(1), str(out)), actors=0)
