"""Bringing documents in from the page: a folder by its path, or files handed over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from index.errors import ReadError
from ingest.report import Report
from views import parts, shelf

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

UPLOADS = "uploads"


def files(library: Path) -> None:
    """Two ways in, and what came of the last one."""
    with st.expander("Bring in documents", expanded=parts.generation(library) is None):
        folder = st.text_input("A folder on this machine", key="folder", placeholder="The path of a folder or file")
        if st.button("Bring in the folder", disabled=not folder.strip()):
            take(library, [parts.local(folder)])
        handed = st.file_uploader(
            "Or hand files over; copies of them stay in the library", suffixes(), True, key="files"
        )
        if st.button("Bring in the files", disabled=not handed):
            take(library, [keep(library, handed)])
    report = st.session_state.get("report")
    if isinstance(report, Report) and report.library == str(library):
        told(report)


def suffixes() -> list[str]:
    from ingest.readers import READERS

    return [suffix.removeprefix(".") for suffix in READERS]


def keep(library: Path, handed: Sequence[UploadedFile]) -> Path:
    """Write uploaded files into the library's own folder, which is a root like any other; a name that is there is
    replaced. Raises ReadError."""
    folder = library / UPLOADS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in handed:
            (folder / name_of(one.name)).write_bytes(one.getvalue())
    except OSError as error:
        raise ReadError(f"The files cannot be kept in {folder} ({error.strerror or error}).") from error
    return folder


def name_of(given: str) -> str:
    """The last part of a name, without what could lead elsewhere or hide it."""
    name = "".join("_" if one in '<>:"|?*' or not one.isprintable() else one for one in given)
    return name.replace("\\", "/").rsplit("/", 1)[-1].lstrip(". ") or "unnamed.txt"


def take(library: Path, paths: Sequence[Path]) -> None:
    """Ingest with a progress bar, then show the page anew."""
    from ingest.pipeline import ingest

    bar = st.progress(0.0)

    def progress(what: str, done: int, total: int) -> None:
        # the bar's text is markup: what comes from file names stays out of it
        bar.progress(done / total if total else 0.0, f"{done / total:.0%}" if total else "Working")

    with parts.errors_shown():
        st.session_state["report"] = ingest(paths, library, progress=progress)
        st.rerun()


def told(report: Report) -> None:
    """The last ingest in a line, and the files that need a look."""
    counts = ", ".join(f"{count:,} {status}" for status, count in report.documents.items() if count)
    st.html(
        f'<p class="sw-lead" role="status">Last ingest: {counts or "nothing to read"}; '
        f"{report.passages:,} passages in {report.seconds:.1f} s.</p>"
    )
    shelf.table([one for one in report.files if one.reason or one.warnings])
