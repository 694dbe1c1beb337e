"""``ray job submit -- python -m cluster generate ...`` against a running Ray head, as on any cluster."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.ray

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
SCHEMA = """
seed: 9
tables:
  customers: {rows: 500, fields: {id: sequence, name: first_name}}
  orders: {rows: 400_000, fields: {id: sequence, customer: {type: reference, to: customers.id}, note: words, key: uuid}}
"""


@dataclass(frozen=True)
class Head:
    """A Ray head of the test's own: where jobs are submitted."""

    dashboard: str
    environment: dict[str, str]

    def submit(self, *entry_point: str) -> subprocess.CompletedProcess[str]:
        command = [str(BIN / "ray"), "job", "submit", "--address", self.dashboard, "--", *entry_point]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=150, cwd="/")


def ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for item in held:
            item.bind(("127.0.0.1", 0))
        return [item.getsockname()[1] for item in held]
    finally:
        for item in held:
            item.close()


@pytest.fixture(scope="module")
def head(wait_for: Callable[..., Any]) -> Iterator[Head]:
    """``ray start --head --block`` on free loopback ports, ended by its process id."""
    folder = Path(tempfile.mkdtemp(prefix="ray-"))  # short: socket names are
    gcs, dashboard, client, agent, agent_http, metrics = ports(6)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    environment |= {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "disabled",
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "RAY_TMPDIR": str(folder),
    }
    command = [str(BIN / "ray"), "start", "--head", "--block", "--node-ip-address=127.0.0.1", f"--port={gcs}"]
    command += [
        "--include-dashboard=true",
        "--dashboard-host=127.0.0.1",
        f"--dashboard-port={dashboard}",
        "--num-cpus=2",
    ]
    command += [f"--ray-client-server-port={client}", f"--dashboard-agent-grpc-port={agent}"]
    command += [f"--dashboard-agent-listen-port={agent_http}", f"--metrics-export-port={metrics}"]
    command += ["--object-store-memory=100000000", f"--temp-dir={folder}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    found = Head(f"http://127.0.0.1:{dashboard}", environment)
    try:
        wait_for(lambda: process.poll() is not None or _answers(found), 90, "the Ray head's start")
        assert process.poll() is None, (folder / "log").read_text()[-3000:]
        yield found
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _answers(head: Head) -> bool:
    command = [str(BIN / "ray"), "job", "list", "--address", head.dashboard]
    return subprocess.run(command, env=head.environment, capture_output=True).returncode == 0


def test_a_submitted_job_makes_the_same_data_set_as_the_command_line(head: Head, tmp_path: Path) -> None:
    schema = tmp_path / "schema.yaml"
    schema.write_text(SCHEMA)
    job = head.submit("python", "-m", "cluster", "generate", str(schema), "--out", str(tmp_path / "job"), "--ray")
    assert job.returncode == 0, job.stdout + job.stderr
    assert "400,500 rows" in job.stdout
    assert "seedbed: done" in job.stdout  # progress lines are tailed
    here = [str(BIN / "seedbed"), "generate", str(schema), "--out", str(tmp_path / "here"), "--json"]
    made = subprocess.run(here, capture_output=True, text=True, check=True)
    assert (tmp_path / "job" / "manifest.json").read_bytes() == (tmp_path / "here" / "manifest.json").read_bytes()
    assert json.loads(made.stdout)["digest"] in job.stdout


def test_a_job_with_a_wrong_schema_fails_with_the_mistake_in_its_log(head: Head, tmp_path: Path) -> None:
    schema = tmp_path / "schema.yaml"
    schema.write_text("rows: 3\nfields: {id: sequense}")
    job = head.submit("python", "-m", "cluster", "generate", str(schema), "--out", str(tmp_path / "job"))
    assert job.returncode == 1
    assert "did you mean 'sequence'" in job.stdout
    assert not (tmp_path / "job").exists()
