"""Many clients that follow jobs by events at once: ``python -m bench.load_followers URL COUNT``.

Standard input has a line ``JOB:TOKEN`` for each job. Prints, as JSON, how many were answered with a first event, how
many heard of the end, and how long the first took.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import aiohttp

_SECONDS = 240.0


async def follow(session: aiohttp.ClientSession, url: str, token: str, started: list[float], ended: list[str]) -> None:
    """Follows one job to its end."""
    began, state = time.monotonic(), ""
    async with session.get(url, headers={"Authorization": f"Bearer {token}"}) as answer:
        async for line in answer.content:
            if line.startswith(b"data:"):
                if not state:
                    started.append(time.monotonic() - began)
                state = json.loads(line[5:])["state"]
    ended.append(state)


async def follow_all(url: str, count: int, jobs: list[tuple[str, str]]) -> dict[str, object]:
    """Follows so many at once, some of them several times."""
    started: list[float] = []
    ended: list[str] = []
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        chosen = [jobs[number % len(jobs)] for number in range(count)]
        each = [follow(session, f"{url}/jobs/{job}/events", token, started, ended) for job, token in chosen]
        failed = [found for found in await asyncio.gather(*each, return_exceptions=True) if found is not None]
    return {
        "answered": len(started),
        "slowest_first": round(max(started, default=0.0), 2),
        "ended": ended.count("succeeded"),
        "failed": [repr(found)[:200] for found in failed[:3]],
    }


if __name__ == "__main__":
    pairs = [(job, token) for job, _, token in (line.strip().partition(":") for line in sys.stdin if line.strip())]
    print(json.dumps(asyncio.run(follow_all(sys.argv[1], int(sys.argv[2]), pairs))))
