"""The coordinator hosts of a dispatcher: one more whenever all are full, so that a run never waits for a process.

They stand on the head's node, without a processor: what keeps another node busy keeps an autoscaler from taking it
away, and such nodes come and go.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from cluster.calls import Calls
from cluster.coordinator_host import RUNS, RunStatus, host_class
from cluster.queue import Claim

_ASK_SECONDS = 0.1
_KEEP_SECONDS = 60.0
_SILENT_SECONDS = 120.0
"""A host that is only busy, or just starting on a busy node, answers long before that."""


_HEAD = {"node:__internal_head__": 0.0001}
"""A little of what only the head's node has. An actor that needs nothing is put on any node, whatever it prefers."""


class Host:
    """One host, with the runs that it carries out. ``alone``: the one that it has is to stay the only one."""

    def __init__(self, actor: Any) -> None:
        self.actor, self.watch = actor, actor.watch.remote()
        self.runs: set[str] = set()
        self.alone = False
        self.asked: float | None = None
        self.answered = time.monotonic()
        self.used = time.monotonic()

    @property
    def has_room(self) -> bool:
        return not self.alone and len(self.runs) < RUNS


class Hosts:
    """``told`` hears the statuses of runs, ``ended`` a run's last one, ``failed`` the error of a run that has none."""

    def __init__(
        self,
        calls: Calls,
        told: Callable[[str, RunStatus], None],
        ended: Callable[[str, RunStatus], None],
        failed: Callable[[str, Exception], None],
    ) -> None:
        self._calls, self._told, self._ended, self._failed = calls, told, ended, failed
        self._class = host_class().options(resources=_HEAD)
        self._hosts: list[Host] = []
        self._of: dict[str, Host] = {}
        self._warm()

    def start(self, run: str, claim: Claim, alone: bool = False) -> None:
        """Begins a run in the fullest host that has room; ``alone``: in one that carries out nothing else."""
        room = [host for host in self._hosts if host.has_room and not (alone and host.runs)]
        host = max(room, key=lambda host: len(host.runs)) if room else self._add()
        host.runs.add(run)
        host.alone = alone
        self._of[run] = host
        self._calls.on(
            host.actor.run.remote(run, claim),
            lambda status: self._over(run, status),
            lambda error: self._broken(run, error),
        )
        self._warm()

    @property
    def count(self) -> int:
        """How many hosts there are."""
        return len(self._hosts)

    def ask(self, stopping: Collection[str]) -> None:
        """Asks all hosts that have runs how far they are, unless they were asked a moment ago."""
        self._give_up()
        now = time.monotonic()
        for host in list(self._hosts):
            if host.asked is not None and now - host.asked > _SILENT_SECONDS:
                self._lose(host, TimeoutError(f"its host has not answered for {now - host.asked:.0f} seconds"))
            elif host.runs and host.asked is None and now - host.answered >= _ASK_SECONDS:
                self._ask(host, now, [run for run in host.runs if run in stopping])

    def stop(self, run: str) -> None:
        """Tells a run at once to end; ``ask`` says it again until it has."""
        if (host := self._of.get(run)) is not None:
            host.actor.status.remote([run])

    def grant(self, run: str, actors: Mapping[int, Any]) -> None:
        self._of[run].actor.grant.remote(run, actors)

    def keep(self, run: str, count: int) -> None:
        self._of[run].actor.keep.remote(run, count)

    def close(self) -> None:
        """Ends every host."""
        for host in list(self._hosts):
            self._end(host)
        self._of.clear()

    def _ask(self, host: Host, now: float, stop: list[str]) -> None:
        def answer(statuses: dict[str, RunStatus] | None) -> None:
            host.asked, host.answered = None, time.monotonic()
            for run, status in (statuses or {}).items():
                if run in host.runs:
                    self._told(run, status)

        host.asked = now
        self._calls.on(host.actor.status.remote(stop), answer, lambda _: answer(None))

    def _over(self, run: str, status: RunStatus) -> None:
        if (host := self._leave(run)) is not None:
            self._ended(run, status)
            if not host.runs:
                host.used = time.monotonic()

    def _broken(self, run: str, error: Exception) -> None:
        host = self._leave(run)
        if host is None:
            return
        self._failed(run, error)
        if not isinstance(error, RayTaskError):
            self._lose(host, error)

    def _lose(self, host: Host, error: Exception) -> None:
        """A host is dead, or must not go on: one that is only unavailable may come back."""
        if host in self._hosts:
            self._end(host)
            self._warm()
        for run in list(host.runs):
            self._broken(run, error)

    def _end(self, host: Host) -> None:
        self._hosts.remove(host)
        self._calls.forget(host.watch)
        with contextlib.suppress(RayError):
            ray.kill(host.actor)

    def _leave(self, run: str) -> Host | None:
        host = self._of.pop(run, None)
        if host is not None:
            host.runs.discard(run)
            host.alone = False
        return host

    def _warm(self) -> None:
        """Sees to it that there is a host with room."""
        if not any(host.has_room for host in self._hosts):
            self._add()

    def _add(self) -> Host:
        host = Host(self._class.remote())
        self._hosts.append(host)
        self._calls.on(host.watch, lambda _: None, lambda error: self._lose(host, error))
        return host

    def _give_up(self) -> None:
        """Lets hosts go that have had nothing to do for a while, as long as others have room."""
        now = time.monotonic()
        for host in list(self._hosts):
            others = any(other.has_room for other in self._hosts if other is not host)
            if not host.runs and others and now - host.used > _KEEP_SECONDS:
                self._end(host)
