"""The Ray that an order starts for itself: quiet, guarded, and gone afterwards, however the run ends."""

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

Document = Callable[..., dict[str, Any]]
ROOT = Path(__file__).parents[2]

_RUN = """
import json, os, sys
from cluster.order import Order
from cluster.run import run

def tell(progress):
    print(progress.stage, progress.parts, progress.resumed, flush=True)

order = Order.of(json.loads(sys.argv[1]), sys.argv[2])
try:
    run(order, actors=2, ray=True, progress=tell)
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(os.environ["RAY_AUTH_MODE"], len(os.environ["RAY_AUTH_TOKEN"]))
"""


def start(document: dict[str, Any], out: Path, home: Path) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    environment = {**kept, "HOME": str(home), "SEEDBED_TEST": str(out)}
    command = [sys.executable, "-c", _RUN, json.dumps(document), str(out)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, start_new_session=True, **pipes)


def processes_of(out: Path) -> list[str]:
    """The command lines of all processes that this run started: they have its environment."""
    mark, found = f"SEEDBED_TEST={out}".encode(), []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append((entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " "))
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
    return found


@pytest.mark.ray
def test_an_order_s_own_ray_is_quiet_guarded_and_gone_even_when_interrupted(
    document: Document, tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    (home := tmp_path / "home").mkdir()
    first = start(document(40, wide=True), tmp_path / "out", home)
    assert first.stdout is not None
    for line in first.stdout:
        if re.fullmatch(r"making ([3-9]|\d\d) 0\n", line):
            os.killpg(first.pid, signal.SIGINT)  # as a terminal does
            break
    rest, errors = first.communicate(timeout=60)
    assert "interrupted" in rest
    assert rest.endswith("token 64\n")
    assert errors == ""
    wait_for(lambda: not processes_of(tmp_path / "out"), 20, "the end of Ray's processes")
    left = [path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert {path.parts[0] for path in left} <= {".seedbed", "t0.csv", "t1.csv"}
    assert not [path for path in left if "scratch" in str(path)]
    assert not list(home.iterdir()), "no token and no statistics are left in the home folder"


def test_a_cluster_that_is_not_there_is_one_clear_message_within_seconds() -> None:
    code = (
        "from cluster.errors import ClusterError\nfrom cluster.session import ray_session\n"
        "try:\n  with ray_session(1): pass\nexcept ClusterError as error: print(error)"
    )
    environment = {**os.environ, "RAY_ADDRESS": "127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.startswith("cannot connect to Ray at 127.0.0.1:9: "), done
    assert done.stdout.count("\n") == 1
