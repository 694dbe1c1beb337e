"""The job store when its database goes away, and how much of the database a claim touches."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from api.database.engine import Database
from api.jobs.store import SqlJobStore
from bench.queue import fill
from cluster import JobStoreError
from cluster.queue import Cost
from tests.laws.queue_place import Place, fresh_database, queue_settings
from tests.servers.database import DatabaseServer

SERVERS = ("postgresql", "mariadb")


@contextmanager
def place_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Place]:
    server = None if kind == "sqlite" else request.getfixturevalue(kind)
    with fresh_database(kind, folder, server) as database:
        yield Place(database, queue_settings(folder))


class Cutter:
    """A way to a server that is cut when a COMMIT behind a claim's INSERT has passed, and before it is answered."""

    def __init__(self, port: int) -> None:
        self._upstream, self._claiming, self.cuts = port, False, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._upstream))
            for ends in ((client, server, True), (server, client, False)):
                self._threads.append(threading.Thread(target=self._pass_on, args=ends))
                self._threads[-1].start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, asked: bool) -> None:
        try:
            while data := source.recv(1 << 16):
                self._claiming |= asked and b"INSERT INTO attempts" in data
                if asked and self._claiming and not self.cuts and b"COMMIT" in data:
                    self.cuts += 1
                    source.shutdown(socket.SHUT_RDWR)  # before the answer can come: it will not be heard
                    sink.sendall(data)
                    continue
                sink.sendall(data)
        except OSError:
            pass
        for each in (source, sink):
            try:
                each.shutdown(socket.SHUT_WR if each is sink else socket.SHUT_RD)
            except OSError:
                each.close()


@pytest.mark.parametrize("kind", SERVERS)
def test_a_claim_whose_answer_is_lost_is_handed_back(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, wait_for: Any
) -> None:
    server: DatabaseServer = request.getfixturevalue(kind)
    with place_of(kind, request, tmp_path) as place:
        entered = place.enter(place.user("ann"), "f")
        cutter = Cutter(server.port)
        url = place.database.engine.url.set(port=cutter.port).render_as_string(hide_password=False)
        database = Database(url)
        try:
            store = SqlJobStore(database, place.settings, place.clock)
            with pytest.raises(JobStoreError):
                store.claim("one", "c")
            assert cutter.cuts == 1
            wait_for(lambda: place.artifact(entered.artifact_id).state == "running")  # it was committed
            claim = store.claim("one", "c")
            assert claim is not None
            assert (claim.artifact, claim.epoch, claim.attempt) == (entered.artifact_id, 2, 1)
        finally:
            database.close()
            cutter.close()


@pytest.mark.parametrize("kind", SERVERS)
def test_connections_that_the_server_has_ended_are_made_anew(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with place_of(kind, request, tmp_path) as place:
        place.enter(place.user("ann"), "f")
        claim = place.claim()
        own = place.database.engine.url.database
        statement = {
            "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{own}' AND pid <> pg_backend_pid()",
            "mariadb": "SELECT CONCAT('KILL ', id) FROM information_schema.processlist "
            f"WHERE db = '{own}' AND id <> CONNECTION_ID()",
        }[kind]
        other = request.getfixturevalue(kind).connect(own)
        cursor = other.cursor()
        cursor.execute(statement)
        for (found,) in cursor.fetchall():
            if kind == "mariadb":
                cursor.execute(found)
        other.close()
        place.finish(claim)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "mysql", "mariadb"])
def test_a_database_that_is_away_is_named_without_its_password(scheme: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    store = SqlJobStore(Database(f"{scheme}://me:hunter2@127.0.0.1:{port}/queue"), queue_settings(tmp_path))
    for ask in (lambda: store.claim("one", "c"), lambda: store.leases("one"), lambda: store.release("one")):
        with pytest.raises(JobStoreError, match=rf"127\.0\.0\.1:{port}/queue") as caught:
            ask()
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["oracle://x/y", "sqlite://", "sqlite:///:memory:", "nothing"])
def test_a_database_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(JobStoreError):
        Database(url)


def test_a_folder_that_is_none_is_an_error_of_the_job_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JobStoreError, match="cannot be opened"):
        Database(f"sqlite:///{tmp_path}/file/queue.db").upgrade()


@pytest.mark.parametrize("kind", ["sqlite", *SERVERS])
def test_a_claim_does_as_much_work_with_ten_thousand_waiting_runs_as_with_a_hundred(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with place_of(kind, request, tmp_path) as place:
        users = fill(place.database, runs=100, users=20)
        few = work_of_a_claim(place)
        fill(place.database, runs=9_900, users=users)
        if kind == "postgresql":
            place.database.run(lambda session: session.connection().execute(text("ANALYZE")))
        assert work_of_a_claim(place) <= 1.5 * few + 40


def work_of_a_claim(place: Place) -> int:
    """Steps of SQLite's machine, or rows that the server has read."""
    claim = place.claim()  # not the first one: connections are open, and catalogues read
    measure = {"sqlite": steps_of_sqlite, "postgresql": rows_of_postgresql, "mysql": rows_of_mariadb}
    found = measure[place.database.kind](place)
    assert found > 10
    place.store.hand_back(claim, Cost())
    return found


def steps_of_sqlite(place: Place) -> int:
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    def connected(connection: Any, *_: Any) -> None:
        connection.driver_connection.set_progress_handler(count, 10)

    event.listen(place.database.engine, "begin", lambda connection: connected(connection.connection))
    place.claim()
    return steps[0]


def rows_of_mariadb(place: Place) -> int:
    def read() -> int:
        status = text("SHOW GLOBAL STATUS LIKE 'Handler_read%'")
        return place.database.read(lambda session: sum(int(row[1]) for row in session.execute(status)))

    first = read()
    second = read()  # what the asking itself reads
    place.claim()
    return read() - second - (second - first)


def rows_of_postgresql(place: Place) -> int:
    """Each statement of a claim is explained as it was run, in a transaction that leaves nothing behind."""
    statements: list[tuple[str, Any]] = []

    def noted(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    engine = place.database.engine
    claim = place.claim()
    place.store.hand_back(claim, Cost())
    event.listen(engine, "before_cursor_execute", noted)
    claim = place.claim()
    event.remove(engine, "before_cursor_execute", noted)
    place.store.hand_back(claim, Cost())
    rows = 0
    for statement, parameters in statements:
        if not statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE")):
            continue
        with engine.connect() as connection:
            explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
            (found,) = connection.exec_driver_sql(explained, parameters).one()
            rows += rows_of_plan((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
            connection.rollback()
    return rows


def rows_of_plan(plan: dict[str, Any]) -> int:
    removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
    own = int((plan["Actual Rows"] + removed) * plan["Actual Loops"])
    return own + sum(rows_of_plan(each) for each in plan.get("Plans", []))
