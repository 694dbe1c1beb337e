"""How a text format spells nested values: brackets, keys, separators, line breaks, nulls, and its exceptions.

A style says nothing of how the text is made: that is nested_text's, for every style the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from generator.kernels import text

NULL = b"null"


@dataclass(frozen=True, slots=True)
class Correction:
    """Values that the kernels' spelling is wrong for: how to find out whether a column has some, and their cells.

    ``needed`` is asked of every column of every batch, so it is cheap; it may say yes where nothing is to be done.
    ``corrected`` gets the values and the cells that the kernels make of them, and gives the cells that are right. Bytes
    never depend on ``needed``: cells that are right already come out as they went in.
    """

    needed: Callable[[pa.Array], bool]
    corrected: Callable[[pa.Array, pa.LargeStringArray], pa.LargeStringArray]


@dataclass(frozen=True, slots=True)
class Leaf:
    """How the values of a type that is not nested are written."""

    quoted: bool = False
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around and between the members of an object; ``before`` and ``after`` around each of them."""

    opening: bytes
    before: bytes
    between: bytes
    after: bytes
    closing: bytes


@dataclass(frozen=True, slots=True)
class Style:
    """How nested values look.

    ``key`` spells the name of a member, ``leaf`` says how values of a plain type are written (of a dictionary its
    values'), ``map_key`` the same of a map's keys. Each member and item stands on a line of its own behind ``indent``
    for each level, unless it is empty. Where members that are null are ``left_out``, objects do without them; a style
    without a ``null`` leaves out a list's items too.
    """

    key: Callable[[str], bytes]
    leaf: Callable[[pa.DataType], Leaf]
    escapes: Mapping[bytes, bytes]
    map_key: Callable[[pa.DataType], Leaf] = lambda _: Leaf(quoted=True)
    colon: bytes = b":"
    comma: bytes = b","
    indent: bytes = b""
    null: bytes = NULL
    left_out: bool = False
    nan: bytes = NULL
    infinity: bytes = NULL
    minus_infinity: bytes = NULL

    @property
    def leaves_out_odd_floats(self) -> bool:
        """Whether NaN and the infinities are left out: where nulls are, and they have no word but null."""
        return self.left_out and self.nan == self.null

    def line(self, depth: int) -> bytes:
        """What begins a line so many levels deep; nothing where all is one line."""
        return b"\n" + self.indent * depth if self.indent else b""

    def frame(self, depth: int) -> Frame:
        """Of an object that closes so many levels deep."""
        return Frame(b"{", self.line(depth + 1), self.comma, b"", self.line(depth) + b"}")

    def layout(self, columns: Sequence[text.TextColumn], suffix: bytes) -> text.TextLayout:
        """Rows of cells in this style."""
        return text.TextLayout(
            columns=tuple(columns),
            suffix=suffix,
            quote=b'"',
            escapes=self.escapes,
            nan=self.nan,
            infinity=self.infinity,
            minus_infinity=self.minus_infinity,
        )
