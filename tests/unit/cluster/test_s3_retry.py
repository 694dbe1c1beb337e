"""Calls are tried again for a time, not for a number of times; a store that never answered gets little of it."""

from __future__ import annotations

from cluster.storage_s3_retry import FIRST_SECONDS, SECONDS, Retry, pause


class Clock:
    """Time that passes only by waiting."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def failures(answered: bool, hasty: bool = False, slow: float = 0.0) -> tuple[int, float]:
    """How often a call that always fails is tried, and for how many seconds."""
    clock = Clock()
    retry = Retry(clock=clock, sleep=clock.sleep)
    if answered:
        retry.answered()
    again, count = retry.begin(hasty), 0
    while True:
        clock.now += slow
        count += 1
        if not again(count):
            return count, clock.now


def test_a_store_that_never_answered_is_given_seconds() -> None:
    assert failures(answered=False)[1] <= FIRST_SECONDS
    assert failures(answered=True, hasty=True)[1] <= FIRST_SECONDS


def test_a_store_that_has_answered_is_given_longer_than_its_restart_takes() -> None:
    count, seconds = failures(answered=True)
    assert SECONDS - 6 < seconds <= SECONDS
    assert count < 30


def test_a_call_that_failed_slowly_is_tried_again_all_the_same() -> None:
    assert failures(answered=True, slow=100.0)[0] == 2


def test_waits_grow_to_a_bound_and_differ() -> None:
    assert 0.1 <= pause(1) <= 0.2
    assert all(2.5 <= pause(failures) <= 5.0 for failures in (6, 20, 1000))
    assert len({pause(3) for _ in range(20)}) > 1
