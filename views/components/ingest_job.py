"""An ingest that runs beside the page: it goes on when the page is left, and can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from index import Library, SourcewiseError, people
from ingest.report import Report


@dataclass
class IngestJob:
    """One ingest. ``done`` and ``total`` count bytes; a total of 0 is not known. ``person``: for whom, in a team."""

    library: Library
    person: people.Person | None = None
    what: str = ""
    done: int = 0
    total: int = 0
    report: Report | None = None
    problem: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self, paths: Sequence[Path]) -> None:
        from ingest.sync.pipeline import ingest

        self.problem = "The ingest broke off. What it had stored is kept; the server's log says more."
        try:
            with people.acting_as(self.person):
                self.report = ingest(paths, self.library, progress=self.progress, cancelled=self.stopped.is_set)
            self.problem = ""
        except SourcewiseError as error:
            self.problem = str(error)
        finally:
            self.ended.set()

    def progress(self, what: str, done: int, total: int) -> None:
        self.what, self.done, self.total = what, done, total


@st.cache_resource(show_spinner=False)
def _jobs() -> dict[Library, IngestJob]:
    """The last job of each library, for all visitors of this server."""
    return {}


def last(library: Library) -> IngestJob | None:
    return _jobs().get(library)


def start(library: Library, paths: Sequence[Path]) -> None:
    """Begin an ingest, for a keeper. While one runs here it stays the only one, and the page goes on showing it."""
    person = people.require(people.Role.KEEPER)
    under_way = last(library)
    if under_way is not None and not under_way.ended.is_set():
        return
    job = _jobs()[library] = IngestJob(library, person)
    threading.Thread(target=job.run, args=(paths,), name="ingest").start()
