"""Identifiers without meaning: random characters, and the number of the row."""

from __future__ import annotations

import string

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator import codes
from generator.cells import Cells
from generator.codes import HEX
from generator.column import Column
from generator.field import Field, field_type
from generator.fields.numbered import NumberedField
from generator.registers.numbering import Numbering, Numbers, letters

_ALPHABET = string.ascii_letters + string.digits
_BASE64 = string.ascii_uppercase + string.ascii_lowercase + string.digits
_MOST = 4096


@field_type("nanoid", "nano_id")
class NanoId(NumberedField):
    """A Nano ID: 21 random letters, digits, ``_`` and ``-``, or ``length`` of them."""

    length: int = Option(default=21, ge=1, le=_MOST, description="How many characters.")

    examples = ({}, {"length": 10, "unique": True})

    def numbering(self, column: Column) -> Numbering:
        return letters(_ALPHABET + "_-", self.length)


@field_type("hex", "hexadecimal", "hex_string", "token_hex")
class Hex(NumberedField):
    """Random hexadecimal digits in lower case."""

    length: int = Option(default=32, ge=1, le=_MOST, description="How many digits.")

    examples = ({}, {"length": 8, "unique": True})

    def numbering(self, column: Column) -> Numbering:
        return letters(HEX, self.length)


@field_type("base64", "base64_string")
class Base64(NumberedField):
    """Random bytes in base 64 (RFC 4648), padded with ``=`` to a multiple of four characters.

    ``url`` uses ``-`` and ``_`` for ``+`` and ``/``, as addresses of the web need it.
    """

    length: int = Option(default=24, ge=1, le=3072, description="How many bytes.")
    url: bool = Option(default=False, description="With - and _ in the place of + and /.")

    examples = ({}, {"length": 16, "url": True}, {"length": 5, "unique": True})

    def numbering(self, column: Column) -> Numbering:
        alphabet = _BASE64 + ("-_" if self.url else "+/")
        groups, rest = divmod(self.length, 3)
        if not rest:
            return letters(alphabet, 4 * groups)
        front, bits = letters(alphabet, 4 * groups), 8 * rest

        def spell(numbers: Numbers) -> codes.Matrix:
            *most, last = numbers
            # the bits of one or two bytes fill two or three characters, zeros behind them
            tail = codes.digits(last << (-bits % 6), rest + 1, 64)
            padding = codes.fixed("=" * (3 - rest), len(last), "=")
            padding += np.uint8(64)
            return codes.joined(*([front.spell(most)] if groups else []), tail, padding)

        return Numbering((*front.sizes, 1 << bits), spell, alphabet=alphabet + "=")


@field_type("api_key", "access_token", "secret_key", "token_urlsafe", "auth_token", "token")
class ApiKey(NumberedField):
    """A secret of an application: ``length`` random letters and digits, with a ``prefix`` such as ``sk_live_``."""

    length: int = Option(default=32, ge=1, le=_MOST, description="How many characters without the prefix.")

    examples = ({}, {"prefix": "sk_test_", "length": 24}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        return letters(_ALPHABET, self.length)


@field_type("row_number", "row_num", "rownum")
class RowNumber(Field):
    """The number of the row in its table, counted from 1."""

    always_unique = True

    @property
    def seeded(self) -> bool:
        return False

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        return pa.array((cells.rows + np.uint64(1)).astype(np.int64))
