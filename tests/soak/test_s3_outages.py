"""The long ones of test_s3_faults: a server that is down for 20 seconds, and many schedules of random faults."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cluster.order import Order
from cluster.progress import Progress
from cluster.run import run_here
from cluster.s3_server import S3Server
from cluster.stores import open_store
from tests.servers.faulty import FaultyProxy, calm, random_faults

Document = Callable[..., dict[str, Any]]
OPTIONS: list[dict[str, Any]] = [
    {"format": "csv,parquet"},
    {"format": "ndjson", "compression": "gzip"},
    {"format": "csv,xml", "archive": "zip"},
    {"layout": "both"},
    {"layout": "parts", "format": "parquet"},
]


def found_at(url: str) -> dict[str, bytes]:
    """Every object below a URL; fails if an upload is still open."""
    store = open_store(url)
    assert list(store.unfinished()) == []
    return {entry.name: store.read(entry.name) for entry in store.entries("")}


def made_here(document: dict[str, Any], folder: Path, **options: Any) -> dict[str, bytes]:
    """The same data set in a local folder."""
    run_here(Order.of(document, str(folder), **options))
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("wide", [True, False], ids=["complete", "streamed"])
def test_a_server_that_is_down_for_20_seconds_costs_an_order_nothing(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wide: bool
) -> None:
    wanted, began = document(6, small=1, wide=wide), threading.Event()
    with S3Server(tmp_path / "s3") as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)

        def be_down() -> None:
            began.wait(60)
            server.stop()
            time.sleep(20)  # the outage itself
            server.start()

        def told(progress: Progress) -> None:
            if progress.parts >= 2:
                began.set()

        thread = threading.Thread(target=be_down)
        thread.start()
        run_here(Order.of(wanted, "s3://datasets/x"), threads=2, progress=told)
        thread.join()
        assert found_at("s3://datasets/x") == made_here(wanted, tmp_path / "local")


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(map(str, options.values())))
@pytest.mark.parametrize("wide", [True, False], ids=["large", "small"])
def test_eight_schedules_of_random_faults_change_no_byte(
    s3_server: S3Server,
    document: Document,
    s3_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    wide: bool,
) -> None:
    wanted = document(3, small=1, wide=wide)
    calmly = made_here(wanted, tmp_path, **options)
    with FaultyProxy(s3_server.endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        for seed in range(8):
            proxy.plan = random_faults(seed, 0.3)
            run_here(Order.of(wanted, f"{s3_url}-{seed}", **options), threads=1 + seed % 3)
            proxy.plan = calm
            assert found_at(f"{s3_url}-{seed}") == calmly, seed


def test_the_demonstration_runs_onto_an_s3_server_of_its_own() -> None:
    with tempfile.TemporaryDirectory() as folder:  # short, since Ray's sockets are below it
        _demonstrated(Path(folder))


def _demonstrated(folder: Path) -> None:
    rows = [f"--rows={each}" for each in ("customers=2000", "orders=70000", "order_lines=200000")]
    command = [sys.executable, "-P", "-m", "cluster", "demo", "--s3", *rows]
    done = subprocess.run(command, cwd=folder, env={**os.environ, "TMPDIR": str(folder)}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert b"the same, to the byte" in done.stdout
    assert [path.name for path in folder.iterdir() if path.name.startswith("seedbed-demo-")] == []
