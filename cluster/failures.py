"""How commands end: every failure is one clear message on standard error and an exit code, never a traceback."""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec

import typer

P = ParamSpec("P")


class Exit(IntEnum):
    """The exit codes of the command line."""

    DONE = 0
    FAILED = 1
    WRONG_INPUT = 2
    DIFFERENT = 3
    INTERRUPTED = 130


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """A command whose failures are told in one message. ``SEEDBED_TRACEBACK=1`` shows where they came from."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("json"))
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except (typer.Exit, typer.BadParameter, typer.Abort):
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has read enough
            raise typer.Exit(Exit.DONE) from None
        except KeyboardInterrupt:
            _say("interrupted; what is finished is kept, and the same command goes on from there", [], as_json)
            raise typer.Exit(Exit.INTERRUPTED) from None
        except Exception as error:
            if os.environ.get("SEEDBED_TRACEBACK"):
                raise
            raise typer.Exit(_tell(error, as_json)) from None

    return run


def _tell(error: Exception, as_json: bool) -> Exit:
    from generator import SchemaError, SeedbedError

    if isinstance(error, SchemaError):
        count = len(error.mistakes)
        ordered = all(re.match(r"\$\.(format|compression)\b", mistake.path) for mistake in error.mistakes)
        whose = "order" if ordered else "schema"
        _say(f"the {whose} has {count} mistake{'s' if count > 1 else ''}", list(error.mistakes), as_json)
        return Exit.WRONG_INPUT
    if isinstance(error, SeedbedError):
        _say(str(error), [], as_json)
        return Exit.WRONG_INPUT if isinstance(error, ValueError | KeyError | LookupError) else Exit.FAILED
    if isinstance(error, IndexError):
        _say(str(error), [], as_json)
        return Exit.WRONG_INPUT
    hint = "this is a mistake in Seedbed; please report it with what SEEDBED_TRACEBACK=1 shows"
    _say(f"{type(error).__name__}: {error} ({hint})", [], as_json)
    return Exit.FAILED


def _say(message: str, mistakes: list[object], as_json: bool) -> None:
    if as_json:
        found = [
            {
                "path": getattr(item, "path", ""),
                "problem": getattr(item, "problem", ""),
                "remedy": getattr(item, "remedy", ""),
            }
            for item in mistakes
        ]
        print(json.dumps({"error": {"message": message, "mistakes": found}}, ensure_ascii=False), file=sys.stderr)
        return
    print(f"seedbed: {message}{':' if mistakes else ''}", file=sys.stderr)
    for mistake in mistakes:
        print(f"  {mistake}", file=sys.stderr)
