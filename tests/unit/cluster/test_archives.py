"""Orders whose files are members of one object: a zip of the whole data set, or a format that is an archive itself."""

from __future__ import annotations

import gzip
import io
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cluster import coordinator
from cluster.errors import OrderError, StoreError
from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run, run_here
from cluster.stores import open_store
from cluster.verify import verify
from tests.unit.cluster.folders import CrashError, crash_after, files

Document = Callable[..., dict[str, Any]]
ZIP: dict[str, Any] = {"format": "csv", "archive": "zip"}
OPTIONS: list[dict[str, Any]] = [
    ZIP,
    {"format": "csv,ndjson,parquet", "archive": "zip"},
    {"format": "csv,parquet", "archive": "zip", "compression": "gzip"},
    {"format": "parquet,avro", "archive": "zip"},
    {"format": "ndjson", "archive": "zip", "compression": "zstd", "hash": "sha256"},
    {"format": "csv,feather", "archive": "zip"},
    {"format": "excel"},
    {"format": "csv,excel"},
]
every_archive = pytest.mark.parametrize("options", OPTIONS, ids=str)


def members(data: bytes) -> dict[str, bytes]:
    """The members of an archive, as Python's reader finds them and their checksums right."""
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


@pytest.mark.parametrize("options", OPTIONS[:6], ids=str)
def test_the_members_of_a_zip_are_the_files_that_would_stand_beside_each_other(
    document: Document, tmp_path: Path, options: dict[str, Any]
) -> None:
    run_here(Order.of(document(3), str(tmp_path / "zip"), **options), threads=2)
    run_here(Order.of(document(3), str(tmp_path / "loose"), **{**options, "archive": "none"}))
    assert sorted(files(tmp_path / "zip")) == ["data.zip", "manifest.json"]
    found, loose = members((tmp_path / "zip/data.zip").read_bytes()), files(tmp_path / "loose")
    assert sorted([*found, "manifest.json"]) == sorted(loose)
    for name, content in found.items():
        if name.endswith((".csv", ".ndjson", ".gz", ".zst")):
            assert content == loose[name]
        else:  # these say which order they are of
            assert len(content) == len(loose[name])


@every_archive
def test_an_archive_verifies_whoever_made_it(document: Document, tmp_path: Path, options: dict[str, Any]) -> None:
    order = Order.of(document(3), str(tmp_path / "one"), **options)
    first = run_here(order)
    second = run_here(order.model_copy(update={"target": f"file://{tmp_path}/two"}), threads=4)
    assert first == second
    assert files(tmp_path / "one") == files(tmp_path / "two")
    for sample in (None, 1, 2):
        report = verify(str(tmp_path / "one"), sample)
        assert report.ok, list(map(str, report.differences))
    assert report.parts == 5 * len(order.formats) or "feather" in str(options)


def test_text_is_deflated_and_what_is_compressed_already_is_stored(document: Document, tmp_path: Path) -> None:
    options: dict[str, Any] = {"format": "csv,parquet", "archive": "zip"}
    kinds = {}
    for codec in ("none", "gzip"):
        run_here(Order.of(document(2, small=0), str(tmp_path / codec), compression=codec, **options))
        with zipfile.ZipFile(tmp_path / codec / "orders.zip") as found:
            kinds |= {item.filename: item.compress_type for item in found.infolist()}
            lines = found.read("orders.csv") if codec == "none" else gzip.decompress(found.read("orders.csv.gz"))
            assert lines.count(b"\n") == 65_536 + 1001
    assert kinds == {
        "orders.csv": zipfile.ZIP_DEFLATED, "orders.csv.gz": zipfile.ZIP_STORED, "orders.parquet": zipfile.ZIP_STORED,
    }  # fmt: skip


def test_a_workbook_has_a_sheet_for_each_table_made_of_its_parts(document: Document, tmp_path: Path) -> None:
    manifest = run_here(Order.of(document(3), str(tmp_path / "out"), format="excel"), threads=2)
    assert [(item.name, item.table, item.parts, item.stop) for item in manifest.objects] == [
        ("data.xlsx", "", 5, manifest.rows)
    ]
    book = openpyxl.load_workbook(tmp_path / "out/data.xlsx", read_only=True)
    assert [sheet.title for sheet in book] == ["orders", "t0", "t1"]
    ids = [row[0] for row in book["orders"].iter_rows(values_only=True, max_col=1)]
    assert ids == ["id", *range(1, 65_536 * 2 + 1001)]


def test_an_archive_of_one_table_has_its_name(document: Document, tmp_path: Path) -> None:
    for options, name in ((ZIP, "orders.zip"), ({"format": "excel"}, "orders.xlsx")):
        out = tmp_path / name
        manifest = run_here(Order.of(document(1, small=0), str(out), **options))
        assert [(item.name, item.table) for item in manifest.objects] == [(name, "orders")]
        assert verify(str(out)).ok


@pytest.mark.parametrize("options", [ZIP, {"format": "excel"}], ids=str)
def test_no_rows_are_an_archive_with_empty_files(tmp_path: Path, options: dict[str, Any]) -> None:
    table = {"rows": 0, "fields": {"id": "sequence", "name": "first_name"}}
    run_here(Order.of({"tables": {"a": table, "größe 1": table}}, str(tmp_path), **options))
    found = members((tmp_path / ("data.xlsx" if "excel" in str(options) else "data.zip")).read_bytes())
    if options == ZIP:
        assert found == {"a.csv": b"id,name\n", "größe 1.csv": b"id,name\n"}
    assert verify(str(tmp_path)).ok


def test_memory_holds_the_same_archive_as_a_folder(document: Document, tmp_path: Path) -> None:
    url = f"memory://{uuid.uuid4().hex}"
    manifest = run(Order.of(document(3), url, **ZIP))
    assert manifest == run_here(Order.of(document(3), str(tmp_path / "out"), **ZIP))
    store = open_store(url)
    assert {entry.name: store.read(entry.name) for entry in store.entries("")} == files(tmp_path / "out")
    assert verify(url).ok
    store.clear("")


@every_archive
def test_resuming_makes_only_the_missing_parts_of_an_archive(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    order = Order.of(document(1, small=4), str(tmp_path / "out"), **options)
    crash_after(3, order, monkeypatch)
    assert not list((tmp_path / "out").glob("data.*"))
    seen: list[Progress] = []
    manifest = run_here(order, progress=seen.append)
    assert (seen[0].parts, seen[0].resumed, seen[-1].resumed) == (3, 3, 3)
    assert manifest == run_here(order.model_copy(update={"target": f"file://{tmp_path}/whole"}))
    assert files(tmp_path / "out") == files(tmp_path / "whole")


@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_a_damaged_piece_of_an_archive_is_made_again(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    order = Order.of(document(5, small=0), str(tmp_path), **ZIP)
    crash_after(3, order, monkeypatch)
    victim = sorted(tmp_path.rglob("*.piece"))[1]
    content = victim.read_bytes()
    victim.write_bytes(content[:-3] + b"BAD" if damage == "changed" else content[:-1])
    if damage == "gone":
        victim.unlink()
    seen: list[Progress] = []
    run_here(order, progress=seen.append)
    assert seen[-1].resumed == 2
    assert verify(str(tmp_path)).ok


@pytest.mark.parametrize("options", [ZIP, {"format": "csv,excel"}], ids=str)
def test_a_crash_between_joining_and_the_manifest_costs_nothing(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    order = Order.of(document(3), str(tmp_path), **options)
    with monkeypatch.context() as patch:
        patch.setattr(coordinator, "manifest_of", lambda *_: (_ for _ in ()).throw(CrashError()))
        with pytest.raises(CrashError):
            run_here(order)
    assert list(tmp_path.glob("data.*"))
    assert not (tmp_path / "manifest.json").exists()
    seen: list[Progress] = []
    run_here(order, progress=seen.append)
    assert seen[-1].resumed == seen[-1].all_parts
    assert not (tmp_path / ".seedbed").exists()
    assert verify(str(tmp_path)).ok


def test_whoever_comes_second_finds_the_archive_of_the_first(document: Document, tmp_path: Path) -> None:
    order = Order.of(document(3), str(tmp_path), **ZIP)
    first: list[Any] = []

    def overtake(progress: Progress) -> None:
        if progress.stage == "merging" and not first:
            first.append(run_here(order))

    assert run_here(order, progress=overtake) == first[0]
    assert sorted(files(tmp_path)) == ["data.zip", "manifest.json"]


def test_a_foreign_archive_is_left_alone_unless_it_may_be_overwritten(document: Document, tmp_path: Path) -> None:
    (tmp_path / "data.zip").write_text("mine")
    order = Order.of(document(1), str(tmp_path), **ZIP)
    with pytest.raises(OrderError, match=r"already holds data\.zip"):
        run_here(order)
    assert files(tmp_path) == {"data.zip": b"mine"}
    run_here(order, overwrite=True)
    assert verify(str(tmp_path)).ok

    def intrude(progress: Progress) -> None:
        if progress.stage == "merging":
            (tmp_path / "data.xlsx").write_text("theirs")

    with pytest.raises(StoreError, match="exists and is not of this data set"):
        run_here(Order.of(document(1), str(tmp_path), format="excel"), overwrite=True, progress=intrude)
    assert files(tmp_path)["data.xlsx"] == b"theirs"


def test_an_archive_takes_the_place_of_loose_files_and_they_of_an_archive(document: Document, tmp_path: Path) -> None:
    loose, zipped = (Order.of(document(1), str(tmp_path), archive=archive) for archive in ("none", "zip"))  # type: ignore[arg-type]
    for order, names in ((loose, ["orders.csv", "t0.csv", "t1.csv"]), (zipped, ["data.zip"]), (loose, ["orders.csv"])):
        run_here(order, overwrite=True)
        assert {*names} <= {*files(tmp_path)}
        assert ("data.zip" in files(tmp_path)) == (order is zipped)
        assert verify(str(tmp_path)).ok


@every_archive
def test_a_changed_byte_is_found_wherever_in_an_archive_it_is(
    document: Document, tmp_path: Path, options: dict[str, Any]
) -> None:
    manifest = run_here(Order.of(document(1, small=1), str(tmp_path), **options))
    item = next(item for item in manifest.objects if item.seams)
    content = (tmp_path / item.name).read_bytes()
    parts = manifest.parts_by_object()[item.name]
    where = {
        "seam": item.seams[0].bytes // 2,
        "bytes": item.seams[0].bytes + parts[0].bytes // 2,
        "ending": len(content) - 30,
    }
    for kind, at in where.items():
        (tmp_path / item.name).write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        (found,) = verify(str(tmp_path)).differences
        assert (found.object, found.kind) == (item.name, kind)
        assert (found.file, found.table) == ((parts[0].file, "orders") if kind == "bytes" else ("", item.table))
    (tmp_path / item.name).write_bytes(content)
    assert verify(str(tmp_path)).ok


def test_the_data_set_s_digest_is_of_the_content_not_of_how_it_is_packed(document: Document, tmp_path: Path) -> None:
    digests = {
        run_here(Order.of(document(2), str(tmp_path / codec), compression=codec, **ZIP)).digest
        for codec in ("none", "gzip", "zstd")
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({**ZIP, "layout": "both"}, "a zip holds one file a table; layout both"),
        ({**ZIP, "layout": "parts"}, "a zip holds one file a table; layout parts"),
        ({"format": "csv,excel", "archive": "zip"}, "excel is an archive itself and does not go into another"),
        ({"format": "excel", "layout": "parts"}, "excel puts all tables into one file; layout parts"),
        ({"format": "csv,excel", "layout": "both"}, "excel puts all tables into one file; layout both"),
        ({"format": "excel", "compression": "gzip"}, "excel compresses inside; drop gzip"),
        (
            {"format": ["excel", {"type": "excel", "header": False}]},
            r"written to data\.xlsx both as format 1",
        ),
    ],
)
def test_what_makes_no_sense_with_an_archive_is_refused(
    document: Document, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(OrderError, match=message):
        Order.of(document(2), "x", **options)


def test_an_archive_of_more_pieces_than_a_store_takes_is_refused() -> None:
    document = {"rows": 70_000 * 10_000, "fields": {"id": "sequence", "text": {"type": "string", "length": 2_000}}}
    with pytest.raises(OrderError, match="pieces, and 10,000 are the most; leave the files beside each other"):
        Order.of(document, "x", **ZIP)
    Order.of(document, "x")


def test_a_table_that_a_format_cannot_hold_is_refused_before_anything_is_made() -> None:
    with pytest.raises(OrderError, match=r"excel cannot hold table 'data': .*1,048,57"):
        Order.of({"rows": 1_048_577, "fields": {"id": "sequence"}}, "x", format="excel")
