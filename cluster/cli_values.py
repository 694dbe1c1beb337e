"""What is written on a command line, as the values that it means; a mistake names the option."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import typer


def document_of(path: str, seed: str | None) -> Any:
    """The document in a file, or on standard input, with another seed where one is given."""
    from cluster.errors import OrderError
    from generator import parse_document

    try:
        text = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise OrderError(f"cannot read the schema {path}: {error.strerror or error}") from None
    document = parse_document(text)
    return document if seed is None else {**document, "seed": seed}


def formats_of(text: str, options: list[str] | None) -> Any:
    """``--format``: names with commas between, a JSON object or a list of them; ``--option KEY=VALUE`` for them."""
    from cluster.outputs import with_options

    wanted: Any = text
    if text.lstrip()[:1] in {"{", "["}:
        try:
            wanted = json.loads(text)
        except ValueError as error:
            kind = "object" if text.lstrip().startswith("{") else "list"
            raise typer.BadParameter(f"{text!r} is no JSON {kind}: {error}", param_hint="--format") from None
    if not options:
        return wanted
    found = with_options(wanted, options)
    return found[0] if len(found) == 1 else found


_SUFFIXES = {"k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9, "t": 10**12}


def rows_of(values: list[str] | None) -> int | dict[str, int] | None:
    """``--rows 1000`` for the only table, or ``--rows orders=1M`` once a table."""
    if not values:
        return None
    if len(values) == 1 and "=" not in values[0]:
        return count_of(values[0])
    counts = {}
    for value in values:
        table, equals, count = value.rpartition("=")
        if not equals:
            raise typer.BadParameter(f"{value!r}: with several tables, write TABLE=N", param_hint="--rows")
        counts[table] = count_of(count)
    return counts


def count_of(text: str) -> int:
    """A number such as 1000, 1_000, 10k or 5M."""
    digits = text.replace("_", "").replace(",", "").lower()
    scale = _SUFFIXES.get(digits[-1:], 1)
    digits = digits[:-1] if scale > 1 else digits
    if not digits.isascii() or not digits.isdigit():
        raise typer.BadParameter(f"{text!r} is no number of rows; write 1000, 1_000, 10k or 5M", param_hint="--rows")
    return int(digits) * scale
