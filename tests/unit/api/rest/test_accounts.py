"""Users, log-ins and keys as clients meet them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from api.accounts.passwords import Passwords
from api.accounts.service import Accounts, Origin
from api.accounts.tokens import LEAST_SECRET, Tokens, secret_of
from api.commands_users import user
from api.database.account_models import ApiKey, AuditEntry, LoginSession
from api.database.models import User
from api.settings import Settings, SettingsError
from tests.servers.rest import PASSWORD, RestService, rest_service

DATABASES = ("sqlite", "postgresql", "mariadb")


def log_in(service: RestService, name: str, password: str) -> httpx.Response:
    return service.client.post("/auth/token", json={"username": name, "password": password})


def test_a_user_logs_in_works_and_logs_out(service: RestService) -> None:
    ann = service.user("ann")
    assert ann.get("/jobs").json() == {"items": [], "next": None}
    other = service.logged_in("ann")
    assert ann.delete("/auth/session").status_code == 204
    assert ann.get("/jobs").status_code == 401
    assert other.get("/jobs").status_code == 200


def test_a_name_is_taken_once(service: RestService) -> None:
    service.user("once")
    again = service.client.post("/add-user", json={"username": "once", "password": PASSWORD})
    assert again.status_code == 409
    assert "once" in again.json()["detail"]


@pytest.mark.parametrize("password", ["short", "password", "the-name", "aaaaaaaaaaaa", "x" * 300])
def test_an_easy_password_is_refused(service: RestService, password: str) -> None:
    answer = service.client.post("/add-user", json={"username": "the-name", "password": password})
    assert answer.status_code == 422
    assert password not in answer.text or password == "password"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(service: RestService) -> None:
    service.user("known")
    wrong, unknown = log_in(service, "known", "not this one"), log_in(service, "unknown", "not this one")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_failed_log_ins_are_limited_by_name_and_right_ones_are_not(tmp_path: Path) -> None:
    with rest_service(tmp_path, failed_logins=4) as service:
        service.user("ann")
        for _ in range(6):
            assert log_in(service, "ann", PASSWORD).status_code == 200
        answers = [log_in(service, "ann", "wrong password") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [401] * 4 + [429] * 2
        assert int(answers[-1].headers["retry-after"]) > 0
        assert log_in(service, "ann", PASSWORD).status_code == 429


def test_requests_are_limited_by_user_and_by_address(tmp_path: Path) -> None:
    with rest_service(tmp_path, address_requests=30, user_requests=5) as service:
        ann, bob = service.user("ann"), service.user("bob")
        answers = [ann.get("/jobs") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert answers[0].headers["ratelimit"] == '"user";r=4;t=12'
        assert answers[-1].json()["type"].endswith("/too-many-requests")
        assert bob.get("/jobs").status_code == 200
        codes = [service.client.get("/formats/csv").status_code for _ in range(40)]
        assert codes[0] == 200
        assert codes[-1] == 429
        assert service.client.get("/health/live").status_code == 200
        guessing = [service.with_headers(Authorization="Bearer x").get("/jobs").status_code for _ in range(3)]
        assert guessing.count(429) >= 2  # a token may have come in between


def test_where_registration_is_closed_only_admins_add_users(tmp_path: Path) -> None:
    with rest_service(tmp_path, registration="closed") as service:
        wanted = {"username": "ann", "password": PASSWORD}
        assert service.client.post("/add-user", json=wanted).status_code == 401
        accounts = Accounts(service.database, service.settings, Tokens(secret_of(service.settings)))
        accounts.add("root", PASSWORD, Origin(), role="admin")
        root = service.logged_in("root")
        assert root.post("/add-user", json=wanted).status_code == 201
        ann = service.logged_in("ann")
        assert ann.post("/add-user", json={**wanted, "username": "bob"}).status_code == 403
        assert root.post("/add-user", json={**wanted, "username": "two", "role": "admin"}).json()["role"] == "admin"


def test_nobody_makes_himself_an_admin(service: RestService) -> None:
    wanted = {"username": "king", "password": PASSWORD, "role": "admin"}
    assert service.client.post("/add-user", json=wanted).status_code == 403


def test_a_key_does_what_its_scopes_say_until_it_is_revoked(service: RestService) -> None:
    ann = service.user("keys-ann")
    made = ann.post("/api-keys", json={"name": "reader", "scopes": ["read"]})
    assert made.status_code == 201
    for headers in ({"Authorization": f"Bearer {made.json()['key']}"}, {"X-API-Key": made.json()["key"]}):
        reader = service.with_headers(**headers)
        assert reader.get("/jobs").status_code == 200
        assert reader.post("/generate-data", json={"schema": {"fields": {"a": "uuid"}}}).status_code == 403
        assert reader.delete("/auth/session").status_code == 403
    listed = ann.get("/api-keys").json()["items"]
    assert [(key["name"], key["scopes"]) for key in listed] == [("reader", ["read"])]
    assert "key" not in listed[0]
    assert ann.delete(f"/api-keys/{listed[0]['id']}").status_code == 204
    assert reader.get("/jobs").status_code == 401
    assert ann.delete(f"/api-keys/{listed[0]['id']}").status_code == 404


def test_a_key_cannot_do_more_than_whoever_makes_it(service: RestService) -> None:
    ann = service.user("more-ann")
    assert ann.post("/api-keys", json={"scopes": ["admin"]}).status_code == 409


def test_no_password_token_or_key_is_in_the_database_or_in_an_answer(service: RestService) -> None:
    ann = service.user("planted")
    key = ann.post("/api-keys", json={}).json()["key"]
    token = ann.headers["authorization"].removeprefix("Bearer ")

    def everything(session: object) -> str:
        tables = (User, LoginSession, ApiKey, AuditEntry)
        return "".join(repr(row) for table in tables for row in session.execute(select(table)).scalars())  # type: ignore[attr-defined]

    found = service.database.read(everything) + ann.get("/api-keys").text + ann.get("/user-stats").text
    for secret in (PASSWORD, token, key, key.split("_", 2)[2], token.rpartition(".")[2]):
        assert secret not in found


def test_what_was_done_to_accounts_is_in_the_audit_log(service: RestService) -> None:
    ann = service.user("audited")
    ann.delete("/auth/session")
    log_in(service, "audited", "wrong password")

    def of_ann(session: object) -> list[str]:
        rows = session.execute(  # type: ignore[attr-defined]
            select(AuditEntry).join(User, User.id == AuditEntry.user_id).where(User.name == "audited")
        ).scalars()
        return sorted(f"{row.action} {row.address}" for row in rows)

    assert service.database.read(of_ann) == [
        "log-in refused 127.0.0.1",
        "logged in 127.0.0.1",
        "logged out 127.0.0.1",
        "user added 127.0.0.1",
    ]


def test_the_secret_is_kept_beside_the_data_of_one_machine_and_demanded_of_several(tmp_path: Path) -> None:
    first = secret_of(Settings(home=tmp_path))
    assert len(first) >= LEAST_SECRET
    assert secret_of(Settings(home=tmp_path)) == first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    with pytest.raises(SettingsError, match="SEEDBED_SECRET"):
        secret_of(Settings(home=tmp_path, database_url="postgresql://somewhere/else"))
    with pytest.raises(SettingsError, match="shorter"):
        secret_of(Settings(home=tmp_path, secret="short"))  # type: ignore[arg-type]
    assert Tokens(first).read(Tokens(b"another secret of thirty-two bytes").sign("u", "s", 1, 2**33)) is None


def test_a_hash_is_salted_and_checked() -> None:
    passwords = Passwords()
    first, second = passwords.hash(PASSWORD, "ann"), passwords.hash(PASSWORD, "ann")
    assert first != second
    assert first.startswith("$argon2id$")
    assert passwords.is_right(PASSWORD, first)
    assert not passwords.is_right(PASSWORD + "x", first)
    assert not passwords.is_right(PASSWORD, None)
    assert not passwords.is_right(PASSWORD, "no hash at all")


def test_the_command_line_adds_the_first_admin_and_changes_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rest_service(tmp_path, registration="closed") as service:
        monkeypatch.setenv("SEEDBED_HOME", str(tmp_path))

        def run(*arguments: str, said: str = "", code: int = 0) -> str:
            found = CliRunner().invoke(user, [*arguments], input=said)
            assert found.exit_code == code, found.output
            return found.output

        run("add", "root", "--admin", "--password-stdin", said=PASSWORD + "\n")
        root = service.logged_in("root")
        assert root.post("/add-user", json={"username": "ann", "password": PASSWORD}).status_code == 201
        ann = service.logged_in("ann")
        assert run("list").split()[:2] == ["ann", "user"]
        run("password", "ann", "--password-stdin", said="another good one\n")
        assert ann.get("/jobs").status_code == 401
        assert log_in(service, "ann", "another good one").status_code == 200
        run("change", "ann", "--no-active")
        assert log_in(service, "ann", "another good one").status_code == 401
        run("change", "ann", "--active", "--admin")
        assert log_in(service, "ann", "another good one").status_code == 200
        assert "no user" in run("change", "nobody", "--active", code=2)
        assert "characters" in run("add", "bob", "--password-stdin", said="short\n", code=2)
