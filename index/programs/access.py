"""Which programs may ask: those that show a token, of which the library keeps a name and a digest.

As long as no token was ever made, any program of this machine may ask. From the first one on only who shows one that is
not revoked, also when all are revoked.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from index.disk import Library
from index.errors import QueryError
from index.storage.people import Person, Role, require
from index.storage.store import Store
from index.storage.truth import Truth
from index.text.escaping import line

_KIND = "token"
_MAX_NAME = 80  # characters (a guess)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """``digest``: SHA-256 of the token, empty once it is revoked. ``changed``: ISO time, UTC, when it was made or
    revoked. ``role``: what who shows it may do."""

    name: str
    digest: str
    changed: str
    role: Role = Role.READER


def read_tokens(store: Truth) -> list[AccessToken]:
    """By name, the revoked ones too."""
    rows = store.kept.all(_KIND)
    return [_token(name, row.value, row.changed) for name, row in rows.items()]


def _token(name: str, value: str, changed: str) -> AccessToken:
    """``value``: the digest, and in front of it the role and a colon, unless it is that of a reader."""
    role, _, digest = value.rpartition(":")
    return AccessToken(name, digest, changed, Role[role.upper()] if role else Role.READER)


def add_token(library: Library, name: str, role: Role = Role.READER) -> str:
    """A new token; it is stored nowhere. For a keeper. Raises QueryError where another that holds has this name,
    LibraryError."""
    require(Role.KEEPER)
    name = line(name).strip()[:_MAX_NAME]
    if not name:
        raise QueryError("A token needs a name, such as that of the program that will show it.")
    token = secrets.token_urlsafe(32)
    with Store.written(library) as store:
        if (row := store.kept.get(_KIND, name)) and row.value:
            raise QueryError(f"There is a token “{name}” already. Revoke that one, or choose another name.")
        prefix = "" if role is Role.READER else f"{role.word}:"
        store.kept.set(_KIND, name, f"{prefix}{_digest(token)}", f"made, {role.word}")
    return token


def revoke_token(library: Library, name: str) -> None:
    """From the next request on it is refused. For a keeper. Raises QueryError where there is none of this name,
    LibraryError."""
    require(Role.KEEPER)
    with Store.written(library) as store:
        if not ((row := store.kept.get(_KIND, name)) and row.value):
            raise QueryError(f"There is no token “{line(name)}”. See them: python -m index token list")
        store.kept.set(_KIND, name, "", "revoked")


def forget_tokens(library: Library) -> None:
    """Any program of this machine may ask again. For a keeper. Raises LibraryError."""
    require(Role.KEEPER)
    with Store.written(library) as store:
        for name in store.kept.all(_KIND):
            store.kept.drop(_KIND, name)


def admits(store: Truth, authorization: str) -> bool:
    """Whether a request with this header, "" for none, may be answered. Raises DamageError."""
    tokens = read_tokens(store)
    return not tokens or shown_token(tokens, authorization) is not None


def shown_token(tokens: Iterable[AccessToken], authorization: str) -> Person | None:
    """Whom a header stands for; None where it shows no token that holds."""
    scheme, _, shown = authorization.partition(" ")
    digest = _digest(shown.strip()) if scheme.lower() == "bearer" else "none"
    for token in tokens:
        if token.digest and hmac.compare_digest(token.digest, digest):
            return Person(f"token {token.name}", token.role)
    return None


def _digest(token: str) -> str:
    """A token is 32 random bytes, which nobody finds from its digest; so nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
