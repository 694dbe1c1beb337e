"""Keeps one child process alive: started again when it ends, a little later each time, and ended with its parent.

A child is told to stop by SIGTERM. It also holds the reading end of a pipe to its parent: when that closes, the parent
is dead, however it died, and the child stops by itself (``follow_parent``), so that no orphan goes on for long.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

_LOG = logging.getLogger("seedbed.supervisor")
PARENT = "SEEDBED_PARENT_PIPE"
_FIRST_WAIT, _LONGEST_WAIT, _HEALTHY = 0.5, 30.0, 60.0


class Supervisor:
    """Runs ``command`` again and again until stopped. ``grace``: seconds that it has to end when it is told to."""

    def __init__(
        self, name: str, command: Sequence[str], grace: float, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name, self._command, self._grace = name, list(command), grace
        self._environment = {**os.environ, **(environment or {})}
        self._stop = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process, while there is one."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    def run(self) -> None:
        """Returns after ``stop``, when the child has ended."""
        wait = _FIRST_WAIT
        reading, writing = os.pipe()
        try:
            while not self._stop.is_set():
                began = time.monotonic()
                code = self._once(reading)
                if self._stop.is_set():
                    return
                wait = _FIRST_WAIT if time.monotonic() - began > _HEALTHY else min(wait * 2, _LONGEST_WAIT)
                _LOG.warning("the %s ended with %s; it is started again in %.1f s", self.name, code, wait)
                self._stop.wait(wait)
        finally:
            os.close(reading)
            os.close(writing)

    def stop(self) -> None:
        """Has the child end; ``run`` returns then. May be called from any thread, and from a signal handler."""
        self._stop.set()

    def _once(self, pipe: int) -> int:
        environment = {**self._environment, PARENT: str(pipe)}
        self._child = child = subprocess.Popen(
            self._command, env=environment, pass_fds=(pipe,), stdin=subprocess.DEVNULL, start_new_session=True
        )
        while not self._stop.wait(0.1):
            if (code := child.poll()) is not None:
                return code
        child.terminate()
        try:
            return child.wait(self._grace)
        except subprocess.TimeoutExpired:
            _LOG.error("the %s did not end within %.0f s and is killed", self.name, self._grace)
            os.killpg(child.pid, signal.SIGKILL)  # it leads a session of its own
            return child.wait()


def follow_parent() -> None:
    """In a supervised child: SIGTERM to itself when the parent is dead. Does nothing in other processes."""
    pipe = os.environ.pop(PARENT, None)
    if pipe is None:
        return

    def watch() -> None:
        os.read(int(pipe), 1)  # nobody ever writes: it returns when the last writing end is closed
        print("seedbed: the parent process is gone; stopping", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def stop_on_signals(stop: threading.Event) -> None:
    """SIGTERM and SIGINT set ``stop``; a second SIGINT interrupts at once. For the main thread."""

    def told(number: int, _frame: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            signal.default_int_handler(number, None)
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
