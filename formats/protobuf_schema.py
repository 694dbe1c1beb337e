"""The .proto file of a table: messages and fields as Protocol Buffers' language has them (proto3 specification)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

TIMESTAMP, DURATION = "google.protobuf.Timestamp", "google.protobuf.Duration"
IMPORTS = {TIMESTAMP: "google/protobuf/timestamp.proto", DURATION: "google/protobuf/duration.proto"}
RESERVED = range(19_000, 20_000)
"""Field numbers that are kept for Protocol Buffers itself."""
MOST_NUMBER = 2**29 - 1


@dataclass(frozen=True, slots=True)
class ProtoField:
    """A field; ``kind`` is its label and type as they are written, ``json_name`` its name in JSON."""

    name: str
    kind: str
    number: int
    json_name: str


@dataclass(slots=True)
class Message:
    """A message, and those that stand inside it."""

    name: str
    fields: list[ProtoField] = field(default_factory=list)
    inner: list[Message] = field(default_factory=list)

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Its text in lines."""
        pad = "  " * depth
        yield f"{pad}message {self.name} {{"
        for message in self.inner:
            yield from message.lines(depth + 1)
            yield ""
        for each in self.fields:
            yield f"{pad}  {each.kind} {each.name} = {each.number}{_named(each)};"
        yield f"{pad}}}"

    def kinds(self) -> Iterator[str]:
        """The kinds of all fields in it."""
        yield from (each.kind for each in self.fields)
        for message in self.inner:
            yield from message.kinds()


def proto_file(message: Message, package: str) -> bytes:
    """The file with this message alone, in UTF-8."""
    lines = ['syntax = "proto3";', ""]
    if package:
        lines += [f"package {package};", ""]
    kinds = " ".join(message.kinds())
    imports = [f'import "{path}";' for name, path in sorted(IMPORTS.items()) if name in kinds]
    lines += [*imports, ""] if imports else []
    return "\n".join([*lines, *message.lines(), ""]).encode()


def field_numbers(count: int) -> Sequence[int]:
    """The numbers of the first ``count`` fields of a message: from 1 on, without those that are reserved."""
    return [at if at < RESERVED.start else at + len(RESERVED) for at in range(1, count + 1)]


def usual_json_name(name: str) -> str:
    """The name that a field has in JSON if it states none: without underscores, what followed them in capitals."""
    made, capital = [], False
    for letter in name:
        if letter != "_":
            made.append(letter.upper() if capital and "a" <= letter <= "z" else letter)
        capital = letter == "_"
    return "".join(made)


def entry_name(name: str) -> str:
    """What the language calls the entries of a map, which are messages too."""
    return "".join(word[0].upper() + word[1:] for word in name.split("_") if word) + "Entry"


def _named(field: ProtoField) -> str:
    """What says the name in JSON, where it is not the usual one and may be said: a name in brackets may not."""
    name = field.json_name
    if name == usual_json_name(field.name) or (name.startswith("[") and name.endswith("]")) or "\0" in name:
        return ""
    return f" [json_name = {_quoted(name)}]"


def _quoted(text: str) -> str:
    """A string literal; characters beyond ASCII stand for themselves."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character >= " " and character != "\x7f" else f"\\{ord(character):03o}"
