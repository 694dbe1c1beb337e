"""The queue's commands as people use them, wrong input first; in this process, on a SQLite database of their own."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from api.app import create_app
from api.commands import db
from api.commands_jobs import jobs
from api.database.engine import Database
from api.database.migrate import NEWEST
from api.jobs.store import SqlJobStore
from api.server import Server
from api.settings import read_settings
from cluster import Cost, Made, Order, run_here

SCHEMA = "seed: 5\nrows: 20\nfields: {id: sequence}\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEEDBED_HOME", str(tmp_path / "home"))
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def seedbed_jobs(*arguments: str) -> Result:
    return CliRunner().invoke(jobs, arguments)


def shown(*arguments: str) -> Any:
    found = seedbed_jobs(*arguments, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def carry_out_all() -> None:
    settings = read_settings()
    store = SqlJobStore(Database(settings.database), settings)
    while (claim := store.claim("one", "cluster")) is not None:
        made = run_here(Order.model_validate_json(claim.order))
        assert store.succeed(claim, Made(made.digest, made.rows, made.bytes), Cost(1.0, made.bytes))
    store.close()


def test_a_data_set_is_deleted_by_its_job_once_that_has_ended() -> None:
    job = shown("submit", "schema.yaml", "--name", "people")["id"]
    assert "is being made" in seedbed_jobs("delete", job).stderr
    carry_out_all()
    assert "succeeded: 20 of 20 rows, part 1 of 1, people" in seedbed_jobs("wait", job).stdout
    assert shown("delete", job)["deleted"] is True
    again = seedbed_jobs("delete", job)
    assert (again.exit_code, "there is no data set" in again.stderr) == (2, True)


def test_waiting_ends_at_once_and_with_1_when_a_job_was_cancelled() -> None:
    job = shown("submit", "schema.yaml")["id"]
    assert shown("cancel", job)["state"] == "cancelled"
    waited = seedbed_jobs("wait", job)
    assert (waited.exit_code, "cancelled: 0 of 20 rows" in waited.stdout) == (1, True)
    assert "others are entered again" in seedbed_jobs("retry", job).stderr


def test_users_and_their_limits_are_entered_shown_and_changed() -> None:
    unknown = seedbed_jobs("limits", "ann", "--weight", "2")
    assert (unknown.exit_code, "--add enters one" in unknown.stderr) == (2, True)
    assert "seedbed jobs limits ann --add" in seedbed_jobs("list", "--user", "ann").stderr
    added = shown("limits", "ann", "--add", "--weight", "2", "--job-rows", "15", "--runs", "none")
    assert (added["weight"], added["limits"]["job_rows"], added["limits"]["runs"]) == (2.0, 15, None)
    assert added["own"] == ["runs", "job_rows"]
    refused = seedbed_jobs("submit", "schema.yaml", "--user", "ann")
    assert (refused.exit_code, "15 are the most (job_rows)" in refused.stderr) == (1, True)
    changed = shown("limits", "ann", "--job-rows", "default", "--retention-days", "0.5")
    assert (changed["limits"]["job_rows"], changed["limits"]["retention_days"]) == (10_000_000, 0.5)
    assert seedbed_jobs("submit", "schema.yaml", "--user", "ann").exit_code == 0
    assert [user["name"] for user in shown("limits")] == ["ann"]
    assert "10,000,000  of the settings" in seedbed_jobs("limits", "ann").stdout


@pytest.mark.parametrize(
    "arguments",
    [("ann", "--runs", "0"), ("ann", "--weight", "nan"), ("ann", "--job-bytes", "much"), ("--runs", "2"), ("--add",)],
)
def test_limits_that_are_none_are_refused(arguments: tuple[str, ...]) -> None:
    assert seedbed_jobs("limits", *arguments).exit_code == 2


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("nonsense", 2, "write postgresql://user:password@host/database"),
        ("postgre://user:sesame@host/db", 2, "no database is known as postgre://"),
        ("postgresql+psycopg2://user:sesame@host/db", 2, "is not installed"),
        ("postgresql://user:sesame@127.0.0.1:1/db", 1, "cannot be used just now"),
        ("sqlite:///damaged.db", 1, "file is not a database"),
        ("sqlite:///schema.yaml/x.db", 1, "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_line(
    url: str, code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("damaged.db").write_text("this is no database at all, and longer than any header")
    monkeypatch.setenv("SEEDBED_DATABASE_URL", url)
    found = seedbed_jobs("list")
    assert (found.exit_code, found.stderr.count("\n")) == (code, 1)
    assert said in found.stderr
    assert "sesame" not in found.stderr
    assert "mistake in Seedbed" not in found.stderr


def test_a_database_of_a_newer_version_is_left_alone_and_told() -> None:
    assert json.loads(CliRunner().invoke(db, ["--json"]).stdout)["version"] == NEWEST
    database = Database(read_settings().database)
    with database.transaction() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    found = seedbed_jobs("list")
    assert (found.exit_code, "made by a newer version of Seedbed" in found.stderr) == (1, True)


def test_a_signal_that_comes_before_the_server_could_hear_of_it_ends_it_all_the_same() -> None:
    told = threading.Event()
    told.set()
    server = Server(create_app(read_settings()), 1.0, told)
    listening = socket.create_server(("127.0.0.1", 0))
    serving = threading.Thread(target=server.serve_at, args=(listening,), daemon=True)
    serving.start()
    serving.join(30)
    assert not serving.is_alive()
