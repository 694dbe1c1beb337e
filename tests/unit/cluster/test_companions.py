"""Small objects that belong to a data set, such as the script that loads it, and formats whose tables are folders."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from cluster import coordinator
from cluster.errors import OrderError, StoreError
from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run_here
from cluster.verify import verify
from tests.unit.cluster.folders import CrashError, files

Document = Callable[..., dict[str, Any]]
XML = ["orders.xml", "orders.xsd", "t0.xml", "t0.xsd"]
LINKED = {
    "seed": 3,
    "tables": {
        "lines": {"rows": 40, "fields": {"id": {"type": "sequence", "unique": True}, "of": "ref"}},
        "orders": {"rows": 9, "fields": {"id": {"type": "sequence", "unique": True}}},
    },
}
LINKED["tables"]["lines"]["fields"]["of"] = {"type": "reference", "to": "orders.id"}  # type: ignore[index]


def test_companions_stand_beside_the_objects_and_in_the_manifest(document: Document, tmp_path: Path) -> None:
    manifest = run_here(Order.of(document(2, small=1), str(tmp_path), format="xml"))
    assert sorted(files(tmp_path)) == ["manifest.json", *XML]
    assert [item.name for item in manifest.objects] == XML
    found = {item.name: item for item in manifest.objects}
    assert (found["orders.xsd"].format, found["orders.xsd"].parts, found["orders.xsd"].table) == ("xml", 0, "")
    assert found["orders.xsd"].bytes == len((tmp_path / "orders.xsd").read_bytes())
    assert manifest.bytes == sum(len(data) for name, data in files(tmp_path).items() if name != "manifest.json")
    report = verify(str(tmp_path))
    assert report.ok
    assert report.parts == 3


@pytest.mark.parametrize("written", ["xml", {"type": "fixed_width", "text_width": 99}, "protobuf", "delta"])
def test_companions_of_a_table_with_an_odd_name_are_called_as_its_files_are(written: Any, tmp_path: Path) -> None:
    odd = {"seed": 1, "tables": {"who's: <new>?": {"rows": 3, "fields": {"id": {"type": "sequence"}}}}}
    run_here(Order.of(odd, str(tmp_path), format=written))
    names = files(tmp_path).keys() - {"manifest.json"}
    assert len(names) == 2
    assert all(
        name.startswith(("who%27s%3A %3Cnew%3E%3F.", "who%27s%3A %3Cnew%3E%3F/", "who_s___new__.proto"))
        for name in names
    )
    assert verify(str(tmp_path)).ok


@pytest.mark.parametrize("layout", ["merged", "parts", "both"])
def test_a_loading_script_is_told_of_the_files_once(document: Document, tmp_path: Path, layout: Any) -> None:
    run_here(Order.of(document(3, small=0), str(tmp_path), format="sql", layout=layout))
    script = (tmp_path / "load.sql").read_text()
    told = {name for name in files(tmp_path) if name in script} - {"load.sql"}
    parts = {f"orders/part-0000{index}.sql" for index in range(3)}
    assert told == (parts if layout == "parts" else {"orders.sql"})
    assert verify(str(tmp_path)).ok


def test_references_are_foreign_keys_of_the_tables_that_are_made(tmp_path: Path) -> None:
    run_here(Order.of(LINKED, str(tmp_path), format={"type": "sql", "dialect": "sqlite"}))
    with sqlite3.connect(tmp_path / "loaded.db") as database:
        database.execute("PRAGMA foreign_keys = ON")
        for table in ("orders", "lines"):
            database.executescript((tmp_path / f"{table}.sql").read_text())
        assert database.execute("SELECT count(*) FROM lines").fetchone() == (40,)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        keys = database.execute("PRAGMA foreign_key_list(lines)").fetchall()
        assert [(key[2], key[3], key[4]) for key in keys] == [("orders", "of", "id")]
    database.close()


def test_in_a_zip_companions_are_members(document: Document, tmp_path: Path) -> None:
    run_here(Order.of(document(2, small=1), str(tmp_path / "loose"), format="xml"))
    manifest = run_here(Order.of(document(2, small=1), str(tmp_path / "zip"), format="xml", archive="zip"))
    assert [item.name for item in manifest.objects] == ["data.zip"]
    with zipfile.ZipFile(tmp_path / "zip/data.zip") as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == {
            name: data for name, data in files(tmp_path / "loose").items() if name != "manifest.json"
        }
    assert verify(str(tmp_path / "zip")).ok


def test_a_changed_or_missing_companion_is_found_and_made_whole(document: Document, tmp_path: Path) -> None:
    order = Order.of(document(1, small=1), str(tmp_path), format="xml")
    first, before = run_here(order), files(tmp_path)
    (tmp_path / "t0.xsd").write_bytes(before["t0.xsd"][:-1] + b"!")
    (tmp_path / "orders.xsd").unlink()
    found = [(each.object, each.kind) for each in verify(str(tmp_path), 1).differences]
    assert found == [("orders.xsd", "object"), ("t0.xsd", "ending")]
    assert run_here(order) == first
    assert files(tmp_path) == before


def test_a_companion_that_the_manifest_tells_wrongly_of_is_found(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("formats.csv.Csv.companions", lambda _, tables: {"notes.txt": b"old"})
        run_here(Order.of(document(1, small=0), str(tmp_path)))
        assert verify(str(tmp_path)).ok
        patch.setattr("formats.csv.Csv.companions", lambda _, tables: {"notes.txt": b"new"})
        assert [each.kind for each in verify(str(tmp_path)).differences] == ["ending made again"]


def test_another_data_set_s_companions_go_with_it(document: Document, tmp_path: Path) -> None:
    run_here(Order.of(document(1, small=1), str(tmp_path), format="xml"))
    run_here(Order.of(document(1, small=1), str(tmp_path)), overwrite=True)
    assert sorted(files(tmp_path)) == ["manifest.json", "orders.csv", "t0.csv"]


def test_a_foreign_file_under_a_companion_s_name_is_kept_unless_it_may_be_overwritten(
    document: Document, tmp_path: Path
) -> None:
    (tmp_path / "orders.xsd").write_text("mine")
    order = Order.of(document(2, small=0), str(tmp_path), format="xml")
    with pytest.raises(OrderError, match=r"already holds orders\.xsd"):
        run_here(order)
    assert files(tmp_path) == {"orders.xsd": b"mine"}
    run_here(order, overwrite=True)
    assert verify(str(tmp_path)).ok

    def intrude(progress: Progress) -> None:
        if progress.stage == "merging":
            (tmp_path / "orders.xsd").write_text("theirs")

    (tmp_path / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"orders\.xsd exists and is not of this data set"):
        run_here(order, overwrite=True, progress=intrude)
    assert (tmp_path / "orders.xsd").read_text() == "theirs"


def test_a_crash_after_the_companions_costs_nothing(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order.of(document(2, small=1), str(tmp_path), format="xml")
    with monkeypatch.context() as patch:
        patch.setattr(coordinator, "manifest_of", lambda *_: (_ for _ in ()).throw(CrashError()))
        with pytest.raises(CrashError):
            run_here(order)
    assert (tmp_path / "orders.xsd").exists()
    seen: list[Progress] = []
    run_here(order, progress=seen.append)
    assert seen[-1].resumed == seen[-1].all_parts
    assert verify(str(tmp_path)).ok


def test_a_table_in_a_companion_s_place_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formats.csv.Csv.companions", lambda _, tables: {"a.csv": b""})
    with pytest.raises(OrderError, match=r"a companion of csv would be written to a\.csv, as is table 'a'"):
        Order.of({"tables": {"a": {"rows": 1, "fields": {"id": "sequence"}}}}, "x")


@pytest.mark.parametrize("archive", ["none", "zip"])
def test_a_format_whose_tables_are_folders_has_parts_in_every_layout(
    document: Document, tmp_path: Path, archive: Any
) -> None:
    order = Order.of(document(3, small=1), str(tmp_path), format="delta,csv", archive=archive)
    manifest = run_here(order, threads=2)
    assert verify(str(tmp_path)).ok
    if archive == "zip":
        with zipfile.ZipFile(tmp_path / "data.zip") as found:
            found.extractall(tmp_path)
    parts = {f"orders/part-0000{index}.parquet" for index in range(3)}
    assert {*parts, "orders.csv", "t0.csv", "t0/part-00000.parquet"} <= {*files(tmp_path)}
    rows = DeltaTable(tmp_path / "orders").to_pyarrow_table()
    assert sorted(rows.column("id").to_pylist()) == list(range(1, manifest.rows))
