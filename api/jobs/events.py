"""Following jobs: every change of a job's state or progress, from one look at the database for all who follow.

However many clients follow jobs in this process, what they follow is read together, twice a second, and only while
somebody does. The first thing that a follower gets is how the job stands.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial

import anyio.to_thread
from prometheus_client import Gauge

from api.jobs.views import JobView, Views
from cluster import JobStoreError

EVERY = 0.5
"""Seconds from one look to the next."""


class JobEvents:
    """One for an event loop."""

    def __init__(self, views: Views, followers: Gauge | None = None, every: float = EVERY) -> None:
        self._views, self._followers, self._every = views, followers, every
        self._closed = threading.Event()
        self._followed: Counter[str] = Counter()
        self._seen: dict[str, JobView | None] = {}
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def follow(self, job: JobView) -> AsyncIterator[JobView]:
        """The job as it stands, then after each change, to its end; it ends too if the job is forgotten, or ``close``
        is called."""
        yield job
        self._followed[job.id] += 1
        if self._followers is not None:
            self._followers.inc()
        try:
            while not job.state.final and not self._closed.is_set():
                changed = self._changed
                if self._looking is None or self._looking.done():
                    self._looking = asyncio.create_task(self._look())
                await changed.wait()
                if self._closed.is_set():
                    return
                if job.id not in self._seen:
                    continue
                found = self._seen[job.id]
                if found is None:
                    return
                if found != job:
                    yield (job := found)
        finally:
            if self._followers is not None:
                self._followers.dec()
            self._followed[job.id] -= 1
            if not self._followed[job.id]:
                del self._followed[job.id]
                self._seen.pop(job.id, None)

    def close(self) -> None:
        """Ends what is followed, within a moment: a server that stops waits for its answers. From any thread."""
        self._closed.set()

    async def _look(self) -> None:
        while self._followed:
            await asyncio.sleep(self._every)
            if self._closed.is_set():
                self._changed.set()
                return
            names = list(self._followed)
            try:
                found = await anyio.to_thread.run_sync(partial(self._views.jobs_named, names))
            except JobStoreError:  # it comes back, or the clients go
                continue
            self._seen = {name: found.get(name) for name in names}
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()
