"""Who looks at the page of a team, and what their role leaves them."""

from __future__ import annotations

from html import escape

import streamlit as st

from index import people
from views.sessions import signs_out
from views.sign_in_pages import LOGOUT


def in_team() -> bool:
    return people.in_team()


def show() -> None:
    """In the sidebar: who is signed in, and the way out. Nothing where the page is for one person."""
    person = people.acting() if people.in_team() else None
    if person is not None:
        way_out = f' · <a target="_self" href="{LOGOUT}">Sign out</a>' if signs_out() else ""
        st.sidebar.html(f'<p class="sw-note" id="sw-person">{escape(person.name)} · {person.role.word}{way_out}</p>')


def may_edit() -> bool:
    """Pin, mark, note, edit, keep. What is not allowed is refused where it is stored, too."""
    return people.may(people.Role.EDITOR)


def may_keep() -> bool:
    """Ingest and remove."""
    return people.may(people.Role.KEEPER)
