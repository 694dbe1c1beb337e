"""Session tokens: JWTs (RFC 7519) signed with HMAC-SHA-256, of which the database keeps only the identifier.

The secret is the setting, or, on one machine, a file under the home folder that is made when it is first needed.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import jwt

from api.settings import Settings, SettingsError

ISSUER = AUDIENCE = "seedbed"
LEAST_SECRET = 32
"""Bytes of a secret, as many as the signature has."""
_ALGORITHM = "HS256"
_CLAIMS = ["exp", "iat", "iss", "aud", "sub", "jti"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: whose it is, which log-in, until when (seconds since 1970)."""

    user_id: str
    session_id: str
    expires: int


class Tokens:
    """Signs tokens and reads them."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, user_id: str, session_id: str, moment: int, expires: int) -> str:
        """A token; ``moment`` and ``expires`` in seconds since 1970."""
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": user_id, "jti": session_id, "iat": moment, "exp": expires}
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def read(self, token: str) -> Claims | None:
        """What a token says; None if it is none of ours, or is over."""
        try:
            found = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": _CLAIMS},
                leeway=5,
            )
        except jwt.InvalidTokenError:
            return None
        return Claims(str(found["sub"]), str(found["jti"]), int(found["exp"]))


def secret_of(settings: Settings) -> bytes:
    """The secret that signs tokens. SettingsError where several processes need one and none is given."""
    given = settings.secret.get_secret_value().encode()
    if given:
        if len(given) < LEAST_SECRET:
            raise SettingsError(
                f"SEEDBED_SECRET is shorter than {LEAST_SECRET} bytes: make one with: openssl rand -hex 32"
            )
        return given
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise SettingsError(
            "SEEDBED_SECRET signs the tokens of users, and all processes of one service need the same: "
            "make one with: openssl rand -hex 32"
        )
    return _kept(settings.root / "secret")


def _kept(path: Path) -> bytes:
    """The secret in a file that only its owner can read; whoever is first makes it, as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        new = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
        descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(LEAST_SECRET))
        try:
            os.link(new, path)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    found = path.read_bytes().strip()
    if len(found) < LEAST_SECRET:
        raise SettingsError(f"{path} holds no secret of {LEAST_SECRET} bytes; remove it, and a new one is made")
    return found
