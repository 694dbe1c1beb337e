"""What holds for every route, as the OpenAPI document lists them: a new one is tested without being named here."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.servers.rest import RestService

NOBODYS = "0" * 32


def routes(service: RestService) -> list[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of every route."""
    found = service.client.get("/schema/openapi.json").json()
    return [
        (method.upper(), path, operation)
        for path, operations in found["paths"].items()
        for method, operation in operations.items()
    ]


def filled(path: str, name: str) -> str:
    return re.sub(r"\{\w+\}", name, path)


def is_guarded(operation: dict[str, Any]) -> bool:
    return {} not in operation["security"]


def body_of(operation: dict[str, Any]) -> dict[str, Any]:
    return {"json": {}} if "requestBody" in operation else {}


def test_every_route_that_is_not_public_needs_a_token(service: RestService) -> None:
    guarded = [each for each in routes(service) if is_guarded(each[2])]
    assert len(guarded) > 15
    for method, path, operation in guarded:
        answer = service.client.request(method, filled(path, NOBODYS), **body_of(operation))
        assert answer.status_code == 401, (method, path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "bearer" in answer.headers["www-authenticate"].lower()


@pytest.mark.parametrize("token", ["x", "sb_" + NOBODYS + "_" + "A" * 43, "eyJhbGciOiJub25lIn0.e30."])
def test_a_token_that_is_none_is_no_token(service: RestService, token: str) -> None:
    with service.with_headers(Authorization=f"Bearer {token}") as client:
        assert client.get("/jobs").status_code == 401


def test_every_object_of_another_user_is_not_there(service: RestService) -> None:
    ann, bob = service.user("routes-ann"), service.user("routes-bob")
    schema = {"rows": 3, "fields": {"id": "sequence"}}
    made = ann.post("/generate-data", json={"schema": schema}).json()
    service.work()
    key = ann.post("/api-keys", json={}).json()["id"]
    saved = ann.post("/schemas", json={"name": "mine", "schema": schema}).json()["id"]
    hook = ann.post("/webhooks", json={"url": "http://127.0.0.1:9/"}).json()["id"]
    objects = {
        "schema_id": saved,
        "job_id": made["job_id"],
        "dataset_id": made["dataset_id"],
        "key_id": key,
        "webhook_id": hook,
        "name": "manifest.json",
    }
    tried = 0
    for method, path, operation in routes(service):
        if not is_guarded(operation) or "{" not in path:
            continue
        place = path.format(**objects)
        body = {"json": {"name": "his", "schema": schema}} if "requestBody" in operation else {}
        answer = bob.request(method, place, headers={"If-Match": '"v1"'}, **body)
        assert answer.status_code == 404, (method, path, answer.text)
        if method != "HEAD":
            assert answer.json()["type"].endswith("/not-found")
        tried += 1
    assert tried >= 8
    assert ann.get(f"/jobs/{made['job_id']}").json()["state"] == "succeeded"
    assert ann.get(f"/datasets/{made['dataset_id']}/files/manifest.json").status_code == 200


def test_every_answer_has_an_id_and_headers_of_safety(service: RestService) -> None:
    for path in ("/health/live", "/jobs", "/nothing/here"):
        answer = service.client.get(path, headers={"X-Request-Id": "mine-12345"})
        assert answer.headers["x-request-id"] == "mine-12345"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(service.client.get("/health/live", headers={"X-Request-Id": "a b"}).headers["x-request-id"]) == 32


def test_what_is_not_there_or_takes_no_such_method_is_a_problem_too(service: RestService) -> None:
    answer = service.client.get("/nothing/here")
    assert (answer.status_code, answer.json()["status"]) == (404, 404)
    answer = service.client.put("/jobs", json={})
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("content", "kind", "status", "expected"),
    [
        (b"{", "application/json", 400, "no JSON"),
        (b"\xff\xfe", "application/json", 400, "UTF-8"),
        (b'{"a": NaN}', "application/json", 400, "NaN"),
        (b'{"username": "a", "username": "b"}', "application/json", 400, "twice"),
        (b"[" * 5000 + b"]" * 5000, "application/json", 400, "nested"),
        (b"[" * 150 + b"]" * 150, "application/json", 400, "nested"),
        (b"{}", "text/plain", 415, "application/json"),
        (b"", "application/json", 400, "no JSON"),
        (b"[]", "application/json", 422, "mistake"),
        (b" " * (5 << 20), "application/json", 413, ""),
    ],
    ids=["cut", "bytes", "nan", "twice", "deepest", "deep", "type", "empty", "list", "large"],
)
def test_a_body_that_cannot_be_read_says_why(
    service: RestService, content: bytes, kind: str, status: int, expected: str
) -> None:
    answer = service.client.post("/add-user", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert expected in answer.json()["detail"]


def test_every_mistake_of_a_body_is_told_with_its_place_and_a_remedy(service: RestService) -> None:
    answer = service.client.post("/add-user", json={"usernam": "x", "password": 5, "role": "king"})
    assert answer.status_code == 422
    found = {each["path"]: each for each in answer.json()["errors"]}
    assert found.keys() == {"$.username", "$.usernam", "$.password", "$.role"}
    assert "username" in found["$.usernam"]["remedy"]


def test_every_mistake_of_a_query_is_told(service: RestService) -> None:
    ann = service.user("routes-eve")
    for query, path in (("limit=0", "query.limit"), ("limt=5", "query.limt"), ("limit=5&limit=6", "query.limit")):
        answer = ann.get(f"/jobs?{query}")
        assert answer.status_code == 422
        assert [each["path"] for each in answer.json()["errors"]] == [path]
    assert ann.get("/jobs?after=nonsense").status_code == 422


def test_the_names_of_operations_are_unique_and_each_has_a_summary(service: RestService) -> None:
    names = [operation["operationId"] for _, _, operation in routes(service)]
    assert len(names) == len(set(names))
    assert all(operation["summary"] for _, _, operation in routes(service))
