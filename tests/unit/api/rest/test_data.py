"""From a schema to rows and files over HTTP."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.servers.rest import RestService

DATABASES = ("sqlite", "postgresql", "mariadb")

SCHEMA = {"seed": 5, "rows": 500, "fields": {"id": "sequence", "name": "first_name"}}
TWO = {
    "seed": 5,
    "tables": {"a": {"rows": 30, "fields": {"id": "sequence"}}, "b": {"rows": 40, "fields": {"k": "uuid"}}},
}


def test_a_job_is_entered_followed_and_downloaded(service: RestService) -> None:
    ann = service.user("data-ann")
    entered = ann.post("/generate-data", json={"schema": SCHEMA, "name": "mine"})
    assert entered.status_code == 202
    made = entered.json()
    assert entered.headers["location"] == made["links"]["job"]
    seen = ann.get(made["links"]["job"])
    assert (seen.json()["state"], seen.json()["name"]) == ("pending", "mine")
    assert ann.get(made["links"]["job"], headers={"If-None-Match": seen.headers["etag"]}).status_code == 304
    assert ann.get(made["links"]["manifest"]).status_code == 409
    service.work()
    after = ann.get(made["links"]["job"], headers={"If-None-Match": seen.headers["etag"]}).json()
    assert (after["state"], after["progress"]["rows"]) == ("succeeded", 500)
    manifest = ann.get(made["links"]["manifest"]).json()
    file = ann.get(f"{made['links']['dataset']}/files/data.csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert len(file.content) == manifest["objects"][0]["bytes"] == int(file.headers["content-length"])
    assert file.text.count("\n") == 501
    again = ann.post("/generate-data", json={"schema": SCHEMA})
    assert again.status_code == 200
    assert again.json()["cached"]
    stats = ann.get("/user-stats").json()
    assert (stats["jobs"], stats["rows"]) == (2, 1000)
    assert ann.delete(made["links"]["dataset"]).status_code == 204
    assert ann.get(made["links"]["dataset"]).status_code == 404


def test_a_file_comes_in_ranges(service: RestService) -> None:
    ann = service.user("ranges")
    made = ann.post("/generate-data", json={"schema": SCHEMA}).json()
    service.work()
    place = f"{made['links']['dataset']}/files/data.csv"
    whole = ann.get(place)
    data, etag = whole.content, whole.headers["etag"]

    def ranged(text: str, **headers: str) -> tuple[int, bytes, str | None]:
        found = ann.get(place, headers={"Range": text, **headers})
        return found.status_code, found.content, found.headers.get("content-range")

    size = len(data)
    assert ranged("bytes=0-9") == (206, data[:10], f"bytes 0-9/{size}")
    assert ranged("bytes=10-") == (206, data[10:], f"bytes 10-{size - 1}/{size}")
    assert ranged("bytes=-7") == (206, data[-7:], f"bytes {size - 7}-{size - 1}/{size}")
    assert ranged(f"bytes=5-{size * 2}") == (206, data[5:], f"bytes 5-{size - 1}/{size}")
    assert ranged(f"bytes={size}-")[0] == 416
    assert ranged(f"bytes={size}-")[2] == f"bytes */{size}"
    assert ranged("bytes=9-2")[:2] == (200, data)
    assert ranged("bytes=0-1,5-6")[:2] == (200, data)
    assert ranged("lines=0-1")[:2] == (200, data)
    assert ranged("bytes=0-9", **{"If-Range": etag})[0] == 206
    assert ranged("bytes=0-9", **{"If-Range": '"other"'})[:2] == (200, data)
    assert ann.get(place, headers={"If-None-Match": etag}).status_code == 304
    head = ann.head(place)
    assert (head.status_code, head.content, int(head.headers["content-length"])) == (200, b"", size)
    for name in ("nothing.csv", "../data.csv", "%2e%2e/secret", ".seedbed/x", "/etc/passwd"):
        assert ann.get(f"{made['links']['dataset']}/files/{name}").status_code == 404


def test_rows_come_from_any_offset_made_or_not(service: RestService) -> None:
    ann = service.user("rows")
    huge = {"seed": 5, "rows": 10**13, "fields": {"id": "sequence", "key": "uuid"}}
    assert ann.post("/generate-data", json={"schema": huge}).status_code == 413  # over the quota
    made = ann.post("/generate-data", json={"schema": {**huge, "rows": 10**6}}).json()
    place = made["links"]["rows"]
    found = ann.get(place, params={"offset": 999_998, "fields": "id", "format": "csv"})
    assert found.text == "id\n999999\n1000000\n"
    assert "link" not in found.headers
    first = ann.get(place, params={"limit": 3})
    assert [json.loads(line)["id"] for line in first.text.splitlines()] == [1, 2, 3]
    following = first.headers["link"].partition(">")[0].removeprefix("<")
    assert [json.loads(line)["id"] for line in ann.get(following).text.splitlines()] == [4, 5, 6]
    assert ann.get(place, params={"offset": 10**7}).status_code == 422
    assert ann.get(place, params={"format": "parquet"}).status_code == 422
    assert ann.get(place, params={"fields": "ident"}).status_code == 422
    far = ann.post("/preview", json={"schema": huge, "offset": 10**12, "limit": 2})
    assert [json.loads(line)["id"] for line in far.text.splitlines()] == [10**12 + 1, 10**12 + 2]


def test_of_several_tables_one_is_named(service: RestService) -> None:
    ann = service.user("two")
    made = ann.post("/generate-data", json={"schema": TWO, "rows": {"a": 31}}).json()
    missing = ann.get(made["links"]["rows"])
    assert missing.status_code == 422
    assert "a, b" in missing.json()["detail"]
    found = ann.get(made["links"]["rows"], params={"table": "a", "offset": 30})
    assert found.text == '{"id":31}\n'


@pytest.fixture(scope="module")
def mistaken(service: RestService) -> httpx.Client:
    return service.user("mistaken")


@pytest.mark.parametrize(
    ("wanted", "path", "remedy"),
    [
        ({"schema": {"fields": {"a": "sequense"}}}, "$.schema.fields.a", "sequence"),
        ({"schema": {"rows": 5}}, "$.schema", ""),
        ({}, "$.schema", "schema"),
        ({"schema": SCHEMA, "rows": -1}, "$.rows", ""),
        ({"schema": SCHEMA, "formt": "csv"}, "$.formt", "format"),
    ],
)
def test_a_mistake_is_told_with_its_place(mistaken: httpx.Client, wanted: Any, path: str, remedy: str) -> None:
    answer = mistaken.post("/generate-data", json=wanted)
    assert answer.status_code == 422, answer.text
    assert any(each["path"].startswith(path) for each in answer.json()["errors"])
    assert remedy in answer.text


def test_a_format_that_is_none_names_the_nearest(service: RestService) -> None:
    answer = service.user("nearest").post("/generate-data", json={"schema": SCHEMA, "format": "cvs"})
    assert answer.status_code == 422
    (mistake,) = answer.json()["errors"]
    assert mistake["path"] == "$.format"
    assert "csv" in mistake["problem"] + mistake.get("remedy", "")


def test_fifty_identical_requests_at_once_with_one_key_make_one_job(service: RestService) -> None:
    ann = service.user("fifty")
    wanted = {"schema": {**SCHEMA, "seed": 77}}

    def ask(_: int) -> Any:
        for _ in range(200):
            found = ann.post("/generate-data", json=wanted, headers={"Idempotency-Key": "one"})
            if found.status_code != 409:  # the first is not answered yet
                return found
        raise AssertionError("never answered")

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(ask, range(50)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["job_id"] for answer in answers}) == 1
    assert len(ann.get("/jobs").json()["items"]) == 1
    other = ann.post("/generate-data", json={"schema": SCHEMA}, headers={"Idempotency-Key": "one"})
    assert other.status_code == 422
    assert other.json()["type"].endswith("/key-reused")
    bob = service.user("fifty-bob")
    assert bob.post("/generate-data", json=wanted, headers={"Idempotency-Key": "one"}).json()["joined"]


def test_a_refused_request_may_be_mended_under_the_same_key(service: RestService) -> None:
    ann = service.user("mended")
    key = {"Idempotency-Key": "again"}
    assert ann.post("/generate-data", json={"schema": {}}, headers=key).status_code == 422
    assert ann.post("/generate-data", json={"schema": {**SCHEMA, "seed": 78}}, headers=key).status_code == 202


def test_a_job_is_cancelled_and_a_list_comes_in_pages(service: RestService) -> None:
    ann = service.user("pages")
    jobs = [ann.post("/generate-data", json={"schema": {**SCHEMA, "seed": 100 + n}}).json() for n in range(5)]
    assert ann.post(jobs[0]["links"]["cancel"]).json()["state"] == "cancelled"
    assert ann.post(jobs[0]["links"]["job"] + "/retry").status_code == 409
    assert ann.delete(jobs[1]["links"]["job"]).status_code == 204
    found, place = [], "/jobs?limit=2"
    while place:
        page = ann.get(place)
        found += [job["id"] for job in page.json()["items"]]
        place = page.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert found == [job["job_id"] for job in reversed(jobs)]


def test_the_catalogue_is_open_and_cached(service: RestService) -> None:
    types = service.client.get("/field-types")
    assert len(types.json()["types"]) > 200
    assert service.client.get("/field-types", headers={"If-None-Match": types.headers["etag"]}).status_code == 304
    one = service.client.get("/field-types/guid").json()
    assert (one["type"], bool(one["examples"])) == ("uuid", True)
    unknown = service.client.get("/field-types/uuidd")
    assert unknown.status_code == 404
    assert "uuid" in unknown.json()["detail"]
    assert {"csv", "parquet"} <= {each["format"] for each in service.client.get("/formats").json()["formats"]}
    assert service.client.get("/formats/xlsx").json()["format"] == "excel"
    assert service.client.get("/formats/xlsz").status_code == 404


def test_a_schema_is_validated_estimated_and_previewed(service: RestService) -> None:
    ann = service.user("looks")
    found = ann.post("/schemas/validate", json={"schema": TWO}).json()
    assert found["tables"]["a"] == {"rows": 30, "fields": {"id": "int64"}}
    wrong = {"fields": {"a": "sequense", "b": {"type": "integer", "min": 2, "max": 1}}}
    assert len(ann.post("/schemas/validate", json={"schema": wrong}).json()["errors"]) == 2
    estimated = ann.post("/estimate", json={"schema": SCHEMA}).json()
    assert estimated["estimate"]["rows"] == 500
    assert estimated["quota"]["rows_left"] > 10**6
    shown = ann.post("/preview", json={"schema": SCHEMA, "limit": 2, "format": "csv", "fields": ["id"]})
    assert shown.text == "id\n1\n2\n"
