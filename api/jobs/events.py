"""Following jobs: every change of a job's state or progress, from one look at the database for all who follow.

However many clients follow jobs in this process, what they follow is read together, twice a second, and only while
somebody does. The first thing that a follower gets is how the job stands.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial

import anyio.to_thread

from api.jobs.views import JobView, Views
from cluster import JobStoreError

EVERY = 0.5
"""Seconds from one look to the next."""


class JobEvents:
    """One for an event loop."""

    def __init__(self, views: Views, every: float = EVERY) -> None:
        self._views, self._every = views, every
        self._followed: Counter[str] = Counter()
        self._seen: dict[str, JobView | None] = {}
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def follow(self, job: JobView) -> AsyncIterator[JobView]:
        """The job as it stands, then after each change, to its end; it ends too if the job is forgotten."""
        yield job
        self._followed[job.id] += 1
        try:
            while not job.state.final:
                changed = self._changed
                if self._looking is None or self._looking.done():
                    self._looking = asyncio.create_task(self._look())
                await changed.wait()
                if job.id not in self._seen:
                    continue
                found = self._seen[job.id]
                if found is None:
                    return
                if found != job:
                    yield (job := found)
        finally:
            self._followed[job.id] -= 1
            if not self._followed[job.id]:
                del self._followed[job.id]
                self._seen.pop(job.id, None)

    async def _look(self) -> None:
        while self._followed:
            await asyncio.sleep(self._every)
            names = list(self._followed)
            try:
                found = await anyio.to_thread.run_sync(partial(self._views.jobs_named, names))
            except JobStoreError:  # it comes back, or the clients go
                continue
            self._seen = {name: found.get(name) for name in names}
            changed, self._changed = self._changed, asyncio.Event()
            changed.set()
