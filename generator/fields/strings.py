"""Characters drawn one by one: random strings of an alphabet, and emoji."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field as Option

from generator.column import Column
from generator.field import field_type
from generator.fields.bounds import Bounds, check_bounds
from generator.fields.text import OfLanguage, alphabet_of
from generator.language import ALPHABETS, Language, LanguageError, strings


@field_type(
    "string",
    "random_string",
    "pystr",
    "varchar",
    presets={
        "random_letter": {"length": 1, "alphabet": "letters"},
        "random_lowercase_letter": {"length": 1, "alphabet": "lower"},
        "random_uppercase_letter": {"length": 1, "alphabet": "upper"},
        "dna_sequence": {"length": 10, "alphabet": "ACGT"},
        "rna_sequence": {"length": 10, "alphabet": "ACGU"},
        "random_letters": {"length": 16, "alphabet": "letters"},
    },
)
class String(OfLanguage):
    """Random characters of an alphabet; every length of the range is as likely as any other.

    Domain where it is unique: all of them, or 2**62 about, told apart by the leading characters.
    """

    length: Bounds = Option(default=(8, 16), description="characters: n or [min, max]")
    alphabet: str = Option(
        default="alnum",
        min_length=1,
        max_length=4096,
        description=f"the characters, or one of {', '.join(ALPHABETS)}",
    )

    examples = (
        {},
        {"length": [10, 40], "alphabet": "hex"},
        {"length": 5, "alphabet": "\u00e4\u00f6\u00fc\u20ac\U0001f600", "unique": True},
    )

    def language(self, column: Column) -> Language:
        low, high = self.length
        if self.room is not None:
            high = min(high, self.room)
            if high < low <= self.length[1]:
                problem = f"only {self.room} of {low} characters fit"
                raise column.wrong("max_length", problem, "raise it, or lower length")
        check_bounds(column, "length", (low, high), 0, 4096)
        try:
            return strings(alphabet_of(column, "alphabet", self.alphabet), low, high)
        except LanguageError as error:
            raise column.wrong("alphabet", error.problem, error.remedy) from None

    def text_width(self, column: Column) -> int:
        return sum(self.length) // 2


Kind = Literal[
    "any", "faces", "gestures", "people", "animals", "plants", "food", "sport", "places", "transport", "signs"
]

_KINDS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "faces": ((0x1F600, 0x1F644), (0x1F910, 0x1F917), (0x1F920, 0x1F925), (0x1F927, 0x1F92F), (0x1F970, 0x1F971)),
    "gestures": ((0x1F446, 0x1F450), (0x1F64C, 0x1F64C), (0x1F64F, 0x1F64F), (0x1F918, 0x1F91B), (0x1F91D, 0x1F91E)),
    "people": ((0x1F466, 0x1F478), (0x1F481, 0x1F483), (0x1F645, 0x1F647), (0x1F64B, 0x1F64B), (0x1F9D0, 0x1F9D6)),
    "animals": ((0x1F400, 0x1F43E), (0x1F980, 0x1F997)),
    "plants": ((0x1F331, 0x1F335), (0x1F337, 0x1F343), (0x1F490, 0x1F490)),
    "food": ((0x1F345, 0x1F37C), (0x1F950, 0x1F96B), (0x1F9C0, 0x1F9C0)),
    "sport": ((0x1F3BD, 0x1F3C4), (0x1F3C6, 0x1F3CA), (0x1F3CF, 0x1F3D3), (0x1F947, 0x1F94B)),
    "places": ((0x1F3E0, 0x1F3F0), (0x1F5FB, 0x1F5FF)),
    "transport": ((0x1F680, 0x1F6A4), (0x1F6B2, 0x1F6B2), (0x1F6F4, 0x1F6F8)),
    "signs": ((0x1F493, 0x1F4AF), (0x1F500, 0x1F53D), (0x1F550, 0x1F567)),
}
"""Code points that show as an emoji by themselves (Emoji_Presentation, UTS #51), none newer than Unicode 11 (2018)."""


def emoji(kind: Kind) -> str:
    """The emoji of a kind, each one code point."""
    kinds = list(_KINDS) if kind == "any" else [kind]
    found = (chr(point) for name in kinds for low, high in _KINDS[name] for point in range(low, high + 1))
    return "".join(dict.fromkeys(found))


@field_type("emoji")
class Emoji(OfLanguage):
    """Emoji of one code point each (UTS #51), ``count`` of them, of any kind or of one."""

    count: Bounds = Option(default=(1, 1), description="n or [min, max]")
    kind: Kind = Option(default="any", description="which emoji")

    examples = ({}, {"count": [1, 3], "kind": "food"}, {"kind": "animals", "count": 2, "unique": True})

    def language(self, column: Column) -> Language:
        check_bounds(column, "count", self.count, 1, 100)
        return strings(emoji(self.kind), *self.count)
