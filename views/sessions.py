"""Who somebody is who asks the page's server: whom a cookie that it signed, or the team's proxy, names."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.datastructures import Headers
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from index import people
from views.team import Team, with_role

MAX_GROUPS = 1_000  # of one person that are looked at (a guess)


@dataclass(frozen=True, slots=True)
class Session:
    """``person``: None for somebody who has signed in and has no role. ``until``: seconds since 1970. ``key``: what
    tells this session from others."""

    name: str
    person: people.Person | None
    until: float
    key: str


def session_of(team: Team, headers: Headers, cookies: Mapping[str, str], peer: str) -> Session | None:
    """Who asks; None for a stranger."""
    if team.proxy:
        return _by_proxy(team, headers, peer)
    return _by_cookie(team, cookies)


def _by_proxy(team: Team, headers: Headers, peer: str) -> Session | None:
    """Whom the proxy names, where the proxy itself asks, and names one."""
    proxy = team.proxy
    if proxy is None or peer != proxy.address:
        return None
    names = headers.getlist(proxy.header)
    if len(names) != 1 or not names[0].strip():
        return None
    groups = (
        [group.strip() for line in headers.getlist(proxy.groups) for group in line.split(",")] if proxy.groups else []
    )
    name = names[0].strip()
    return Session(name, with_role(team, name, name, groups), time.time() + team.session_seconds, "")


def _by_cookie(team: Team, cookies: Mapping[str, str]) -> Session | None:
    """Whom a cookie names that this server signed, no longer ago than a session lasts and not in the future."""
    signed: dict[str, float] = {}

    def unsigned(name: str) -> bytes | None:
        try:
            value, when = URLSafeTimedSerializer(team.secret, salt=name).loads(
                cookies[name], max_age=int(team.session_seconds), return_timestamp=True
            )
        except (KeyError, BadData, UnicodeError):
            return None
        signed[cookies[name]] = when.timestamp()
        return str(value).encode()

    try:
        claims = json.loads(get_cookie_with_chunks(unsigned, USER_COOKIE_NAME) or b"null")
    except ValueError:
        return None
    if not isinstance(claims, dict) or claims.get("is_logged_in") is not True or claims.get("origin") != team.origin:
        return None
    key = hashlib.sha256(" ".join(signed).encode("utf-8", "replace")).hexdigest()
    return _claimed(team, claims, min(signed.values()) + team.session_seconds, key)


def _claimed(team: Team, claims: Mapping[str, Any], until: float, key: str) -> Session:
    """An address counts only where the issuer says that it is the person's, or says nothing of it and is known to
    give verified ones alone; a group counts as it is. Without such an address somebody has the name that the issuer
    knows, which is told from an address."""
    email = claims.get("email") if claims.get("email_verified", team.issuer_verifies_email) is True else None
    groups = claims.get("groups")
    listed = [str(group) for group in groups[:MAX_GROUPS]] if isinstance(groups, list) else []
    subject = claims.get("sub")
    name = str(email or (f"subject {subject}" if subject else ""))
    return Session(name, with_role(team, name, str(email or ""), listed) if name else None, until, key)


def address_of(team: Team | None, headers: Headers, peer: str) -> str:
    """The address that a request comes from: of who asks the named proxy, where that one asks."""
    forwarded = headers.getlist("x-forwarded-for")
    if team is None or not team.proxy_address or peer != team.proxy_address or not forwarded:
        return peer
    return forwarded[-1].split(",")[-1].strip()[:64]


def person_here() -> people.Person | None:
    """Who looks at the page in this thread of a script; None outside of one. The gate has let their window in."""
    team = _served.get("team")
    if team is None:
        return None
    headers, cookies = st.context.headers, st.context.cookies
    raw = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name in headers for value in headers.get_all(name)
    ]
    session = session_of(team, Headers(raw=raw), cookies, team.proxy.address if team.proxy else "")
    return session.person if session else None


_served: dict[str, Team] = {}


def served_team() -> Team | None:
    """The team that this process serves."""
    return _served.get("team")


def signs_out() -> bool:
    """Whether people sign in, and so out, here; not where a proxy says who they are."""
    return "team" in _served and _served["team"].proxy is None


def serve(team: Team) -> None:
    """From now on this process acts for people of a team alone."""
    _served["team"] = team
    people.identify_by(person_here)
