"""Parts joined as bytes, in every format that joins: in a folder and through one S3 upload, read by other hands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run_here
from cluster.storage_s3 import S3Store
from cluster.stores import open_store
from cluster.verify import verify
from formats import Format, formats
from tests.laws.format_readers import READERS
from tests.laws.nested_values import flat_columns, plain_columns

PART_ROWS = 128
DOCUMENT: dict[str, Any] = {
    "seed": 4,
    "name": "people",
    "rows": 2 * PART_ROWS + 44,
    "fields": {
        "id": {"type": "sequence", "unique": True},
        "name": "full_name",
        "note": {"type": "words", "nulls": 0.3},
        "score": {"type": "float", "min": -5, "max": 5},
        "price": {"type": "decimal", "min": 0, "max": 99, "scale": 2},
        "active": {"type": "boolean", "nulls": 0.2},
        "born": {"type": "date", "min": "1950-01-01", "max": "2005-12-31"},
        "seen": {"type": "datetime", "min": "2020-01-01T00:00:00", "max": "2024-01-01T00:00:00"},
        "home": {"type": "object", "fields": {"city": "city", "floor": {"type": "integer", "min": 0, "max": 9}}},
        "tags": {"type": "array", "length": [0, 3], "items": {"type": "choice", "values": ["new", "vip"]}},
    },
}
WIDE_PART_ROWS = 10_240
WIDE = {f"u{number}": "uuid" for number in range(16)}
"""Texts of which so many rows are more than S3's least part, 5 MiB, in whatever format."""
JOINABLE = [name for name, cls in formats if cls.joinable]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of few rows, so that there are several."""
    monkeypatch.setattr("cluster.grid.rows_per_part", lambda _width: PART_ROWS)


def example(name: str) -> Format:
    return formats.get(name)(**formats.get(name).examples[0])


@pytest.mark.parametrize("name", JOINABLE)
def test_joined_parts_in_a_folder_are_read_by_others(name: str, tmp_path: Path) -> None:
    written = example(name)
    order = Order.of(DOCUMENT, str(tmp_path), format=written.spec())
    manifest = run_here(order, threads=2)
    (item,) = (item for item in manifest.objects if item.parts)
    assert item.parts == 3
    table = order.compile().plan.tables["people"]
    batch = table.take(range(table.rows))
    schema, columns = (batch.schema, plain_columns(batch)) if written.nested else flat_columns(batch)
    chosen = [reader for reader in READERS[name] if reader.can_read(written)]
    assert chosen
    for reader in chosen:
        found = reader.read(written, schema, (tmp_path / item.name).read_bytes())
        for field, values, expected in zip(schema, found, columns, strict=True):
            assert values == [reader.keeps(written, field.type, value) for value in expected], field.name


def test_all_formats_that_join_are_made_in_one_pass_and_each_in_one_s3_upload(
    s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cluster.grid.rows_per_part", lambda _width: WIDE_PART_ROWS)
    document = {"seed": 4, "name": "people", "rows": WIDE_PART_ROWS + 44, "fields": {"id": "sequence", **WIDE}}
    options = {"fixed_width": {"text_width": 36}}
    wanted = [{"type": name, **options.get(name, {})} for name in _beside_others()]
    uploads: list[set[str]] = []
    store = open_store(s3_url)
    assert isinstance(store, S3Store)

    def look(progress: Progress) -> None:
        if progress.stage == "merging" and not uploads:
            uploads.append({key.rpartition("/")[2] for key, _ in store.uploads("")})

    manifest = run_here(Order.of(document, s3_url, format=wanted), progress=look)
    merged = {item.name for item in manifest.objects if item.parts > 1}
    assert len(merged) == len(wanted)
    assert uploads == [merged]
    assert list(store.uploads("")) == []
    assert manifest == run_here(Order.of(document, str(tmp_path), format=wanted))
    for item in manifest.objects:
        assert store.read(item.name) == (tmp_path / item.name).read_bytes(), item.name
    assert verify(s3_url, 3).ok


def _beside_others() -> list[str]:
    """The joinable formats whose objects are put together from parts and have names of their own."""
    suffixes: dict[str, str] = {}
    for name in JOINABLE:
        cls = formats.get(name)
        if not cls.directory and cls.members is Format.members:
            suffixes.setdefault(cls.suffix, name)
    return list(suffixes.values())
