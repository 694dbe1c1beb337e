"""What the commands of the queue have in common: the queue that the settings name, opened, and whose jobs are meant."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from api.jobs.requests import JobRequests
    from api.jobs.service import JobService
    from api.settings import Settings

UserName = Annotated[str | None, typer.Option("--user", "-u", help="Whose jobs; default: who you are logged in as.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output instead of text.")]


def settings_of_the_environment() -> Settings:
    """The settings. SettingsError for wrong ones; variables that are misspelt are told on standard error."""
    from api.settings import misspelt, read_settings

    for warning in misspelt(os.environ):
        print(f"seedbed: {warning}", file=sys.stderr)
    return read_settings()


class Queue(NamedTuple):
    """The queue as the commands use it."""

    settings: Settings
    service: JobService
    requests: JobRequests


def opened() -> Queue:
    """The queue, with its tables brought to this version."""
    from api.database.engine import Database
    from api.jobs.requests import JobRequests
    from api.jobs.service import JobService

    settings = settings_of_the_environment()
    database = Database(settings.database)
    database.upgrade()
    return Queue(settings, JobService(database, settings), JobRequests(database, settings))


def user_of(requests: JobRequests, name: str | None) -> str:
    """The id of a user; one that is logged in to this machine is entered when first seen."""
    found = requests.user_named(name or getpass.getuser())
    if found is not None:
        return found.id
    if name is not None:
        from api.jobs.requests import NotFoundError

        raise NotFoundError(f"there is no user {name!r}; enter one with: seedbed jobs limits {name} --add")
    return requests.add_user(getpass.getuser()).id
