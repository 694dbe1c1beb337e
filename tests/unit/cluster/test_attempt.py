"""What becomes of a run, as whoever pays for it is told: success, its own error, a limit, or a stop."""

from __future__ import annotations

import errno
import threading
from collections.abc import Generator

import pytest

from cluster.attempt import failure_of, follow
from cluster.errors import ClusterError, FullError, OrderError, StoreError
from cluster.manifest import Manifest
from cluster.order import Order
from cluster.progress import Progress
from cluster.queue import Made
from cluster.run import run_here
from cluster.runner import Failure, Stopped
from cluster.worker import StoppedError
from generator import SchemaError


class Steps:
    """A coordinator that plays: ten steps of ten bytes each. Says whether it was closed."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest, self.closed = manifest, False

    def run(self) -> Generator[Progress, None, Manifest]:
        try:
            for number in range(10):
                yield Progress("making", number, 10, number, 10, 10 * number)
            return self.manifest
        finally:
            self.closed = True


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return run_here(Order.of("{rows: 3, fields: {id: sequence}}", "memory://attempt"))


def test_a_run_that_ends_is_made_and_each_step_is_told(manifest: Manifest) -> None:
    told: list[Progress] = []
    made = follow(Steps(manifest).run(), told.append, threading.Event(), bytes_left=90)
    assert made == Made(manifest.digest, manifest.rows, manifest.bytes)
    assert len(told) == 10


def test_a_stop_ends_it_at_the_next_step(manifest: Manifest) -> None:
    stop, steps = threading.Event(), Steps(manifest)
    told: list[Progress] = []

    def tell(progress: Progress) -> None:
        told.append(progress)
        if len(told) == 3:
            stop.set()

    assert follow(steps.run(), tell, stop) == Stopped()
    assert len(told) == 3
    assert steps.closed


def test_whoever_may_write_no_more_bytes_is_told_so_and_no_later_attempt_helps(manifest: Manifest) -> None:
    steps = Steps(manifest)
    outcome = follow(steps.run(), lambda _: None, threading.Event(), bytes_left=45)
    assert isinstance(outcome, Failure)
    assert "limit on stored bytes is reached: 45 bytes were left" in outcome.reason
    assert not outcome.passing
    assert steps.closed


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (OrderError("no"), False),
        (SchemaError.at("$.rows", "no"), False),
        (StoreError("forbidden"), False),
        (StoreError("slow down", passing=True), True),
        (FullError("no space left"), True),
        (ClusterError("workers died"), True),
        (OSError(errno.ENOSPC, "no space left"), True),
        (MemoryError(), True),
        (KeyError("a mistake of ours"), False),
    ],
)
def test_only_errors_that_may_pass_are_worth_another_attempt(error: Exception, passing: bool) -> None:
    failure = failure_of(error)
    assert isinstance(failure, Failure)
    assert failure.passing is passing
    assert failure.reason


def test_work_that_was_called_off_is_no_failure() -> None:
    assert failure_of(StoppedError("called off")) == Stopped()
