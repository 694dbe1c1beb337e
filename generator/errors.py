"""What can be wrong with a user's document, said once and for all layers.

A :class:`Mistake` names the place (a JSON path), the problem and the remedy; a :class:`SchemaError` carries every
mistake of a document at once. Nothing here knows where a document came from or how an answer is shown.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong: ``path`` is a JSON path such as ``$.tables.orders.fields.id.min``."""

    path: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.path}: {self.problem}{remedy}"


class SeedbedError(Exception):
    """Anything Seedbed refuses or fails at for a reason a user can act on; its text is one clear message."""


class SchemaError(SeedbedError, ValueError):
    """A document that cannot become a plan, with every mistake in it. ``mistakes`` is never empty."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))

    @classmethod
    def at(cls, path: str, problem: str, remedy: str = "") -> SchemaError:
        """An error of a single mistake."""
        return cls([Mistake(path, problem, remedy)])


def nearest(name: str, known: Iterable[str]) -> str:
    """The remedy text for an unknown name: the closest known one, or the first few: of a list in its own order."""
    names: Sequence[str] = known if isinstance(known, list) else sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    shown = ", ".join(names[:12])
    return f"known: {shown}{', ...' if len(names) > 12 else ''}" if names else ""


def json_path(loc: Sequence[int | str]) -> str:
    """A JSON path (RFC 9535) such as ``$.tables.orders.fields.id`` from its parts."""
    path = "$"
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", part):
            path += f".{part}"
        else:
            path += "['" + part.replace("\\", "\\\\").replace("'", "\\'") + "']"
    return path
