"""Webhooks: signed, sent again, and never to a place that only this network can reach."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from api.webhooks.deliverer import Deliverer
from api.webhooks.sender import AddressError, is_public, parsed, placed
from tests.servers.rest import rest_service

SCHEMA = {"rows": 3, "fields": {"id": "sequence"}}


class Receiver:
    """A server that keeps what it is sent, and answers with the statuses that it is given, then with 204."""

    def __init__(self) -> None:
        self.messages: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/told?x=1"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are sent again almost at once."""
    before = Deliverer.__init__

    def init(self: Deliverer, *args: Any, **more: Any) -> None:
        before(self, *args, **{"every": 0.05, "waits": (0.05, 0.05), **more})

    monkeypatch.setattr(Deliverer, "__init__", init)


@pytest.mark.usefixtures("impatient")
def test_the_end_of_a_job_is_told_signed_until_it_is_taken(
    receiver: Receiver, tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    with rest_service(tmp_path, webhook_hosts="any") as service:
        ann = service.user("ann")
        hook = ann.post("/webhooks", json={"url": receiver.url}).json()
        receiver.statuses = [500, 302]
        made = ann.post("/generate-data", json={"schema": SCHEMA}).json()
        service.work()
        wait_for(lambda: len(receiver.messages) == 3, what="the message was sent three times")
        (first, body), _, (third, again) = receiver.messages
        assert (again, third["webhook-id"]) == (body, first["webhook-id"])
        message = json.loads(body)
        assert message["type"] == "job.succeeded"
        assert (message["data"]["job_id"], message["data"]["rows"]) == (made["job_id"], 3)
        key = base64.b64decode(hook["secret"].removeprefix("whsec_"))
        signed = f"{third['webhook-id']}.{third['webhook-timestamp']}.".encode() + again
        expected = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
        assert third["webhook-signature"] == f"v1,{expected}"
        assert third["host"] == receiver.url.split("/")[2]
        shown = wait_for(lambda: [each for each in listed(ann) if each["last_state"] == "done"])
        assert (shown[0]["attempts"], "secret" in shown[0]) == (3, False)
        # The next one is there already: its job has ended when it is entered.
        ann.post("/generate-data", json={"schema": SCHEMA})
        wait_for(lambda: len(receiver.messages) == 4)
        waiting = ann.post("/generate-data", json={"schema": {**SCHEMA, "rows": 4}}).json()
        ann.post(waiting["links"]["cancel"])
        wait_for(lambda: len(receiver.messages) == 5)
        assert json.loads(receiver.messages[4][1])["type"] == "job.cancelled"
        assert ann.delete(f"/webhooks/{hook['id']}").status_code == 204
        assert listed(ann) == []


@pytest.mark.usefixtures("impatient")
def test_a_message_that_nobody_takes_is_given_up(
    receiver: Receiver, tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    with rest_service(tmp_path, webhook_hosts="any") as service:
        ann = service.user("ann")
        ann.post("/webhooks", json={"url": receiver.url})
        receiver.statuses = [503] * 10
        ann.post("/generate-data", json={"schema": SCHEMA})
        service.work()
        (shown,) = wait_for(lambda: [each for each in listed(ann) if each["last_state"] == "dead"])
        assert (shown["attempts"], shown["last_error"]) == (3, "it was answered with 503")
        assert len(receiver.messages) == 3


def listed(client: Any) -> list[dict[str, Any]]:
    """A user's webhooks."""
    found: list[dict[str, Any]] = client.get("/webhooks").json()["items"]
    return found


def test_addresses_of_this_network_are_refused(tmp_path: Path) -> None:
    with rest_service(tmp_path) as service:
        ann = service.user("ann")
        for url, text in (
            ("http://example.com/", "https://"),
            ("https://localhost/", "not a public one"),
            ("https://127.0.0.1/", "not a public one"),
            ("https://[::1]:8443/", "not a public one"),
            ("https://169.254.169.254/latest/meta-data", "not a public one"),
            ("https://2130706433/", "not a public one"),
            ("https://user:secret@example.com/", "neither user"),
            ("ftp://example.com/", "https://"),
            ("https:///nothing", "https://"),
            ("https://no-such-host.invalid/", "cannot be found"),
            ("https://example.com:99999/", "no address"),
        ):
            refused = ann.post("/webhooks", json={"url": url})
            assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "$.url"), url
            assert text in refused.json()["detail"], url


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b::93.184.215.14", True),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_a_name_that_stands_for_this_network_is_refused_when_a_message_is_sent() -> None:
    with pytest.raises(AddressError, match="not a public one"):
        placed("https://localhost/x", private=False)
    assert placed("http://localhost:81/x", private=True).numeric in {"127.0.0.1", "::1"}
    with pytest.raises(AddressError):
        parsed("https://example.com/" + "x" * 2000, private=False)
