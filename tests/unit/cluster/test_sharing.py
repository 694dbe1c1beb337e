"""How one of several dispatchers sizes its own crew, and divides it among its own runs."""

from __future__ import annotations

from cluster.autoscale import Autoscaler
from cluster.held import Fate, HeldRun
from cluster.progress import Progress
from cluster.queue import Backlog, Claim, Cost, Demand
from cluster.runner import Crew, Report
from cluster.sharing import Sharing


def held(name: str, user: str, most: int, used: float = 0.0) -> HeldRun:
    run = HeldRun(Claim(name, 1, "{}", user))
    run.note(Report(name, Progress("making", 0, most, 0, most, 0), Cost(used), most))
    return run


def demand(name: str, user: str, most: int, seconds: float = 100.0, weight: float = 1.0) -> Demand:
    return Demand(name, user, weight, most=most, seconds_left=seconds)


def sharing(ceiling: int = 8) -> Sharing:
    return Sharing(Autoscaler(0, ceiling, drain_seconds=10, idle_seconds=0), clock=lambda: 0.0)


def test_a_dispatcher_asks_for_the_workers_of_its_own_runs_and_leaves_the_rest_to_the_others() -> None:
    backlog = Backlog((demand("mine", "ann", 20), demand("theirs", "bob", 20)))
    runs = {"mine": held("mine", "ann", 20)}
    assert sharing().decide(backlog, Crew(4, 0, 8), runs) == (4, {"mine": 4})


def test_what_falls_to_nobody_is_there_for_whoever_claims_next() -> None:
    backlog = Backlog((demand("theirs", "bob", 2),), pending=3, pending_parts=30, pending_seconds=300)
    assert sharing().decide(backlog, Crew(0, 0, 8), {}) == (6, {})


def test_weights_of_users_come_from_the_store_and_the_needs_of_runs_from_the_runner() -> None:
    backlog = Backlog((demand("a", "ann", 1, weight=3.0), demand("b", "bob", 1)))
    runs = {"a": held("a", "ann", 50), "b": held("b", "bob", 50)}
    assert sharing().decide(backlog, Crew(8, 0, 8), runs) == (8, {"a": 6, "b": 2})


def test_a_run_that_ends_gets_no_more_workers() -> None:
    runs = {"a": held("a", "ann", 5), "b": held("b", "ann", 5)}
    runs["a"].fate = Fate.CANCEL
    size, shares = sharing().decide(Backlog((demand("a", "ann", 5), demand("b", "ann", 5))), Crew(4, 0, 8), runs)
    assert (size, shares) == (5, {"a": 0, "b": 4})


def test_a_run_that_died_keeps_what_it_has_cost() -> None:
    run = held("a", "ann", 5, used=7.0)
    run.died()
    assert (run.cost.actor_seconds, run.most, run.deaths) == (7.0, 0, 1)
    run.note(Report("a", None, Cost(2.0), 3))
    assert (run.cost.actor_seconds, run.beat().cost.actor_seconds) == (9.0, 9.0)
