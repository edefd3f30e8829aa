"""Who acts: a person of a team with a role, a program with a token, or whoever runs a command at this machine.

What is not allowed is refused where it would be stored, whatever a page shows or hides.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from index.errors import RoleError


class Role(IntEnum):
    """What somebody may do. Each may do what those before it may."""

    READER = 1
    """Search, check, compare."""
    EDITOR = 2
    """Pin, mark, note, edit metadata, keep drafts and searches."""
    KEEPER = 3
    """Ingest, remove, make and revoke tokens."""

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Person:
    """``name``: an e-mail address, a token's name, the account of this machine."""

    name: str
    role: Role


_given: ContextVar[Person | None] = ContextVar("person", default=None)


@cache
def _at_this_machine() -> Person:
    """Whoever runs a command here may change the library's files, so nothing is kept from them."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        name = "account of this machine"
    return Person(name, Role.KEEPER)


_usual: Callable[[], Person | None] = _at_this_machine


def identify_by(whose: Callable[[], Person | None] | None) -> None:
    """From now on ``whose`` says, in each thread that does not act for somebody, who acts; None from it is nobody, who
    may do nothing. None in its place: whoever runs this process."""
    global _usual
    _usual = whose or _at_this_machine


def in_team() -> bool:
    """Whether this process serves people who have signed in."""
    return _usual is not _at_this_machine


@contextmanager
def acting_as(person: Person | None) -> Iterator[None]:
    """The block is done for a person. None leaves it as it is."""
    token = _given.set(person or _given.get())
    try:
        yield
    finally:
        _given.reset(token)


def acting() -> Person | None:
    """Who acts in this thread; None for nobody known."""
    return _given.get() or _usual()


def may(role: Role) -> bool:
    person = acting()
    return person is not None and person.role >= role


def require(role: Role) -> Person:
    """Who acts, if the role suffices. Raises RoleError."""
    person = acting()
    if person is None:
        raise RoleError("Nobody is signed in here any more: nothing was changed. Load the page again and sign in.")
    if person.role < role:
        raise RoleError(
            f"{person.name} is {person.role.word} here, and this takes {role.word}: nothing was changed. "
            "Who may do what stands in team.toml of the server."
        )
    return person
