"""Orders that go to a real S3 server: through one multipart upload, by streaming where parts are small, and refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cluster.errors import StoreError
from cluster.manifest import Manifest
from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run, run_here
from cluster.state import State
from cluster.storage_s3 import S3Store
from cluster.stores import open_store
from cluster.verify import verify

Document = Callable[..., dict[str, Any]]
SECONDS = 40.0
"""A store that cannot be used has to be known within this."""


def objects(url: str) -> dict[str, bytes]:
    """Every object below a URL."""
    store = open_store(url)
    return {entry.name: store.read(entry.name) for entry in store.entries("")}


def open_uploads(url: str) -> list[tuple[str, str]]:
    store = open_store(url)
    assert isinstance(store, S3Store)
    return list(store.uploads(""))


def local(document: dict[str, Any], folder: Path, **options: Any) -> tuple[Manifest, dict[str, bytes]]:
    """The same data set in a local folder."""
    manifest = run_here(Order.of(document, str(folder), **options))
    return manifest, {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.ray
@pytest.mark.usefixtures("ray_cluster")
@pytest.mark.parametrize("options", [{}, {"format": "csv,parquet", "archive": "zip"}], ids=["objects", "zip"])
def test_a_data_set_made_on_ray_is_the_same_as_a_local_one(
    document: Document, s3_url: str, tmp_path: Path, options: dict[str, Any]
) -> None:
    wanted = document(4, wide=True)
    wanted["tables"]["streamed"] = document(4)["tables"]["orders"]  # parts too small for an upload of their own
    manifest = run(Order.of(wanted, s3_url, **options), actors=2, ray=True)
    assert (manifest, objects(s3_url)) == local(wanted, tmp_path, **options)
    assert open_uploads(s3_url) == []
    assert verify(s3_url).ok


@pytest.mark.parametrize("layout", ["merged", "parts", "both"])
def test_every_layout_is_the_same_as_a_local_one(document: Document, s3_url: str, tmp_path: Path, layout: str) -> None:
    wanted = document(3, wide=True)
    manifest = run_here(Order.of(wanted, s3_url, layout=layout), threads=2)  # type: ignore[arg-type]
    assert (manifest, objects(s3_url)) == local(wanted, tmp_path, layout=layout)
    assert open_uploads(s3_url) == []


@pytest.mark.parametrize("wide", [True, False], ids=["large", "small"])
@pytest.mark.parametrize(
    "options",
    [{"format": "csv,parquet,xml"}, {"format": "csv,xml", "archive": "zip"}, {"format": "csv,excel"}],
    ids=["several", "zip", "workbook"],
)
def test_several_formats_and_archives_are_the_same_as_local_ones(
    document: Document, s3_url: str, tmp_path: Path, options: dict[str, Any], wide: bool
) -> None:
    wanted = document(2, wide=wide)
    manifest = run_here(Order.of(wanted, s3_url, **options), threads=2)
    assert (manifest, objects(s3_url)) == local(wanted, tmp_path, **options)
    assert open_uploads(s3_url) == []
    assert verify(s3_url, 2).ok


@pytest.mark.parametrize("options", [{"format": "csv,ndjson"}, {"format": "csv", "archive": "zip"}], ids=str)
@pytest.mark.parametrize("wide", [True, False], ids=["large", "small"])
def test_a_resumed_order_of_several_formats_or_an_archive_makes_only_what_is_missing(
    document: Document,
    s3_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    wide: bool,
) -> None:
    wanted = document(4, small=1, wide=wide)
    order = Order.of(wanted, s3_url, **options)
    run_until(order, 3, monkeypatch)
    seen: list[Progress] = []
    manifest = run_here(order, progress=seen.append)
    assert seen[0].parts == seen[0].resumed == 3
    assert (manifest, objects(s3_url)) == local(wanted, tmp_path, **options)
    assert open_uploads(s3_url) == []


def test_an_object_whose_last_part_is_small_is_still_one_complete_call(document: Document, s3_url: str) -> None:
    run_here(Order.of(document(3, wide=True), s3_url))
    assert any("u0" in name for name in str(open_store(s3_url).read("orders.csv", 0, 200)).split(","))


class StopError(Exception):
    """Ends a run in the middle."""


def run_until(order: Order, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs an order in this process until so many parts are recorded."""
    saved: list[Any] = []
    save = State.save

    def count(self: State, record: Any) -> None:
        save(self, record)
        saved.append(record)
        if len(saved) == parts:
            raise StopError

    with monkeypatch.context() as patch:
        patch.setattr(State, "save", count)
        with pytest.raises(StopError):
            run_here(order)


@pytest.mark.parametrize(
    ("wide", "options"),
    [(True, {}), (False, {}), (False, {"format": "ndjson", "compression": "gzip"})],
    ids=["complete", "streamed", "compressed"],
)
def test_a_resumed_order_makes_only_what_is_missing(
    document: Document,
    s3_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wide: bool,
    options: dict[str, Any],
) -> None:
    wanted = document(6, small=1, wide=wide)
    order = Order.of(wanted, s3_url, **options)
    run_until(order, 4, monkeypatch)
    assert not [name for name in objects(s3_url) if name.startswith("orders.")]
    seen: list[Progress] = []
    manifest = run_here(order, progress=seen.append)
    # Of small parts the first showed that the object cannot be uploaded in parts; it waits in the scratch folder.
    assert seen[0].parts == seen[0].resumed == 4
    assert (manifest, objects(s3_url)) == local(wanted, tmp_path, **options)
    assert open_uploads(s3_url) == []


@pytest.mark.parametrize("wide", [True, False], ids=["complete", "streamed"])
def test_two_runs_of_one_order_at_once_give_one_data_set(
    document: Document, s3_url: str, tmp_path: Path, wide: bool
) -> None:
    wanted = document(5, wide=wide)
    order = Order.of(wanted, s3_url)
    with ThreadPoolExecutor(2) as threads:
        manifests = list(threads.map(lambda _: run_here(order, threads=2), range(2)))
    assert manifests[0] == manifests[1]
    assert (manifests[0], objects(s3_url)) == local(wanted, tmp_path)
    assert open_uploads(s3_url) == []


def test_an_upload_that_vanished_is_begun_again(
    document: Document, s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = document(4, small=0, wide=True)
    order = Order.of(wanted, s3_url)
    run_until(order, 2, monkeypatch)
    store = open_store(s3_url)
    assert isinstance(store, S3Store)
    for key, upload in store.uploads(""):
        store.abort_upload(key, upload)  # as a life cycle rule does
    seen: list[Progress] = []
    manifest = run_here(order, progress=seen.append)
    assert seen[-1].resumed == 0
    assert (manifest, objects(s3_url)) == local(wanted, tmp_path)


def test_giving_an_order_up_leaves_neither_state_nor_upload(
    document: Document, s3_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order.of(document(4, small=0, wide=True), s3_url)
    run_until(order, 2, monkeypatch)
    assert len(open_uploads(s3_url)) == 1
    State(open_store(s3_url), order.compile().state).discard()
    assert objects(s3_url) == {}
    assert open_uploads(s3_url) == []


@pytest.mark.usefixtures("s3_server")
@pytest.mark.parametrize(
    ("environment", "url", "message"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "s3://datasets/x", "http://127.0.0.1:9 cannot be reached"),
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, "s3://datasets/x", "check AWS_SECRET_ACCESS_KEY"),
        ({"AWS_ACCESS_KEY_ID": "nobody"}, "s3://datasets/x", "check AWS_ACCESS_KEY_ID"),
        (
            {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None},
            "s3://datasets/x",
            "no AWS credentials were found",
        ),
        ({}, "s3://no-such-bucket/x", "there is no such bucket"),
    ],
    ids=["unreachable", "wrong secret", "unknown key", "no credentials", "no bucket"],
)
def test_a_store_that_cannot_be_used_is_one_clear_message_within_seconds(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str | None], url: str, message: str
) -> None:
    for name, value in environment.items():
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
    order = Order.of({"rows": 10, "fields": {"id": "sequence"}}, url)
    began = time.monotonic()
    with pytest.raises(StoreError, match=message) as caught:
        run_here(order)
    assert time.monotonic() - began < SECONDS
    assert "\n" not in str(caught.value)
    with pytest.raises(StoreError, match=message):
        verify(url)
