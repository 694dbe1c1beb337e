"""Runs on a real Ray cluster by the dispatcher's runner: shared actors, and whatever dies, the same bytes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cluster.manifest import Manifest
from cluster.order import Order
from cluster.queue import Claim, Made
from cluster.run import run_here
from cluster.runner import Failure, Lost, Outcome, Report, Stopped
from tests.servers.process import started

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_cluster")]

Document = Callable[..., dict[str, Any]]
PARTS = 12
SLOW = {"type": "zstd", "level": 6}
"""Compression that takes a fifth of a second for a part, so that there is a middle of a run to do something in."""


@pytest.fixture(scope="module")
def reference(document: Document, tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, dict[str, bytes]]:
    """What the order of ``claim`` gives when threads make it without Ray."""
    folder = tmp_path_factory.mktemp("reference")
    return run_here(Order.of(document(PARTS, wide=True), str(folder), compression=SLOW), threads=2), files(folder)


@pytest.fixture
def claim(document: Document, tmp_path: Path) -> Callable[..., Claim]:
    """``claim(name)``: a run of twelve slow parts and two small ones, into a folder of that name."""

    def make(name: str, **more: Any) -> Claim:
        order = Order.of(document(PARTS, wide=True), str(tmp_path / name), compression=SLOW)
        return Claim(name, 1, order.model_dump_json(), "somebody", **more)

    return make


class Dispatch:
    """Does what a dispatcher does: gives shares, and listens to reports until something has come true."""

    def __init__(self, runner: Any) -> None:
        self.runner = runner
        self.shares: dict[str, int] = {}
        self.reports: dict[str, Report] = {}

    def begin(self, *claims: Claim, shares: Mapping[str, int] | None = None, actors: int | None = None) -> None:
        self.shares |= shares or {}
        for claim in claims:
            self.reports.pop(claim.artifact, None)
            self.runner.start(claim)
        if actors is not None:
            self.runner.resize(actors)

    def until(self, condition: Callable[[], Any], seconds: float = 60.0) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.runner.allot(self.shares)
            for report in self.runner.poll(0.05):
                self.reports[report.artifact] = report
            if found := condition():
                return found
        raise AssertionError(f"it did not come true within {seconds} seconds: {self.reports}, {self.runner.crew()}")

    def parts(self, artifact: str) -> int:
        report = self.reports.get(artifact)
        return 0 if report is None or report.progress is None else report.progress.parts

    def actors(self, artifact: str) -> int:
        report = self.reports.get(artifact)
        return 0 if report is None or report.progress is None else report.progress.actors

    def outcome(self, artifact: str, seconds: float = 60.0) -> Outcome:
        def ended() -> Outcome | None:
            return self.reports[artifact].outcome if artifact in self.reports else None

        found = self.until(ended, seconds)
        assert isinstance(found, Outcome)
        return found


@pytest.fixture(scope="module")
def runner() -> Iterator[Any]:
    """One runner for most tests, with the actors that earlier tests have left it."""
    from cluster.runner_ray import RayRunner

    runner = RayRunner()
    yield runner
    runner.close()


@pytest.fixture
def dispatch(runner: Any) -> Dispatch:
    return Dispatch(runner)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, temporary and hidden ones included."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def is_made(outcome: Outcome, folder: Path, reference: tuple[Manifest, dict[str, bytes]]) -> bool:
    manifest = reference[0]
    made = Made(manifest.digest, manifest.rows, manifest.bytes)
    return outcome == made and files(folder) == reference[1]


def test_a_small_order_is_made_without_any_actor(dispatch: Dispatch, tmp_path: Path) -> None:
    order = Order.of("{rows: 1000, fields: {id: sequence, name: full_name}}", str(tmp_path / "small"))
    dispatch.begin(Claim("small", 1, order.model_dump_json(), "somebody"))
    outcome = dispatch.outcome("small")
    here = run_here(Order.of("{rows: 1000, fields: {id: sequence, name: full_name}}", str(tmp_path / "here")))
    assert outcome == Made(here.digest, here.rows, here.bytes)
    assert files(tmp_path / "small") == files(tmp_path / "here")
    assert dispatch.runner.crew().ready == dispatch.runner.crew().waiting == 0
    assert dispatch.reports["small"].cost.actor_seconds > 0
    assert dispatch.reports["small"].cost.bytes == here.bytes


def test_a_small_order_waits_neither_for_an_actor_nor_behind_any_number_of_big_ones(
    dispatch: Dispatch, claim: Callable[..., Claim], tmp_path: Path
) -> None:
    big = [f"big{number}" for number in range(9)]  # more than one host takes
    dispatch.begin(*[claim(name) for name in big])
    dispatch.until(lambda: all(name in dispatch.reports and dispatch.reports[name].most for name in big))
    order = Order.of("{rows: 10, fields: {id: sequence}}", str(tmp_path / "small"))
    dispatch.begin(Claim("small", 1, order.model_dump_json(), "somebody"))
    assert isinstance(dispatch.outcome("small"), Made)
    assert [dispatch.reports[name].most for name in big] == [PARTS + 2] * 9, "what each of them could use"
    for name in big:
        dispatch.runner.stop(name)
    assert {type(dispatch.outcome(name)) for name in big} == {Stopped}
    assert all(name.startswith(".seedbed/") for name in files(tmp_path / "big0"))


def test_shares_move_actors_from_run_to_run_and_no_byte_depends_on_it(
    dispatch: Dispatch, claim: Callable[..., Claim], tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    dispatch.begin(claim("one"), shares={"one": 4}, actors=4)
    dispatch.until(lambda: dispatch.actors("one") == 4 and dispatch.parts("one") >= 1)
    processes = started("ray::GeneratorActor")
    dispatch.begin(claim("two"), shares={"one": 1, "two": 3})
    dispatch.until(lambda: dispatch.actors("two") == 3)
    assert dispatch.reports["one"].outcome is None, "actors are taken back after the part at hand"
    assert is_made(dispatch.outcome("one"), tmp_path / "one", reference)
    dispatch.shares = {"two": 4}
    assert is_made(dispatch.outcome("two"), tmp_path / "two", reference)
    assert started("ray::GeneratorActor") == processes, "actors go from run to run"
    assert dispatch.reports["one"].cost.retries == 0
    cost = dispatch.reports["two"].cost
    assert (cost.bytes, cost.retries, cost.reused) == (sum(part.bytes for part in reference[0].parts), 0, 0)
    assert cost.actor_seconds > 0.5


def test_a_killed_actor_costs_its_parts_and_is_replaced(
    dispatch: Dispatch, claim: Callable[..., Claim], tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    dispatch.begin(claim("hurt"), shares={"hurt": 2}, actors=2)
    dispatch.until(lambda: dispatch.actors("hurt") == 2 and dispatch.parts("hurt") >= 3)
    before = started("ray::GeneratorActor")
    os.kill(min(before), signal.SIGKILL)
    assert is_made(dispatch.outcome("hurt"), tmp_path / "hurt", reference)
    assert dispatch.reports["hurt"].cost.retries >= 1
    dispatch.until(lambda: dispatch.runner.crew().ready == 2)
    idle = started("ray::GeneratorActor")
    os.kill(min(idle), signal.SIGKILL)
    dispatch.until(lambda: dispatch.runner.crew().ready == 2 and min(idle) not in started("ray::GeneratorActor"))


def test_a_run_whose_host_dies_is_lost_and_goes_on_from_what_was_made(
    dispatch: Dispatch, claim: Callable[..., Claim], tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    dispatch.begin(claim("orphan"), shares={"orphan": 2}, actors=2)
    dispatch.until(lambda: dispatch.actors("orphan") == 2 and dispatch.parts("orphan") >= 3)
    actors = started("ray::GeneratorActor")
    for host in started("ray::CoordinatorHost"):
        os.kill(host, signal.SIGKILL)
    outcome = dispatch.outcome("orphan")
    assert isinstance(outcome, Lost)
    while isinstance(outcome, Lost):  # again where the next host's death was not known yet
        dispatch.begin(claim("orphan"))
        outcome = dispatch.outcome("orphan")
    assert is_made(outcome, tmp_path / "orphan", reference)
    assert dispatch.reports["orphan"].cost.reused >= 3
    assert started("ray::GeneratorActor") == actors, "its actors were called off, not killed"


def test_runs_whose_host_has_died_take_no_others_along_again(dispatch: Dispatch, claim: Callable[..., Claim]) -> None:
    def host_of(name: str) -> int:
        return id(dispatch.runner._hosts._of[dispatch.runner._runs[name].name])

    for name in ("poison", "victim"):
        dispatch.begin(claim(name))
    assert host_of("poison") == host_of("victim")
    dispatch.until(lambda: len(dispatch.reports) == 2 and all(each.progress for each in dispatch.reports.values()))
    for host in started("ray::CoordinatorHost"):
        os.kill(host, signal.SIGKILL)
    for name in ("poison", "victim"):
        assert isinstance(dispatch.outcome(name), Lost)
    names = ("poison", "victim", "newcomer")
    dispatch.begin(*(claim(name) for name in names))

    def apart() -> bool:
        for name in names:
            report = dispatch.reports.get(name)
            if report is not None and isinstance(report.outcome, Lost):  # on a host whose death was not known yet
                dispatch.begin(claim(name))
        return len({host_of(name) for name in names}) == len(names)

    dispatch.until(apart)
    for name in names:
        dispatch.runner.stop(name)
    dispatch.until(lambda: not dispatch.runner._runs)


def test_a_stopped_run_ends_soon_and_keeps_finished_parts_only(
    dispatch: Dispatch, claim: Callable[..., Claim], tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    dispatch.begin(claim("stopped"), shares={"stopped": 2}, actors=2)
    dispatch.until(lambda: dispatch.actors("stopped") == 2 and dispatch.parts("stopped") >= 3)
    dispatch.runner.stop("stopped")
    assert isinstance(dispatch.outcome("stopped", seconds=5), Stopped)
    left = files(tmp_path / "stopped")
    assert left
    assert not [name for name in left if "scratch" in name or name == "manifest.json"]
    assert dispatch.runner.crew().ready == 2
    dispatch.begin(claim("stopped"))
    assert is_made(dispatch.outcome("stopped"), tmp_path / "stopped", reference)
    assert dispatch.reports["stopped"].cost.reused >= 3


def test_runs_that_cannot_succeed_say_why(dispatch: Dispatch, claim: Callable[..., Claim], tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/orders.csv.zst").write_bytes(b"somebody's")
    order = Order.of("{rows: 1000, fields: {id: sequence}}", "memory://nowhere").model_dump_json()
    dispatch.begin(
        claim("taken"),
        Claim("nowhere", 1, order, "somebody"),
        claim("much", bytes_left=9_000_000),
        shares={"taken": 1, "much": 2},
        actors=2,
    )
    taken, nowhere, much = [dispatch.outcome(name) for name in ("taken", "nowhere", "much")]
    assert isinstance(taken, Failure)
    assert "already holds orders.csv.zst" in taken.reason
    assert isinstance(nowhere, Failure)
    assert "exists in one process only" in nowhere.reason
    assert isinstance(much, Failure)
    assert "9,000,000 bytes were left" in much.reason
    assert not any(failure.passing for failure in (taken, nowhere, much))


def test_actors_whose_nodes_never_come_keep_nobody_waiting_and_are_used_when_there_is_room(
    dispatch: Dispatch, claim: Callable[..., Claim], tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    import ray

    class Occupant:
        def here(self) -> None:
            return

    dispatch.runner.resize(2)
    dispatch.until(lambda: dispatch.runner.crew().ready == 2)
    occupant = ray.remote(num_cpus=2)(Occupant).remote()
    try:
        ray.get(occupant.here.remote(), timeout=30)
        dispatch.begin(claim("lucky"), shares={"lucky": 4}, actors=99)
        assert is_made(dispatch.outcome("lucky"), tmp_path / "lucky", reference)
        crew = dispatch.runner.crew()
        assert (crew.ready, crew.waiting, crew.ceiling) == (2, 2, 4), "those that could never come are not asked for"
    finally:
        ray.kill(occupant)
    dispatch.until(lambda: dispatch.runner.crew().ready == 4)


def test_the_fleet_shrinks_but_no_actor_at_work_is_ended(
    dispatch: Dispatch, claim: Callable[..., Claim], tmp_path: Path, reference: tuple[Manifest, dict[str, bytes]]
) -> None:
    dispatch.begin(claim("shrunk"), shares={"shrunk": 2}, actors=4)
    dispatch.until(lambda: dispatch.runner.crew().ready == 4 and dispatch.actors("shrunk") == 2)
    dispatch.runner.resize(0)
    dispatch.until(lambda: dispatch.runner.crew().ready == 2)
    assert is_made(dispatch.outcome("shrunk"), tmp_path / "shrunk", reference)
    assert dispatch.reports["shrunk"].cost.retries == 0
    dispatch.until(lambda: dispatch.runner.crew().ready == 0)
    dispatch.until(lambda: not started("ray::GeneratorActor"))


def test_a_closed_runner_leaves_nothing_running(claim: Callable[..., Claim], tmp_path: Path, runner: Any) -> None:
    from cluster.runner_ray import RayRunner

    runner.resize(0)
    Dispatch(runner).until(lambda: runner.crew().ready == 0)
    others = started("ray::CoordinatorHost")
    dispatch = Dispatch(RayRunner())
    try:
        dispatch.begin(claim("cut"), shares={"cut": 2}, actors=2)
        dispatch.until(lambda: dispatch.parts("cut") >= 1)
        mine = started("ray::CoordinatorHost") | started("ray::GeneratorActor")
        assert mine - others
    finally:
        dispatch.runner.close()
    Dispatch(runner).until(lambda: mine & (started("ray::Coord") | started("ray::Gen")) <= others)
    assert not [name for name in files(tmp_path / "cut") if "scratch" in name]
