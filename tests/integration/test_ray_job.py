"""``ray job submit -- python -m cluster generate ...`` against a running Ray head, as on any cluster."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.ray_head import BIN, RayHead

pytestmark = pytest.mark.ray

SCHEMA = """
seed: 9
tables:
  customers: {rows: 500, fields: {id: sequence, name: first_name}}
  orders: {rows: 400_000, fields: {id: sequence, customer: {type: reference, to: customers.id}, note: words, key: uuid}}
"""


class Submitting(RayHead):
    """A Ray head of the test's own: where jobs are submitted."""

    def submit(self, *entry_point: str) -> subprocess.CompletedProcess[str]:
        command = [str(BIN / "ray"), "job", "submit", "--address", self.dashboard, "--", *entry_point]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=150, cwd="/")


@pytest.fixture(scope="module")
def head() -> Iterator[Submitting]:
    with Submitting(cpus=2, dashboard=True) as found:
        yield found


def test_a_submitted_job_makes_the_same_data_set_as_the_command_line(head: Submitting, tmp_path: Path) -> None:
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


def test_a_job_that_is_stopped_goes_on_when_it_is_submitted_again(
    head: Submitting, tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    schema, out = tmp_path / "schema.yaml", tmp_path / "job"
    schema.write_text("seed: 3\nrows: 4_000_000\nfields: {id: sequence, key: uuid, note: {type: words, count: 9}}\n")
    order = ["python", "-m", "cluster", "generate", str(schema), "--out", str(out), "-c", "gzip", "--actors", "1"]
    ray_job = [str(BIN / "ray"), "job"]
    name = ["--submission-id", "stopped", "--no-wait"]
    first = [*ray_job, "submit", "--address", head.dashboard, *name, "--", *order]
    subprocess.run(first, env=head.environment, capture_output=True, timeout=60, check=True, cwd="/")
    wait_for(lambda: list(out.glob(".seedbed/*/parts/*.json")), 90, "the first part")
    stop = [*ray_job, "stop", "--address", head.dashboard, "stopped"]
    subprocess.run(stop, env=head.environment, capture_output=True, timeout=60, check=True, cwd="/")
    assert not (out / "manifest.json").exists()
    again = head.submit(*order)
    assert again.returncode == 0, again.stdout + again.stderr
    assert re.search(r"done: 4,000,000 rows, [1-9]\d* parts? from before", again.stdout), again.stdout
    assert (out / "manifest.json").exists()


def test_a_job_with_a_wrong_schema_fails_with_the_mistake_in_its_log(head: Submitting, tmp_path: Path) -> None:
    schema = tmp_path / "schema.yaml"
    schema.write_text("rows: 3\nfields: {id: sequense}")
    job = head.submit("python", "-m", "cluster", "generate", str(schema), "--out", str(tmp_path / "job"))
    assert job.returncode == 1
    assert "did you mean 'sequence'" in job.stdout
    assert not (tmp_path / "job").exists()
