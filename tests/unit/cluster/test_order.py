from pathlib import Path
from typing import Any

import pytest

from cluster.blueprint import Blueprint
from cluster.errors import OrderError, StoreError
from cluster.grid import Grid
from cluster.objects import PartId
from cluster.order import Order
from cluster.stores import canonical_url, open_store
from generator import SchemaError

ONE = {"rows": 10, "fields": {"id": "sequence"}}


def two(first: str, second: str) -> dict[str, Any]:
    return {"tables": {first: ONE, second: ONE}}


def names(order: Order) -> list[str]:
    return [item.name for item in order.compile().objects()]


def cut(order: Order, parts: int, object_parts: int = 3) -> Blueprint:
    """The order's blueprint with a grid of so many parts."""
    blueprint = order.compile()
    blueprint.grids = {name: Grid(parts, 1, object_parts) for name in blueprint.grids}
    return blueprint


def test_an_order_travels_as_json_and_compiles_to_the_same() -> None:
    order = Order.of(ONE, "s3://b/x", format={"type": "csv", "delimiter": ";"}, compression="zstd", hash="sha256")
    again = Order.model_validate_json(order.model_dump_json())
    assert again == order
    assert again.compile().fingerprint == order.compile().fingerprint


def test_the_fingerprint_is_of_the_content_not_of_the_target() -> None:
    one = Order.of(ONE, "s3://b/x").compile().fingerprint
    assert Order.of(ONE, "elsewhere").compile().fingerprint == one
    others = [
        Order.of(ONE, "x", format="ndjson"),
        Order.of(ONE, "x", compression="gzip"),
        Order.of(ONE, "x", layout="both"),
        Order.of(ONE, "x", hash="sha256"),
        Order.of(ONE, "x", rows=11),
        Order.of({**ONE, "seed": 2}, "x"),
    ]
    assert len({one, *(order.compile().fingerprint for order in others)}) == len(others) + 1


def test_what_the_user_left_out_does_not_change_the_fingerprint() -> None:
    spelled = Order.of(ONE, "x", format={"type": "csv"}, compression="none")
    assert spelled.compile().fingerprint == Order.of(ONE, "x").compile().fingerprint


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("merged", ["data.csv.gz"]),
        ("parts", ["data/part-00000.csv.gz"]),
        ("both", ["data.csv.gz", "data/part-00000.csv.gz"]),
    ],
)
def test_the_layout_decides_which_objects_there_are(layout: Any, expected: list[str]) -> None:
    assert names(Order.of(ONE, "x", layout=layout, compression="gzip")) == expected


def test_a_table_of_many_parts_becomes_numbered_objects() -> None:
    blueprint = cut(Order.of(ONE, "x", layout="both"), 7)
    merged = [item for item in blueprint.objects() if "/" not in item.name]
    assert [(item.name, item.files[0].parts) for item in merged] == [
        ("data-00001.csv", range(3)), ("data-00002.csv", range(3, 6)), ("data-00003.csv", range(6, 7)),
    ]  # fmt: skip
    seats = blueprint.seats(PartId("data", 4))
    assert [seat.object.name for seat in seats] == ["data-00002.csv", "data/part-00004.csv"]


def test_only_the_first_part_of_an_object_begins_it_and_only_the_last_ends_it() -> None:
    blueprint = cut(Order.of(ONE, "x"), 8)
    places = [file.place(index) for item in blueprint.objects() for file in item.files for index in file.parts]
    assert [(place.first, place.last, place.row) for place in places] == [
        (True, False, 0), (False, False, 1), (False, True, 2),
        (True, False, 0), (False, False, 1), (False, True, 2),
        (True, False, 0), (False, True, 1),
    ]  # fmt: skip
    assert [place.opens for place in places] == [True, *[False] * 7]
    assert [place.closes for place in places] == [*[False] * 7, True]


def test_every_part_goes_into_the_objects_that_name_it() -> None:
    for layout in ("merged", "parts", "both"):
        blueprint = cut(Order.of(ONE, "x", layout=layout), 8)  # type: ignore[arg-type]
        by_object = {(item.name, part.index) for item in blueprint.objects() for _, part in item.parts}
        by_part = {(seat.object.name, part.index) for part in blueprint.parts() for seat in blueprint.seats(part)}
        assert by_object == by_part


def test_table_names_become_safe_file_names() -> None:
    order = Order.of(two("größe 1", "b-2"), "x")
    assert names(order) == ["größe 1.csv", "b-2.csv"]


def test_a_table_in_the_manifest_s_place_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    named_manifest = {"tables": {"manifest": ONE}}
    monkeypatch.setattr("formats.csv.Csv.suffix", "json")
    with pytest.raises(OrderError, match=r"'manifest' would be written to manifest.json, as is the manifest"):
        Order.of(named_manifest, "x")
    assert names(Order.of(named_manifest, "x", compression="gzip")) == ["manifest.json.gz"]


def test_compression_around_a_format_that_compresses_inside_is_refused() -> None:
    with pytest.raises(OrderError, match="parquet compresses inside; drop gzip"):
        Order.of(ONE, "x", format="parquet", compression="gzip")


@pytest.mark.parametrize(
    ("options", "path"),
    [({"format": "cvs"}, r"\$\.format"), ({"compression": "lzma"}, r"\$\.compression")],
)
def test_mistakes_in_the_order_name_their_place(options: dict[str, Any], path: str) -> None:
    with pytest.raises(SchemaError, match=path):
        Order.of(ONE, "x", **options)


def test_a_relative_target_means_the_same_folder_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Order.of(ONE, "out").target == f"file://{tmp_path}/out"
    assert canonical_url("file:///a/b/") == canonical_url("/a/b") == "file:///a/b"
    assert canonical_url("s3://b/x/") == "s3://b/x"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("gs://b/x", "no store for gs:// targets; a target is a path"),
        ("s3://", "names no bucket"),
        ("file://relative", "is no absolute path"),
        ("", "the target is empty"),
    ],
)
def test_a_target_that_means_nothing_is_refused(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        open_store(url)
