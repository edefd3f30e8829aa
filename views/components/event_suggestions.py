"""Sources that tell of one event, offered as pairs worth a look; looked for while the page is used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future, wait
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

import index
from index import Address, Library, LibraryError
from index.compare import MAX_EVENT_SOURCES, Event
from views.components import layout

PATIENCE = 0.1
"""Seconds that the page waits for what is made beside it, before it shows the rest."""
LOOK_AGAIN = 2
"""Seconds between two looks for it (a guess)."""


def suggestions(folder: Library, known: Mapping[str, str]) -> None:
    """Pairs worth a look: sources that tell of one event. They are looked for while the page is used."""
    if len(known) > MAX_EVENT_SOURCES:
        return
    events = grouped(folder, layout.generation(folder) or "")
    wait([events], PATIENCE)
    fragment = st.fragment(partial(offer, events), run_every=None if events.done() else LOOK_AGAIN)
    fragment()


def offer(events: Future[tuple[Event, ...]]) -> None:
    """The events, or that they are being looked for: then this runs again by itself, and at last the page."""
    if not events.done():
        st.session_state["awaits_events"] = True
        st.html('<p class="sw-lead" role="status">Looking for sources that tell of one event…</p>')
        return
    if st.session_state.pop("awaits_events", False):
        st.rerun()
    rows = ""
    with layout.errors_shown():
        rows = "".join(map(event_html, events.result()[:6]))
    if rows:
        st.html(f'<h2 class="sw-head">Sources that seem to tell of one event</h2><ul class="sw-events">{rows}</ul>')


def event_html(event: Event) -> str:
    first, second = event.sources[:2]
    words = f"{escape(layout.title(first))} · {escape(layout.title(second))}"
    more = f" and {len(event.sources) - 2} more" if len(event.sources) > 2 else ""
    own = f" ({event.copies})" if event.copies else ""
    params = {"view": "two", "a": first.id, "b": second.id}
    return f"<li>{layout.link('compare', params, words)}{more}{own}</li>"


@st.cache_resource(show_spinner=False, max_entries=4)
def grouped(folder: Library, generation: str) -> Future[tuple[Event, ...]]:
    """Begun once for all visitors: in a library of a thousand sources it takes long."""
    events = Future[tuple[Event, ...]]()
    threading.Thread(target=find, args=(folder, events), daemon=True).start()
    return events


def find(folder: Library, events: Future[tuple[Event, ...]]) -> None:
    try:
        events.set_result(found_beside(folder))
    except BaseException as error:  # noqa: BLE001 - whoever waits for them gets it
        events.set_exception(error)


_MODESTLY = """
import os, runpy
if hasattr(os, "nice"):
    os.nice(19)
runpy.run_module("index", run_name="__main__", alter_sys=True)
"""
"""The command line of the library, in a process that takes only the time that nothing else wants."""


def found_beside(folder: Library) -> tuple[Event, ...]:
    """The events, looked for in a process of its own: threads of one process share its interpreter, so that the page
    would wait. Raises LibraryError."""
    # An address may have a password, which no list of processes is to show.
    library = folder.url if isinstance(folder, Address) else str(folder.absolute())
    command = [sys.executable, "-c", _MODESTLY, "compare", "--events", "--json"]
    found = subprocess.run(  # noqa: S603 - this interpreter, and our own package
        command,
        capture_output=True,
        check=False,
        cwd=Path(index.__path__[0]).parent,
        env=os.environ | {"OMP_NUM_THREADS": "1", "SOURCEWISE_LIBRARY": library},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    if found.returncode:
        raise LibraryError(found.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    known = {source.id: source for source, _, _ in layout.opened(folder).store.documents.sources()}
    listed = json.loads(found.stdout)["events"]
    members = (tuple(known[about["id"]] for about in event["sources"] if about["id"] in known) for event in listed)
    events = (Event(sources, event["independent"]) for sources, event in zip(members, listed, strict=True))
    return tuple(event for event in events if len(event.sources) > 1)
