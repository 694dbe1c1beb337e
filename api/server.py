"""The HTTP server of ``seedbed serve``: uvicorn, with the application told when it is to end."""

from __future__ import annotations

import socket
import threading
from types import FrameType

import uvicorn

from api.app import Application


class Server(uvicorn.Server):
    """Serves an application until SIGTERM or SIGINT, then ends its answers within ``grace`` seconds.

    ``told``: set by a signal that came before this could hear of it, and would be lost.
    """

    def __init__(self, app: Application, grace: float, told: threading.Event) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=max(1, int(grace)),
            )
        )
        self._app, self._told = app, told

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self._told.is_set():
            self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.stopping()
        super().handle_exit(sig, frame)

    def serve_at(self, listening: socket.socket) -> None:
        """Returns when the server has ended."""
        self.run(sockets=[listening])
