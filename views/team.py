"""What a server for a team is told: a folder with ``secrets.toml``, for Streamlit's sign-in, and ``team.toml``.

``team.toml`` says who may do what, and is read again when it changes; all else is read once, at the start.
"""

from __future__ import annotations

import os
import stat
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index import Library, people
from views import TEAM_VARIABLE

CALLBACK = "/oauth2callback"
REQUESTS_PER_MINUTE = 600  # of a program that a person waits for, ten times over (a guess)
SESSION_HOURS = 12.0  # a working day (a guess); team.toml may give another
MAX_SESSION_HOURS = 24.0 * 30  # as long as Streamlit's own cookie
MIN_SECRET = 32  # characters of the secret that cookies are signed with: 128 bits in hexadecimal
_AUTH = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_GROUP = "group:"
_SETTINGS = {"listen", "behind", "session_hours", "requests_per_minute", "issuer_verifies_email", "roles", "proxy"}


class TeamError(Exception):
    """The folder cannot be used as it is. One line."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A reverse proxy that signs people in. ``address``: the only peer that is believed. ``header``: has the person's
    e-mail address; ``groups``: their groups, with commas; empty for none."""

    address: str
    header: str
    groups: str


@dataclass(frozen=True, slots=True)
class Team:
    """``origin``: the address of the page as a browser has it. ``listen``: where the server listens.
    ``requests_per_minute``: that the routes answer of one address, and of one token. ``issuer_verifies_email``: whether
    an address is the person's where the issuer does not say so. ``proxy``: None where people sign in through OIDC."""

    folder: Path
    origin: str
    listen: str
    session_seconds: float
    requests_per_minute: int
    issuer_verifies_email: bool
    secret: str = field(repr=False)
    proxy: Proxy | None
    proxy_address: str

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    @property
    def roles_file(self) -> Path:
        return self.folder / "team.toml"


def team_of_environment() -> Team | None:
    """The team that the server was started for; None without one. Ends the program with one line where it cannot be
    served."""
    folder = os.environ.get(TEAM_VARIABLE)
    if folder is None:
        return None
    from index import default_library

    try:
        return read_team(Path(folder), default_library())
    except TeamError as error:
        sys.exit(f"Sourcewise is not served: {error}")


def read_team(folder: Path, library: Library) -> Team:
    """Raises TeamError for what is missing, too open or too weak."""
    folder = folder.resolve()
    if isinstance(library, Path) and folder.is_relative_to(library.resolve()):
        raise TeamError(f"{folder} lies in the library, whose backups would hold its secrets. Move it out of there.")
    settings = _toml(folder / "team.toml")
    if unknown := settings.keys() - _SETTINGS:
        raise TeamError(f"{folder / 'team.toml'} has {', '.join(sorted(unknown))}, which is none of its settings.")
    _check_roles(settings)
    proxy = _proxy(settings)
    hours = settings.get("session_hours", SESSION_HOURS)
    if not isinstance(hours, int | float) or not 0 < hours <= MAX_SESSION_HOURS:
        raise TeamError(f"session_hours in {folder / 'team.toml'} is to be a number up to {MAX_SESSION_HOURS:g}.")
    rate = settings.get("requests_per_minute", REQUESTS_PER_MINUTE)
    if not isinstance(rate, int) or not rate > 0:
        raise TeamError(f"requests_per_minute in {folder / 'team.toml'} is to be a whole number from 1 on.")
    verifies = settings.get("issuer_verifies_email", False)
    if not isinstance(verifies, bool):
        raise TeamError(f"issuer_verifies_email in {folder / 'team.toml'} is to be true or false.")
    secret, origin = ("", settings["proxy"].get("origin", "")) if proxy else _auth(folder / "secrets.toml")
    behind = proxy.address if proxy else str(settings.get("behind", ""))
    listen = str(settings.get("listen", "127.0.0.1"))
    origin = _checked_origin(str(origin))
    return Team(folder, origin, listen, hours * 3600, rate, verifies, secret, proxy, _address(behind))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TeamError(f"{path} is missing. docs/team.md says what stands in it.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TeamError(f"{path} cannot be read ({' '.join(str(error).split())}).") from error


def _auth(path: Path) -> tuple[str, str]:
    """The secret of the cookies and the page's origin, from what Streamlit's sign-in needs."""
    auth = _toml(path).get("auth", {})
    if os.name == "posix" and path.stat().st_mode & stat.S_IRWXO:
        raise TeamError(f"Every account of this machine may read {path}. Run: chmod 600 {path}")
    if missing := [name for name in _AUTH if not (isinstance(auth.get(name), str) and auth[name])]:
        raise TeamError(f"[auth] in {path} lacks {', '.join(missing)}. docs/team.md has an example.")
    if len(auth["cookie_secret"]) < MIN_SECRET:
        raise TeamError(
            f"cookie_secret in {path} is to have {MIN_SECRET} characters or more. Run: openssl rand -hex 32"
        )
    origin, _, rest = auth["redirect_uri"].partition(CALLBACK)
    if rest or not auth["redirect_uri"].endswith(CALLBACK):
        raise TeamError(f"redirect_uri in {path} is to be the address of the page and {CALLBACK}.")
    _checked_origin(auth["server_metadata_url"], "server_metadata_url")
    return auth["cookie_secret"], origin


def _checked_origin(address: str, name: str = "The address of the page") -> str:
    """An address that only its owner answers: https, or this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")):
        return address
    raise TeamError(f"{name} is to begin with https://, not to be {address or 'empty'}. A proxy in front gives TLS.")


def _proxy(settings: Mapping[str, Any]) -> Proxy | None:
    if "proxy" not in settings:
        return None
    given = settings["proxy"]
    if not isinstance(given, Mapping) or not (given.get("header") and given.get("address")):
        raise TeamError("[proxy] in team.toml needs address, header and origin. docs/team.md has an example.")
    return Proxy(_address(str(given["address"])), str(given["header"]), str(given.get("groups", "")))


def _address(text: str) -> str:
    try:
        return str(ip_address(text)) if text else ""
    except ValueError:
        raise TeamError(f"{text} is no address of a proxy. Write it as 10.0.0.2.") from None


# who may do what ------------------------------------------------------------------------------------------------------


def _check_roles(settings: Mapping[str, Any]) -> dict[str, people.Role]:
    """The roles by who has them. Raises TeamError."""
    given = settings.get("roles", {})
    names = {role.word: role for role in people.Role}
    if not isinstance(given, Mapping) or given.keys() - names.keys():
        raise TeamError("[roles] in team.toml has lists named reader, editor and keeper, and no others.")
    roles: dict[str, people.Role] = {}
    for name, members in given.items():
        if not isinstance(members, list) or not all(
            isinstance(member, str) and _is_member(member) for member in members
        ):
            raise TeamError(f"{name} in team.toml is to be a list of e-mail addresses and “{_GROUP}NAME”.")
        for member in members:
            roles[member.casefold()] = max(names[name], roles.get(member.casefold(), people.Role.READER))
    return roles


def _is_member(text: str) -> bool:
    return text.startswith(_GROUP) or (text.count("@") == 1 and not text.startswith("@"))


def roles(team: Team) -> Mapping[str, people.Role]:
    """Who may do what as ``team.toml`` has it now; nobody may do anything while it cannot be read."""
    try:
        state = team.roles_file.stat()
    except OSError:
        return {}
    return _roles(team.roles_file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _roles(path: Path, changed: int, size: int) -> Mapping[str, people.Role]:
    try:
        return _check_roles(_toml(path))
    except TeamError as error:
        print(f"Nobody is let in: {error}", file=sys.stderr)  # noqa: T201
        return {}


def with_role(team: Team, name: str, email: str, groups: Iterable[str]) -> people.Person | None:
    """A person with the highest role that their address or a group of theirs has; None where none has one."""
    known = roles(team)
    ways = ["" if email.startswith(_GROUP) else email.casefold(), *(f"{_GROUP}{group}".casefold() for group in groups)]
    given = [known[way] for way in ways if way in known]
    return people.Person(name, max(given)) if given else None
