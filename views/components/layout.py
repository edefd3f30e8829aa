"""What the pages share: the frame, the open library, links, and how a source is named."""

from __future__ import annotations

import gc
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

import streamlit as st

from index import Library, LibraryError, Passage, Source, SourcewiseError, Span
from index.output import source_name
from views.components import signed_in
from views.components.parameters import Params, SearchParameters
from views.components.source_facets import Listing

if TYPE_CHECKING:
    from index import Index

_HERE = Path(__file__).parent
_DATABASE = re.compile(r"\bpostgres(?:ql)?://\S+?(?=[:.,;)]*(?:\s|$))")
_LOOK_AGAIN = 500_000_000  # ns for which a server is not asked again what its last generation is (a guess)
SEARCH, SOURCE, LIBRARY, COMPARE, DRAFT = (
    str(_HERE.with_name(f"{name}.py")) for name in ("search", "source", "library", "compare", "draft")
)
PAGES = {"source": SOURCE, "library": LIBRARY, "compare": COMPARE, "draft": DRAFT}
"""By their addresses; any other address is that of the search."""

_ALLOCATIONS = 20_000  # objects made between two looks for those that nothing refers to (a guess)

# the frame ----------------------------------------------------------------------------------------------------


def frame(title: str, target: str = "", token: str = "", on_pin: Callable[[str], None] | None = None) -> None:
    """Style, keys and the window's title. ``target`` is the id of what to scroll to, once for each ``token``.
    ``on_pin`` is told what a ``pin_button`` was pressed for."""
    st.set_page_config(page_title=f"{title} · Sourcewise" if title else "Sourcewise")
    st.html(_HERE / "page.css")
    signed_in.show()
    script = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("keys.js", "page.js"))
    page = st.components.v2.component("sourcewise", js=script)(
        key="sourcewise",
        data={"place": target, "token": token},
        on_follow_change=lambda: None,
        on_pinned_change=lambda: on_pin(st.session_state["sourcewise"]["pinned"] or "") if on_pin else None,
    )
    if page.follow:
        name, _, query = page.follow.removeprefix("/").partition("?")
        st.switch_page(PAGES.get(name, SEARCH), query_params=parse_qs(query))


@contextmanager
def errors_shown() -> Iterator[None]:
    """A Sourcewise error becomes a box with its one line; the rest of the page stays."""
    try:
        yield
    except SourcewiseError as error:
        problem(str(error))


def problem(text: str) -> None:
    """An error box. The text may name files and sources, so nothing in it is markup."""
    if signed_in.in_team():  # neither a folder of the server nor the address of a database
        library = usual_library()
        text = text.replace(str(Path(str(library)).absolute()), "the library").replace(str(library), "the library")
        text = _DATABASE.sub("the library", text)
    with st.container(border=True, key="problem"):
        st.html(f'<p role="alert" class="sw-problem">{escape(text)}</p>')


# the library --------------------------------------------------------------------------------------------------


def library() -> Library:
    """The library this visitor has open: named in the address, chosen earlier, or the usual one. A team has that alone.
    Raises LibraryError."""
    named = st.query_params.get("library")
    if signed_in.in_team():
        if named:
            raise LibraryError("This page has one library. Take the word library out of its address.")
        return usual_library()
    if named:
        st.session_state["library"] = named
    chosen = st.session_state.get("library")
    if not chosen:
        return usual_library()
    if "://" in chosen or chosen.startswith(("//", "\\\\")):
        raise LibraryError("That library is on another machine. Open a library in a folder of this one.")
    return local(chosen)


def local(path: str) -> Path:
    """A path as typed; paths with quotation marks around are pasted often. Raises LibraryError."""
    plain = path.strip().strip("\"'")
    try:
        return Path(plain).expanduser()
    except RuntimeError as error:
        raise LibraryError(f"There is no home folder for {plain}. Give the whole path.") from error


def usual_library() -> Library:
    """That of ``$SOURCEWISE_LIBRARY``, which alone may be on a server: an address in a link is never opened."""
    from index import default_library

    return default_library()


def generation(library: Library) -> str | None:
    """What names the library's live generation; None when nothing was published there yet. Raises LibraryError when a
    server does not answer, which is asked twice a second at most."""
    from index import Address, published

    if not isinstance(library, Address):
        return published(library)
    return _published(library, time.monotonic_ns() // _LOOK_AGAIN)


@st.cache_resource(show_spinner=False, max_entries=4)
def _published(library: Library, now: int) -> str | None:
    from index import published

    return published(library)


def is_empty(library: Library) -> bool:
    """Whether there is no library, or none with a source in it."""
    name = generation(library)
    return name is None or not sources(library, name)


@st.cache_resource(show_spinner=False, max_entries=2)
def _opened(library: Library, generation: str) -> Index:
    """Kept for all visitors until a new generation is published."""
    from index import Index

    index = Index.open(library, reader=True)
    _settle()
    return index


def _settle() -> None:
    """What is loaded by now stays: it is no longer looked through for what nothing refers to, and the rest of the
    program less often than by default. While that is done every visitor waits."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 10, 10)


def opened(library: Library) -> Index:
    """The library's live generation, ready to be searched. Raises SourcewiseError."""
    return _opened(library, generation(library) or "")


def warm(library: Library) -> None:
    """Open the library in the background, so that the first question need not wait for the model."""
    if generation(library) is not None:
        beforehand(lambda: opened(library).search("warm"))


def beforehand(make: Callable[[], object], seconds: float = 0.0) -> None:
    """Makes in the background what a visitor will probably ask for next, and that is kept once it is made. ``seconds``:
    until it begins, where something else may be asked first that it would slow down."""
    timer = threading.Timer(seconds, _made, args=(make,))
    timer.daemon = True
    timer.start()


def _made(make: Callable[[], object]) -> None:
    try:
        make()
    except Exception:  # noqa: BLE001 - whatever it is, who asks for it meets it again and says so in its place
        return


@st.cache_resource(show_spinner=False, max_entries=4)
def sources(library: Library, generation: str | None) -> list[tuple[Source, int, int]]:
    """The sources of a generation by title, with their passages and characters."""
    from index import Store

    store = Store.open(library)
    try:
        return store.documents.sources()
    finally:
        store.close()


@st.cache_resource(show_spinner=False, max_entries=4)
def listings(library: Library, generation: str | None) -> list[Listing]:
    """The sources with what the list of the library tells of them."""
    from index import Store

    store = Store.open(library)
    try:
        added = store.documents.added()
    finally:
        store.close()
    known = sources(library, generation)
    return [Listing(source, passages, *added.get(source.id, ("", False))) for source, passages, _ in known]


# addresses ----------------------------------------------------------------------------------------------------


def address(params: Mapping[str, str | list[str]]) -> Params:
    """The parameters of a link, with the library when it is not the usual one."""
    chosen = st.session_state.get("library")
    return {**params, **({"library": chosen} if chosen else {})}


def link(
    page: str, params: Mapping[str, str | list[str]], words: str, kind: str = "sw-link sw-open", more: str = ""
) -> str:
    """A link within the program, which a window follows without loading the page anew; ``words`` are HTML. ``more``:
    further attributes."""
    return f'<a class="{kind}" target="_self" href="{href(page, params)}"{more}>{words}</a>'


def href(page: str, params: Mapping[str, str | list[str]]) -> str:
    """The address of a page, as an attribute has it."""
    return f"/{page}?{escape(urlencode(address(params), doseq=True))}"


def number(name: str) -> int | None:
    """A whole number from the address; None when there is none."""
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def source_link(source: Source, params: Mapping[str, str | list[str]] | None = None) -> str:
    """The title of a source, which leads to it; a long one is cut by the style sheet and whole when pointed at."""
    name = escape(title(source))
    return link("source", {"id": source.id, **(params or {})}, name, "sw-open sw-clamp", f' title="{name}"')


def last_parameters() -> SearchParameters:
    """What this visitor asked last: kept apart, as the address loses it on the way back from another page."""
    kept = st.session_state.get("asked")
    return kept if isinstance(kept, SearchParameters) else SearchParameters()


def place_of(identity: str, start: int) -> str:
    """The id that a passage has among the results."""
    return f"sw-hit-{identity}-{start}"


# sources in words ---------------------------------------------------------------------------------------------


def title(source: Source) -> str:
    return source_name(source)


@st.cache_resource(show_spinner=False, max_entries=4)
def names(library: Library, generation: str | None) -> Mapping[str, str]:
    """The sources by id, each with a name that no other has."""
    known = [source for source, _, _ in sources(library, generation)] if generation else []
    named = {source.id: title(source) for source in known}
    count = Counter(named.values())
    for source in known:
        if count[named[source.id]] > 1:
            named[source.id] += f" · {source.record or source.location}"
    return MappingProxyType(named)


def day_and_time(moment: str) -> str:
    """An ISO time as the clock of this machine has it; what is no time as it stands."""
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return moment


def counted(number: int, noun: str) -> str:
    """ "1 source", "2,000 sources"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def byline(source: Source) -> list[str]:
    """Publisher, authors, date: what is known of them, in this order. A guess stands in square brackets, as citations
    have it."""
    return list(filter(None, map(source.shown, ("publisher", "authors", "published"))))


def where_in(passage: Passage) -> list[str]:
    """The section and the page of a passage, as far as there are any."""
    return [part for part in (passage.heading, passage.locator) if part]


def pin_button(source: str, span: Span, label: str = "Pin") -> str:
    """Pins a passage where the page is HTML alone; the frame is told of it as ``source:start:end``. Empty for who may
    not."""
    if not signed_in.may_edit():
        return ""
    value = f"{escape(source)}:{span.start}:{span.end}"
    return f'<button type="button" class="sw-copy" data-pin="{value}">{escape(label)}</button>'


def verbatim(passage: Passage) -> str:
    """A passage's text, once it is sure to be as long as the slice that it stands for. Raises LibraryError."""
    start, end = passage.span
    if len(passage.text) != end - start:
        raise LibraryError("A passage is not the text of its source. Run: python -m index verify")
    return passage.text


def matches(text: str, passage: Span, query: str) -> list[Span]:
    """The words of a passage that a query asked for, as spans of the document's text."""
    from index import QueryError
    from index.search import matching_spans, parse_query

    try:
        return list(matching_spans(parse_query(query), text[slice(*passage)], passage.start))
    except QueryError:
        return []
