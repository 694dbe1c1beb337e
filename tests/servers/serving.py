"""``seedbed serve`` and ``seedbed dispatcher`` as processes of their own, on free ports, ended with the block."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_START_SECONDS = 120.0
_STOP_SECONDS = 60.0


class Serving:
    """A process of Seedbed's command line that goes on until it is told to end."""

    def __init__(self, environment: Mapping[str, str], folder: Path, *arguments: str) -> None:
        self.log = folder / f"{arguments[0]}-{len(list(folder.glob('*.log')))}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "cluster", *arguments],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def url(self) -> str:
        """Where it listens, once it does."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            found = self.text.partition("listening at ")[2]
            if "\n" in found:
                return found.partition("\n")[0].strip()
            time.sleep(0.02)
        raise AssertionError(f"it does not listen:\n{self.text[-3000:]}")

    def kill(self) -> None:
        """As if the machine had failed."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """Ends it in order; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise AssertionError(f"it did not stop:\n{self.text[-3000:]}") from None


@contextmanager
def served(environment: Mapping[str, str], folder: Path, *arguments: str) -> Iterator[str]:
    """A service on a free port; its URL."""
    serving = Serving(environment, folder, "serve", "--port", "0", *arguments)
    try:
        yield serving.url()
    finally:
        serving.stop()
