"""Whoever stops a run in the middle loses nothing: the same command goes on from there."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.ray

SCHEMA = """
seed: 3
rows: 600_000
fields:
  id: sequence
  padding: {type: choice, values: [a, %s], weights: [1, 0]}
  key: uuid
  note: {type: words, count: 20}
""" % ("x" * 3000)
"""Ten parts that take some tenths of a second each: a column that is never wide counts as a wide one."""


def test_a_run_that_is_stopped_again_and_again_goes_on_where_it_was(
    tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    schema, out = tmp_path / "schema.yaml", tmp_path / "out"
    schema.write_text(SCHEMA)
    command = [sys.executable, "-m", "cluster", "generate", str(schema), "--out", str(out), "--actors", "2"]
    command += ["--compression", "gzip"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    for number in (signal.SIGINT, signal.SIGTERM):
        before = len(parts(out))
        run = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        wait_for(lambda run=run, before=before: run.poll() is not None or len(parts(out)) > before, 120, "another part")
        run.send_signal(number)
        stdout, said = run.communicate(timeout=60)
        assert run.returncode == 130, said
        assert stdout == ""
        assert "the same command goes on from there" in said
        assert "Traceback" not in said
        assert "***" not in said  # nor a dump of Ray's
        assert [path.name for path in out.iterdir()] == [".seedbed"]
    again = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert again.returncode == 0, again.stderr
    assert json.loads((out / "manifest.json").read_text())["rows"] == 600_000
    assert re.search(r"done: 600,000 rows, [1-9]\d* parts? from before", again.stderr), again.stderr
    assert sorted(path.name for path in out.iterdir()) == ["data.csv.gz", "manifest.json"]
    verified = subprocess.run(
        [sys.executable, "-m", "cluster", "verify", str(out), "--sample", "2"], capture_output=True, text=True
    )
    assert verified.returncode == 0, verified.stdout


def parts(out: Path) -> list[Path]:
    """The records of finished parts."""
    return list(out.glob(".seedbed/*/parts/*.json"))
