"""Commands that run the service: ``seedbed serve``, ``seedbed dispatcher``, ``seedbed db``. Thin, and lazy in imports.

Settings come from SEEDBED_* variables (settings.py). What runs for long is a child process under a supervisor, so a
crash, or a Ray that went away, costs a restart and nothing else.
"""

from __future__ import annotations

import json as json_text
import os
import socket
import sys
import threading
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands_opened import AsJson, settings_of_the_environment
from cluster.failures import guarded

if TYPE_CHECKING:
    from api.settings import Settings
    from cluster import Supervisor

db = typer.Typer(no_args_is_help=True, help="The service's database (SEEDBED_DATABASE_URL).")

Name = Annotated[
    str | None, typer.Option("--name", help="Of this dispatcher; unique among those of a database. Default: the host.")
]


@guarded
def dispatcher(name: Name = None) -> None:
    """Serve the queue: claim runs, have them made on Ray, clean up. Any number may serve one database.

    RAY_ADDRESS names the cluster; without it there is a Ray of its own. SIGTERM ends it in order.
    """
    from cluster import log_to_standard_error, stop_on_signals

    settings = _settings()
    log_to_standard_error(settings.logs)
    stop = threading.Event()
    stop_on_signals(stop)
    supervisor = dispatcher_process(settings, name)
    thread = threading.Thread(target=supervisor.run, name="dispatcher")
    thread.start()
    stop.wait()
    supervisor.stop()
    thread.join()


@guarded
def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Port to listen at; 0: any.")] = 8000,
    name: Name = None,
    registration: Annotated[
        Literal["open", "closed"] | None, typer.Option("--registration", help="Whether anybody may add a user.")
    ] = None,
    with_dispatcher: Annotated[
        bool, typer.Option("--dispatcher/--no-dispatcher", help="Whether a dispatcher runs as a child process.")
    ] = True,
) -> None:
    """Run the service on this machine: HTTP, and a dispatcher as a child process. State is under SEEDBED_HOME."""
    from api.app import create_app
    from api.server import Server
    from cluster import log_to_standard_error, stop_on_signals

    settings = _settings()
    if registration is not None:
        settings = settings.model_copy(update={"registration": registration})
    log_to_standard_error(settings.logs, "uvicorn")
    told = threading.Event()
    stop_on_signals(told)  # uvicorn has handlers of its own once it runs, and hands what it caught on to these
    supervisor = dispatcher_process(settings, name) if with_dispatcher else None
    server = Server(create_app(settings, supervisor), settings.grace_seconds, told)
    listening = _listening(host, port)
    thread = None if supervisor is None else threading.Thread(target=supervisor.run, name="dispatcher")
    if thread is not None:
        thread.start()
    try:
        shown = f"[{host}]" if ":" in host else host
        print(f"seedbed: listening at http://{shown}:{listening.getsockname()[1]}", flush=True)
        server.serve_at(listening)
    finally:
        if supervisor is not None and thread is not None:
            supervisor.stop()
            thread.join()


@db.command()
@guarded
def upgrade(json: AsJson = False) -> None:
    """Create the tables, or bring them to this version."""
    from api.database.engine import Database
    from api.database.migrate import NEWEST

    database = Database(settings_of_the_environment().database)
    database.upgrade()
    if json:
        print(json_text.dumps({"database": database.shown, "version": NEWEST}))
    else:
        print(f"the database at {database.shown} is up to date: version {NEWEST}")


def _settings() -> Settings:
    """The settings, and a database's URL that can be used: what will not change by itself is told now, once."""
    from api.database.engine import Database

    settings = settings_of_the_environment()
    database = Database(settings.database)
    try:
        database.engine  # noqa: B018  (loads its driver; nobody is connected yet)
    finally:
        database.close()
    return settings


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        reason = str(error.strerror or error).partition(" (while")[0]
        raise typer.BadParameter(f"cannot listen at {host}:{port}: {reason}") from None


def dispatcher_process(settings: Settings, name: str | None) -> Supervisor:
    """The supervisor of a dispatcher's process. Only one at a time may have a name."""
    from cluster import Supervisor

    full = name or f"{socket.gethostname()}-{os.getpid()}"
    grace = settings.grace_seconds * 1.5 + 30
    return Supervisor("dispatcher", [sys.executable, "-m", "api.dispatch", full], grace)
