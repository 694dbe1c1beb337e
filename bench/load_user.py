"""What locust's users do: enter jobs of a hundred rows, each another one, or read what there is. See load.py."""

from __future__ import annotations

import itertools
import os
import random
from pathlib import Path

from locust import FastHttpUser, constant_throughput, events, task

RATE = 5.0
"""Requests a second of one user."""
USERS = [{"Authorization": f"Bearer {token}"} for token in os.environ["LOAD_TOKENS"].split()]
ENTERED = Path(os.environ["LOAD_JOBS"])
FIELDS = {"id": "sequence", "name": "full_name", "email": "email", "amount": "integer"}
_numbers = itertools.count(1)
_jobs: list[tuple[str, str, int]] = []


class Submitting(FastHttpUser):
    """Enters a job that nobody has entered before."""

    wait_time = constant_throughput(RATE)

    @task
    def submit(self) -> None:
        user = random.randrange(len(USERS))
        schema = {"seed": f"{os.getpid()}-{next(_numbers)}", "rows": 100, "fields": FIELDS}
        with self.client.post(
            "/generate-data", json={"schema": schema}, headers=USERS[user], name="submit", catch_response=True
        ) as answer:
            if answer.status_code == 202:
                made = answer.json()
                _jobs.append((made["job_id"], made["dataset_id"], user))
            else:
                answer.failure(f"status {answer.status_code}")


class Reading(FastHttpUser):
    """Reads jobs, data sets, pages of rows and lists."""

    wait_time = constant_throughput(RATE)

    def on_start(self) -> None:
        if not _jobs:
            for line in ENTERED.read_text().splitlines():
                job, data, user = line.split()
                _jobs.append((job, data, int(user)))

    @task(4)
    def job(self) -> None:
        job, _, user = random.choice(_jobs)
        self.client.get(f"/jobs/{job}", headers=USERS[user], name="job")

    @task(2)
    def dataset(self) -> None:
        _, data, user = random.choice(_jobs)
        self.client.get(f"/datasets/{data}", headers=USERS[user], name="dataset")

    @task(3)
    def rows(self) -> None:
        _, data, user = random.choice(_jobs)
        place = f"/datasets/{data}/rows?offset={random.randrange(80)}&limit=20"
        self.client.get(place, headers=USERS[user], name="rows")

    @task(1)
    def jobs(self) -> None:
        self.client.get("/jobs?limit=20", headers=random.choice(USERS), name="jobs")


@events.test_stop.add_listener
def _write(**_: object) -> None:
    if not ENTERED.exists():
        ENTERED.write_text("".join(f"{job} {data} {user}\n" for job, data, user in _jobs))
