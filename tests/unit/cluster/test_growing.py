"""Growing: an order takes over what a finished data set of its family has, and makes only the rest.

A part is a row here, so that a few dozen rows are many parts; what comes out must be what a calm run makes of nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cluster import grid
from cluster.cli import app
from cluster.errors import OrderError, StoreError
from cluster.growing import check_sources
from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run_here
from cluster.worker import PartMaker, Task
from formats import formats
from tests.unit.cluster.folders import CrashError, crash_after, files

ROWS = 32
"""Of each part."""
FIELDS: dict[str, Any] = {"id": "sequence", "name": "first_name", "share": "float"}
JOINABLE = [{"type": name, **cls.examples[0]} for name, cls in formats if cls.joinable and name != "excel"]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "BATCH_ROWS", ROWS)
    monkeypatch.setattr(grid, "PART_BYTES", 1)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts that are made, as ``table/index``."""
    found: list[str] = []
    make = PartMaker.__call__

    def noted(self: PartMaker, task: Task) -> Any:
        found.append(f"{task.part.table}/{task.part.index}")
        return make(self, task)

    monkeypatch.setattr(PartMaker, "__call__", noted)
    return found


def people(parts: float, **fields: Any) -> dict[str, Any]:
    return {"seed": 1, "tables": {"people": {"rows": int(parts * ROWS), "fields": {**FIELDS, **fields}}}}


def grow(tmp_path: Path, made: list[str], few: Any, many: Any, **options: Any) -> list[str]:
    """Makes one data set, then another from it; the parts made for that, which is as if made of nothing."""
    run_here(Order.of(few, str(tmp_path / "few"), **options))
    made.clear()
    told: list[Progress] = []
    manifest = run_here(
        Order.of(many, str(tmp_path / "many"), **options), reuse=[str(tmp_path / "few")], progress=told.append
    )
    anew = sorted(made)
    assert manifest == run_here(Order.of(many, str(tmp_path / "calm"), **options))
    assert files(tmp_path / "many") == files(tmp_path / "calm")
    assert told[-1].reused == told[-1].resumed == told[-1].all_parts - len(anew)
    return anew


@pytest.mark.parametrize("written", JOINABLE, ids=lambda written: written["type"])
def test_a_table_that_grows_keeps_all_parts_but_the_last_in_every_format(
    written: dict[str, Any], tmp_path: Path, made: list[str]
) -> None:
    assert grow(tmp_path, made, people(3.5), people(6), format=written) == ["people/3", "people/4", "people/5"]


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_a_table_that_shrinks_keeps_all_parts_but_its_last(name: str, tmp_path: Path, made: list[str]) -> None:
    assert grow(tmp_path, made, people(6), people(3.5), format=name) == ["people/3"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"format": "csv,parquet,ndjson"}, ["people/3", "people/4", "people/5"]),
        ({"format": "csv,parquet", "layout": "both"}, ["people/3", "people/4", "people/5"]),
        ({"format": "parquet,feather", "layout": "parts"}, ["people/3", "people/4", "people/5"]),
        ({"format": "delta"}, ["people/3", "people/4", "people/5"]),
        ({"format": "ndjson", "compression": "zstd", "hash": "sha256"}, ["people/3", "people/4", "people/5"]),
        ({"format": "csv", "compression": "gzip", "layout": "both"}, ["people/3", "people/4", "people/5"]),
        ({"format": "csv", "archive": "zip"}, [f"people/{at}" for at in range(6)]),  # sizes stand before the bytes
        ({"format": "csv,excel"}, [f"people/{at}" for at in range(6)]),
        ({"format": "csv,feather"}, ["people/0"]),  # one part whatever its size
    ],
    ids=str,
)
def test_it_grows_in_every_layout_and_whatever_is_around_it(
    options: dict[str, Any], expected: list[str], tmp_path: Path, made: list[str]
) -> None:
    assert grow(tmp_path, made, people(3.5), people(6), **options) == expected


def test_a_table_whose_files_are_numbered_anew_keeps_its_parts(
    tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = classmethod(lambda cls, rows, width: cls(rows, grid.rows_per_part(width), 4))
    monkeypatch.setattr(grid.Grid, "of", limited)
    anew = grow(tmp_path, made, people(3.5), people(9.5), format="csv,parquet")
    assert anew == [f"people/{at}" for at in range(3, 10)]
    assert (tmp_path / "many/people-00003.parquet").is_file()


def family(**rows: int) -> dict[str, Any]:
    """Four tables: one that stands alone, one that refers to it, one with exact shares, one with bounded children."""
    exact = {"type": "choice", "values": {"a": 3, "b": 1}, "exactly": True}
    tables: dict[str, Any] = {
        "alone": {"rows": 3 * ROWS + 1, "fields": FIELDS},
        "refers": {"rows": 2 * ROWS, "fields": {**FIELDS, "of": {"type": "reference", "to": "alone.id"}}},
        "exact": {"rows": 2 * ROWS, "fields": {**FIELDS, "kind": exact}},
        "tree": {"rows": 2 * ROWS, "fields": {**FIELDS, "under": {"type": "reference", "to": "tree.id"}}},
    }
    return {
        "seed": 1,
        "tables": {name: {**table, "rows": rows.get(name, table["rows"])} for name, table in tables.items()},
    }


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"alone": 5 * ROWS}, ["alone/3", "alone/4", "refers/0", "refers/1"]),
        ({"refers": 3 * ROWS}, ["refers/1", "refers/2"]),  # the last one was full, but it was the last
        ({"exact": 2 * ROWS + 1}, ["exact/0", "exact/1", "exact/2"]),
        ({"tree": 3 * ROWS}, ["tree/1", "tree/2"]),
        ({"exact": ROWS, "tree": ROWS}, ["exact/0", "tree/0"]),
    ],
    ids=str,
)
def test_cells_that_depend_on_a_row_count_that_has_changed_are_made_again_and_no_others(
    rows: dict[str, int], expected: list[str], tmp_path: Path, made: list[str]
) -> None:
    assert grow(tmp_path, made, family(), family(**rows), format="parquet,sql") == expected


def test_growing_that_is_interrupted_goes_on(tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = str(tmp_path / "few"), Order.of(people(9), str(tmp_path / "many"), format="csv,parquet")
    run_here(Order.of(people(3.5), few, format="csv,parquet"))
    crash_after(2, many, monkeypatch, reuse=[few])
    shutil.rmtree(few)  # what was taken over by then needs it no more
    made.clear()
    told: list[Progress] = []
    manifest = run_here(many, reuse=[few], progress=told.append)
    assert sorted(made) == ["people/5", "people/6", "people/7", "people/8"]
    assert (told[-1].resumed, told[-1].reused) == (5, 0)
    assert manifest == run_here(Order.of(people(9), str(tmp_path / "calm"), format="csv,parquet"))


def test_growing_can_be_stopped_between_two_copies(tmp_path: Path) -> None:
    few = str(tmp_path / "few")
    run_here(Order.of(people(40), few))

    def told(progress: Progress) -> None:
        if progress.reused:
            raise CrashError

    many = Order.of(people(41.5), str(tmp_path / "many"))
    with pytest.raises(CrashError):
        run_here(many, reuse=[few], progress=told)
    seen: list[Progress] = []
    run_here(many, reuse=[few], progress=seen.append)
    assert 1 <= seen[0].resumed <= 39 == seen[-1].resumed


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_a_part_that_is_damaged_at_its_source_is_made_again(name: str, tmp_path: Path, made: list[str]) -> None:
    first = run_here(Order.of(people(3.5), str(tmp_path / "few"), format=name)).parts[0]
    path = tmp_path / "few" / first.object
    data = bytearray(path.read_bytes())
    data[first.bytes + 9] ^= 1
    path.write_bytes(data)
    made.clear()
    manifest = run_here(Order.of(people(6), str(tmp_path / "many"), format=name), reuse=[str(tmp_path / "few")])
    assert sorted(made) == ["people/1", "people/3", "people/4", "people/5"]
    assert manifest == run_here(Order.of(people(6), str(tmp_path / "calm"), format=name))
    assert files(tmp_path / "many") == files(tmp_path / "calm")


def _without_object(folder: Path) -> None:
    (folder / "people.parquet").unlink()


def _cut_short(folder: Path) -> None:
    path = folder / "people.parquet"
    path.write_bytes(path.read_bytes()[:-1])


def _with_another_footer(folder: Path) -> None:
    path = folder / "people.parquet"
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)


def _without_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _of_another_version(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["versions"]["numpy"] = "0.1"
    manifest["fingerprint"] = manifest["fingerprint"][::-1]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _gone(folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "spoil", [_without_object, _cut_short, _with_another_footer, _without_manifest, _of_another_version, _gone]
)
def test_a_source_that_is_not_what_it_was_costs_nothing_but_the_try(
    spoil: Callable[[Path], None], tmp_path: Path, made: list[str]
) -> None:
    run_here(Order.of(people(3.5), str(tmp_path / "few"), format="parquet"))
    spoil(tmp_path / "few")
    made.clear()
    told: list[Progress] = []
    many = Order.of(people(6), str(tmp_path / "many"), format="parquet")
    manifest = run_here(many, reuse=[str(tmp_path / "few"), "memory://nothing"], progress=told.append)
    assert (len(made), told[-1].reused) == (6, 0)
    assert manifest == run_here(Order.of(people(6), str(tmp_path / "calm"), format="parquet"))


def test_the_next_source_has_what_the_first_one_lacks(tmp_path: Path, made: list[str]) -> None:
    for name, parts in (("few", 3.5), ("damaged", 7), ("more", 5)):
        run_here(Order.of(people(parts), str(tmp_path / name)))
    (tmp_path / "damaged/people.csv").write_bytes(b"")
    made.clear()
    sources = [str(tmp_path / name) for name in ("few", "damaged", "more")]
    run_here(Order.of(people(8), str(tmp_path / "many")), reuse=sources)
    assert sorted(made) == ["people/4", "people/5", "people/6", "people/7"]


def test_a_source_that_goes_while_it_is_copied_is_done_without(
    tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tmp_path / "few"
    run_here(Order.of(people(20), str(few), layout="parts"))
    made.clear()

    def told(progress: Progress) -> None:
        if progress.reused and few.exists():
            shutil.rmtree(few)

    seen: list[Progress] = []
    many = Order.of(people(20.5), str(tmp_path / "many"), layout="parts")
    manifest = run_here(many, reuse=[str(few)], progress=lambda progress: (told(progress), seen.append(progress)))  # type: ignore[func-returns-value]
    assert len(made) == 21 - seen[-1].reused
    assert manifest == run_here(Order.of(people(20.5), str(tmp_path / "calm"), layout="parts"))
    assert files(tmp_path / "many") == files(tmp_path / "calm")


def test_a_data_set_in_a_store_of_another_kind_is_streamed(tmp_path: Path, made: list[str]) -> None:
    few = Order.of(people(3.5), f"memory://{tmp_path.name}-few", format="csv,parquet")
    run_here(few)
    made.clear()
    run_here(Order.of(people(6), str(tmp_path / "many"), format="csv,parquet"), reuse=[few.target])
    run_here(
        Order.of(people(7), f"memory://{tmp_path.name}-more", format="csv,parquet"), reuse=[str(tmp_path / "many")]
    )
    assert sorted(made) == ["people/3", "people/4", "people/5", "people/5", "people/6"]
    calm = run_here(Order.of(people(7), str(tmp_path / "calm"), format="csv,parquet"))
    assert run_here(Order.of(people(7), f"memory://{tmp_path.name}-more", format="csv,parquet")) == calm


def test_orders_of_one_family_differ_in_row_counts_only() -> None:
    base = Order.of(people(3), "x").compile()
    assert Order.of(people(9), "y").compile().family == base.family != base.fingerprint
    others = [
        Order.of({**people(3), "seed": 2}, "x"),
        Order.of(people(3, more="uuid"), "x"),
        Order.of(people(3), "x", format="tsv"),
        Order.of(people(3), "x", layout="both"),
        Order.of(people(3), "x", compression="gzip"),
        Order.of(people(3), "x", hash="sha256"),
    ]
    assert len({base.family, *(other.compile().family for other in others)}) == 7


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Order.of(people(1), "x", format="tsv"), "its formats"),
        (Order.of(people(1), "x", compression="gzip"), "its compression"),
        (Order.of({**people(1), "seed": 2}, "x"), "its seed"),
        (Order.of(people(1, more="uuid"), "x"), "its table 'people'"),
        (Order.of({**people(1), "locale": "de_DE"}, "x"), "its document"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_reused_is_told_with_the_reason(source: Order, expected: str, tmp_path: Path) -> None:
    run_here(source.model_copy(update={"target": f"file://{tmp_path}/few"}))
    with pytest.raises(OrderError, match=f"more than row counts .{expected}"):
        check_sources(Order.of(people(2), str(tmp_path / "many")).compile(), [str(tmp_path / "few")])


def test_what_is_not_there_or_is_in_its_own_place_is_refused(tmp_path: Path) -> None:
    wanted = Order.of(people(2), str(tmp_path / "few")).compile()
    with pytest.raises(OrderError, match="holds no finished data set"):
        check_sources(wanted, [str(tmp_path / "few")])
    run_here(Order.of(people(1), str(tmp_path / "few")))
    with pytest.raises(OrderError, match="cannot grow in its own place; name another target"):
        run_here(wanted.order, reuse=[str(tmp_path / "few/")], overwrite=True)
    assert (tmp_path / "few/people.csv").is_file()
    with pytest.raises(StoreError, match="no store for ftp"):
        check_sources(wanted, ["ftp://x"])


def test_the_command_says_how_many_parts_were_reused(tmp_path: Path) -> None:
    def seedbed(*arguments: object) -> Any:
        return CliRunner().invoke(app, ["generate", str(tmp_path / "people.json"), *map(str, arguments)])

    (tmp_path / "people.json").write_text(json.dumps(people(1)))
    few, many = tmp_path / "few", tmp_path / "many"
    assert seedbed("--rows", 3 * ROWS + 1, "--out", few).exit_code == 0
    grown = seedbed("--rows", 6 * ROWS, "--out", many, "--reuse", few)
    assert "3 of 6 parts reused" in grown.stdout
    assert "done: 192 rows, 3 parts reused" in grown.stderr
    again = seedbed("--rows", 7 * ROWS, "--out", tmp_path / "more", "--reuse", few, "--reuse", many, "--json")
    assert (json.loads(again.stdout)["reused"], json.loads(again.stdout)["parts"]) == (5, 7)
    refused = seedbed("--rows", 7 * ROWS, "--out", few, "--reuse", few, "--overwrite")
    assert (refused.exit_code, "cannot grow in its own place" in refused.stderr) == (2, True)
    assert (few / "people.csv").is_file()
    refused = seedbed("--rows", 9 * ROWS, "--out", tmp_path / "other", "--reuse", few, "--format", "tsv")
    assert (refused.exit_code, "more than row counts (its formats)" in refused.stderr) == (2, True)
    assert not (tmp_path / "other/manifest.json").exists()
