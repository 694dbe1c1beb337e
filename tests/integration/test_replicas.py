"""Several processes of the service over one database and one Redis, and processes that are killed: nothing is lost."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.database import DatabaseServer
from tests.servers.installation import Installation, in_parts, installation
from tests.servers.process import free_port
from tests.servers.redis import redis_url

SECRET = "a secret that three processes share, 32 bytes"
PASSWORD = "correct horse battery"
USER_REQUESTS = 60


class Turns:
    """A client that sends each request to the next of several replicas, as a load balancer would."""

    def __init__(self, clients: list[httpx.Client]) -> None:
        self.clients, self._next = clients, itertools.cycle(range(len(clients)))
        self.headers: dict[str, str] = {}

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        client = self.clients[next(self._next)]
        return client.request(method, path, headers={**self.headers, **more.pop("headers", {})}, **more)

    def log_in(self, name: str) -> None:
        said = {"username": name, "password": PASSWORD}
        assert self("POST", "/add-user", json=said).status_code == 201
        token = self("POST", "/auth/token", json=said).json()["access_token"]
        self.headers["Authorization"] = f"Bearer {token}"


@pytest.fixture(scope="module")
def replicas(
    postgresql: DatabaseServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Installation, Any]]:
    """Three replicas, the third of which has no dispatcher, with clients."""
    with postgresql.database() as name, ExitStack() as stack:
        settings = {
            "DATABASE_URL": postgresql.url(name),
            "LIMITS_URL": redis_url(),
            "SECRET": SECRET,
            "REGISTRATION": "open",
            "USER_REQUESTS": str(USER_REQUESTS),
            "ADDRESS_REQUESTS": "100000",
        }
        environment = {f"SEEDBED_{key}": value for key, value in settings.items()}
        place = stack.enter_context(installation(tmp_path_factory.mktemp("replicas"), environment=environment))
        with ThreadPoolExecutor(3) as threads:
            found = list(threads.map(lambda more: place.serve(*more), [(), (), ("--no-dispatcher",)]))
        clients = [stack.enter_context(httpx.Client(base_url=url, timeout=30)) for _, url in found]
        yield place, (clients, [command for command, _ in found])


def test_a_client_goes_from_replica_to_replica_in_the_middle_of_a_job(replicas: Any) -> None:
    _, (clients, commands) = replicas
    ask = Turns(clients)
    ask.log_in("ann")
    wanted = {"schema": in_parts(6, seed=3), "format": "csv"}
    entered = [ask("POST", "/generate-data", json=wanted, headers={"Idempotency-Key": "k"}) for _ in range(3)]
    assert [each.status_code for each in entered] == [202] * 3
    made = entered[0].json()
    assert all(each.json() == made for each in entered)
    assert len(ask("GET", "/jobs").json()["items"]) == 1
    states = []
    for number in range(3):  # each replica tells of it; the first is killed while it does
        with clients[number].stream("GET", f"{made['links']['job']}/events", headers=ask.headers) as answer:
            try:
                for line in answer.iter_lines():
                    if line.startswith("data:"):
                        states.append(json.loads(line.removeprefix("data:"))["state"])
                        if number == 0:
                            commands[0].kill()
            except httpx.HTTPError:
                assert number == 0
    assert states[-1] == "succeeded"
    ask = Turns(clients[1:])
    ask.log_in("bob")
    ask.headers = {"Authorization": entered[0].request.headers["Authorization"]}
    manifest = ask("GET", made["links"]["manifest"]).json()
    (item,) = manifest["objects"]
    halves = [
        ask("GET", f"{made['links']['dataset']}/files/{item['name']}", headers={"Range": wanted_range}).content
        for wanted_range in (f"bytes=0-{item['bytes'] // 2 - 1}", f"bytes={item['bytes'] // 2}-")
    ]
    assert len(b"".join(halves)) == item["bytes"]
    page = ask("GET", made["links"]["rows"], params={"offset": 0, "limit": 5, "format": "csv"})
    assert b"".join(halves).startswith(page.content)
    assert ask("DELETE", "/auth/session").status_code == 204
    assert [ask("GET", "/jobs").status_code for _ in range(2)] == [401, 401]


def test_limits_hold_across_replicas(replicas: Any) -> None:
    _, (clients, _) = replicas
    ask = Turns(clients[1:])
    ask.log_in("carol")
    statuses = [ask("GET", "/jobs").status_code for _ in range(USER_REQUESTS + 30)]
    allowed = statuses.count(200)
    assert statuses.count(429) == len(statuses) - allowed
    assert USER_REQUESTS <= allowed < USER_REQUESTS + 25  # one bucket, which fills up again by one a second


def test_the_log_of_a_replica_is_json_line_by_line(replicas: Any) -> None:
    _, (_, commands) = replicas
    lines = [line for line in commands[1].said.splitlines() if not line.startswith("seedbed: ")]
    assert len(lines) > 5
    found = [json.loads(line) for line in lines]
    assert all("@timestamp" in each and "ecs.version" in each for each in found)
    assert PASSWORD not in commands[1].said
    assert SECRET not in commands[1].said


def test_a_service_that_is_killed_again_and_again_loses_no_job_and_makes_none_twice(tmp_path: Path) -> None:
    environment = {"SEEDBED_REGISTRATION": "open", "SEEDBED_USER_REQUESTS": "100000", "SEEDBED_USER_RUNS": "50"}
    port, count, kills = free_port(), 60, 3
    with installation(tmp_path, environment=environment) as place:
        command, url = place.serve("--no-dispatcher", port=port)
        with httpx.Client(base_url=url, timeout=10) as client:
            ask = Turns([client])
            ask.log_in("ann")
            done: dict[int, dict[str, Any]] = {}

            def enter(number: int) -> None:
                wanted = {"schema": {"seed": number, "rows": 50, "fields": {"id": "uuid"}}}
                deadline = time.monotonic() + 120
                while number not in done and time.monotonic() < deadline:
                    try:
                        found = ask("POST", "/generate-data", json=wanted, headers={"Idempotency-Key": f"k{number}"})
                    except httpx.HTTPError:
                        time.sleep(0.05)
                        continue
                    if found.status_code in {200, 202}:
                        done[number] = found.json()
                    else:
                        assert found.status_code in {409, 503}, found.text
                        time.sleep(0.2)

            with ThreadPoolExecutor(4) as threads:
                entering = [threads.submit(enter, number) for number in range(count)]
                for _ in range(kills):
                    before = len(done)
                    while len(done) < min(count, before + random.randint(3, 12)):
                        time.sleep(0.005)
                    command.kill()
                    command, _ = place.serve("--no-dispatcher", port=port)
                for each in entering:
                    each.result()
            assert len(done) == count
            jobs, after = [], ""
            while after is not None:
                page = ask("GET", "/jobs", params={"limit": 50, **({"after": after} if after else {})}).json()
                jobs += [job["id"] for job in page["items"]]
                after = page["next"]
            assert sorted(jobs) == sorted(each["job_id"] for each in done.values())
            place.dispatcher()
            user = ask("GET", "/user-stats").json()["user_id"]
            deadline = time.monotonic() + 60
            while {place.state(job, user) for job in jobs} != {"succeeded"}:
                assert time.monotonic() < deadline
                threading.Event().wait(0.1)


def test_a_service_that_is_told_to_stop_ends_its_answers_and_then_itself(tmp_path: Path) -> None:
    environment = {"SEEDBED_REGISTRATION": "open", "SEEDBED_GRACE_SECONDS": "30"}
    wide = {"seed": 1, "rows": 60_000, "fields": {f"n{number}": "full_name" for number in range(10)}}
    with installation(tmp_path, environment=environment) as place:
        command, url = place.serve("--no-dispatcher")
        with httpx.Client(base_url=url, timeout=60) as client, ThreadPoolExecutor(2) as threads:
            ask = Turns([client])
            ask.log_in("ann")
            client.headers.update(ask.headers)
            inline = {"schema": wide, "mode": "inline"}
            expected = client.post("/generate-data", json=inline).content
            made = client.post("/generate-data", json={"schema": wide}).json()  # nobody ever makes it
            begun = [threading.Event(), threading.Event()]

            def whole() -> bytes:
                with client.stream("POST", "/generate-data", json=inline) as answer:
                    chunks = answer.iter_raw()
                    found = next(chunks)
                    begun[0].set()
                    return found + b"".join(chunks)

            def follow() -> list[str]:
                with client.stream("GET", f"{made['links']['job']}/events") as answer:
                    lines = answer.iter_lines()
                    found = [next(lines)]
                    begun[1].set()
                    return [*found, *lines]

            answers = threads.submit(whole), threads.submit(follow)
            assert all(each.wait(30) for each in begun)
            began = time.monotonic()
            assert command.stop() == 0
            assert time.monotonic() - began < 25
            assert answers[0].result() == expected
            assert any("pending" in line for line in answers[1].result())
