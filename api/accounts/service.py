"""The rules of accounts: entering users, logging in and out, keys, and whose a token or key is.

Every change is in the audit log, in the same transaction. Passwords are worked on outside of transactions.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from api.accounts.passwords import Passwords
from api.accounts.principal import ADMIN, READ, SCOPES, WRITE, Principal
from api.accounts.tokens import Tokens
from api.database.account_models import ApiKey, AuditEntry, LoginSession
from api.database.columns import table_of
from api.database.engine import Database
from api.database.models import User, new_id, now
from api.jobs.views import ConflictError, NotFoundError
from api.settings import Settings
from generator import SeedbedError

U: Any = User
S: Any = LoginSession
K: Any = ApiKey
_USERS, _SESSIONS, _KEYS_KEPT = table_of(User), table_of(LoginSession), table_of(ApiKey)
_ABOUT = (_USERS.c.id, _USERS.c.name, _USERS.c.role)
_OF_SESSION = (
    select(*_ABOUT)
    .select_from(_USERS.join(_SESSIONS, _SESSIONS.c.user_id == _USERS.c.id))
    .where(_SESSIONS.c.id == bindparam("session"), _USERS.c.id == bindparam("user"), _SESSIONS.c.revoked_at.is_(None))
    .where(_SESSIONS.c.expires_at > bindparam("moment"), _USERS.c.active)
)
_OF_KEY = (
    select(*_ABOUT, *(_KEYS_KEPT.c[name] for name in ("digest", "scopes", "expires_at", "revoked_at")))
    .select_from(_USERS.join(_KEYS_KEPT, _KEYS_KEPT.c.user_id == _USERS.c.id))
    .where(_KEYS_KEPT.c.id == bindparam("key"), _USERS.c.active)
)
KEY = re.compile(r"sb_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")
"""A key as its user has it: which one, and its secret."""
NAME = re.compile(r"[\w.@+-]{1,190}")
_KEYS = 100
"""Keys that one user has at most."""


class UserNameError(SeedbedError, ValueError):
    """A user's name that is not taken."""


class LogInError(SeedbedError):
    """The name or the password is wrong; which of them is not said."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, for the audit log."""

    actor_id: str = ""
    address: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class LogIn:
    """``expires``: seconds since 1970."""

    token: str
    expires: int
    principal: Principal


class Accounts:
    """One for all threads. ``clock``: milliseconds since 1970."""

    def __init__(self, database: Database, settings: Settings, tokens: Tokens, clock: Callable[[], int] = now) -> None:
        self._database, self._settings, self._tokens, self._clock = database, settings, tokens, clock
        self._passwords = Passwords()

    def add(
        self, name: str, password: str | None, origin: Origin, role: str = "user", user_id: str | None = None
    ) -> User:
        """A new user; without a password nobody can log in as it. ConflictError if the name is taken.

        ``user_id``: a new identifier; whoever has it already is the user that was asked for.
        """
        if not NAME.fullmatch(name):
            raise UserNameError("a user's name has 1 to 190 letters, digits and . _ @ + -")
        hashed = None if password is None else self._passwords.hash(password, name)

        def work(session: Session) -> User:
            if user_id is not None and (made := session.get(User, user_id)) is not None:
                return made
            if session.execute(select(U.id).where(U.name == name)).first() is not None:
                raise ConflictError(f"there is a user {name!r} already")
            user = User(id=user_id or new_id(), name=name, password=hashed, role=role, created_at=self._clock())
            session.add(user)
            self._note(session, "user added", user.id, origin, role=role)
            return user

        return self._database.run(work)

    def set_password(self, name: str, password: str, origin: Origin) -> None:
        """Another password; every session of the user ends, keys stay."""
        hashed = self._passwords.hash(password, name)

        def work(session: Session) -> None:
            user = self._named(session, name)
            user.password = hashed
            self._end_sessions(session, user.id)
            self._note(session, "password set", user.id, origin)

        self._database.run(work)

    def change(self, name: str, origin: Origin, *, role: str | None = None, active: bool | None = None) -> None:
        """Another role, or whether the user may do anything at all."""

        def work(session: Session) -> None:
            user = self._named(session, name)
            user.role = role or user.role
            user.active = user.active if active is None else active
            if not user.active:
                self._end_sessions(session, user.id)
            self._note(session, "user changed", user.id, origin, role=user.role, active=user.active)

        self._database.run(work)

    def log_in(self, name: str, password: str, origin: Origin) -> LogIn:
        """LogInError if name or password is wrong, or the user is not active."""
        query = select(User).where(U.name == name)
        user = self._database.read(lambda session: session.execute(query).scalars().first())
        right = self._passwords.is_right(password, None if user is None else user.password)
        if user is None or not right or not user.active:
            self._database.run(
                lambda session: self._note(session, "log-in refused", "" if user is None else user.id, origin)
            )
            raise LogInError("the user name or the password is wrong")
        moment = self._clock()
        ends = moment + int(self._settings.session_seconds * 1000)
        found = LoginSession(id=new_id(), user_id=user.id, created_at=moment, expires_at=ends)

        def work(session: Session) -> None:
            session.add(found)
            session.connection().execute(delete(LoginSession).where(S.user_id == user.id, S.expires_at < moment))
            self._note(session, "logged in", user.id, origin)

        self._database.run(work)
        token = self._tokens.sign(user.id, found.id, moment // 1000, ends // 1000)
        return LogIn(token, ends // 1000, _principal(user, session_id=found.id))

    def log_out(self, principal: Principal, origin: Origin) -> None:
        """Revokes the session; again is harmless."""

        def work(session: Session) -> None:
            this = [S.id == principal.session_id, S.revoked_at.is_(None)]
            if (
                session.connection()
                .execute(update(LoginSession).where(*this).values(revoked_at=self._clock()))
                .rowcount
            ):
                self._note(session, "logged out", principal.user_id, origin)

        self._database.run(work)

    def whose(self, secret: str) -> Principal | None:
        """Who has this token or key; None if nobody has it, or it is over or revoked."""
        if (key := KEY.fullmatch(secret)) is not None:
            return self._of_key(key[1], key[2])
        claims = self._tokens.read(secret)
        if claims is None:
            return None
        wanted = {"session": claims.session_id, "user": claims.user_id, "moment": self._clock()}
        found = self._database.rows(_OF_SESSION, **wanted)
        return _principal(found[0], session_id=claims.session_id) if found else None

    def _of_key(self, name: str, secret: str) -> Principal | None:
        found = self._database.rows(_OF_KEY, key=name)
        if not found or not hmac.compare_digest(found[0].digest, _digest(secret)):
            return None
        key = found[0]
        if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= self._clock()):
            return None
        return _principal(key, key_id=name, scopes=tuple(key.scopes.split()))

    # Keys

    def add_key(
        self,
        principal: Principal,
        origin: Origin,
        *,
        name: str = "",
        scopes: Iterable[str] = (READ, WRITE),
        expires_at: int | None = None,
        key_id: str | None = None,
    ) -> tuple[ApiKey, str]:
        """(the key, its secret as a whole, which is never seen again). ConflictError if there are too many.

        ``key_id``: a new identifier; a key of the user that has it already gets another secret.
        """
        wanted = tuple(scope for scope in SCOPES if scope in set(scopes))
        if not all(principal.may(scope) for scope in wanted):
            raise ConflictError("a key cannot be given more than its user may do")
        secret = secrets.token_urlsafe(32)

        def work(session: Session) -> ApiKey:
            session.get(User, principal.user_id, with_for_update=True)
            if key_id is not None and (made := session.get(ApiKey, key_id)) is not None:
                made.digest = _digest(secret)
                return made
            if len(self._keys(session, principal.user_id)) >= _KEYS:
                raise ConflictError(f"there are {_KEYS} keys already; revoke one first")
            key = ApiKey(
                id=key_id or new_id(),
                user_id=principal.user_id,
                name=name,
                digest=_digest(secret),
                scopes=" ".join(wanted),
                created_at=self._clock(),
                expires_at=expires_at,
            )
            session.add(key)
            self._note(session, "key added", principal.user_id, origin, key=key.id, scopes=key.scopes)
            return key

        key = self._database.run(work)
        return key, f"sb_{key.id}_{secret}"

    def keys(self, user_id: str) -> list[ApiKey]:
        """A user's keys that are not revoked, the newest first."""
        return self._database.read(lambda session: self._keys(session, user_id))

    def revoke_key(self, principal: Principal, key_id: str, origin: Origin) -> None:
        """NotFoundError if the user has no such key, or has revoked it."""

        def work(session: Session) -> None:
            this = [K.id == key_id, K.user_id == principal.user_id, K.revoked_at.is_(None)]
            if not session.connection().execute(update(ApiKey).where(*this).values(revoked_at=self._clock())).rowcount:
                raise NotFoundError(f"there is no key {key_id}")
            self._note(session, "key revoked", principal.user_id, origin, key=key_id)

        self._database.run(work)

    def _keys(self, session: Session, user_id: str) -> list[ApiKey]:
        query = select(ApiKey).where(K.user_id == user_id, K.revoked_at.is_(None))
        return list(session.execute(query.order_by(K.created_at.desc(), K.id)).scalars())

    # What the above is made of

    def _named(self, session: Session, name: str) -> User:
        user: User | None = session.execute(select(User).where(U.name == name).with_for_update()).scalars().first()
        if user is None:
            raise NotFoundError(f"there is no user {name!r}")
        return user

    def _end_sessions(self, session: Session, user_id: str) -> None:
        open_ones = update(LoginSession).where(S.user_id == user_id, S.revoked_at.is_(None))
        session.connection().execute(open_ones.values(revoked_at=self._clock()))

    def _note(self, session: Session, action: str, user_id: str, origin: Origin, **detail: Any) -> None:
        session.add(
            AuditEntry(
                at=self._clock(),
                action=action,
                user_id=user_id,
                actor_id=origin.actor_id,
                address=origin.address[:45],
                request_id=origin.request_id[:64],
                detail=json.dumps(detail) if detail else None,
            )
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _principal(user: Any, session_id: str = "", key_id: str = "", scopes: tuple[str, ...] | None = None) -> Principal:
    everything = (READ, WRITE, ADMIN) if user.role == "admin" else (READ, WRITE)
    return Principal(user.id, user.name, user.role, session_id, key_id, everything if scopes is None else scopes)
