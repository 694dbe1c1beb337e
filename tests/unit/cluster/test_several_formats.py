"""Orders of several formats: rows are made once, and each format's files are as if it had been ordered alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cluster.errors import OrderError
from cluster.order import Order
from cluster.outputs import with_options
from cluster.progress import Progress
from cluster.run import run_here
from cluster.verify import verify
from generator import SchemaError, TablePlan
from tests.unit.cluster.folders import crash_after, files

Document = Callable[..., dict[str, Any]]
SEMICOLONS = {"type": "csv", "delimiter": ";", "null": "NULL"}
TOGETHER: list[Any] = ["csv", "ndjson", "parquet"]


@pytest.mark.parametrize("layout", ["merged", "parts", "both"])
def test_every_format_s_files_are_those_of_an_order_of_that_format_alone(
    document: Document, tmp_path: Path, layout: Any
) -> None:
    wanted = document(3, small=1)
    run_here(Order.of(wanted, str(tmp_path / "all"), format=TOGETHER, layout=layout), threads=2)
    alone: dict[str, bytes] = {}
    for each in TOGETHER:
        run_here(Order.of(wanted, str(tmp_path / each), format=each, layout=layout))
        alone |= files(tmp_path / each)
    found = files(tmp_path / "all")
    assert found.keys() == alone.keys()
    for name in found.keys() - {"manifest.json"}:
        if name.endswith(".parquet"):  # they say which order they are of
            assert pq.read_table(io.BytesIO(found[name])).equals(pq.read_table(io.BytesIO(alone[name])))
        else:
            assert found[name] == alone[name]
    assert verify(str(tmp_path / "all")).ok


def test_rows_are_made_once_whatever_the_number_of_formats(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    batch = TablePlan.batch

    def counted(self: TablePlan, rows: Any) -> Any:
        made.append(len(rows))
        return batch(self, rows)

    monkeypatch.setattr(TablePlan, "batch", counted)
    manifest = run_here(Order.of(document(2, small=0), str(tmp_path / "out"), format=TOGETHER))
    assert sum(made) == manifest.rows
    made.clear()
    report = verify(str(tmp_path / "out"))
    assert sum(made) == manifest.rows == report.rows // len(TOGETHER)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("csv,parquet", ["csv", "parquet"]),
        (" csv , ndjson", ["csv", "ndjson"]),
        (["parquet", SEMICOLONS], ["parquet", "csv"]),
        (SEMICOLONS, ["csv"]),
        (("csv",), ["csv"]),
    ],
)
def test_formats_are_ordered_by_name_in_a_list_or_with_commas_between(wanted: Any, expected: list[str]) -> None:
    order = Order.of({"rows": 1, "fields": {"id": "sequence"}}, "x", format=wanted)
    assert [spec["type"] for spec in order.formats] == expected
    assert Order.model_validate_json(order.model_dump_json()) == order


def test_the_fingerprint_covers_every_format_and_the_archive() -> None:
    document = {"rows": 1, "fields": {"id": "sequence"}}
    orders = [
        Order.of(document, "x"),
        Order.of(document, "x", format="csv,parquet"),
        Order.of(document, "x", format=[SEMICOLONS, "parquet"]),
        Order.of(document, "x", format="csv,parquet", archive="zip"),
        Order.of(document, "x", archive="zip"),
    ]
    assert len({order.compile().fingerprint for order in orders}) == len(orders)


def test_compression_is_around_the_text_formats_alone(document: Document, tmp_path: Path) -> None:
    out = tmp_path / "out"
    manifest = run_here(Order.of(document(1, small=0), str(out), format="csv,ndjson,parquet", compression="gzip"))
    assert [(item.name, item.format) for item in manifest.objects] == [
        ("orders.csv.gz", "csv"), ("orders.ndjson.gz", "ndjson"), ("orders.parquet", "parquet"),
    ]  # fmt: skip
    assert verify(str(out)).ok
    with pytest.raises(OrderError, match="parquet and feather compress inside; drop gzip"):
        Order.of(document(1), str(out), format="parquet,feather", compression="gzip")


def test_two_formats_that_would_write_one_name_are_refused() -> None:
    document = {"rows": 1, "fields": {"id": "sequence"}}
    for layout in ("merged", "parts", "both"):
        with pytest.raises(OrderError, match=r"would be written to data.* both as format 1 \(csv\) and as"):
            Order.of(document, "x", format=["csv", SEMICOLONS], layout=layout)  # type: ignore[arg-type]


def test_every_mistake_in_every_format_is_told_with_its_place() -> None:
    with pytest.raises(SchemaError) as caught:
        Order.of({"rows": 1, "fields": {"id": "sequence"}}, "x", format=["cvs", {"type": "csv", "heder": True}])
    assert [mistake.path for mistake in caught.value.mistakes] == ["$.format[0]", "$.format[1].heder"]
    for nothing in ([], "", ","):
        with pytest.raises(SchemaError, match=r"\$\.format"):
            Order.of({"rows": 1, "fields": {"id": "sequence"}}, "x", format=nothing)


def test_one_format_whose_parts_do_not_join_makes_every_table_one_part(document: Document, tmp_path: Path) -> None:
    manifest = run_here(Order.of(document(3, small=0), str(tmp_path / "out"), format="csv,feather"))
    assert [(item.name, item.parts) for item in manifest.objects] == [("orders.arrow", 1), ("orders.csv", 1)]
    with pytest.raises(OrderError, match="parts of feather do not join into one file"):
        Order.of(document(3, small=0), "x", format="csv,feather", layout="both")
    apart = Order.of(document(3, small=0), str(tmp_path / "parts"), format="csv,feather", layout="parts")
    assert len(run_here(apart).objects) == 6


def test_resuming_makes_only_the_missing_parts_of_all_formats(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order.of(document(5), str(tmp_path / "out"), format=TOGETHER)
    crash_after(3, order, monkeypatch)
    seen: list[Progress] = []
    manifest = run_here(order, progress=seen.append)
    assert (seen[0].parts, seen[-1].resumed) == (3, 3)
    assert manifest == run_here(order.model_copy(update={"target": f"file://{tmp_path}/whole"}), threads=3)
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_a_part_damaged_in_one_format_is_made_again_in_all(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order.of(document(5, small=0), str(tmp_path / "out"), format=TOGETHER)
    crash_after(3, order, monkeypatch)
    victim = sorted((tmp_path / "out").rglob("orders.ndjson/*.piece"))[1]
    victim.write_bytes(victim.read_bytes()[:-3] + b"BAD")
    seen: list[Progress] = []
    run_here(order, progress=seen.append)
    assert seen[-1].resumed == 2
    assert b"BAD" not in b"".join(files(tmp_path / "out").values())


def test_an_object_that_is_lost_in_one_format_is_made_whole(document: Document, tmp_path: Path) -> None:
    order = Order.of(document(2), str(tmp_path / "out"), format="csv,parquet")
    first, before = run_here(order), files(tmp_path / "out")
    (tmp_path / "out/orders.csv").unlink()
    assert run_here(order) == first
    assert files(tmp_path / "out") == before


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["delimiter=;"], [{"type": "csv", "delimiter": ";"}, {"type": "parquet"}]),
        (["header=false", 'null="\\t"'], [{"type": "csv", "header": False, "null": "\t"}, {"type": "parquet"}]),
        (["null=null"], [{"type": "csv", "null": "null"}, {"type": "parquet"}]),
        (["codec=zstd", "level=3"], [{"type": "csv"}, {"type": "parquet", "codec": "zstd", "level": 3}]),
        (["delimiter=\\t"], [{"type": "csv", "delimiter": "\t"}, {"type": "parquet"}]),
        (["line_ending=\\r\\n"], [{"type": "csv", "line_ending": "\r\n"}, {"type": "parquet"}]),
        (["null=\\N"], [{"type": "csv", "null": "\\N"}, {"type": "parquet"}]),
        (["null=a=b"], [{"type": "csv", "null": "a=b"}, {"type": "parquet"}]),
    ],
)  # fmt: skip
def test_an_option_goes_to_every_format_that_has_it_as_json_or_text(options: list[str], expected: list[Any]) -> None:
    assert with_options("csv,parquet", options) == expected


COLUMNS = {
    "id": "sequence",
    "at": {"type": "object", "fields": {"city": "city"}},
    "tags": {"type": "array", "items": "word"},
}
PLACES = {
    "seed": 1,
    "tables": {"places": {"rows": 1, "fields": COLUMNS}, "others": {"rows": 1, "fields": {"no": "sequence"}}},
}


@pytest.mark.parametrize("name", ["id", "no", "at", "at.city", "tags.list.element"])
def test_an_option_may_name_a_column_of_any_table_or_a_member_of_one(name: str, tmp_path: Path) -> None:
    wanted = {"type": "parquet", "dictionary": [name]}
    assert run_here(Order.of(PLACES, str(tmp_path), format=wanted)).rows == 2


@pytest.mark.parametrize("name", ["idd", "at.town", "others.no", ""])
def test_a_column_that_no_table_has_is_refused_in_an_option(name: str, tmp_path: Path) -> None:
    with pytest.raises(OrderError, match=f"parquet: dictionary names column {name!r}, which no table has"):
        run_here(Order.of(PLACES, str(tmp_path), format={"type": "parquet", "dictionary": [name]}))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("delimeter=;", "csv nor parquet has no option 'delimeter'; did you mean 'delimiter'"),
        ("delimiter", "write KEY=VALUE"),
    ],
)
def test_an_option_that_no_format_has_is_told_with_the_nearest_one(option: str, message: str) -> None:
    with pytest.raises(OrderError, match=message):
        with_options("csv,parquet", [option])
