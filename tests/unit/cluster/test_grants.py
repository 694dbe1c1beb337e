"""What a fleet lends to a run: offers that are taken or declined, and actors that are asked back."""

from __future__ import annotations

import threading

import pytest

from cluster.grants import Grants


def lent(count: int, taken: int = 0) -> Grants:
    """So many actors on offer, of which the first ones are taken."""
    grants = Grants()
    grants.offer({number: f"actor {number}" for number in range(count)})
    for _ in range(taken):
        grants.take()
    return grants


def test_what_is_offered_can_be_taken_once() -> None:
    grants = lent(2)
    assert [grants.take(), grants.take()] == [(0, "actor 0"), (1, "actor 1")]
    with pytest.raises(IndexError):
        grants.take()
    assert grants.size == 2


def test_what_nobody_takes_goes_back_and_is_told_once() -> None:
    grants = lent(3, taken=1)
    grants.decline(1)
    assert grants.returned() == ([1], [])
    assert grants.returned() == ([], [])
    assert (grants.size, grants.offered) == (2, 1)


def test_actors_on_offer_go_back_before_any_at_work() -> None:
    grants = lent(4, taken=2)
    grants.keep(3)
    assert grants.returned() == ([3], [])
    assert grants.surplus() == 0


def test_an_actor_that_is_asked_back_leaves_once() -> None:
    grants = lent(3, taken=3)
    grants.keep(1)
    assert grants.surplus() == 2
    grants.leaves(0)
    grants.leaves(1)
    assert (grants.surplus(), grants.size) == (0, 1)
    grants.keep(1)
    assert grants.surplus() == 0, "two are on their way already"
    grants.give_back(0)
    grants.lose(1)
    assert grants.returned() == ([0], [1])
    assert grants.size == 1


def test_a_new_offer_overrides_what_was_asked_back_before() -> None:
    grants = lent(1, taken=1)
    grants.keep(0)
    grants.offer({7: "actor 7"})
    assert (grants.surplus(), grants.size) == (0, 2)


def test_whoever_waits_hears_of_an_offer_and_of_a_recall() -> None:
    grants = Grants()
    for change in (lambda: grants.offer({1: "actor"}), lambda: grants.keep(0)):
        threading.Timer(0.01, change).start()
        waiting = threading.Thread(target=grants.wait, args=(60.0,))
        waiting.start()
        waiting.join(30)
        assert not waiting.is_alive()
        grants.decline(1)
        grants.surplus()
