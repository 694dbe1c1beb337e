"""Follows a coordinator to its end, and says what became of the run in the words of ``runner``.

Whoever carries out runs, in threads or on Ray, does it by this: it hears of a stop between two steps, keeps to the
limit on bytes, and tells errors that a later attempt may not meet again from those that it would.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Generator
from contextlib import closing

from cluster.errors import ClusterError, FullError
from cluster.manifest import Manifest
from cluster.progress import Progress
from cluster.queue import Made
from cluster.runner import Failure, Outcome, Stopped
from cluster.worker import StoppedError
from generator import SeedbedError

Steps = Generator[Progress, None, Manifest]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


def follow(
    steps: Steps, told: Callable[[Progress], None], stop: threading.Event, bytes_left: int | None = None
) -> Outcome:
    """Runs a coordinator's steps. ``bytes_left``: how many stored bytes the run may have at most, None without a limit.

    Raises what the steps raise; see ``failure_of``.
    """
    with closing(steps):
        while True:
            try:
                progress = next(steps)
            except StopIteration as end:
                manifest: Manifest = end.value
                return Made(manifest.digest, manifest.rows, manifest.bytes)
            told(progress)
            if stop.is_set():
                return Stopped()
            if bytes_left is not None and progress.bytes > bytes_left:
                return Failure(
                    f"the user's limit on stored bytes is reached: {bytes_left:,} bytes were left, and this data set "
                    f"has {progress.bytes:,} after {progress.rows:,} of {progress.all_rows:,} rows",
                    passing=False,
                )


def failure_of(error: Exception) -> Failure | Stopped:
    """What an error means for the run: its own message where it was made for users."""
    if isinstance(error, StoppedError):
        return Stopped()
    if isinstance(error, SeedbedError):
        # Workers that die are nobody's fault, and a disk that is full may have room a little later.
        passing = isinstance(error, ClusterError | FullError) or bool(getattr(error, "passing", False))
        return Failure(str(error), passing)
    text = " ".join(f"{type(error).__name__}: {error}".split())[:1000]
    return Failure(text, isinstance(error, MemoryError) or getattr(error, "errno", None) in _FULL)
