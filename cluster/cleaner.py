"""Removes what nobody needs any more, in threads beside the dispatcher: listing and deleting may take a while.

Removing is idempotent, so what fails, or is asked for twice, is simply done again. What is swept may be swept once
more a little later: a maker that was cut off on another node may have ended a file a moment after.
"""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from queue import SimpleQueue

from cluster.removal import remove_target

_LOG = logging.getLogger("seedbed.dispatcher")
_AT_ONCE = 2
_AGAIN_SECONDS = 15.0
_RETRY_SECONDS = (1.0, 60.0)
_CLOSE_SECONDS = 5.0


class Cleaner:
    """``remove`` and ``call`` give work out under a key; ``done`` says which keys are finished."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: SimpleQueue[tuple[Future[object], Callable[[], object]] | None] = SimpleQueue()
        self._closed = False
        # Daemons, so that one that waits for a store for minutes keeps no process from ending.
        self._threads = [threading.Thread(target=self._serve, name="cleaner", daemon=True) for _ in range(_AT_ONCE)]
        for thread in self._threads:
            thread.start()
        self._work: dict[Hashable, Callable[[], object]] = {}
        self._under_way: dict[Hashable, Future[object]] = {}
        self._failures: dict[Hashable, int] = {}
        self._later: list[tuple[float, int, Hashable | None, Callable[[], object]]] = []
        self._count = 0

    def remove(self, key: Hashable, target: str) -> None:
        """Removes everything below a target that belongs to one artifact alone."""
        self.call(key, lambda: remove_target(target))

    def call(self, key: Hashable, work: Callable[[], object]) -> None:
        """Has something done, again and again until it does not raise; nothing if the key is at work already."""
        if key not in self._work:
            self._work[key] = work
            self._under_way[key] = self._submit(work)

    def sweep_again(self, target: str) -> None:
        """Removes what has come under a target since, a little later; nobody is told, and nothing hangs on it."""
        self._push(_AGAIN_SECONDS, None, lambda: remove_target(target))

    def done(self) -> list[Hashable]:
        """The keys whose work is done since the last call."""
        while self._later and self._later[0][0] <= self._clock():
            _, _, key, work = heapq.heappop(self._later)
            future = self._submit(work)
            if key is not None:
                self._under_way[key] = future
        found = []
        for key, future in list(self._under_way.items()):
            if not future.done():
                continue
            del self._under_way[key]
            if (error := future.exception()) is None:
                self._failures.pop(key, None)
                del self._work[key]
                found.append(key)
            else:
                self._retry(key, error)
        return found

    @property
    def failing(self) -> int:
        """How many keys have failed, and are tried again."""
        return len(self._failures)

    def close(self, seconds: float = _CLOSE_SECONDS) -> None:
        """Ends after the work at hand, or leaves it behind when the time is over; whoever cleans next finds it."""
        self._closed = True
        for _ in self._threads:
            self._waiting.put(None)
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _submit(self, work: Callable[[], object]) -> Future[object]:
        future = Future[object]()
        self._waiting.put((future, work))
        return future

    def _serve(self) -> None:
        while not self._closed and (found := self._waiting.get()) is not None:
            future, work = found
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)

    def _retry(self, key: Hashable, error: BaseException) -> None:
        self._failures[key] = failures = self._failures.get(key, 0) + 1
        least, most = _RETRY_SECONDS
        if failures & (failures - 1) == 0:  # 1, 2, 4, 8 ...: what fails for days fills no log
            _LOG.warning("cleaning up failed (%d times by now): %s", failures, error)
        self._push(min(most, least * 2 ** (failures - 1)), key, self._work[key])

    def _push(self, seconds: float, key: Hashable | None, work: Callable[[], object]) -> None:
        self._count += 1
        heapq.heappush(self._later, (self._clock() + seconds, self._count, key, work))
