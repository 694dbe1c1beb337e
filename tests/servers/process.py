"""A server's process: as a user who may not be root, ended with the tests that started it, however they end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

USER = "nobody"
"""Who runs servers where the tests run as root, as PostgreSQL refuses to; every Unix has this user."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def owned_by_the_server(folder: Path) -> Path:
    """The folder, given to the user who runs servers."""
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    return folder


def as_the_server(command: list[str]) -> list[str]:
    """The command, run by the user who runs servers; a long one dies with the process that started it."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return [setpriv, "--pdeathsig", "QUIT", *command] if setpriv else command
    assert setpriv, "the tests run as root, which database servers refuse: install setpriv (Debian's util-linux)"
    user = pwd.getpwnam(USER)
    rights = ["--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]
    return [setpriv, *rights, "--pdeathsig", "QUIT", *command]


def run(command: list[str], folder: Path) -> None:
    """A command that prepares a server; AssertionError with what it said if it fails."""
    done = subprocess.run(
        as_the_server(command), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.returncode == 0, f"{command[0]} failed:\n{done.stdout.decode(errors='replace')[-3000:]}"


class ServerProcess:
    """A running server; ``stop`` ends it at once: nothing of it is kept."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._log = folder / "server.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                as_the_server(command), cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Returns once ``ready``; AssertionError with the server's log if it ended or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            alive = self._process.poll() is None
            if not alive or time.monotonic() > deadline:
                self.stop()
                said = self._log.read_text(errors="replace")[-3000:]
                raise AssertionError(f"the server {'is not ready' if alive else 'ended'}:\n{said}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)


def started(title: str) -> set[int]:
    """The processes that this one has started, or they in turn, whose title begins so."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if (entry / "cmdline").read_bytes().startswith(title.encode()) and os.getpid() in _ancestors(entry):
                    found.add(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def _ancestors(process: Path) -> set[int]:
    found: set[int] = set()
    while process.name not in {"0", "1"}:
        parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
        found.add(int(parent))
        process = Path("/proc") / parent
    return found
