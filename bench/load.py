"""The service under load: jobs entered at a rate, then reads at a rate while they run, with many followers of events.

``python -m bench.load [postgresql|sqlite]``. Everything runs on this machine: the database, Redis for rate limits, one
process of the service, its dispatcher with a Ray of its own, and locust, which takes a part of the processors, too.
Afterwards every accepted job has to have succeeded, and a sample of them is made again and compared.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from cluster import verify_data_set
from tests.servers.installation import Installation, PostgreSQL, installation
from tests.servers.redis import redis_url

_PASSWORD = "correct horse battery"
_USERS = 20
_OF_ONE = 5
"""Requests a second of one of locust's users (load_user.py)."""
_SAMPLE = 20
_END_SECONDS = 600.0
_SETTINGS = {
    "REGISTRATION": "open",
    "USER_REQUESTS": "10000000",
    "ADDRESS_REQUESTS": "10000000",
    "USER_RUNS": "64",
    "RUNS": "32",
    "BEAT_SECONDS": "1",
    "LEASE_SECONDS": "15",
    "SECRET": "of the load test alone, 32 bytes and more",
}


def main() -> None:
    """Runs the test and prints what was measured; exit code 1 if something was lost, or answered with an error."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("database", nargs="?", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--submissions", type=int, help="a second; default: 300, 100 on SQLite")
    parser.add_argument("--submit-seconds", type=int, default=10)
    parser.add_argument("--reads", type=int, default=500, help="a second")
    parser.add_argument("--read-seconds", type=int, default=60)
    parser.add_argument("--followers", type=int, default=500)
    parser.add_argument("--runner", choices=["ray", "threads"], default="ray")
    options = parser.parse_args()
    options.submissions = options.submissions or (300 if options.database == "postgresql" else 100)
    found = measure(options)
    print(json.dumps(found, indent=1))
    sys.exit(0 if found["well"] else 1)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Rates, percentiles of answers in milliseconds, errors, and what became of the jobs."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seedbed-load-")))
        environment = {f"SEEDBED_{name}": value for name, value in _SETTINGS.items()}
        if options.database == "postgresql":
            server = PostgreSQL()
            server.start()
            stack.callback(server.remove)
            environment |= {"SEEDBED_DATABASE_URL": server.url, "SEEDBED_LIMITS_URL": redis_url()}
        place = stack.enter_context(installation(folder, environment=environment, runner=options.runner))
        _, url = place.serve()
        tokens = [_token(url, f"load-{number}") for number in range(_USERS)]
        _wait_for_dispatcher(url)
        jobs = folder / "jobs.txt"
        submitted = _locust("Submitting", options.submissions, options.submit_seconds, url, tokens, jobs)
        lines = [line.split() for line in jobs.read_text().splitlines()]
        entered = [job for job, *_ in lines]
        followers = _followers(url, tokens, options.followers, lines)
        read = _locust("Reading", options.reads, options.read_seconds, url, tokens, jobs)
        print(json.dumps({"submitted": submitted, "read": read}), file=sys.stderr, flush=True)
        began = time.monotonic()
        states = _states(place, entered)
        verified = _verified(place, random.sample(entered, min(_SAMPLE, len(entered))))
        followed = json.loads(followers.communicate(timeout=300)[0])
    lost = {state: count for state, count in states.items() if state != "succeeded"}
    errors = submitted["errors"] + read["errors"]
    whole = verified == min(_SAMPLE, len(entered)) and not lost and not errors and not followed["failed"]
    return {
        "well": whole,
        "database": options.database,
        "submitted": submitted,
        "read": read,
        "followers": followed,
        "jobs": {"entered": len(entered), "lost": lost, "verified": verified},
        "seconds_after_reads": round(time.monotonic() - began, 1),
    }


def _token(url: str, name: str) -> str:
    said = {"username": name, "password": _PASSWORD}
    httpx.post(f"{url}/add-user", json=said).raise_for_status()
    return str(httpx.post(f"{url}/auth/token", json=said).raise_for_status().json()["access_token"])


def _wait_for_dispatcher(url: str) -> None:
    deadline = time.monotonic() + 120
    while httpx.get(f"{url}/health/ready").json().get("status") != "ok":
        if time.monotonic() > deadline:
            raise TimeoutError("no dispatcher came up")
        time.sleep(0.2)


def _locust(kind: str, rate: int, seconds: int, url: str, tokens: list[str], jobs: Path) -> dict[str, Any]:
    """Has locust's users of one kind ask at a rate."""
    users = max(1, rate // _OF_ONE)
    command = [sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("load_user.py")), kind]
    command += ["--headless", "--json", "--host", url, "-u", str(users), "-r", str(users), "-t", f"{seconds}s"]
    environment = {**os.environ, "LOAD_TOKENS": " ".join(tokens), "LOAD_JOBS": str(jobs)}
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    try:
        stats = json.loads(done.stdout[done.stdout.index("[") :])
    except ValueError:
        raise RuntimeError(f"locust failed: {done.stderr[-3000:]}") from None
    times: dict[int, int] = {}
    for each in stats:
        for value, count in each["response_times"].items():
            times[int(float(value))] = times.get(int(float(value)), 0) + count
    count, errors = sum(each["num_requests"] for each in stats), sum(each["num_failures"] for each in stats)
    return {
        "wanted_rate": rate,
        "rate": round(count / seconds, 1),
        "requests": count,
        "errors": errors,
        **{f"p{percent}": _percentile(times, percent) for percent in (50, 95, 99)},
    }


def _percentile(times: dict[int, int], percent: int) -> int:
    """Of a histogram: the milliseconds that so many percent of requests took at most."""
    left = sum(times.values()) * percent / 100
    for value in sorted(times):
        left -= times[value]
        if left <= 0:
            return value
    return 0


def _followers(url: str, tokens: list[str], count: int, lines: list[list[str]]) -> subprocess.Popen[str]:
    """Clients that follow the jobs entered last, which are the last to run."""
    last = [f"{job}:{tokens[int(user)]}" for job, _, user in lines[-count:]]
    command = [sys.executable, "-m", "bench.load_followers", url, str(count)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    process.stdin.write("\n".join(last))
    process.stdin.close()
    process.stdin = None
    return process


def _verified(place: Installation, jobs: list[str]) -> int:
    """How many of these data sets are what they should be: made again and compared."""
    found = place.requests.jobs_named(jobs).values()
    return sum(bool(verify_data_set(view.target).ok) for view in found)


def _states(place: Installation, jobs: list[str]) -> dict[str, int]:
    """How many jobs are in which state, once all have ended."""
    deadline = time.monotonic() + _END_SECONDS
    while True:
        found: dict[str, int] = {}
        for first in range(0, len(jobs), 500):
            for view in place.requests.jobs_named(jobs[first : first + 500]).values():
                found[view.state.value] = found.get(view.state.value, 0) + 1
        if not set(found) & {"pending", "running", "merging"} or time.monotonic() > deadline:
            return found
        time.sleep(1.0)


if __name__ == "__main__":
    main()
