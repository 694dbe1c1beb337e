"""What whoever runs the service looks at: health, metrics, logs, the queue; and the page of the interface."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.accounts.service import Accounts, Origin
from api.accounts.tokens import Tokens
from api.dispatch import serve_queue
from cluster import log_to_standard_error, open_runner
from tests.servers.debian import program
from tests.servers.rest import PASSWORD, RestService, rest_service

SCHEMA = {"rows": 300, "fields": {"id": "sequence", "name": "full_name"}}


@contextmanager
def dispatching(service: RestService) -> Iterator[None]:
    """A dispatcher in this process, with threads for workers."""
    stop = threading.Event()
    with open_runner("threads") as runner:
        settings = service.settings.model_copy(update={"runner": "threads"})
        thread = threading.Thread(target=serve_queue, args=("tests", settings, runner, stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(30)


def admin_of(service: RestService) -> httpx.Client:
    """A client of a new admin."""
    accounts = Accounts(service.database, service.settings, Tokens(b"x" * 32))
    accounts.add("root", PASSWORD, Origin(), "admin")
    return service.logged_in("root")


def finished(client: httpx.Client, made: dict[str, Any]) -> dict[str, Any]:
    """Follows a job to its end by its events; the last state that they tell."""
    last: dict[str, Any] = {}
    with client.stream("GET", f"{made['links']['job']}/events") as answer:
        for line in answer.iter_lines():
            if line.startswith("data:"):
                last = json.loads(line.removeprefix("data:"))
    return last


def samples(client: httpx.Client) -> dict[str, float]:
    """The metrics by name and labels."""
    text = client.get("/metrics").text
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_and_the_queue_say_what_happened(tmp_path: Path, wait_for: Any) -> None:
    with rest_service(tmp_path) as service:
        ann, admin = service.user("ann"), admin_of(service)
        waiting = ann.post("/generate-data", json={"schema": SCHEMA}).json()
        shown = admin.get("/admin/queue").json()
        assert (shown["runs"]["pending"], shown["backlog_rows"], shown["dispatchers"]) == (1, 300, [])
        ready = service.client.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert "no dispatcher" in ready.json()["checks"]["ray"]
        with dispatching(service):
            assert finished(ann, waiting)["state"] == "succeeded"
            again = ann.post("/generate-data", json={"schema": SCHEMA}).json()
            assert again["cached"]
            ann.get(again["links"]["rows"])
            found = wait_for(
                lambda: (seen := samples(service.client)).get("seedbed_rows_made_total[]") and seen, what="metrics"
            )
            wait_for(lambda: service.client.get("/health/ready").json()["status"] == "ok", what="a living dispatcher")
            assert admin.get("/admin/queue").json()["dispatchers"][0]["name"] == "tests"
        assert found["seedbed_rows_made_total[]"] == 300
        assert found["seedbed_jobs_ended_total['succeeded']"] == 1
        assert found["seedbed_attempts_ended_total['succeeded']"] == 1
        assert found["seedbed_part_seconds_count[]"] == 1
        assert found["seedbed_run_seconds_bucket['+Inf']"] == 1
        assert found["seedbed_http_requests_total['/generate-data', '202', 'POST']"] == 1
        assert found["seedbed_http_requests_total['/generate-data', '200', 'POST']"] == 1
        found = wait_for(lambda: (seen := samples(service.client)).get("seedbed_jobs_entered_total['cached']") and seen)
        assert found["seedbed_jobs_entered_total['made']"] == 1
        waiting = ann.post("/generate-data", json={"schema": {**SCHEMA, "rows": 301}}).json()
        for _ in range(2):  # the second time it has ended already
            assert ann.post(f"{waiting['links']['job']}/cancel").json()["state"] == "cancelled"
        assert wait_for(lambda: samples(service.client).get("seedbed_jobs_ended_total['cancelled']")) == 1
        service.client.get("/nothing/here")
        assert samples(service.client)["seedbed_http_requests_total['404', 'unknown', 'unknown']"] == 1
        assert not re.search(f"{waiting['job_id']}|ann", service.client.get("/metrics").text)
        stats = admin.get("/admin/stats").json()
        assert (stats["users"], stats["jobs"], stats["rows"]) == (2, 2, 600)
        assert {each["name"] for each in stats["used"]["field_types"]} == {"sequence", "full_name"}
        for path in ("/admin/queue", "/admin/stats"):
            assert ann.get(path).status_code == 403


def test_what_a_user_asked_for_is_summed_up(tmp_path: Path, wait_for: Any) -> None:
    with rest_service(tmp_path) as service:
        ann = service.user("ann")
        made = ann.post("/generate-data", json={"schema": SCHEMA, "format": ["csv", "ndjson"]})
        assert made.status_code == 422  # one format
        made = ann.post("/generate-data", json={"schema": SCHEMA, "format": "ndjson"}).json()
        assert ann.get("/user-stats").json()["used"]["requests"] == []  # it has not ended
        service.work()
        ann.get(made["links"]["rows"], params={"limit": 7})
        ann.post("/preview", json={"schema": SCHEMA, "limit": 5, "format": "csv"})
        used = wait_for(lambda: len((found := ann.get("/user-stats").json()["used"])["requests"]) == 3 and found)
        assert {each["name"]: each["rows"] for each in used["requests"]} == {"job": 300, "page": 7, "preview": 5}
        assert {each["name"] for each in used["formats"]} == {"csv", "ndjson"}
        assert {each["name"]: each["requests"] for each in used["field_types"]} == {"sequence": 1, "full_name": 1}


SECRETS = ("planted-password-1f", "planted-value-2e", "planted-key-3d")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What this process logs, as JSON."""
    root, text = logging.getLogger("seedbed"), io.StringIO()
    before = (list(root.handlers), root.level, root.propagate)
    monkeypatch.setattr("sys.stderr", text)
    log_to_standard_error("json")
    yield text
    root.handlers[:], root.level, root.propagate = before


def test_a_log_line_a_request_that_ties_it_to_its_job_and_parts(logged: io.StringIO, tmp_path: Path) -> None:
    with rest_service(tmp_path) as service, dispatching(service):
        ann = service.user("ann")
        made = ann.post(
            "/generate-data", json={"schema": SCHEMA, "name": SECRETS[1]}, headers={"X-Request-Id": "traced-0001"}
        ).json()
        finished(ann, made)
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert all({"@timestamp", "log.level", "message", "ecs.version"} <= line.keys() for line in lines)
    traced = [line for line in lines if line.get("http", {}).get("request", {}).get("id") == "traced-0001"]
    actions = {line["event"]["action"]: line for line in traced}
    assert {"request", "run-begins", "part-made", "run-done"} <= actions.keys()
    assert {line["seedbed"]["job"] for line in traced} == {made["job_id"]}
    assert all(actions[name]["event"]["duration"] > 0 for name in ("request", "part-made", "run-done"))
    request = actions["request"]
    assert (request["url"]["path"], request["http"]["response"]["status_code"]) == ("/generate-data", 202)


def test_no_secret_gets_into_a_log(logged: io.StringIO, tmp_path: Path) -> None:
    with rest_service(tmp_path, address_requests=10**6) as service:
        client, ann = service.client, service.user("ann")
        secret = {"username": "eve", "password": SECRETS[0]}
        client.post("/add-user", json=secret)
        token = client.post("/auth/token", json=secret).json()["access_token"]
        client.post("/auth/token", json={**secret, "password": SECRETS[0] + "x"})
        client.post("/auth/token", json={"usrname": "eve", "password": SECRETS[0]})
        key = ann.post("/api-keys", json={"name": SECRETS[1]}).json()["key"]
        client.get(f"/jobs?key={SECRETS[2]}", headers={"Authorization": f"Bearer {SECRETS[2]}"})
        client.get(f"/nothing/{SECRETS[2]}")
        client.post("/add-user", content=json.dumps(secret)[:-1], headers={"Content-Type": "application/json"})
        wrong = {"fields": {"a": {"type": "choice", "values": [SECRETS[1]], "weights": ["x"]}}}
        assert ann.post("/generate-data", json={"schema": wrong}).status_code == 422
        inline = {"rows": 3, "fields": {"a": {"type": "choice", "values": [SECRETS[1]]}}}
        assert SECRETS[1] in ann.post("/generate-data", json={"schema": inline, "mode": "inline"}).text
    text = logged.getvalue()
    assert text.count("\n") >= 10
    for each in (*SECRETS, token, key, PASSWORD):
        assert each not in text


def test_the_page_of_the_interface_comes_from_here_alone(service: RestService) -> None:
    page = service.client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    places = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {"/docs/swagger.js", "/docs/swagger.css", "/docs/start.js"} <= set(places)
    for place in places:
        if place.startswith("data:"):
            continue
        assert place.startswith("/docs/")
        assert service.client.get(place).status_code == 200
    assert "/schema/openapi.json" in service.client.get("/docs/start.js").text
    assert service.client.get("/docs/other.js").status_code == 404


def test_a_browser_that_reaches_nothing_else_shows_the_interface(service: RestService, tmp_path: Path) -> None:
    command = [program("chromium", "chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", f"--user-data-dir={tmp_path}"]
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    command += [alone, "--enable-logging=stderr", "--virtual-time-budget=8000", "--dump-dom", f"{service.url}/docs"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "CONSOLE" not in shown.stderr, shown.stderr[-2000:]  # neither an error nor a refusal of the policy
    document = service.client.get("/schema/openapi.json").json()
    for operations in document["paths"].values():
        for operation in operations.values():
            assert f"{operation['tags'][0].replace(' ', '_')}-{operation['operationId']}" in shown.stdout


def test_other_origins_may_call_where_the_settings_say_so(service: RestService, tmp_path: Path) -> None:
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in service.client.options("/generate-data", headers=asked).headers
    with rest_service(tmp_path, cors_origins="https://shop.example") as open_one:
        answer = open_one.client.options("/generate-data", headers=asked)
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        other = open_one.client.options("/generate-data", headers={**asked, "Origin": "https://other.example"})
        assert other.headers.get("access-control-allow-origin") != "https://other.example"
        real = open_one.client.get("/formats", headers={"Origin": "https://shop.example"})
        assert "ETag" in real.headers["access-control-expose-headers"]
