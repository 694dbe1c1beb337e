"""Orders to an S3 store that goes wrong: the bytes of a calm run, nothing twice, nothing left, or a clear refusal.

The server is real, and so are the connections; a proxy between makes them go wrong.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.errors import StoreError
from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run_here
from cluster.s3_server import S3Server
from cluster.storage import Piece, Site
from cluster.storage_s3 import S3Store
from cluster.stores import open_store
from tests.servers.faulty import Fault, FaultyProxy, Request, calm, once, random_faults

Document = Callable[..., dict[str, Any]]
MIB = 1 << 20


@pytest.fixture
def proxy(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyProxy]:
    """Between this process and the S3 server; what is started has to go through it too."""
    with FaultyProxy(s3_server.endpoint) as found:
        monkeypatch.setenv("AWS_ENDPOINT_URL", found.url)
        yield found


def found_at(url: str) -> dict[str, bytes]:
    """Every object below a URL; fails if an upload is still open."""
    store = open_store(url)
    assert list(store.unfinished()) == []
    return {entry.name: store.read(entry.name) for entry in store.entries("")}


def made_here(document: dict[str, Any], folder: Path, **options: Any) -> dict[str, bytes]:
    """The same data set in a local folder."""
    run_here(Order.of(document, str(folder), **options))
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("seed", "wide", "options"),
    [
        (1, True, {"format": "csv,parquet"}),
        (2, False, {"format": "ndjson", "compression": "gzip"}),
        (3, True, {"format": "csv", "archive": "zip"}),
        (4, False, {"layout": "both"}),
        (5, True, {"layout": "parts"}),
    ],
    ids=["complete", "streamed", "zip", "both", "parts"],
)
def test_random_faults_change_no_byte_and_leave_nothing(
    proxy: FaultyProxy,
    document: Document,
    s3_url: str,
    tmp_path: Path,
    seed: int,
    wide: bool,
    options: dict[str, Any],
) -> None:
    wanted = document(3, small=1, wide=wide)
    proxy.plan = random_faults(seed, 0.25)
    run_here(Order.of(wanted, s3_url, **options), threads=2)
    proxy.plan = calm
    assert sum(proxy.suffered.values()) > 3
    assert found_at(s3_url) == made_here(wanted, tmp_path, **options)


def test_a_store_that_is_away_for_a_while_costs_an_order_nothing(
    proxy: FaultyProxy, document: Document, s3_url: str, tmp_path: Path
) -> None:
    wanted, gone = document(4, small=1, wide=True), threading.Event()

    def told(progress: Progress) -> None:
        if progress.parts >= 2 and not gone.is_set():
            gone.set()
            proxy.go_away()
            back.start()

    back = threading.Timer(1.5, proxy.come_back)
    run_here(Order.of(wanted, s3_url), threads=2, progress=told)
    assert gone.is_set()
    back.join()
    assert found_at(s3_url) == made_here(wanted, tmp_path / "local")


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.RESET_IN_ANSWER, Fault.INTERNAL_ERROR])
def test_who_created_an_object_is_told_so_though_the_answer_was_lost(
    proxy: FaultyProxy, s3_url: str, fault: Fault
) -> None:
    store = open_store(s3_url)
    store.check()
    proxy.plan = once("CreateObject", fault)
    assert store.create("x", b"mine")
    proxy.plan = once("CreateObject", fault)
    assert not store.create("x", b"theirs")
    assert store.read("x") == b"mine"


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.RESET_IN_ANSWER, Fault.ERROR_IN_200, Fault.SLOW_DOWN])
def test_an_upload_is_completed_though_the_answer_was_lost_or_said_otherwise(
    proxy: FaultyProxy, s3_url: str, fault: Fault
) -> None:
    store = S3Store(*s3_url.removeprefix("s3://").split("/", 1), memory=0)
    store.check()
    proxy.plan = once("CompleteMultipartUpload", fault)
    with store.writer("streamed") as writer:  # without memory it goes up in parts
        for number in range(20):
            writer.write(bytes([number]) * MIB)
    assert store.read("streamed", 19 * MIB) == b"\x13" * MIB
    assembly, site = store.assembly(), Site("joined", ".seedbed/f/pieces/joined", 2)
    token = assembly.begin(site)
    pieces = []
    for number in range(2):
        with assembly.writer(site, token, number) as piece:
            piece.write(bytes([number]) * 6 * MIB)
        pieces.append(Piece(number, 6 * MIB, piece.held))
    proxy.plan = once("CompleteMultipartUpload", fault)
    assembly.complete(site, token, pieces, b"end")
    assert store.read("joined", 12 * MIB) == b"end"
    assert list(store.unfinished()) == []
    assert proxy.suffered["CompleteMultipartUpload", fault] == 2


@pytest.mark.parametrize(
    ("operation", "fault", "message"),
    [
        ("UploadPart", Fault.EXPIRED, "the session token has expired"),
        ("CreateMultipartUpload", Fault.DENIED, "access is denied; the key needs to"),
        ("CompleteMultipartUpload", Fault.EXPIRED, "the session token has expired"),
    ],
)
def test_credentials_that_end_in_the_middle_end_the_run_at_once_with_a_clear_message(
    proxy: FaultyProxy, document: Document, s3_url: str, operation: str, fault: Fault, message: str
) -> None:
    proxy.plan = once(operation, fault, times=1000)
    began = time.monotonic()
    with pytest.raises(StoreError, match=message) as caught:
        run_here(Order.of(document(3, small=0, wide=True), s3_url))
    assert not caught.value.passing
    assert proxy.suffered[operation, fault] == 1
    assert time.monotonic() - began < 40


JOIN = "import sys; from cluster import Order, run_here; run_here(Order.model_validate_json(sys.argv[1]))"


def test_an_upload_that_only_a_killed_coordinator_knew_is_found_by_the_next(
    proxy: FaultyProxy, document: Document, s3_url: str, tmp_path: Path
) -> None:
    wanted = document(3, small=1)
    order, killed = Order.of(wanted, s3_url), threading.Event()
    process: list[subprocess.Popen[bytes]] = []

    def plan(request: Request) -> Fault | None:
        if request.operation != "CompleteMultipartUpload" or killed.is_set():
            return None
        os.kill(process[0].pid, signal.SIGKILL)
        killed.set()
        return Fault.RESET_BEFORE

    proxy.plan = plan
    process.append(subprocess.Popen([sys.executable, "-c", JOIN, order.model_dump_json()]))
    assert process[0].wait(90) == -signal.SIGKILL
    assert [write.name for write in open_store(s3_url).unfinished()] == ["orders.csv"]
    run_here(order)
    assert found_at(s3_url) == made_here(wanted, tmp_path)


def test_no_secret_shows_in_what_is_stored_logged_or_said(
    proxy: FaultyProxy,
    s3_server: S3Server,
    document: Document,
    s3_url: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = Order.of(document(2, small=1, wide=True), s3_url)
    said = [order.model_dump_json()]
    with caplog.at_level(logging.DEBUG, "seedbed"), caplog.at_level(logging.INFO):
        proxy.plan = once("CompleteMultipartUpload", Fault.DENIED, times=1000)
        with pytest.raises(StoreError) as denied:
            run_here(order)
        store = open_store(s3_url)
        assert isinstance(store, S3Store)
        half_way = b"".join(store.read(entry.name) for entry in store.entries(".seedbed"))
        proxy.plan = random_faults(7)
        said.append(run_here(order).model_dump_json())
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://somebody:planted-password@127.0.0.1:9")
    away = store.client.told("use it", ConnectionError("refused"))
    quoting = store.client.told("use it", ValueError(f"what is {s3_server.secret_key}?"))
    said += [str(denied.value), str(away), str(quoting), caplog.text, half_way.decode(errors="replace")]
    assert "http://127.0.0.1:9 cannot be reached" in str(away)
    assert len(half_way) > 100
    for secret in (s3_server.access_key, s3_server.secret_key, "planted"):
        assert not [text for text in said if secret in text]
