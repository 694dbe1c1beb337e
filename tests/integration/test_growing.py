"""Data sets that grow on S3 and on Ray: parts are copied by the server, from any prefix, into the upload under way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cluster.errors import StoreError
from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run, run_here
from cluster.storage_s3 import S3Store
from cluster.stores import open_store
from tests.unit.cluster.folders import CrashError

Document = Callable[..., dict[str, Any]]


class Counts:
    """How many bytes this process reads from S3, and writes to it; and the last progress."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bytes = 0
        self.last: Progress | None = None
        read, upload, put = S3Store.read, S3Store.upload_part, S3Store.put

        def counted_read(*args: Any) -> bytes:
            data = read(*args)
            self.bytes += len(data)
            return data

        def counted_upload(store: S3Store, name: str, token: str, number: int, data: Any) -> str:
            self.bytes += len(data)
            return upload(store, name, token, number, data)

        def counted_put(store: S3Store, name: str, data: Any) -> None:
            self.bytes += len(data)
            put(store, name, data)

        monkeypatch.setattr(S3Store, "read", counted_read)
        monkeypatch.setattr(S3Store, "upload_part", counted_upload)
        monkeypatch.setattr(S3Store, "put", counted_put)

    def told(self, progress: Progress) -> None:
        self.last = progress

    @property
    def reused(self) -> int:
        assert self.last is not None
        return self.last.reused


def left(url: str) -> list[str]:
    store = open_store(url)
    assert isinstance(store, S3Store)
    assert list(store.uploads("")) == []
    return [entry.name for entry in store.entries("") if entry.name.startswith(".seedbed")]


def test_large_parts_are_copied_by_the_server_into_the_upload(
    document: Document, s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part has 8 MB as CSV and 3 MB as Parquet: of that S3 takes no part, and copies are streamed."""
    formats = "csv,parquet"
    first = run_here(Order.of(document(3, wide=True), f"{s3_url}/few", format=formats), threads=2)
    counts = Counts(monkeypatch)
    many = Order.of(document(4, wide=True), f"{s3_url}/many", format=formats)
    manifest = run_here(many, reuse=[f"{s3_url}/few"], progress=counts.told)
    calm = run_here(Order.of(document(4, wide=True), str(tmp_path / "calm"), format=formats), threads=2)
    assert manifest == calm
    assert counts.reused == 4, "two of the large table, and both small tables"
    copied = sum(part.bytes for part in first.parts if part.object == "orders.csv" and part.index < 2)
    made = manifest.bytes - copied
    assert copied > 15 << 20
    assert counts.bytes < 3 * made, "what the server copied went through no process"
    store = open_store(many.target)
    for item in manifest.objects:
        assert store.read(item.name) == (tmp_path / "calm" / item.name).read_bytes()
    assert left(s3_url) == []


def test_parts_as_objects_and_small_parts_are_copied_too_and_between_folders_and_s3(
    document: Document, s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = Counts(monkeypatch)
    run_here(Order.of(document(3), f"{s3_url}/few", layout="both"), threads=2)
    for target, source in ((str(tmp_path / "more"), f"{s3_url}/few"), (f"{s3_url}/many", str(tmp_path / "more"))):
        manifest = run_here(Order.of(document(4), target, layout="both"), reuse=[source], progress=counts.told)
        assert counts.reused == (4 if source.startswith("s3") else 6)
    store = open_store(f"{s3_url}/many")
    for item in manifest.objects:
        assert store.read(item.name) == (tmp_path / "more" / item.name).read_bytes()
    assert left(s3_url) == []


def test_copies_that_were_cut_short_go_on_and_a_source_that_was_deleted_is_done_without(
    document: Document, s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_here(Order.of(document(4, wide=True, small=0), f"{s3_url}/few"), threads=2)
    many = Order.of(document(5, wide=True, small=0), f"{s3_url}/many")

    def told(progress: Progress) -> None:
        if progress.reused:
            open_store(f"{s3_url}/few").clear("")
            raise CrashError

    with pytest.raises(CrashError):
        run_here(many, reuse=[f"{s3_url}/few"], progress=told)
    seen: list[Progress] = []
    manifest = run_here(many, threads=2, reuse=[f"{s3_url}/few"], progress=seen.append)
    assert seen[0].resumed >= 1
    assert seen[-1].reused == 0
    assert manifest == run_here(Order.of(document(5, wide=True, small=0), str(tmp_path / "calm")), threads=2)
    assert open_store(many.target).read("orders.csv") == (tmp_path / "calm/orders.csv").read_bytes()


def test_an_object_that_was_replaced_behind_its_manifest_is_not_copied(document: Document, s3_url: str) -> None:
    run_here(Order.of(document(2, small=0), f"{s3_url}/few"))
    store = open_store(f"{s3_url}/few")
    store.put("orders.csv", store.read("orders.csv")[:-1])
    counts: list[Progress] = []
    run_here(Order.of(document(3, small=0), f"{s3_url}/many"), reuse=[store.url], progress=counts.append)
    assert counts[-1].reused == 0


def test_a_part_that_cannot_be_copied_is_made(
    document: Document, s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_here(Order.of(document(2, wide=True, small=0), f"{s3_url}/few"))
    from cluster.storage_s3_copy import Stretch

    def refused(*_: object) -> str:
        raise StoreError("access is denied")

    monkeypatch.setattr(Stretch, "copy", refused)
    counts: list[Progress] = []
    many = Order.of(document(3, wide=True, small=0), f"{s3_url}/many")
    manifest = run_here(many, reuse=[f"{s3_url}/few"], progress=counts.append)
    assert counts[-1].reused == 0
    assert manifest == run_here(Order.of(document(3, wide=True, small=0), str(tmp_path / "calm")))


@pytest.mark.usefixtures("ray_cluster")
def test_data_sets_grow_on_ray(document: Document, s3_url: str, tmp_path: Path) -> None:
    run_here(Order.of(document(2, small=0), f"{s3_url}/few"))
    counts: list[Progress] = []
    many = Order.of(document(3, small=0), f"{s3_url}/many")
    manifest = run(many, ray=True, reuse=[f"{s3_url}/few"], progress=counts.append)
    assert counts[-1].reused == 1
    assert manifest == run_here(Order.of(document(3, small=0), str(tmp_path / "calm")), threads=2)
