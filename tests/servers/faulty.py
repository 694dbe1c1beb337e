"""A proxy on loopback between a client and a real S3 server, which goes wrong as networks and S3 go wrong.

Bytes pass through as they are, the Host header included, because the client has signed it. Which request suffers what
is decided by a function of the request: a test's own, or a random one with a seed.
"""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO, Self
from urllib.parse import parse_qsl, urlsplit

_BLOCK = 1 << 16


class Fault(Enum):
    """What a request may suffer. ``effect``: whether the server has carried it out all the same."""

    SLOW_DOWN = "503 SlowDown"
    INTERNAL_ERROR = "500 InternalError"
    ERROR_IN_200 = "200 with an error in its body"
    EXPIRED = "403 ExpiredToken"
    DENIED = "403 AccessDenied"
    UNKNOWN = "501 NotImplemented"
    IGNORED = "200 without having done anything"
    DELAY = "a delay"
    RESET_BEFORE = "a reset before the request"
    RESET_IN_REQUEST = "a reset in the middle of the request"
    RESET_IN_ANSWER = "a reset in the middle of the answer"
    LOST_ANSWER = "an answer that never comes"

    @property
    def effect(self) -> bool:
        return self in {Fault.DELAY, Fault.RESET_IN_ANSWER, Fault.LOST_ANSWER}


PASSING = (
    Fault.SLOW_DOWN,
    Fault.INTERNAL_ERROR,
    Fault.ERROR_IN_200,
    Fault.DELAY,
    Fault.RESET_BEFORE,
    Fault.RESET_IN_REQUEST,
    Fault.RESET_IN_ANSWER,
    Fault.LOST_ANSWER,
)
_ANSWERS = {
    Fault.SLOW_DOWN: ("503 Slow Down", "SlowDown", "Please reduce your request rate."),
    Fault.INTERNAL_ERROR: ("500 Internal Server Error", "InternalError", "We encountered an internal error."),
    Fault.ERROR_IN_200: ("200 OK", "InternalError", "We encountered an internal error. Please try again."),
    Fault.EXPIRED: ("403 Forbidden", "ExpiredToken", "The provided token has expired."),
    Fault.DENIED: ("403 Forbidden", "AccessDenied", "Access Denied"),
    Fault.UNKNOWN: ("501 Not Implemented", "NotImplemented", "A header you provided implies functionality ..."),
}


@dataclass(frozen=True)
class Request:
    """One request as the proxy sees it; ``number`` counts all of them from 1."""

    number: int
    method: str
    target: str
    head: bytes

    @property
    def operation(self) -> str:
        """Its name in the S3 API, as far as the tests ask for it."""
        path, query = urlsplit(self.target).path, dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))
        copies = b"x-amz-copy-source:" in self.head.lower()
        if "uploads" in query:
            return "CreateMultipartUpload" if self.method == "POST" else "ListMultipartUploads"
        if "uploadId" in query:
            parts = "UploadPartCopy" if copies else "UploadPart"
            names = {"POST": "CompleteMultipartUpload", "DELETE": "AbortMultipartUpload", "GET": "ListParts"}
            return names.get(self.method, parts)
        if "lifecycle" in query:
            return "PutBucketLifecycle" if self.method == "PUT" else "GetBucketLifecycle"
        if "delete" in query:
            return "DeleteObjects"
        if path.strip("/").count("/") == 0:
            return "ListObjectsV2"
        if self.method == "PUT" and b"if-none-match:" in self.head.lower():
            return "CreateObject"
        return {"PUT": "PutObject", "GET": "GetObject", "HEAD": "HeadObject"}.get(self.method, self.method)


Plan = Callable[[Request], Fault | None]


def calm(request: Request) -> Fault | None:
    """Nothing goes wrong."""
    return None


def random_faults(seed: int, share: float = 0.2, kinds: Sequence[Fault] = PASSING) -> Plan:
    """A share of all requests goes wrong, but none of them more than four times."""
    chance, lock = random.Random(seed), threading.Lock()
    suffered: Counter[tuple[str, str]] = Counter()

    def plan(request: Request) -> Fault | None:
        with lock:
            fault = chance.choice(kinds) if chance.random() < share else None
            if fault is Fault.ERROR_IN_200 and request.operation not in {"CompleteMultipartUpload", "UploadPartCopy"}:
                fault = Fault.SLOW_DOWN
            key = (request.method, request.target)
            if fault is None or suffered[key] >= 4:
                return None
            suffered[key] += 1
            return fault

    return plan


def once(operation: str, fault: Fault, times: int = 1) -> Plan:
    """The first requests of one operation suffer one fault."""
    left, lock = [times], threading.Lock()

    def plan(request: Request) -> Fault | None:
        with lock:
            if request.operation != operation or not left[0]:
                return None
            left[0] -= 1
            return fault

    return plan


class FaultyProxy:
    """As a context manager it listens within the block. ``suffered`` counts what went wrong, by operation and fault."""

    def __init__(self, upstream: str, plan: Plan = calm) -> None:
        where = urlsplit(upstream)
        self._upstream = (str(where.hostname), int(where.port or 80))
        self.plan = plan
        self.suffered: Counter[tuple[str, Fault]] = Counter()
        self.operations: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._count = 0
        self._listener: socket.socket | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.come_back()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_away()
        for thread in self._threads:
            thread.join(20)

    def come_back(self) -> None:
        """Listens, on the same port every time."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(128)
        self._port = listener.getsockname()[1]
        self._listener = listener
        thread = threading.Thread(target=self._accept, args=(listener,), daemon=True)
        thread.start()
        self._threads.append(thread)

    def go_away(self) -> None:
        """Connections are refused from now on, and those that are open broken."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            with self._lock:
                self._threads = [each for each in self._threads if each.is_alive()] + [thread]
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        server: socket.socket | None = None
        with self._lock:
            self._connections.add(client)
        try:
            server = socket.create_connection(self._upstream, 20)
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.settimeout(130)
            asked, answered = client.makefile("rb"), server.makefile("rb")
            with asked, answered:
                while self._pass_one(client, asked, server, answered):
                    pass
        except (OSError, ValueError):
            _reset(client)
        finally:
            with self._lock:
                self._connections.discard(client)
            client.close()
            if server is not None:
                server.close()

    def _pass_one(self, client: socket.socket, asked: BinaryIO, server: socket.socket, answered: BinaryIO) -> bool:
        head = _read_head(asked)
        if not head:
            return False
        method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        with self._lock:
            self._count += 1
            request = Request(self._count, method, target, head)
            self.operations[request.operation] += 1
        fault = self.plan(request)
        if fault is not None:
            with self._lock:
                self.suffered[request.operation, fault] += 1
        if fault is Fault.RESET_BEFORE:
            return _reset(client)
        if fault is Fault.DELAY:
            time.sleep(0.1)
        head, body = self._read_request(client, asked, head, half=fault is Fault.RESET_IN_REQUEST)
        if fault is Fault.RESET_IN_REQUEST:
            return _reset(client)
        if fault in _ANSWERS:
            client.sendall(_error(*_ANSWERS[fault], bare=method == "HEAD"))
            return True
        if fault is Fault.IGNORED:
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            return True
        server.sendall(head + body)
        answer = _read_answer(answered, bare=method == "HEAD")
        if fault is Fault.RESET_IN_ANSWER:
            client.sendall(answer[: len(answer) // 2])
        if fault in {Fault.LOST_ANSWER, Fault.RESET_IN_ANSWER}:
            return _reset(client)
        client.sendall(answer)
        return True

    def _read_request(self, client: socket.socket, asked: BinaryIO, head: bytes, half: bool) -> tuple[bytes, bytes]:
        fields = _fields(head)
        if fields.get("expect", "").lower() == "100-continue":
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"expect:")]
            head = b"\r\n".join(lines)
        length = int(fields.get("content-length", 0))
        if half:
            return head, asked.read(length // 2)
        return head, _read_body(asked, fields)


def _error(status: str, code: str, message: str, bare: bool) -> bytes:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + ("" if bare else body)).encode()


def _read_head(stream: BinaryIO) -> bytes:
    lines = []
    while line := stream.readline(_BLOCK):
        lines.append(line)
        if line == b"\r\n":
            return b"".join(lines)
    return b""


def _fields(head: bytes) -> dict[str, str]:
    pairs = (line.decode("latin-1").partition(":") for line in head.split(b"\r\n")[1:] if line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _read_body(stream: BinaryIO, fields: dict[str, str]) -> bytes:
    if "chunked" not in fields.get("transfer-encoding", "").lower():
        length = int(fields.get("content-length", 0))
        body = stream.read(length)
        if len(body) != length:
            raise ValueError("the body ends early")
        return body
    found = b""
    while True:
        line = stream.readline(_BLOCK)
        size = int(line.split(b";")[0], 16)
        found += line + stream.read(size + 2)
        if not size:
            return found


def _read_answer(stream: BinaryIO, bare: bool) -> bytes:
    head = _read_head(stream)
    if not head:
        raise ValueError("no answer")
    status = int(head.split(b" ", 2)[1])
    if bare or status in {204, 304}:
        return head
    return head + _read_body(stream, _fields(head))


def _reset(client: socket.socket) -> bool:
    """Breaks a connection as a crash does: whoever reads next finds it reset."""
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    return False
