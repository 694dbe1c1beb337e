"""Saved schemas: versions, and changes that lose nobody's."""

from __future__ import annotations

from tests.servers.rest import RestService

DATABASES = ("sqlite", "postgresql", "mariadb")

SCHEMA = {"rows": 5, "fields": {"id": "sequence"}}
OTHER = {"rows": 6, "fields": {"id": "uuid"}}


def test_a_schema_is_saved_changed_and_every_version_is_kept(service: RestService) -> None:
    ann = service.user("schemas-ann")
    saved = ann.post("/schemas", json={"name": "mine", "schema": SCHEMA})
    assert saved.status_code == 201
    place = saved.headers["location"]
    assert (saved.headers["etag"], saved.json()["schema"]) == ('"v1"', SCHEMA)
    assert ann.get(place, headers={"If-None-Match": '"v1"'}).status_code == 304
    changed = ann.put(place, json={"name": "other", "schema": OTHER}, headers={"If-Match": '"v1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"v2"')
    assert ann.get(place).json()["schema"] == OTHER
    first = ann.get(place, params={"version": 1})
    assert (first.json()["schema"], first.headers["etag"]) == (SCHEMA, '"v1"')
    assert ann.get(place, params={"version": 3}).status_code == 404


def test_a_change_that_does_not_know_the_latest_version_is_refused(service: RestService) -> None:
    ann = service.user("schemas-two")
    place = ann.post("/schemas", json={"name": "mine", "schema": SCHEMA}).headers["location"]
    wanted = {"name": "mine", "schema": OTHER}
    assert ann.put(place, json=wanted).status_code == 428
    assert ann.put(place, json=wanted, headers={"If-Match": '"v7"'}).status_code == 412
    assert ann.put(place, json=wanted, headers={"If-Match": "nonsense"}).status_code == 412
    assert ann.delete(place, headers={"If-Match": '"v7"'}).status_code == 412
    assert ann.get(place).json()["schema"] == SCHEMA
    assert ann.delete(place, headers={"If-Match": '"v1"'}).status_code == 204
    assert ann.get(place).status_code == 404
    assert ann.put(place, json=wanted, headers={"If-Match": '"v1"'}).status_code == 404


def test_a_wrong_schema_is_not_saved(service: RestService) -> None:
    ann = service.user("schemas-wrong")
    answer = ann.post("/schemas", json={"name": "mine", "schema": {"fields": {"a": "sequense"}}})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "$.schema.fields.a"
    assert ann.get("/schemas").json()["items"] == []


def test_a_saved_schema_is_ordered_by_its_id_by_its_owner_alone(service: RestService) -> None:
    ann, bob = service.user("schemas-order"), service.user("schemas-bob")
    name = ann.post("/schemas", json={"name": "mine", "schema": SCHEMA}).json()["id"]
    made = ann.post("/generate-data", json={"schema_id": name, "seed": 3, "rows": 4})
    assert made.status_code == 202
    assert made.json()["estimate"]["rows"] == 4
    for wanted in ({"schema_id": name}, {"schema_id": name, "schema": SCHEMA}, {}):
        refused = bob.post("/generate-data", json=wanted)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] in {"$.schema_id", "$.schema"}
    assert bob.get(f"/schemas/{name}").status_code == 404


def test_lists_come_in_pages(service: RestService) -> None:
    ann = service.user("schemas-pages")
    names = [ann.post("/schemas", json={"name": str(n), "schema": SCHEMA}).json()["name"] for n in range(5)]
    found, place = [], "/schemas?limit=2"
    while place:
        page = ann.get(place)
        found += [each["name"] for each in page.json()["items"]]
        place = page.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert found == names[::-1]
    assert ann.get("/schemas?after=x").status_code == 422
