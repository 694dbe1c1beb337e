"""Where a field stands: in a table, or inside another field of it."""

from __future__ import annotations

from dataclasses import dataclass

from generator.field import Nested


@dataclass(frozen=True)
class Place:
    """The place of one field.

    ``name`` is dotted from its table on; ``options`` is the way to it in the table's part of the document. ``scopes``
    are the dotted names of the fields around it whose members it may read as they are called, the innermost first.
    ``repeated`` is the innermost field, it or one around it, that has many cells a row; "" where there is none.
    ``repeats`` is how many such there are.
    """

    name: str
    options: tuple[str | int, ...]
    scopes: tuple[str, ...] = ()
    repeated: str = ""
    depth: int = 1
    repeats: int = 0

    @classmethod
    def of_table(cls, name: str) -> Place:
        """The place of a field of the table itself."""
        return cls(name, ("fields", name))

    def inside(self, nested: Nested) -> Place:
        """The place of a field inside the one that stands here."""
        name = f"{self.name}.{nested.name}"
        return Place(
            name,
            (*self.options, *nested.option),
            (self.name, *self.scopes) if nested.named else self.scopes,
            name if nested.repeated else self.repeated,
            self.depth + 1,
            self.repeats + nested.repeated,
        )

    def is_in(self, name: str) -> bool:
        """Whether it is the field of this dotted name or inside it."""
        return self.name == name or self.name.startswith(f"{name}.")

    @property
    def label(self) -> str:
        """Its name alone."""
        return self.name.rpartition(".")[2]
