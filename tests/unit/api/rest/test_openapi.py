"""Thousands of requests that the OpenAPI document allows, and as many that it forbids: schemathesis with all checks.

Nothing is answered with 5xx, with a status, header or media type that is not documented, or with another shape than is.
What the document allows may still be refused for what it means (422, and the like for states): a reference to a table
that is not there is no matter of JSON Schema.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.rest import RestService, rest_service
from tests.unit.api.rest.test_operations import admin_of, dispatching, finished

SCHEMA = {"seed": 1, "rows": 40, "fields": {"id": "sequence", "name": "first_name"}}
CASES = 4000
_REFUSED = '["2xx", "3xx", "401", "403", "404", "409", "410", "412", "413", "416", "422", "428", "429"]'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RestService]:
    with rest_service(tmp_path_factory.mktemp("rest"), webhook_hosts="any") as found, dispatching(found):
        yield found


def objects(client: httpx.Client) -> dict[str, list[str]]:
    """Identifiers of what there is, for the parameters of paths."""
    jobs = [client.post("/generate-data", json={"schema": {**SCHEMA, "rows": rows}}).json() for rows in range(40, 46)]
    for job in jobs:
        assert finished(client, job)["state"] == "succeeded"
    return {
        "job_id": [job["job_id"] for job in jobs],
        "dataset_id": [job["dataset_id"] for job in jobs]
        + [client.post("/datasets", json={"schema": SCHEMA}).json()["id"] for _ in range(3)],
        "schema_id": [client.post("/schemas", json={"name": "x", "schema": SCHEMA}).json()["id"] for _ in range(6)],
        "webhook_id": [client.post("/webhooks", json={"url": "http://127.0.0.1:9/"}).json()["id"] for _ in range(3)],
        "key_id": [client.post("/api-keys", json={}).json()["id"] for _ in range(3)],
        "name": ["manifest.json", "data.csv", "csv", "sequence", "start.js"],
    }


def configuration(found: dict[str, list[str]]) -> str:
    lines = ["[checks.positive_data_acceptance]", f"expected-statuses = {_REFUSED}"]
    for name, values in found.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
    bound = ", ".join(f'"path.{name}" = {{ dictionary = "{name}", probability = 0.7 }}' for name in found)
    return "\n".join([f"parameters = {{ {bound} }}", *lines]) + "\n"


def test_the_service_does_what_its_document_says(service: RestService, tmp_path: Path) -> None:
    admin = admin_of(service)
    key: Any = admin.post("/api-keys", json={"scopes": ["read", "write", "admin"]}).json()["key"]
    (tmp_path / "schemathesis.toml").write_text(configuration(objects(admin)))
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{service.url}/schema/openapi.json"]
    options = ["-H", f"Authorization: Bearer {key}", "--checks", "all", "--max-examples", "72", "--seed", "1"]
    done = subprocess.run([*command, *options, "--no-color"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    cases = re.search(r"(\d+) generated", done.stdout)
    assert cases is not None
    assert int(cases[1]) >= CASES
    refused = re.search(r"Authentication failed: .*", done.stdout)  # a key is no session that could be ended
    assert refused is None or refused[0].startswith("Authentication failed: 1 operation "), refused[0]
    assert service.with_headers(Authorization=f"Bearer {key}").get("/jobs").status_code == 200
