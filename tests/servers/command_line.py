"""The command line without its cold start: one process has imported it, and forks for each command.

What runs is what ``python -m cluster`` runs, in a process of its own, to its own end. The process that forks has one
thread, so nothing is held that a fork would leave behind, and runs no command itself, so that all begin alike.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.servers.database import at_the_end

ROOT = Path(__file__).parents[2]
IMPORTED = ("cluster.cli", "cluster.run", "cluster.catalogue", "cluster.display", "cluster.growing", "cluster.verify")
IMPORTED += ("api.commands", "api.commands_jobs", "api.jobs.service", "api.jobs.requests")

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Neither numpy nor Arrow's allocator starts a thread when it is imported."""


def serve() -> None:
    """The side of the process that forks: a command a line as JSON, its exit status a line. Children return too."""
    for name in IMPORTED:
        importlib.import_module(name)
    _use_everything_once()
    gc.freeze()  # a collection in a child would copy all that it shares
    threads = len([*tasks.iterdir()]) if (tasks := Path("/proc/self/task")).exists() else 1
    print(threads, flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(**json.loads(line))
            return
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(arguments: list[str], folder: str, environment: dict[str, str], files: list[str]) -> None:
    """Runs a command in this process, whose end is that of ``python -m cluster``."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, name in enumerate(files):
        os.dup2(os.open(name, os.O_RDWR), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["seedbed", *arguments]
    runpy.run_module("cluster", run_name="__main__", alter_sys=True)


def _use_everything_once() -> None:
    """What is imported only when it is needed: every field type and format, and what pyarrow looks for at first use."""
    from cluster.preview import page_of
    from formats import formats
    from generator import compile_schema, field_types

    assert len(list(field_types)) > len(list(formats)) > 1
    plan = compile_schema({"rows": 3, "fields": {"id": "sequence", "name": "first_name"}})
    assert page_of(plan, None, 0, 3)


class CommandLine:
    """The process that forks."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.command_line"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD},
        )
        assert self._answer() == 1, "a process of several threads cannot be forked"

    def run(
        self,
        arguments: list[str],
        stdin: str = "",
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Runs ``seedbed ARGUMENTS`` to its end; by default in this process's working folder and environment.

        A variable that is read by an import, such as SEEDBED_KERNELS, has the effect that it had in the process that
        forks.
        """
        with tempfile.TemporaryDirectory() as own:
            files = [Path(own) / name for name in ("in", "out", "err")]
            for file, text in zip(files, (stdin, "", ""), strict=True):
                file.write_text(text)
            wanted = {
                "arguments": arguments,
                "folder": str(folder or Path.cwd()),
                "environment": dict(os.environ if environment is None else environment),
                "files": [*map(str, files)],
            }
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(wanted) + "\n")
            self._process.stdin.flush()
            status = self._answer()
            return subprocess.CompletedProcess(
                ["seedbed", *arguments], status, files[1].read_text(), files[2].read_text()
            )

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


@cache
def prepared() -> CommandLine:
    """One for this process, which it ends with."""
    found = CommandLine()
    at_the_end(found.close)
    return found


if __name__ == "__main__":
    serve()
