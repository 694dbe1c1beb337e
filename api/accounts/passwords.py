"""Passwords: argon2id (RFC 9106), a few at once, and as long for an unknown name as for a known one."""

from __future__ import annotations

import secrets
import threading
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from generator import SeedbedError

LEAST, MOST = 8, 256
"""Characters of a password."""
_AT_ONCE = 2
"""Hashes worked out at the same time: each takes 64 MiB and tens of milliseconds of a processor."""
_COMMON = {"password", "12345678", "123456789", "1234567890", "qwertyui", "qwerty123", "password1", "11111111"}


class PasswordError(SeedbedError, ValueError):
    """A password that is not taken, and why."""


class Passwords:
    """One for all threads of a process."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._room = threading.Semaphore(_AT_ONCE)

    def hash(self, password: str, name: str) -> str:
        """The hash to be stored (PHC string). PasswordError if the password is too short, too long or too easy."""
        if not LEAST <= len(password) <= MOST:
            raise PasswordError(f"a password has from {LEAST} to {MOST} characters")
        if password.casefold() in {name.casefold(), *_COMMON} or len(set(password)) < 3:
            raise PasswordError("this password is among the first that are tried; choose another one")
        with self._room:
            return self._hasher.hash(password)

    def is_right(self, password: str, stored: str | None) -> bool:
        """Whether a password is the one of a stored hash; without a hash it takes as long, and is wrong."""
        with self._room:
            try:
                found = self._hasher.verify(stored or self._nobodys, password[: MOST + 1])
            except (VerificationError, InvalidHashError):
                return False
        return found and stored is not None

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_hex())
