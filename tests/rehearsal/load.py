"""What users do in the rehearsal: everything at once, each request to the next replica, whoever of them lives."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

PASSWORD = "correct horse battery"
PADDING = {"type": "choice", "values": ["a", "x" * 3000], "weights": [1, 0]}
"""A narrow column that counts as a wide one, so that parts have the fewest rows there can be."""
PART_ROWS = 65_536
LARGE = 64
"""Parts of a large data set."""
FINAL = {"succeeded", "failed", "cancelled"}


class Client:
    """One user, who asks another replica when one does not answer, with the same key."""

    def __init__(self, name: str, urls: Callable[[], list[str]]) -> None:
        self.name, self._urls, self._turn = name, urls, itertools.count()
        self._http = httpx.Client(timeout=30)
        self._headers: dict[str, str] = {}
        self.again = 0
        said = {"username": name, "password": PASSWORD}
        self("POST", "/add-user", json=said).raise_for_status()
        token = self("POST", "/auth/token", json=said).json()["access_token"]
        self._headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**self._headers, **more.pop("headers", {})}
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        deadline = time.monotonic() + 60
        while True:
            urls = self._urls()
            try:
                answer = self._http.request(method, urls[next(self._turn) % len(urls)] + path, headers=headers, **more)
                if answer.status_code not in {409, 503}:
                    return answer
            except httpx.TransportError:
                self.again += 1
            if time.monotonic() > deadline:
                raise AssertionError(f"no replica answered {method} {path}")
            time.sleep(0.2)


@dataclass
class Asked:
    """A data set that was asked for. ``fate``: how it is to end."""

    user: str
    what: str
    job: str
    fate: str = "succeeded"
    state: str = ""
    found: dict[str, Any] = field(default_factory=dict)
    """What the service says of the job once it has ended."""


def wide(parts: int, seed: int) -> dict[str, Any]:
    """A table of so many parts of some 8 MB each."""
    fields = {"id": "sequence", "padding": PADDING, "name": "full_name", "key": "uuid", "mail": "email"}
    return {"seed": seed, "rows": parts * PART_ROWS, "fields": fields}


def shop(rows: int, seed: int) -> dict[str, Any]:
    """Two tables, one of which refers to the other."""
    customers = {"rows": rows, "fields": {"id": "sequence", "name": "full_name"}}
    orders = {"id": "sequence", "customer": {"type": "reference", "to": "customers.id"}, "total": "decimal"}
    return {"seed": seed, "tables": {"customers": customers, "orders": {"rows": 3 * rows, "fields": orders}}}


class Load:
    """Three users: one with large data sets, one with many small ones, one with all sorts."""

    def __init__(self, urls: Callable[[], list[str]]) -> None:
        self.users = {name: Client(name, urls) for name in ("large", "small", "mixed")}
        self.asked: list[Asked] = []
        self.answers: list[tuple[str, httpx.Response]] = []
        self._lock = threading.Lock()

    def large(self) -> None:
        for seed, more in enumerate(({"compression": "zstd"}, {"format": "parquet"}, {"format": "csv,ndjson"})):
            self._job("large", wide(LARGE, seed), f"{LARGE} parts, {' '.join(map(str, more.values()))}", **more)

    def small(self, count: int = 40) -> None:
        for seed in range(count):
            self._job("small", shop(200 + seed, seed), "800 rows and more in two tables")

    def mixed(self) -> None:
        client = self.users["mixed"]
        same = shop(200, 0)
        for _ in range(3):  # what another user has asked for, too
            self._job("mixed", same, "the same again")
        for each in ("avro", "sql", "xml", "excel"):
            self._job("mixed", shop(3000, 7), f"12,000 rows as {each}", format=each)
        dropped = self._job("mixed", wide(40, 99), "cancelled under way", fate="cancelled")
        self.answers.append(("a cancelled job", client("POST", f"/jobs/{dropped.job}/cancel")))
        one = {"seed": 3, "rows": 5_000, "fields": {"id": "uuid", "name": "full_name"}}
        inline = client("POST", "/generate-data", json={"schema": one, "mode": "inline", "format": "ndjson"})
        self.answers.append(("an inline answer", inline))
        virtual = client("POST", "/datasets", json={"schema": {**one, "rows": 10**12}}).json()
        page = client("GET", f"/datasets/{virtual['id']}/rows", params={"offset": 10**12 - 2, "limit": 2})
        self.answers.append(("a page at row 999,999,999,998", page))

    def _job(self, user: str, schema: dict[str, Any], what: str, fate: str = "succeeded", **more: Any) -> Asked:
        answer = self.users[user]("POST", "/generate-data", json={"schema": schema, **more})
        assert answer.status_code in {200, 202}, answer.text
        asked = Asked(user, what, answer.json()["job_id"], fate)
        with self._lock:
            self.asked.append(asked)
        return asked

    def under_way(self) -> bool:
        """Whether several actors are at work on the large data sets."""
        found = [
            self.users[each.user]("GET", f"/jobs/{each.job}").json() for each in self.asked if each.user == "large"
        ]
        return sum(job["progress"]["actors"] for job in found) >= 2 and any(job["progress"]["parts"] for job in found)

    def look(self) -> bool:
        """Asks how far all are; whether all have ended."""
        for asked in self.asked:
            if asked.state not in FINAL:
                found = self.users[asked.user]("GET", f"/jobs/{asked.job}").json()
                asked.state = found["state"]
                if asked.state in FINAL:
                    asked.found = found
        return all(asked.state in FINAL for asked in self.asked)
