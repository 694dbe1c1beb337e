"""Following a job by server-sent events."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.servers.rest import RestService

SCHEMA = {"seed": 9, "rows": 50, "fields": {"id": "sequence"}}


def followed(client: httpx.Client, job: str, begun: threading.Event | None = None, **headers: str) -> list[Any]:
    """(id, state) of every event, to the end of the stream."""
    found, name = [], ""
    with client.stream("GET", f"/jobs/{job}/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("id: "):
                name = line.removeprefix("id: ")
            elif line.startswith("data: "):
                found.append((name, json.loads(line.removeprefix("data: "))["state"]))
                if begun is not None:
                    begun.set()
    return found


def test_a_follower_sees_how_a_job_stands_and_then_its_end(service: RestService) -> None:
    ann, begun = service.user("events-ann"), threading.Event()
    job = ann.post("/generate-data", json={"schema": SCHEMA}).json()["job_id"]
    with ThreadPoolExecutor(1) as threads:
        following = threads.submit(followed, ann, job, begun)
        assert begun.wait(20)
        service.work()
        states = [state for _, state in following.result(30)]
    assert (states[0], states[-1]) == ("pending", "succeeded")
    ((name, state),) = followed(ann, job)
    assert state == "succeeded"
    assert followed(ann, job, **{"Last-Event-ID": name}) == []
    assert len(followed(ann, job, **{"Last-Event-ID": "another"})) == 1


def test_many_follow_at_once_and_all_see_the_end(service: RestService) -> None:
    ann = service.user("events-many")
    jobs = [ann.post("/generate-data", json={"schema": {**SCHEMA, "seed": n}}).json()["job_id"] for n in range(3)]
    begun = [threading.Event() for _ in range(60)]
    clients = [service.with_headers(Authorization=ann.headers["authorization"]) for _ in begun]
    with ThreadPoolExecutor(len(begun)) as threads:
        following = [
            threads.submit(followed, client, jobs[number % 3], begun[number]) for number, client in enumerate(clients)
        ]
        assert all(each.wait(30) for each in begun)
        service.work()
        ends = [each.result(30)[-1][1] for each in following]
    assert ends == ["succeeded"] * len(begun)


def test_a_cancelled_job_ends_its_followers(service: RestService) -> None:
    ann, begun = service.user("events-cancel"), threading.Event()
    job = ann.post("/generate-data", json={"schema": {**SCHEMA, "seed": 12}}).json()
    with ThreadPoolExecutor(1) as threads:
        following = threads.submit(followed, ann, job["job_id"], begun)
        assert begun.wait(20)
        ann.post(job["links"]["cancel"])
        assert following.result(30)[-1][1] == "cancelled"
