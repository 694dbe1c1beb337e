"""Commands that run the service: ``seedbed serve``, ``seedbed dispatcher``, ``seedbed db``. Thin, and lazy in imports.

Settings come from SEEDBED_* variables (settings.py). What runs for long is a child process under a supervisor, so a
crash, or a Ray that went away, costs a restart and nothing else.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

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
    from api.dispatch import log_to_standard_error
    from api.settings import Settings
    from cluster import stop_on_signals

    log_to_standard_error()
    stop = threading.Event()
    stop_on_signals(stop)
    supervisor = dispatcher_process(Settings(), name)
    thread = threading.Thread(target=supervisor.run, name="dispatcher")
    thread.start()
    stop.wait()
    supervisor.stop()
    thread.join()


@guarded
def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen at; 0: any free one.")] = 8000,
    name: Name = None,
) -> None:
    """Run the service on this machine: HTTP, and a dispatcher as a child process. State is under SEEDBED_HOME."""
    import uvicorn

    from api.app import create_app
    from api.dispatch import log_to_standard_error
    from api.settings import Settings
    from cluster import stop_on_signals

    settings = Settings()
    log_to_standard_error()
    stop_on_signals(threading.Event())  # uvicorn has handlers of its own, and hands what it caught on to these
    supervisor = dispatcher_process(settings, name)
    thread = threading.Thread(target=supervisor.run, name="dispatcher")
    server = uvicorn.Server(uvicorn.Config(create_app(settings, supervisor), log_level="warning", lifespan="on"))
    listening = _listening(host, port)
    thread.start()
    try:
        shown = f"[{host}]" if ":" in host else host
        print(f"seedbed: listening at http://{shown}:{listening.getsockname()[1]}", file=sys.stderr, flush=True)
        server.run(sockets=[listening])
    finally:
        supervisor.stop()
        thread.join()


@db.command()
@guarded
def upgrade() -> None:
    """Create the tables, or bring them to this version."""
    from api.database.engine import Database
    from api.settings import Settings

    database = Database(Settings().database)
    database.upgrade()
    print("seedbed: the database is up to date")


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise typer.BadParameter(f"cannot listen at {host}:{port}: {error.strerror or error}") from None


def dispatcher_process(settings: Settings, name: str | None) -> Supervisor:
    """The supervisor of a dispatcher's process. Only one at a time may have a name."""
    from cluster import Supervisor

    full = name or f"{socket.gethostname()}-{os.getpid()}"
    grace = settings.grace_seconds * 1.5 + 30
    return Supervisor("dispatcher", [sys.executable, "-m", "api.dispatch", full], grace)
