"""Leases are judged by watching, on one monotonic clock, and never across a gap in the watching."""

from __future__ import annotations

import pytest

from cluster.leases import LeaseWatch
from cluster.queue import JobState, Lease


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def lease(beat: int = 0, epoch: int = 1, artifact: str = "a") -> Lease:
    return Lease(artifact, epoch, beat, "somebody", JobState.RUNNING)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> LeaseWatch:
    return LeaseWatch(15.0, clock)


def lost(watch: LeaseWatch, clock: Clock, seconds: float, *leases: Lease) -> list[Lease]:
    clock.now += seconds
    return watch.look(leases)


def test_a_lease_is_lost_when_it_was_watched_without_a_beat_for_its_length(watch: LeaseWatch, clock: Clock) -> None:
    assert [lost(watch, clock, 5, lease()) for _ in range(4)] == [[], [], [], [lease()]]


def test_every_beat_and_every_epoch_begins_anew(watch: LeaseWatch, clock: Clock) -> None:
    for count in range(20):
        assert lost(watch, clock, 5, lease(beat=count // 2)) == []
    for count in range(20):
        assert lost(watch, clock, 5, lease(epoch=count // 3)) == []


def test_what_was_not_seen_is_not_counted(watch: LeaseWatch, clock: Clock) -> None:
    for _ in range(10):  # each time somebody was paused: the watcher, its machine, or the store
        assert lost(watch, clock, 5, lease()) == []
        assert lost(watch, clock, 60, lease()) == []


def test_an_outage_of_the_store_begins_anew(watch: LeaseWatch, clock: Clock) -> None:
    lost(watch, clock, 5, lease())
    lost(watch, clock, 5, lease())
    watch.reset()
    assert [lost(watch, clock, 5, lease()) for _ in range(4)] == [[], [], [], [lease()]]


def test_each_lease_has_a_time_of_its_own(watch: LeaseWatch, clock: Clock) -> None:
    old, young = lease(artifact="old"), lease(artifact="young")
    assert lost(watch, clock, 5, old) == []
    assert [lost(watch, clock, 5, old, young) for _ in range(3)] == [[], [], [old]]
    assert lost(watch, clock, 5, young) == [young]
    assert lost(watch, clock, 5, old) == []  # it ended in between, and is somebody's again
