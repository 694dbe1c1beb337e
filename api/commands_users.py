"""``seedbed user``: adding users, the first admin among them, their passwords and roles. Thin, and lazy in imports.

Whoever may run these commands on the service's database is trusted; each change is in the audit log.
"""

from __future__ import annotations

import getpass
import json as json_text
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands_opened import AsJson, opened, settings_of_the_environment
from cluster.failures import guarded

if TYPE_CHECKING:
    from api.accounts.service import Accounts, Origin

user = typer.Typer(no_args_is_help=True, help="The service's users: add, change, list.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking for it.")
]


@user.command()
@guarded
def add(
    name: Name,
    admin: Annotated[bool, typer.Option("--admin", help="May add users and see everybody's figures.")] = False,
    password_stdin: FromInput = False,
    json: AsJson = False,
) -> None:
    """Add a user; the first admin of a service is added so."""
    accounts, origin = _accounts()
    made = accounts.add(name, _password(password_stdin), origin, "admin" if admin else "user")
    _told({"id": made.id, "name": made.name, "role": made.role}, f"{made.name} was added ({made.role})", json)


@user.command()
@guarded
def password(name: Name, password_stdin: FromInput = False) -> None:
    """Give a user another password; all of the user's sessions end, keys stay."""
    accounts, origin = _accounts()
    accounts.set_password(name, _password(password_stdin), origin)
    print(f"the password of {name} was changed; all sessions have ended")


@user.command()
@guarded
def change(
    name: Name,
    admin: Annotated[bool | None, typer.Option("--admin/--no-admin", help="Whether the user is an admin.")] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--no-active", help="Whether the user may do anything.")
    ] = None,
) -> None:
    """Make a user an admin or not, or shut a user out and let it in again."""
    if admin is None and active is None:
        raise typer.BadParameter("say what to change: --admin, --no-admin, --active or --no-active")
    accounts, origin = _accounts()
    accounts.change(name, origin, role=None if admin is None else ("admin" if admin else "user"), active=active)
    print(f"{name} was changed")


@user.command("list")
@guarded
def list_users(json: AsJson = False) -> None:
    """List the users."""
    found = [
        {
            "id": each.id,
            "name": each.name,
            "role": each.role,
            "active": each.active,
            "log_in": each.password is not None,
        }
        for each in opened().requests.users()
    ]
    lines = [
        f"{each['name']:30} {each['role']:6} {'' if each['active'] else 'shut out '}"
        f"{'' if each['log_in'] else 'without a password'}".rstrip()
        for each in found
    ]
    _told({"users": found}, "\n".join(lines) or "there are no users; add one with: seedbed user add NAME --admin", json)


def _accounts() -> tuple[Accounts, Origin]:
    from api.accounts.service import Accounts, Origin
    from api.accounts.tokens import Tokens
    from api.database.engine import Database

    settings = settings_of_the_environment()
    database = Database(settings.database)
    database.upgrade()
    who = f"{getpass.getuser()} at the command line"
    return Accounts(database, settings, Tokens(b"")), Origin(address=who[:45])


def _password(from_input: bool) -> str:
    if from_input or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise typer.BadParameter("the two are not the same")
    return first


def _told(found: object, text: str, as_json: bool) -> None:
    print(json_text.dumps(found, ensure_ascii=False) if as_json else text)
