"""Texts with placeholders, ``{name}`` or ``{name:escape}``, taken apart; ``{{`` and ``}}`` are braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from formats.escapes import ESCAPES, Escape
from formats.format import FormatError
from generator import nearest

PIECE = re.compile(r"(?P<brace>\{\{|\}\})|\{(?P<name>[^{}]+)\}|(?P<text>[^{}]+)")
ALL = "*"
"""The placeholder of all columns."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What stands between two braces."""

    text: str

    def parts(self) -> Iterator[tuple[str, str]]:
        """The ways to read it, as a name and the name of an escape: a name may have a colon of its own."""
        yield self.text, ""
        name, colon, escape = self.text.rpartition(":")
        if colon:
            yield name, escape

    def among(self, names: list[str], place: str) -> tuple[str, Escape]:
        """Which of these names is meant, and its escape. FormatError if none is, or there is no such escape."""
        for name, escape in self.parts():
            if name not in names:
                continue
            if escape not in ESCAPES:
                meant = nearest(escape, [*filter(None, ESCAPES)])
                raise FormatError(f"{place}: unknown escape {escape!r} in {{{self.text}}} ({meant})")
            return name, ESCAPES[escape]
        *_, (name, _) = self.parts()
        raise FormatError(f"{place}: there is no {{{self.text}}} ({nearest(name, names)})")


Piece = str | Placeholder


def pieces_of(text: str) -> list[Piece]:
    """The literal texts and the placeholders of ``text``, in order. ValueError for braces without a partner."""
    pieces: list[Piece] = []
    at = 0
    while at < len(text):
        found = PIECE.match(text, at)
        if found is None:
            raise ValueError(
                f"a brace without its partner at character {at} of {text!r}: a placeholder is {{name}}, a brace {{{{ "
                "or }}"
            )
        if found["name"]:
            pieces.append(Placeholder(found["name"]))
        else:
            pieces.append(found["brace"][0] if found["brace"] else found["text"])
        at = found.end()
    return pieces
