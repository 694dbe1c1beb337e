"""Data sets as answers, and data sets that are never made."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest

from tests.servers.rest import RestService, rest_service

SCHEMA = {"seed": 5, "rows": 2000, "fields": {"id": "sequence", "name": "full_name", "amount": "integer"}}
TRILLION = {"seed": 9, "rows": 10**13, "fields": {"id": "sequence", "key": "uuid", "name": "full_name"}}


@pytest.fixture(scope="module")
def ann(service: RestService) -> httpx.Client:
    return service.user("inline-ann")


@pytest.mark.parametrize("written", ["csv", "json", "ndjson", "sql", "xml", "tsv", "parquet", "markdown"])
def test_the_answer_is_the_file_that_a_job_would_make(service: RestService, ann: httpx.Client, written: str) -> None:
    inline = ann.post("/generate-data", json={"schema": SCHEMA, "format": written, "mode": "inline"})
    assert inline.status_code == 200, inline.text
    made = ann.post("/generate-data", json={"schema": SCHEMA, "format": written}).json()
    service.work()
    name = inline.headers["content-disposition"].partition('filename="')[2].partition('"')[0]
    assert inline.content == ann.get(f"{made['links']['dataset']}/files/{name}").content


def test_the_first_rows_come_before_the_last_are_made(ann: httpx.Client) -> None:
    wide = {"seed": 1, "rows": 100_000, "fields": {f"name{number}": "full_name" for number in range(30)}}
    ann.post("/estimate", json={"schema": wide}).raise_for_status()  # compiled, and every library loaded
    began = time.monotonic()
    with ann.stream("POST", "/generate-data", json={"schema": wide, "mode": "inline"}) as answer:
        assert "content-length" not in answer.headers
        chunks = answer.iter_raw()
        first = next(chunks)
        after_first = time.monotonic() - began
        assert first.startswith(b"name0,")
        size = len(first) + sum(map(len, chunks))
    assert size > 10 * len(first)
    assert after_first < time.monotonic() - began - after_first


def test_what_is_no_single_small_file_is_refused(ann: httpx.Client) -> None:
    two = {"tables": {"a": {"rows": 3, "fields": {"id": "sequence"}}, "b": {"rows": 3, "fields": {"id": "sequence"}}}}
    several = ann.post("/generate-data", json={"schema": two, "mode": "inline"})
    assert several.status_code == 422
    assert "a.csv, b.csv" in several.json()["detail"]
    large = ann.post("/generate-data", json={"schema": {**SCHEMA, "rows": 100_001}, "mode": "inline"})
    assert (large.status_code, large.json()["limit"]) == (413, "inline_rows")
    assert '"mode": "job"' in large.json()["detail"]
    zipped = ann.post("/generate-data", json={"schema": SCHEMA, "mode": "inline", "archive": "zip"})
    assert zipped.status_code == 422


def test_inline_rows_count_for_the_day(tmp_path: Path) -> None:
    with rest_service(tmp_path, day_rows=5000) as service:
        ann = service.user("ann")
        for _ in range(2):
            given = ann.post("/generate-data", json={"schema": SCHEMA, "mode": "inline"}).content
            assert given.count(b"\n") == 2001
        stats = ann.get("/user-stats").json()
        assert (stats["quota"]["rows_left"], stats["rows"]) == (1000, 4000)
        assert stats["bytes"] == 2 * len(given)
        (inline,) = stats["used"]["requests"]
        assert (inline["name"], inline["requests"], inline["rows"]) == ("inline", 2, 4000)
        for mode in ("inline", "job"):
            over = ann.post("/generate-data", json={"schema": SCHEMA, "mode": mode})
            assert (over.status_code, over.json()["limit"]) == (413, "day_rows")
            assert "there will be room at" in over.json()["detail"]


def test_a_virtual_data_set_is_read_and_never_made(service: RestService, ann: httpx.Client) -> None:
    made = ann.post("/datasets", json={"schema": TRILLION, "name": "huge"})
    assert made.status_code == 201, made.text
    found = made.json()
    assert (found["state"], found["rows"], found["bytes"], found["name"]) == ("virtual", 10**13, 0, "huge")
    place = made.headers["location"]
    assert ann.get(place).json() == found
    page = ann.get(f"{place}/rows", params={"offset": 10**12, "limit": 2})
    assert [json.loads(line)["id"] for line in page.text.splitlines()] == [10**12 + 1, 10**12 + 2]
    assert 'rel="next"' in page.headers["link"]
    shown = ann.post("/preview", json={"schema": TRILLION, "offset": 10**12, "limit": 2})
    assert shown.text == page.text
    for nothing in ("manifest", "files/data.csv"):
        refused = ann.get(f"{place}/{nothing}")
        assert refused.status_code == 409
        assert "virtual" in refused.json()["detail"]
    assert found["id"] in [each["id"] for each in ann.get("/datasets").json()["items"]]
    assert service.user("inline-bob").get(f"{place}/rows").status_code == 404
    assert ann.delete(place).status_code == 204
    assert ann.get(f"{place}/rows").status_code == 404


def test_a_virtual_data_set_of_a_saved_schema_has_the_seed_and_rows_of_the_request(ann: httpx.Client) -> None:
    saved = ann.post("/schemas", json={"name": "mine", "schema": SCHEMA}).json()["id"]
    one = ann.post("/datasets", json={"schema_id": saved, "rows": 7, "seed": 1}).json()
    other = ann.post("/datasets", json={"schema_id": saved, "rows": 7, "seed": 2}).json()
    rows = [ann.get(f"/datasets/{each['id']}/rows", params={"fields": "name"}).text for each in (one, other)]
    assert rows[0] != rows[1]
    assert all(each.count("\n") == 7 for each in rows)
    for wrong in ({}, {"schema_id": saved, "schema": SCHEMA}, {"schema_id": "nothing"}):
        assert ann.post("/datasets", json=wrong).status_code == 422


def test_a_page_at_a_trillion_is_as_fast_as_at_zero(ann: httpx.Client) -> None:
    place = ann.post("/datasets", json={"schema": TRILLION}).json()["id"]

    def fastest(offset: int) -> float:
        times = []
        for number in range(5):  # other rows each time, so that none come from memory
            began = time.perf_counter()
            ann.get(f"/datasets/{place}/rows", params={"offset": offset + number}).raise_for_status()
            times.append(time.perf_counter() - began)
        return min(times)

    assert fastest(10**12) < 10 * fastest(0)
