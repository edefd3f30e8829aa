"""``python -m index token``: which programs may ask over HTTP."""

from __future__ import annotations

import argparse
from contextlib import closing

from index.disk import Library
from index.errors import QueryError
from index.output.printing import show, show_json
from index.programs import access
from index.storage.people import Role
from index.storage.store import Store


def run(options: argparse.Namespace, library: Library) -> int:
    """Exit code 0. Raises SourcewiseError."""
    action, name = options.action, options.name
    if (action in ("add", "revoke")) != (name is not None):
        raise QueryError("Use: token add NAME, token list, token revoke NAME, token forget")
    if action == "add":
        return _add(options, library)
    if action == "revoke":
        access.revoke_token(library, name)
    elif action == "forget":
        access.forget_tokens(library)
    return _list(options, library)


def _add(options: argparse.Namespace, library: Library) -> int:
    role = Role[options.role.upper()]
    token = access.add_token(library, options.name, role)
    if options.json:
        show_json({"name": options.name, "role": role.word, "token": token})
    else:
        show([token, "Keep it: it is shown this once. A program shows it in the header Authorization: Bearer TOKEN."])
    return 0


def _list(options: argparse.Namespace, library: Library) -> int:
    with closing(Store.open(library)) as store:
        tokens = access.read_tokens(store)
    if options.json:
        show_json([_row(token) for token in tokens])
    else:
        lines = [
            f"{token.name} ({token.role.word}): {'made' if token.digest else 'revoked'} {token.changed}"
            for token in tokens
        ]
        show(lines or ["There is no token: any program of this machine may ask."])
    return 0


def _row(token: access.AccessToken) -> dict[str, object]:
    return {
        "name": token.name,
        "role": token.role.word,
        "holds": bool(token.digest),
        "changed": token.changed,
    }
