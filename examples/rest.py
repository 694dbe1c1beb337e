"""The whole way with httpx. The service: seedbed serve --registration open"""

import json
import os
import uuid
from pathlib import Path

import httpx

schema = {"seed": 42, "rows": 200_000, "fields": {"id": "sequence", "name": "full_name", "email": "email"}}
with httpx.Client(base_url=os.environ.get("SEEDBED_URL", "http://127.0.0.1:8000"), timeout=60) as client:
    # A user, and a token for this session.
    ann = {"username": "ann-py", "password": "correct horse"}
    client.post("/add-user", json=ann).raise_for_status()
    token = client.post("/auth/token", json=ann).raise_for_status().json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"

    # A few rows at once: the answer is the file.
    few = {"schema": {**schema, "rows": 3}, "format": "csv", "mode": "inline"}
    print(client.post("/generate-data", json=few).raise_for_status().text)

    # Many rows: a job. The same Idempotency-Key again gives the same job, so it can be sent again without fear.
    wanted = {"schema": schema, "format": "ndjson", "compression": "gzip"}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    made = client.post("/generate-data", json=wanted, headers=key).raise_for_status().json()

    # Follow it to its end, and download what it made.
    with client.stream("GET", f"{made['links']['job']}/events", timeout=None) as events:
        for line in events.iter_lines():
            if line.startswith("data:"):
                job = json.loads(line.removeprefix("data:"))
                print(job["state"], job["progress"]["rows"], "rows")
    manifest = client.get(made["links"]["manifest"]).raise_for_status().json()
    for item in manifest["objects"]:
        place = f"{made['links']['dataset']}/files/{item['name']}"
        with client.stream("GET", place, follow_redirects=True) as answer, Path(item["name"]).open("wb") as file:
            for chunk in answer.iter_raw():
                file.write(chunk)

    # Any page of it, made on the spot; and what all this came to.
    page = client.get(made["links"]["rows"], params={"offset": 199_998, "fields": "id,name", "format": "csv"})
    print(page.text, client.get("/user-stats").json()["rows"], "rows in all")
