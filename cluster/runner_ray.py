"""Runs carried out on a Ray cluster: coordinators in host actors, parts by a fleet of generator actors.

The process that owns a runner is the Ray driver, and all of its actors end with it; what they had finished is in the
stores. Everything here happens in the thread that calls: in ``poll`` answers are taken up, actors lent and asked back.
No call waits for an answer of the cluster but ``poll`` and ``close``, which have their time.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ray
from ray.exceptions import RayError, RayTaskError

from cluster.calls import Calls
from cluster.coordinator_host import RunStatus
from cluster.fleet import Standing
from cluster.fleet_ray import Fleet
from cluster.hosts_ray import Hosts
from cluster.pulse import Pulse
from cluster.queue import Claim, Cost
from cluster.runner import ClusterLostError, Crew, Failure, Lost, Outcome, Report

_TURN_SECONDS = 0.1
_STOP_SECONDS = 6.0
_CLOSE_SECONDS = 3.0
_SUSPECTS = 1000
"""How many runs that have died are kept in mind."""


@dataclass
class _Run:
    """``name`` is the run's own in the cluster, another one each time that it is started."""

    name: str
    claim: Claim
    status: RunStatus | None = None
    outcome: Outcome | None = None
    share: int = 0
    asked: int | None = None
    stopping: bool = False
    seconds: float | None = None


class RayRunner:
    """A runner on the Ray cluster that this process is connected to."""

    def __init__(self) -> None:
        worker = ray._private.worker.global_worker
        self.cluster = f"ray-{worker.gcs_client.cluster_id.hex()[:16]}"
        self._runs: dict[str, _Run] = {}
        self._count = 0
        self._size = 0
        self._lost = ""
        self._suspects: dict[str, None] = {}
        with self._at_work():
            self._pulse = Pulse()
            self._calls = Calls()
            self._fleet = Fleet(self._calls, time.monotonic)
            self._hosts = Hosts(self._calls, self._told, self._ended, self._failed)

    def start(self, claim: Claim) -> None:
        with self._at_work():
            self._count += 1
            run = _Run(f"{claim.artifact}-{claim.epoch}-{self._count}".replace("/", "-"), claim)
            self._runs[claim.artifact] = run
            self._hosts.start(run.name, claim, alone=claim.artifact in self._suspects)

    def poll(self, seconds: float) -> list[Report]:
        with self._at_work():
            deadline = time.monotonic() + seconds
            self._calls.wait(0)
            self._turn()
            while (left := deadline - time.monotonic()) > 0 and not self._over():
                self._calls.wait(min(left, _TURN_SECONDS))
                self._turn()
            reports = [self._report(run) for run in self._runs.values()]
            for artifact in self._over():
                self._fleet.roster.forget(self._runs.pop(artifact).name)
            return reports

    def allot(self, shares: Mapping[str, int]) -> None:
        with self._at_work():
            for artifact, run in self._runs.items():
                run.share = max(0, shares.get(artifact, 0))
            self._share()

    def resize(self, workers: int) -> None:
        with self._at_work():
            self._size = max(0, workers)
            self._fleet.resize(self._wanted())

    def stop(self, artifact: str) -> None:
        with self._at_work():
            if (run := self._runs.get(artifact)) is not None and run.outcome is None:
                run.stopping = True
                self._hosts.stop(run.name)

    def crew(self) -> Crew:
        with self._at_work():
            roster = self._fleet.roster
            waiting = roster.count(Standing.WAITING)
            return Crew(len(roster) - waiting, waiting, self._pulse.processors, self._pulse.nodes)

    def close(self) -> None:
        """Has the runs stop, waits some seconds until they have, and ends all actors. Does not raise."""
        closing = threading.Thread(target=self._close, name="close the runner", daemon=True)
        closing.start()
        # A cluster that is gone may answer nothing at all; its actors end with this process anyway.
        closing.join(_CLOSE_SECONDS if self._lost else _STOP_SECONDS + _CLOSE_SECONDS)

    # What the cluster says

    def _told(self, name: str, status: RunStatus) -> None:
        run = self._named(name)
        if run is not None:
            run.status = status
        self._fleet.roster.back(name, status.released)
        self._fleet.lost(status.lost)

    def _ended(self, name: str, status: RunStatus) -> None:
        self._told(name, status)
        self._fleet.roster.back(name, self._fleet.roster.held(name))  # nothing is at work for it any more
        self._end(name, status.outcome or Lost("its host answered without an outcome"))

    def _failed(self, name: str, error: Exception) -> None:
        text = " ".join(str(error).split())[:400]
        self._fleet.call_off(name)
        self._end(name, Failure(text, passing=True) if isinstance(error, RayTaskError) else Lost(text))

    def _end(self, name: str, outcome: Outcome) -> None:
        if (run := self._named(name)) is not None and run.outcome is None:
            run.outcome, run.seconds = outcome, self._fleet.roster.seconds(name)
            self._suspect(run.claim.artifact, isinstance(outcome, Lost))

    def _suspect(self, artifact: str, died: bool) -> None:
        """A run that has died may be what kills hosts: from now on it has one of its own, and takes no others along."""
        self._suspects.pop(artifact, None)
        if died:
            self._suspects[artifact] = None
            while len(self._suspects) > _SUSPECTS:
                del self._suspects[next(iter(self._suspects))]

    def _named(self, name: str) -> _Run | None:
        return next((run for run in self._runs.values() if run.name == name), None)

    # What is to be done

    def _turn(self) -> None:
        self._pulse.check()
        self._hosts.ask([run.name for run in self._runs.values() if run.stopping])
        self._fleet.look()
        self._fleet.resize(self._wanted())
        self._share()

    def _wanted(self) -> int:
        """The size of the fleet; actors beyond the cluster's most would wait for ever."""
        return min(self._size, self._pulse.processors)

    def _share(self) -> None:
        """Lends actors to runs that may have more and can use them, and asks back what is beyond a share."""
        for run in self._runs.values():
            if run.outcome is None and not run.stopping:
                self._balance(run)

    def _balance(self, run: _Run) -> None:
        held = len(self._fleet.roster.held(run.name))
        if held > run.share:
            if run.asked != run.share:
                run.asked = run.share
                self._hosts.keep(run.name, run.share)
            return
        run.asked = None
        most = 0 if run.status is None else run.status.most
        if actors := self._fleet.lend(run.name, min(run.share, most) - held):
            self._hosts.grant(run.name, actors)

    def _over(self) -> list[str]:
        return [artifact for artifact, run in self._runs.items() if run.outcome is not None]

    def _report(self, run: _Run) -> Report:
        status = run.status
        seconds = self._fleet.roster.seconds(run.name) if run.seconds is None else run.seconds
        if status is None:
            return Report(run.claim.artifact, None, Cost(seconds), 0, run.outcome)
        most = 0 if run.outcome is not None or run.stopping else status.most
        return Report(run.claim.artifact, status.progress, status.cost + Cost(seconds), most, run.outcome)

    # The end

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        """For all that needs the cluster: ClusterLostError, now and from now on, if it is not there any more."""
        if self._lost:
            raise ClusterLostError(self._lost)
        try:
            if not ray.is_initialized():
                raise ClusterLostError("Ray has been shut down")
            yield
        except (ClusterLostError, RayError, ConnectionError) as error:
            self._lost = f"the Ray cluster is lost: {' '.join(str(error).split())[:400]}"
            raise ClusterLostError(self._lost) from error

    def _close(self) -> None:
        if not self._lost:
            with contextlib.suppress(ClusterLostError):
                for artifact in list(self._runs):
                    self.stop(artifact)
                deadline = time.monotonic() + _STOP_SECONDS
                while self._runs and time.monotonic() < deadline:
                    self.poll(_TURN_SECONDS)
        self._pulse.close()
        with contextlib.suppress(Exception):  # whatever a dying cluster may say
            self._hosts.close()
            self._fleet.close()
