"""``ray job submit -- python -m cluster generate ...`` against a running Ray head, as on any cluster."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.job_submission import JobStatus, JobSubmissionClient
from typer.testing import CliRunner

from cluster.cli import app
from tests.servers.ray_head import BIN, ROOT, RayHead

pytestmark = pytest.mark.ray

SCHEMA = """
seed: 9
tables:
  customers: {rows: 500, fields: {id: sequence, name: first_name}}
  orders: {rows: 40_000, fields: {id: sequence, customer: {type: reference, to: customers.id}, note: words, key: uuid}}
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


@pytest.fixture(scope="module")
def jobs(head: Submitting) -> JobSubmissionClient:
    """The same job server without the start of a command line."""
    return JobSubmissionClient(head.dashboard)


def test_a_submitted_job_makes_the_same_data_set_as_the_command_line(head: Submitting, tmp_path: Path) -> None:
    schema = tmp_path / "schema.yaml"
    schema.write_text(SCHEMA)
    job = head.submit("python", "-m", "cluster", "generate", str(schema), "--out", str(tmp_path / "job"), "--ray")
    assert job.returncode == 0, job.stdout + job.stderr
    assert "40,500 rows" in job.stdout
    assert "seedbed: done" in job.stdout  # progress lines are tailed
    made = CliRunner().invoke(app, ["generate", str(schema), "--out", str(tmp_path / "here"), "--json"])
    assert (tmp_path / "job" / "manifest.json").read_bytes() == (tmp_path / "here" / "manifest.json").read_bytes()
    assert json.loads(made.stdout)["digest"] in job.stdout


def test_a_job_that_is_stopped_goes_on_when_it_is_submitted_again(
    jobs: JobSubmissionClient, document: Callable[..., dict[str, Any]], tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    schema, out = tmp_path / "schema.json", tmp_path / "job"
    schema.write_text(json.dumps(document(20, wide=True)))
    order = f"python -m cluster generate {schema} --out {out} -c gzip --actors 1"
    first = jobs.submit_job(entrypoint=order)
    wait_for(lambda: list(out.glob(".seedbed/*/parts/*.json")), 90, "the first part")
    jobs.stop_job(first)
    wait_for(lambda: jobs.get_job_status(first) is JobStatus.STOPPED, 60, "the end of the job", every=0.5)
    assert not (out / "manifest.json").exists()
    again = jobs.submit_job(entrypoint=order)
    wait_for(lambda: jobs.get_job_status(again).is_terminal(), 150, "the end of the second job", every=0.5)
    said = jobs.get_job_logs(again)
    assert re.search(r"done: 1,246,187 rows, [1-9]\d* parts? from before", said), said
    assert (out / "manifest.json").exists()


def test_the_example_for_kubernetes_is_handed_in_as_kuberay_does_it(head: Submitting, tmp_path: Path) -> None:
    """KubeRay writes the environment, quoted, and the entry point, as it is, into a line for the submitter's shell."""
    spec = yaml.safe_load((ROOT / "k8s" / "ray-job" / "ray-job.yaml").read_text())["spec"]
    fewer = spec["runtimeEnvYAML"].replace("10_000_000", "1_000").replace("1_000_000_000", "3_000")
    target = spec["entrypoint"].replace("--actors 8", "--actors 2")
    entry_point, count = re.subn(r"s3://\S+", str(tmp_path / "out"), target)
    assert count == 1
    quoted = json.dumps(json.dumps(yaml.safe_load(fewer)))
    line = (
        f"ray job submit --address {head.dashboard} --runtime-env-json {quoted} --submission-id shop -- {entry_point} ;"
    )
    job = subprocess.run(
        ["bash", "-ce", line], env=head.environment, capture_output=True, text=True, timeout=150, cwd="/"
    )
    assert job.returncode == 0, job.stdout + job.stderr
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["rows"] == 4_000
    assert {path.name for path in (tmp_path / "out").glob("*.parquet")} == {"customers.parquet", "orders.parquet"}


def test_a_job_with_a_wrong_schema_fails_with_the_mistake_in_its_log(head: Submitting, tmp_path: Path) -> None:
    schema = tmp_path / "schema.yaml"
    schema.write_text("rows: 3\nfields: {id: sequense}")
    job = head.submit("python", "-m", "cluster", "generate", str(schema), "--out", str(tmp_path / "job"))
    assert job.returncode == 1
    assert "did you mean 'sequence'" in job.stdout
    assert not (tmp_path / "job").exists()
