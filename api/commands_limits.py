"""``seedbed jobs limits``: who the users of the queue are, what each may have, and how heavily each counts. Thin."""

from __future__ import annotations

import json as json_text
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands_opened import AsJson, opened
from cluster.cli_values import count_of
from cluster.failures import guarded

if TYPE_CHECKING:
    from api.database.models import User
    from api.settings import Settings

_OF_SETTINGS = {
    "runs": "user_runs",
    "actors": "user_actors",
    "job_rows": "job_rows",
    "job_bytes": "job_bytes",
    "day_rows": "day_rows",
    "day_bytes": "day_bytes",
    "retention_days": "retention_days",
}
"""Limits of a user, and the settings that hold where a user has none of his own."""


@guarded
def limits(
    user: Annotated[
        str | None, typer.Argument(metavar="[USER]", help="Show or change one user; else show all.")
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Enter USER, who is new.")] = False,
    weight: Annotated[float | None, typer.Option("--weight", help="Share of the actors beside other users'.")] = None,
    runs: Annotated[str | None, typer.Option("--runs", metavar="N", help="Runs under way at once.")] = None,
    actors: Annotated[str | None, typer.Option("--actors", metavar="N", help="Generator actors at once.")] = None,
    job_rows: Annotated[str | None, typer.Option("--job-rows", metavar="N", help="Rows of one job: 10M.")] = None,
    job_bytes: Annotated[str | None, typer.Option("--job-bytes", metavar="N", help="Stored bytes of one job.")] = None,
    day_rows: Annotated[str | None, typer.Option("--day-rows", metavar="N", help="Rows in 24 hours.")] = None,
    day_bytes: Annotated[str | None, typer.Option("--day-bytes", metavar="N", help="Bytes in 24 hours.")] = None,
    retention_days: Annotated[str | None, typer.Option("--retention-days", metavar="N", help="Data sets' age.")] = None,
    json: AsJson = False,
) -> None:
    """Show the users and their limits, or change them: a number, none for no limit, default for that of the settings.

    They hold for jobs that are entered, and runs that are begun, from now on.
    """
    given = {
        "runs": runs,
        "actors": actors,
        "job_rows": job_rows,
        "job_bytes": job_bytes,
        "day_rows": day_rows,
        "day_bytes": day_bytes,
        "retention_days": retention_days,
    }
    changes: dict[str, Any] = {name: _limit(name, text) for name, text in given.items() if text is not None}
    if weight is not None:
        if not 0 < weight <= 1e6:
            raise typer.BadParameter(
                "a weight is more than 0, up to a million; 2 is twice the share", param_hint="--weight"
            )
        changes["weight"] = weight
    if user is None and (add or changes):
        raise typer.BadParameter("name the USER whose limits these are")
    settings, _, requests = opened()
    if user is None:
        found = requests.users()
    elif add:
        found = [requests.add_user(user, **changes)]
    else:
        known = requests.user_named(user)
        if known is None:
            raise typer.BadParameter(f"there is no user {user!r}; --add enters one")
        found = [requests.set_limits(known.id, **changes) if changes else known]
    shown = [_view(each, settings) for each in found]
    if json:
        print(json_text.dumps(shown if user is None else shown[0], indent=1))
        return
    for each in shown:
        print(f"{each['name']}: weight {each['weight']:g}")
        for name, limit in each["limits"].items():
            value = "none" if limit is None else f"{limit:,}"
            print(f"  {name:14}  {value:>18}{'' if name in each['own'] else '  of the settings'}")


def _limit(name: str, text: str) -> float | None:
    """What is stored for a limit that was given: None is the default, a negative number no limit."""
    option = f"--{name.replace('_', '-')}"
    if text in {"none", "default"}:
        return -1 if text == "none" else None
    try:
        found: float = float(text) if name == "retention_days" else count_of(text)
    except (typer.BadParameter, ValueError):
        found = 0
    if not 0 < found < (2**31 if name in {"runs", "actors", "retention_days"} else 2**63):
        raise typer.BadParameter(f"{text!r} is no limit; write 1000, 10M, none or default", param_hint=option)
    return found


def _view(user: User, settings: Settings) -> dict[str, Any]:
    """The limits that hold, and the names of those that are the user's own."""
    held = {}
    for name, setting in _OF_SETTINGS.items():
        own = getattr(user, name)
        limit = getattr(settings, setting) if own is None else own
        held[name] = None if limit is None or limit < 0 else limit
    own = [name for name in held if getattr(user, name) is not None]
    return {"id": user.id, "name": user.name, "weight": user.weight, "limits": held, "own": own}
