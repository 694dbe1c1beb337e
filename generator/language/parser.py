"""Reads a regular expression of the safe subset: what a finite set of strings can be described by, nothing more.

Literals, ``.``, escapes and classes (:mod:`generator.language.classes`), groups ``(...)`` and ``(?:...)``, ``|``,
``? {n} {n,m} {n,} * +`` and the anchors ``^`` at the start and ``$`` at the end. ``{n,}``, ``*`` and ``+``, which have
no upper bound of their own, end UNBOUNDED_EXTRA above their minimum. Everything else that some dialect knows is refused
by name and column. No expression is ever run against a text here, so nothing can backtrack.
"""

from __future__ import annotations

import re
from typing import Final

from generator.language.classes import Reader, escape, read_class
from generator.language.properties import PRINTABLE
from generator.language.syntax import (
    MAX_CHARACTERS,
    Chars,
    LanguageError,
    Node,
    alternation,
    repetition,
    sequence,
)

MAX_TEXT: Final = 256
"""The longest expression or pattern, in characters."""

MAX_DEPTH: Final = 20
"""How deep groups may be nested."""

UNBOUNDED_EXTRA: Final = 8
"""``*`` is up to 8 times, ``+`` up to 9, ``{n,}`` up to n + 8."""

_COUNT: Final = re.compile(r"\{([0-9]{1,6})(?:(,)([0-9]{1,6})?)?\}", re.ASCII)

_GROUPS: Final = (  # longest first
    ("(?<=", "a lookbehind"),
    ("(?<!", "a negative lookbehind"),
    ("(?P<", "a named group"),
    ("(?P=", "a named backreference"),
    ("(?P>", "a recursion"),
    ("(?=", "a lookahead"),
    ("(?!", "a negative lookahead"),
    ("(?<", "a named group"),
    ("(?'", "a named group"),
    ("(?#", "a comment"),
    ("(?>", "an atomic group"),
    ("(?|", "a branch reset group"),
    ("(?(", "a conditional"),
    ("(?&", "a recursion"),
    ("(?R", "a recursion"),
    ("(*", "a verb"),
)


def parse(text: str) -> Node:
    """The tree of an expression; LanguageError for anything outside the subset."""
    check_text(text)
    reader = Reader(text)
    reader.take("^")
    node = _alternatives(reader, 0)
    if not reader.done:
        raise LanguageError("a ')' that closes no group", reader.column, r"write \) for the character itself")
    return node


def check_text(text: str) -> None:
    """LanguageError for more than MAX_TEXT characters, or for one that no UTF-8 text can hold."""
    if len(text) > MAX_TEXT:
        raise LanguageError(
            f"{len(text)} characters are more than the {MAX_TEXT} that a pattern may have", MAX_TEXT + 1, "shorten it"
        )
    for column, character in enumerate(text, 1):
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise LanguageError(f"U+{ord(character):04X} is not a character that text can hold", column, "leave it out")


def _alternatives(reader: Reader, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise LanguageError(f"groups are nested more than {MAX_DEPTH} deep", reader.column, "flatten them")
    options = [_branch(reader, depth)]
    while reader.take("|"):
        options.append(_branch(reader, depth))
    return alternation(options)


def _branch(reader: Reader, depth: int) -> Node:
    items: list[Node] = []
    while not reader.done and reader.peek not in "|)":
        start = reader.column
        if reader.at_end("$"):
            break
        items.append(_quantified(reader, _atom(reader, depth), start))
    node = sequence(items)
    if node.max_length > MAX_CHARACTERS:
        raise _too_long(node.max_length, reader.column)
    return node


def _atom(reader: Reader, depth: int) -> Node:
    column = reader.column
    character = reader.next()
    match character:
        case "(":
            return _group(reader, depth, column)
        case "[":
            return Chars(read_class(reader, column))
        case ".":
            return Chars(PRINTABLE)
        case "\\":
            return Chars(escape(reader, column))
        case "^" | "$":
            place = "start" if character == "^" else "end"
            raise LanguageError(
                f"an anchor {character!r} that is not at the {place} of the expression",
                column,
                rf"strings are always matched whole: leave it out, or write \{character} for the character itself",
            )
        case "*" | "+" | "?":
            raise LanguageError(
                f"a {character!r} with nothing before it to repeat",
                column,
                rf"write \{character} for the character itself",
            )
        case "{":
            raise LanguageError(
                "a '{' with nothing before it to repeat, or without a count such as {2} or {2,5}",
                column,
                r"write \{ for the character itself",
            )
    return Chars(character)


def _group(reader: Reader, depth: int, column: int) -> Node:
    rest = reader.text[column - 1 :]
    for opening, name in _GROUPS:
        if rest.startswith(opening):
            raise LanguageError(f"{name} {opening!r} is not supported", column, "use plain groups (...) and (?:...)")
    if reader.take("?") and not reader.take(":"):
        raise LanguageError(
            f"flags or an unknown kind of group {rest[:3]!r} are not supported", column, "use plain groups (...)"
        )
    node = _alternatives(reader, depth + 1)
    if not reader.take(")"):
        raise LanguageError("a group '(' that is never closed", column, r"add ')', or write \( for the character")
    return node


def _quantified(reader: Reader, node: Node, start: int) -> Node:
    column = reader.column
    bounds = _bounds(reader)
    if bounds is None:
        return node
    minimum, maximum = bounds
    if minimum > maximum:
        raise LanguageError(f"a repetition from {minimum} down to {maximum}", column, "put the smaller count first")
    if not reader.done and reader.peek in "?+*{":
        kind = {"?": "a lazy repetition", "+": "a possessive repetition"}.get(reader.peek, "a repeated repetition")
        raise LanguageError(
            f"{kind} {reader.text[column - 1 : reader.column]!r} is not supported",
            reader.column,
            "leave it out, or put what is repeated in a group",
        )
    length = node.max_length * maximum
    if max(length, maximum) > MAX_CHARACTERS:
        raise _too_long(max(length, maximum), start)
    return repetition(node, minimum, maximum)


def _bounds(reader: Reader) -> tuple[int, int] | None:
    if reader.take("?"):
        return 0, 1
    if reader.take("*"):
        return 0, UNBOUNDED_EXTRA
    if reader.take("+"):
        return 1, 1 + UNBOUNDED_EXTRA
    found = _COUNT.match(reader.text, reader.column - 1)
    if found is None:
        return None
    reader.skip(len(found[0]))
    minimum = int(found[1])
    if found[2] is None:
        return minimum, minimum
    return minimum, minimum + UNBOUNDED_EXTRA if found[3] is None else int(found[3])


def _too_long(length: int, column: int) -> LanguageError:
    return LanguageError(
        f"strings of up to {length} characters are longer than the {MAX_CHARACTERS} that a cell may have",
        column,
        "lower the repetition counts",
    )
