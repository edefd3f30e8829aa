"""The page over a library on a PostgreSQL server: the same views, and a server that does not answer is a line."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from bench.server import Server, copy_documents
from index.collections import read_collections
from index.disk import Address
from index.publishing import publish_to
from index.search.index import Index
from index.storage import lock
from index.storage.store import Store
from tests.making import PATIENCE
from tests.views.issuer import issuer
from tests.views.team_server import EDI, served
from tests.views.test_pages import click, html, labelled, opened

pytestmark = pytest.mark.distributed
PAGES = ("library", "compare", "draft", "collections", "source")


@pytest.fixture(scope="module")
def address(sample_library: Path, server: Server) -> Address:
    made = server.database()
    with lock.write_lock(made), closing(Store.create(made)) as store:
        with closing(Store.open(sample_library)) as source:
            copy_documents(source, store)
        publish_to(made, store, Index.open(sample_library).embedder)
    return made


def hits(page: str) -> list[str]:
    """The ids and beginnings of the passages that are shown."""
    return re.findall(r'id="(sw-hit-[\w-]+)"', page)


def test_a_search_shows_what_a_folder_shows(
    address: Address, sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "what happens to the bladder"
    shown, in_folder = (hits(html(opened(library, monkeypatch, q=query))) for library in (address, sample_library))
    assert shown == in_folder
    assert shown


def test_what_a_person_does_with_a_library_works_there(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search, pin, collect; read a source, check a draft, compare, correct a title."""
    at = opened(address, monkeypatch, q="what happens to the bladder")
    at.button(key="pin-hit-1").click().run()
    assert not at.exception
    with closing(Store.open(address)) as store:
        (pin,) = read_collections(store)[0].pins
        sources = {source.title: source for source, _, _ in store.documents.sources()}
    at.switch_page("views/collections.py").run()
    assert pin.source.title in html(at)
    at.query_params["id"] = pin.source.id
    at.switch_page("views/source.py").run()
    assert not at.exception
    assert pin.passage.text.split("\n")[0][:60] in re.sub("<[^>]*>", "", html(at))
    at.switch_page("views/draft.py").run()
    at.text_area(key="draft_text").input("Calvin Stevens synthesised ketamine in 1972.")
    click(at, "Check")
    assert "1972" in html(at)
    at.switch_page("views/library.py").run()
    assert not at.exception
    assert "generation 1" in html(at)
    assert f"of {len(sources)}" in html(at)
    at.query_params["id"] = pin.source.id
    at.switch_page("views/source.py").run()
    at.toggle[0].set_value(True).run()
    labelled(at, "Title").set_value("The bladder, again")
    click(at, "Save")
    assert "your edit" in html(at)
    at = opened(address, monkeypatch, q="what happens to the bladder")
    assert "The bladder, again" in html(at), "the edit is published"
    at.query_params["a"], at.query_params["b"] = pin.source.id, sources["A short history of ketamine"].id
    at.switch_page("views/compare.py").run()
    assert not at.exception
    assert "sw-beside" in html(at)


def test_documents_come_in_from_folders_alone(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server has no folder for copies of files that are handed over."""
    at = opened(address, monkeypatch)
    at.switch_page("views/library.py").run()
    assert [button.label for button in at.button if button.label.startswith("Bring in")] == ["Bring in the folder"]


@pytest.mark.parametrize("page", ["", *PAGES])
def test_a_server_that_does_not_answer_is_a_line(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(Address("postgresql://ann:secret@127.0.0.1:1/notes"), monkeypatch, q="bladder", id="x")
    if page:
        at.switch_page(f"views/{page}.py").run()
    assert not at.exception
    assert re.findall('sw-problem">(.*?)<', html(at)) == [
        "postgresql://ann@127.0.0.1:1/notes: The server does not answer. "
        "Start it, or correct the address, and run this again."
    ]
    assert "secret" not in html(at)


def test_an_address_in_a_link_is_never_opened(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one that is typed as another library: the page asks the servers of its environment alone."""
    at = opened(address, monkeypatch, library=address.url, q="bladder")
    assert "That library is on another machine." in html(at)
    assert not hits(html(at))


def test_a_team_is_served_from_there(address: Address, tmp_path: Path) -> None:
    """Strangers get nothing, and who signs in gets the sources."""
    with issuer() as issuing, served(tmp_path, address, issuing) as port:
        issuing.claims = EDI
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, follow_redirects=True) as window:
            assert window.get("/api/sources").status_code == 401
            assert "<title>Streamlit</title>" in window.get("/sign-in").text
            assert len(window.get("/api/sources").json()["sources"]) > 20
            assert window.get("/api/search", params={"q": "bladder"}).json()["hits"]
