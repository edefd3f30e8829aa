"""Bringing documents in: from a folder or by upload, the progress of the ingest, and its report."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from index import Library, ReadError, people
from ingest.report import FileReport, Report
from views.components import folder_dialog, ingest_job, layout, signed_in

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

UPLOADS = "uploads"
MOST_MOVES = 10
"""Moved files that are named (a guess)."""
MOST_REMARKS = 50
"""Lines of what needs a look; the table of all files has all."""


def files(library: Library) -> None:
    """For a keeper: the ways to bring documents in, then the progress of a running ingest or the report of the last.
    In a team the folders of the server are not the person's."""
    if not signed_in.may_keep():
        return
    under_way = ingest_job.last(library)
    running = under_way is not None and not under_way.ended.is_set()
    if isinstance(library, Path) or not signed_in.in_team():
        with st.expander("Bring in documents", expanded=layout.generation(library) is None and not running):
            if not signed_in.in_team():
                from_folder(library, running)
            if isinstance(library, Path):  # a database server has no folder for them
                from_uploads(library, running)
    if under_way is None:
        return
    if running:
        show_progress(under_way)
    elif under_way.problem:
        layout.problem(under_way.problem)
    elif under_way.report is not None:
        summarize(under_way.report)


def from_folder(library: Library, running: bool) -> None:
    dialog = folder_dialog.command()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        folder = st.text_input("A folder on this machine", key="folder", placeholder="The path of a folder or file")
        if dialog:
            st.button("Choose…", on_click=choose, args=(dialog,), disabled=running)
    if st.button("Bring in the folder", disabled=running or not folder.strip()):
        take(library, [layout.local(folder)])


def from_uploads(library: Path, running: bool) -> None:
    handed = st.file_uploader("Or hand files over; copies of them stay in the library", suffixes(), True, key="files")
    if st.button("Bring in the files", disabled=running or not handed):
        take(library, [keep(library, handed)])


def choose(dialog: list[str]) -> None:
    """Put the folder that the person chooses into the field."""
    chosen = folder_dialog.choose(dialog)
    if chosen:
        st.session_state["folder"] = chosen


def suffixes() -> list[str]:
    from ingest.readers import READERS

    return [suffix.removeprefix(".") for suffix in READERS]


def keep(library: Path, handed: Sequence[UploadedFile]) -> Path:
    """Write uploaded files into the library's own folder, which is a root like any other; a name that is there is
    replaced. For a keeper. Raises ReadError."""
    people.require(people.Role.KEEPER)
    folder = library / UPLOADS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for upload in handed:
            (folder / name_of(upload.name)).write_bytes(upload.getvalue())
    except OSError as error:
        raise ReadError(f"The files cannot be kept in {folder} ({error.strerror or error}).") from error
    return folder


def name_of(given: str) -> str:
    """The last part of a name, without what could lead elsewhere or hide it."""
    name = "".join("_" if character in '<>:"|?*' or not character.isprintable() else character for character in given)
    return name.replace("\\", "/").rsplit("/", 1)[-1].lstrip(". ") or "unnamed.txt"


def take(library: Library, paths: Sequence[Path]) -> None:
    ingest_job.start(library, paths)
    st.rerun()


@st.fragment(run_every=0.5)
def show_progress(under_way: ingest_job.IngestJob) -> None:
    """Looks again twice a second, and lets the whole page run when the ingest is done."""
    if under_way.ended.is_set():
        st.rerun()
    share = under_way.done / under_way.total if under_way.total else 0.0
    stopping = under_way.stopped.is_set()
    # the bar's own text is markup: what comes from file names is not put there
    st.progress(min(share, 1.0), "Stopping" if stopping else f"{share:.0%}" if under_way.total else "Working")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<p class="sw-lead" role="status">{escape(under_way.what)}</p>', width="stretch")
        st.button("Stop", on_click=under_way.stopped.set, disabled=stopping, help="What is read so far is kept.")


def summarize(report: Report) -> None:
    """The last ingest in a line, the files that need a look, and all files."""
    counts = ", ".join(f"{count:,} {status}" for status, count in report.documents.items() if count)
    stopped = " It was stopped: the next one goes on from there." if report.cancelled else ""
    st.html(
        f'<p class="sw-lead" role="status">Last ingest: {counts or "nothing to read"}; '
        f"{report.passages:,} passages in {report.seconds:.1f} s.{stopped}</p>"
    )
    moved = [f"{escape(file.location)} (was {escape(file.moved_from)})" for file in report.files if file.moved_from]
    if moved:
        more = f" and {len(moved) - MOST_MOVES:,} more" if len(moved) > MOST_MOVES else ""
        st.html(f'<p class="sw-lead">Moved: {", ".join(moved[:MOST_MOVES])}{more}.</p>')
    remarks([file for file in report.files if file.reason or file.warnings])
    every(report.files)


def remarks(listed: Sequence[FileReport]) -> None:
    """What a person should look at, failures first; files of which the same is said share a line."""
    if not listed:
        return
    groups: dict[tuple[bool, str, str], list[str]] = {}
    for file in listed:
        remark = "<br>".join(map(escape, [file.reason] if file.reason else file.warnings))
        groups.setdefault((file.status != "failed", file.status, remark), []).append(file.location)
    st.html('<p class="sw-lead">Files that need a look, by what was remarked:</p>')
    listed_groups = sorted(groups.items(), key=lambda group: (group[0][0], -len(group[1])))
    for is_kept, by_kind in groupby(listed_groups[:MOST_REMARKS], key=lambda group: group[0][0]):
        st.html(fold(is_kept, list(by_kind)))
    if len(listed_groups) > MOST_REMARKS:
        st.html('<p class="sw-lead">The table of all files has the other remarks.</p>')


def fold(is_kept: bool, groups: Sequence[tuple[tuple[bool, str, str], Sequence[str]]]) -> str:
    """A table of remarks that opens; open where files are missing from the library."""
    rows = "".join(
        f"<tr><td>{named(files)}</td><td>{escape(status)}</td><td>{remark}</td></tr>"
        for (_, status, remark), files in groups
    )
    count = layout.counted(sum(len(files) for _, files in groups), "file")
    name = f"Read, with a remark: {count}" if is_kept else f"Could not be read: {count}"
    return (
        f'<details class="sw-fold"{"" if is_kept else " open"}><summary>{name}</summary><table class="sw-table"><thead>'
        '<tr><th scope="col">File</th><th scope="col">Status</th><th scope="col">Remark</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details>"
    )


def named(files: Sequence[str]) -> str:
    """Three names at most; the table of all files has the others."""
    more = f"<br>and {len(files) - 3:,} more" if len(files) > 3 else ""
    return "<br>".join(map(escape, files[:3])) + more


def every(listed: Sequence[FileReport]) -> None:
    """All files of a report, to sort, to search and to take along as a table."""
    if not listed:
        return
    with st.expander(f"All {len(listed):,} files"):
        st.dataframe([table_row(file) for file in listed], hide_index=True, width="stretch")


def table_row(file: FileReport) -> dict[str, object]:
    return {
        "File": file.location,
        "Status": file.status,
        "Documents": file.documents,
        "Passages": file.passages,
        "Pages": file.pages,
        "Characters": file.characters,
        "Left out": f"{file.dropped_share:.0%}" if file.characters else "",
        "Encoding": file.encoding or "",
        "Language": file.language or "",
        "Remark": file.reason or "; ".join(file.warnings),
    }
