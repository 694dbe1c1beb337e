"""The web application: what answers where. Put together here, and nowhere else."""

from __future__ import annotations

from litestar import Litestar, Response, get
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE
from sqlalchemy import text

from api.database.engine import Database
from api.settings import Settings
from cluster import JobStoreError, StoreError, Supervisor, open_store


def create_app(settings: Settings, dispatcher: Supervisor | None = None) -> Litestar:
    """The application; ``dispatcher`` is the child process that it reports on, if it has one."""
    database = Database(settings.database)

    @get("/health/live", sync_to_thread=False)
    def live() -> dict[str, str]:
        """This process answers."""
        return {"status": "ok"}

    @get("/health/ready", sync_to_thread=True)
    def ready() -> Response[dict[str, object]]:
        """Everything that requests need answers too, each named."""
        checks = {"database": _database(database), "storage": _storage(settings)}
        if dispatcher is not None:
            checks["dispatcher"] = "ok" if dispatcher.pid else "it is being started"
        well = all(state == "ok" for state in checks.values())
        content: dict[str, object] = {"status": "ok" if well else "unavailable", "checks": checks}
        return Response(content, status_code=HTTP_200_OK if well else HTTP_503_SERVICE_UNAVAILABLE)

    return Litestar(route_handlers=[live, ready], openapi_config=None, on_shutdown=[database.close])


def _database(database: Database) -> str:
    try:
        with database.transaction() as session:
            session.connection().execute(text("SELECT 1"))
    except JobStoreError as error:
        return str(error)
    return "ok"


def _storage(settings: Settings) -> str:
    try:
        open_store(settings.storage).check()
    except StoreError as error:
        return str(error)
    return "ok"
