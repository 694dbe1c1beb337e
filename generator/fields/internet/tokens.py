"""Tokens that look like JSON Web Tokens."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.cells import Cells
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.words import chosen

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_SIGNATURE: Final = 43
"""Characters of 256 bits."""
_AT_ONCE: Final = 10
"""Characters that 64 bits decide."""
_FROM, _SECONDS = 1_577_836_800, 189_302_400
"""Issued in the years 2020 to 2025."""


def _encoded(octets: bytes) -> bytes:
    """base64url (RFC 4648) without padding."""
    return urlsafe_b64encode(octets).rstrip(b"=")


_HEADER: Final = _encoded(b'{"alg":"HS256","typ":"JWT"}') + b"."
_SUBJECT, _ISSUED = _encoded(b'{"sub": "'), _encoded(b'","iat": ')
"""Multiples of three octets, so that every three digits behind them are four characters of their own."""
_THREE: Final = pa.array([_encoded(f"{number:03d}".encode()).decode() for number in range(1000)], pa.string())
_LAST: Final = pa.array([_encoded(f"{number}}}".encode()).decode() for number in range(10)], pa.string())


def _threes(numbers: npt.NDArray[np.int64], groups: int) -> list[Any]:
    """The last ``groups`` times three digits of numbers, encoded."""
    places = [10 ** (3 * place) for place in range(groups - 1, -1, -1)]
    return [chosen((numbers // place % 1000).astype(np.int32), _THREE) for place in places]


@field_type("jwt_like", "jwt", "bearer_token")
class JwtLike(TextField):
    """A text in the form of a JSON Web Token (RFC 7519): header and claims can be read, the signature signs nothing."""

    def prepare(self, column: Column) -> None:
        if self.max_length is not None:
            raise column.wrong("max_length", "a token that is cut is none", "drop max_length")

    def generate(self, cells: Cells) -> pa.Array:
        subject = _threes(cells.below(10**12, draw="subject"), 4)
        issued, last = np.divmod(cells.below(_SECONDS, start=_FROM, draw="issued"), 10)
        end = chosen(last.astype(np.int32), _LAST)
        claims = [_SUBJECT, *subject, _ISSUED, *_threes(issued, 3), end]
        return kernels.concat([_HEADER, *claims, b".", self._signature(cells)], len(cells))

    def _signature(self, cells: Cells) -> pa.Array:
        starts = range(0, _SIGNATURE, _AT_ONCE)
        places = [list(range(start, min(start + _AT_ONCE, _SIGNATURE))) for start in starts]
        groups = [(cells.bits(f"signature {at[0]}"), at, [_ALPHABET] * len(at)) for at in places]
        return kernels.pattern(b"." * _SIGNATURE, groups)

    def text_width(self, column: Column) -> int:
        return 136
