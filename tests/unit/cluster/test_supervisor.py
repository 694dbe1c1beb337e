"""A supervised child is started again when it ends, and never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cluster.supervisor import Supervisor

ROOT = Path(__file__).parents[3]

CHILD = """
import os, sys, threading
from cluster.supervisor import follow_parent, stop_on_signals
stop = threading.Event()
stop_on_signals(stop)
follow_parent()
with open(sys.argv[1], "a") as out:
    print(os.getpid(), file=out, flush=True)
    stop.wait()
    print("stopped", file=out, flush=True)
"""

PARENT = """
import sys
from cluster.supervisor import Supervisor
Supervisor("child", [sys.executable, "-c", sys.argv[1], sys.argv[2]], 10).run()
"""

STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(sys.argv[1], "a") as out:
    print(os.getpid(), file=out, flush=True)
time.sleep(60)
"""


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()


@contextmanager
def supervised(code: str, out: Path, grace: float = 10) -> Iterator[Supervisor]:
    supervisor = Supervisor("child", [sys.executable, "-c", code, str(out)], grace, {"PYTHONPATH": str(ROOT)})
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_child_that_is_killed_is_started_again(out: Path, wait_for: Callable[..., Any]) -> None:
    with supervised(CHILD, out) as supervisor:
        first = int(wait_for(lambda: lines(out))[0])
        assert supervisor.pid == first
        os.kill(first, signal.SIGKILL)
        second = int(wait_for(lambda: lines(out)[1:])[0])
        assert second != first
    assert lines(out) == [str(first), str(second), "stopped"]
    assert supervisor.pid is None


def test_a_child_that_does_not_listen_is_killed_after_the_grace(out: Path, wait_for: Callable[..., Any]) -> None:
    with supervised(STUBBORN, out, grace=0.2):
        pid = int(wait_for(lambda: lines(out))[0])
    assert not alive(pid)


def test_a_child_stops_when_its_parent_is_killed(out: Path, wait_for: Callable[..., Any]) -> None:
    command = [sys.executable, "-c", PARENT, CHILD, str(out)]
    parent = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)
    try:
        pid = int(wait_for(lambda: lines(out))[0])
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: lines(out)[1:] == ["stopped"], what="the child's end")
    wait_for(lambda: not alive(pid))
