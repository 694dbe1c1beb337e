"""Many clients that follow jobs by events at once: ``python -m bench.load_followers URL TOKEN COUNT JOB ...``.

Prints, as JSON, how many were answered with a first event, how many heard of the end, and how long the first took.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import aiohttp

_SECONDS = 180.0


async def follow(session: aiohttp.ClientSession, url: str, started: list[float], ended: list[str]) -> None:
    began, state = time.monotonic(), ""
    async with session.get(url) as answer:
        async for line in answer.content:
            if line.startswith(b"data:"):
                if not state:
                    started.append(time.monotonic() - began)
                state = json.loads(line[5:])["state"]
    ended.append(state)


async def follow_all(url: str, token: str, count: int, jobs: list[str]) -> dict[str, object]:
    started: list[float] = []
    ended: list[str] = []
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    headers = {"Authorization": f"Bearer {token}"}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, headers=headers, connector=connector) as session:
        each = [
            follow(session, f"{url}/jobs/{jobs[number % len(jobs)]}/events", started, ended) for number in range(count)
        ]
        failed = [found for found in await asyncio.gather(*each, return_exceptions=True) if found is not None]
    return {
        "answered": len(started),
        "slowest_first": max(started, default=0.0),
        "ended": ended.count("succeeded"),
        "failed": [repr(found)[:200] for found in failed[:3]],
    }


if __name__ == "__main__":
    url, token, count, *jobs = sys.argv[1:]
    print(json.dumps(asyncio.run(follow_all(url, token, int(count), jobs))))
