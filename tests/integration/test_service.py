"""The service as its users meet it: a dispatcher, the command line, health; runs on threads, the rest is as always."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.database.models import Artifact
from tests.servers.command_line import prepared
from tests.servers.installation import Installation, installation, people


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("service")) as found:
        found.dispatcher()
        yield found


def seedbed(place: Installation, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return prepared().run([*arguments], text, place.environment)


def test_an_order_with_more_rows_makes_only_what_is_new(here: Installation) -> None:
    first = here.submit(people(600_000, 11))
    assert here.wait([first]) == {first: "succeeded"}
    larger = people(1_700_000, 11)
    second = here.submit(larger)
    assert here.wait([second]) == {second: "succeeded"}
    assert here.requests.job(here.user, second).reused == 1
    assert here.is_calm(second, larger)


def test_the_same_order_of_two_users_is_made_once(here: Installation) -> None:
    bob = here.requests.add_user("bob").id
    document = people(200_000, 12)
    mine, his = here.submit(document), here.submit(document, user=bob)
    assert here.wait([mine]) == {mine: "succeeded"}
    found = here.requests.job(bob, his)
    assert (found.state, found.joined or found.cached) == ("succeeded", True)
    assert found.target == here.target(mine)
    here.requests.delete_dataset(here.user, here.requests.job(here.user, mine).dataset_id)
    assert here.is_calm(mine, document)  # his is not touched


def test_whoever_writes_more_than_he_may_is_stopped_with_the_reason(tmp_path: Path) -> None:
    with installation(tmp_path) as place:
        job = place.submit(people(700_000, 13))
        with place.database.transaction() as session:  # as if others of his jobs had used it up meanwhile
            session.get_one(Artifact, place.requests.job(place.user, job).artifact_id).byte_limit = 1_000_000
        place.dispatcher()
        assert place.wait([job]) == {job: "failed"}
        found = place.requests.job(place.user, job)
        assert found.attempt == 1
        assert found.error is not None
        assert "limit on stored bytes" in found.error
        assert [letter.id for letter in place.requests.dead_letters()] == [job]


def test_the_command_line_submits_shows_cancels_and_retries(here: Installation, tmp_path: Path) -> None:
    schema = tmp_path / "schema.yaml"
    schema.write_text("seed: 5\nrows: 2_000\nfields: {id: sequence, name: first_name}\n")
    made = seedbed(here, "jobs", "submit", str(schema), "--rows", "3000", "--format", "ndjson", "--wait")
    assert made.returncode == 0, made.stderr
    assert "succeeded: 3,000 of 3,000 rows" in made.stdout
    job = re.match(r"[0-9a-f]{32}", made.stdout)
    assert job is not None
    shown = json.loads(seedbed(here, "jobs", "show", job[0], "--json").stdout)
    assert (shown["state"], shown["rows"], shown["attempt"]) == ("succeeded", 3000, 1)
    assert (Path(shown["target"]) / "manifest.json").exists()
    again = seedbed(here, "jobs", "submit", str(schema), "--rows", "3000", "--format", "ndjson", "--json")
    assert json.loads(again.stdout)["cached"] is True
    listed = seedbed(here, "jobs", "list").stdout
    assert listed.count("succeeded: 3,000 of 3,000 rows") == 2
    refused = seedbed(here, "jobs", "cancel", job[0])
    assert (refused.returncode, "cannot be cancelled" in refused.stderr) == (1, True)
    unknown = seedbed(here, "jobs", "show", "nothing")
    assert (unknown.returncode, unknown.stderr) == (2, "seedbed: there is no job nothing\n")
    wrong = seedbed(here, "jobs", "submit", "-", text="rows: 3\nfields: {id: sequense}")
    assert (wrong.returncode, "did you mean 'sequence'" in wrong.stderr) == (2, True)
    assert seedbed(here, "jobs", "dead").stdout == ""
    assert "up to date" in seedbed(here, "db", "upgrade").stdout


def test_the_service_says_whether_it_is_well(tmp_path: Path, wait_for: Callable[..., Any]) -> None:
    with installation(tmp_path) as place:
        serving = place.start("serve", "--port", "0", "--name", "service")
        address = wait_for(lambda: re.search(r"http://\S+:[1-9]\d*", serving.said), 60, "its address")[0]
        assert answer(f"{address}/health/live") == (200, {"status": "ok"})
        wait_for(lambda: answer(f"{address}/health/ready")[1].get("status") == "ok", 60, "readiness")
        checks = answer(f"{address}/health/ready")[1]["checks"]
        assert checks == {"database": "ok", "storage": "ok", "ray": "ok", "dispatcher": "ok"}
        assert serving.stop() == 0


def answer(url: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(url, timeout=10) as found:
            return found.status, json.loads(found.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
    except urllib.error.URLError:
        return 0, {}


def test_an_interrupt_ends_the_waiting_and_says_that_the_job_goes_on(
    tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    with installation(tmp_path) as place:
        (tmp_path / "schema.yaml").write_text("rows: 7\nfields: {id: sequence}\n")
        waiting = place.start("jobs", "submit", str(tmp_path / "schema.yaml"), "--wait", "--user", "tester")
        job = wait_for(lambda: re.search(r"([0-9a-f]{32}) pending", waiting.said), 60, "the job")[1]
        waiting.process.send_signal(signal.SIGINT)
        assert waiting.process.wait(30) == 130
        assert f"seedbed jobs wait {job} waits again" in waiting.said
        assert place.state(job) == "pending"


def test_a_dispatcher_with_wrong_settings_ends_and_one_whose_storage_refuses_it_waits(
    tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    with installation(tmp_path) as place:
        wrong = place.start("dispatcher", environment={"SEEDBED_LEASE_SECONDS": "soon"})
        assert wrong.process.wait(60) == 2
        assert wrong.said.startswith("seedbed: SEEDBED_LEASE_SECONDS is 'soon': input should be a valid number")
        job = place.submit(people(100, 14))
        in_the_way = tmp_path / "in-the-way"
        in_the_way.write_text("a file")
        waiting = place.start("dispatcher", environment={"SEEDBED_STORAGE_URL": str(in_the_way / "datasets")})
        wait_for(lambda: "waiting for the storage: cannot write" in waiting.said, 60, "that it waits")
        assert place.state(job) == "pending"
        in_the_way.unlink()
        assert place.wait([job]) == {job: "succeeded"}
        assert waiting.said.count("waiting for the storage") == 1
