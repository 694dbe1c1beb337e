"""The REST service in this process: a real server on a free port, and runs that are carried out when a test says so."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from api.app import create_app
from api.database.engine import Database
from api.jobs.store import SqlJobStore
from api.settings import Settings
from cluster import Cost, Made, Order, run_here

PASSWORD = "correct horse battery"
PLENTY = {"address_requests": 10**6, "user_requests": 10**6}


@dataclass
class RestService:
    """``client`` sends no token; ``user`` gives one that does."""

    settings: Settings
    url: str
    database: Database
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def client(self) -> httpx.Client:
        return self.with_headers()

    def with_headers(self, **headers: str) -> httpx.Client:
        found = httpx.Client(base_url=self.url, timeout=30, headers=headers)
        self.clients.append(found)
        return found

    def user(self, name: str) -> httpx.Client:
        """A client of a new user who has logged in."""
        made = self.client.post("/add-user", json={"username": name, "password": PASSWORD})
        assert made.status_code == 201, made.text
        return self.logged_in(name)

    def logged_in(self, name: str) -> httpx.Client:
        found = self.client.post("/auth/token", json={"username": name, "password": PASSWORD})
        assert found.status_code == 200, found.text
        return self.with_headers(Authorization=f"Bearer {found.json()['access_token']}")

    def work(self) -> int:
        """Carries out whatever waits; how many runs."""
        store, count = SqlJobStore(self.database, self.settings), 0
        while (claim := store.claim("tests", "here")) is not None:
            made = run_here(Order.model_validate_json(claim.order))
            assert store.succeed(claim, Made(made.digest, made.rows, made.bytes), Cost(0.5, made.bytes))
            count += 1
        return count


@contextmanager
def rest_service(folder: Path, **settings: Any) -> Iterator[RestService]:
    """A service on SQLite and a folder, open for registration, that is stopped at the end of the block."""
    found = Settings(**{"home": folder, "registration": "open", **PLENTY, **settings})
    server = uvicorn.Server(uvicorn.Config(create_app(found), log_level="warning", lifespan="on"))
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    place = RestService(found, f"http://127.0.0.1:{listening.getsockname()[1]}", Database(found.database))
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        assert server.started
        yield place
    finally:
        for client in place.clients:
            client.close()
        server.should_exit = True
        thread.join(30)
        place.database.close()
