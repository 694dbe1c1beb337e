"""What a .proto file says, as descriptors for Google's runtime: as much of the language as messages and fields need."""

from __future__ import annotations

import re
from typing import Any

from google.protobuf import descriptor_pool, duration_pb2, message_factory, timestamp_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\w.]+|[^\w\s]')
ESCAPE = re.compile(r"\\([0-7]{3}|.)")
PLAIN = {
    name: getattr(FieldDescriptorProto, f"TYPE_{name.upper()}")
    for name in ("bool", "int32", "int64", "uint32", "uint64", "float", "double", "string", "bytes")
}


def message_class(text: str) -> Any:
    """The class of the only message at the top of a file."""
    file = FileDescriptorProto(name="read.proto", syntax="proto3")
    tokens = _Tokens(TOKEN.findall(text))
    tokens.expect("syntax", "=", '"proto3"', ";")
    while (word := tokens.next()) != "message":
        value = tokens.next()
        tokens.expect(";")
        if word == "package":
            file.package = value
        else:
            assert word == "import"
            file.dependency.append(value.strip('"'))
    _message(tokens, file.message_type.add())
    assert tokens.is_empty
    pool = descriptor_pool.DescriptorPool()
    for known in (timestamp_pb2, duration_pb2):
        pool.AddSerializedFile(known.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    name = ".".join(filter(None, (file.package, file.message_type[0].name)))
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


class _Tokens:
    def __init__(self, tokens: list[str]) -> None:
        self._left = tokens[::-1]

    @property
    def is_empty(self) -> bool:
        return not self._left

    def next(self) -> str:
        return self._left.pop()

    def expect(self, *words: str) -> None:
        assert [self.next() for _ in words] == [*words]

    def has(self, word: str) -> bool:
        """Takes ``word`` if it is the next."""
        return self._left[-1] == word and bool(self.next())


def _message(tokens: _Tokens, made: DescriptorProto) -> None:
    made.name = tokens.next()
    tokens.expect("{")
    while not tokens.has("}"):
        if tokens.has("message"):
            _message(tokens, made.nested_type.add())
        else:
            _field(tokens, made)
    taken = {field.name for field in made.field}
    for at, field in enumerate(field for field in made.field if field.proto3_optional):
        name = f"_{field.name}"
        while name in taken:
            name = f"X{name}"
        taken.add(name)
        made.oneof_decl.add(name=name)
        field.oneof_index = at


def _field(tokens: _Tokens, message: DescriptorProto) -> None:
    made = message.field.add()
    word = tokens.next()
    entry = _entry(tokens, message) if word == "map" else None
    made.label = made.LABEL_OPTIONAL if word == "optional" else made.LABEL_REPEATED
    made.proto3_optional = word == "optional"
    if entry is None:
        assert word in {"optional", "repeated"}
        _type(made, tokens.next())
    made.name = tokens.next()
    tokens.expect("=")
    made.number = int(tokens.next())
    if tokens.has("["):
        tokens.expect("json_name", "=")
        made.json_name = _text(tokens.next())
        tokens.expect("]")
    tokens.expect(";")
    if entry is not None:
        entry.name = "".join(word[0].upper() + word[1:] for word in made.name.split("_") if word) + "Entry"
        _type(made, entry.name)


def _entry(tokens: _Tokens, message: DescriptorProto) -> DescriptorProto:
    """The message that stands for the entries of a map."""
    entry = message.nested_type.add()
    entry.options.map_entry = True
    tokens.expect("<")
    for number, name in enumerate(("key", "value"), 1):
        field = entry.field.add(name=name, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL)
        _type(field, tokens.next())
        tokens.expect("," if number == 1 else ">")
    return entry


def _type(field: FieldDescriptorProto, name: str) -> None:
    if name in PLAIN:
        field.type = PLAIN[name]
    else:
        field.type_name = name


def _text(literal: str) -> str:
    """A string literal's text."""
    return ESCAPE.sub(lambda found: chr(int(found[1], 8)) if len(found[1]) == 3 else found[1], literal[1:-1])
