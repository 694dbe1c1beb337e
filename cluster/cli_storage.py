"""The command for stores, ``seedbed lifecycle``; cli.py has it join the others."""

from __future__ import annotations

from dataclasses import asdict
from json import dumps
from typing import Annotated

import typer

from cluster.failures import guarded


@guarded
def lifecycle(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="s3://bucket/prefix, or s3://bucket for all of it.")],
    days: Annotated[
        int | None, typer.Option("--days", min=1, help="Abort uploads below TARGET that are older than so many days.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output instead of text.")] = False,
) -> None:
    """Have an S3 bucket abort uploads that never ended, and show its rules for that; without --days only show them.

    Only the rule of an earlier call for the same TARGET is replaced; all others stay as they are.
    """
    from cluster.stores import open_store

    store = open_store(target)
    if days is not None:
        store.expire_uploads(days)
    rules = store.upload_rules()
    if json:
        typer.echo(dumps({"target": store.url, "rules": [asdict(rule) for rule in rules]}, ensure_ascii=False))
        return
    if not rules:
        typer.echo(f"no rule aborts unfinished uploads at {store.url}; make one with: --days 7")
    for rule in rules:
        where = f"below {rule.prefix}" if rule.prefix else "of the whole bucket"
        state = "" if rule.enabled else ", switched off"
        ours = f" (made for {store.url})" if rule.ours else ""
        typer.echo(f"{rule.name or 'a rule without a name'}: uploads {where}, after {rule.days} days{state}{ours}")
