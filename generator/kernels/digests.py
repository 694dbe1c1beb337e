"""What both implementations of the digest kernel share: which digests there are, and what they demand.

Digests are named as in ``hashlib``. MD5 is R. Rivest's (RFC 1321, 1992), SHA-1 and SHA-2 are those of FIPS 180-4,
BLAKE2b is RFC 7693's (2015), without a key.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from generator.kernels import checks
from generator.kernels.library import KernelError

Bytes = npt.NDArray[np.uint8]

SIZES: Final = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64, "blake2b": 64}
"""The bytes of each digest; BLAKE2b has any number from 1 on."""


def size_of(algorithm: str, size: int | None) -> int:
    """The bytes of a digest; KernelError where there is none of that name or size."""
    most = SIZES.get(algorithm)
    if most is None:
        raise KernelError(f"there is no digest {algorithm!r} (digests are {', '.join(SIZES)})")
    least = 1 if algorithm == "blake2b" else most
    return most if size is None else checks.integer(f"the size of {algorithm}", size, least, most)


def check_lines(lines: Any) -> None:
    """A contiguous matrix of bytes, with fewer than 2**31 of them."""
    if not isinstance(lines, np.ndarray) or lines.ndim != 2 or lines.dtype != np.uint8 or not lines.flags.c_contiguous:
        raise KernelError("lines must be a contiguous two-dimensional numpy array of uint8")
    checks.text_size(lines.size)
