"""The command line without its cold start: one process has imported it, and forks for each command.

What runs is what ``python -m cluster`` runs, in a process of its own, to its own exit status. The process that forks
has one thread, so nothing is held that a fork would leave behind.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.servers.database import at_the_end

ROOT = Path(__file__).parents[2]
IMPORTED = ("cluster.cli", "cluster.run", "cluster.catalogue", "cluster.display", "cluster.growing", "cluster.verify")

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Neither numpy nor Arrow's allocator starts a thread when it is imported."""


def serve() -> None:
    """The side of the process that forks: a command a line as JSON, its exit status a line."""
    import importlib
    import runpy

    for name in IMPORTED:
        importlib.import_module(name)
    _use_everything_once()
    threads = len([*tasks.iterdir()]) if (tasks := Path("/proc/self/task")).exists() else 1
    print(threads, flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        child = os.fork()
        if child:
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
            continue
        os.chdir(wanted["folder"])
        for number, (name, flags) in enumerate(
            [("in", os.O_RDONLY), ("out", os.O_WRONLY | os.O_CREAT), ("err", os.O_WRONLY | os.O_CREAT)]
        ):
            os.dup2(os.open(f"{wanted['files']}/{name}", flags, 0o600), number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.argv = ["seedbed", *wanted["arguments"]]
        status = 0
        try:
            runpy.run_module("cluster", run_name="__main__", alter_sys=True)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


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
        environment = {**os.environ, **ONE_THREAD}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.servers.command_line import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        assert self._answer() == 1, "a process of several threads cannot be forked"

    def run(self, arguments: list[str], stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Runs ``seedbed ARGUMENTS`` in this working folder to its end."""
        with tempfile.TemporaryDirectory() as files:
            (Path(files) / "in").write_text(stdin)
            wanted = {"arguments": arguments, "folder": str(Path.cwd()), "files": files}
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(wanted) + "\n")
            self._process.stdin.flush()
            status = self._answer()
            out, err = ((Path(files) / name).read_text() for name in ("out", "err"))
        return subprocess.CompletedProcess(["seedbed", *arguments], status, out, err)

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
