"""The file of a document is given only while it is what was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import QueryError, ReadError
from index.storage.store import Store
from ingest import digest
from ingest.sync.original import original
from ingest.sync.pipeline import ingest

pytestmark = pytest.mark.usefixtures("counting")


def identity_in(library: Path) -> str:
    store = Store.open(library)
    ((source, _, _),) = store.documents.sources()
    store.close()
    return source.id


@pytest.mark.parametrize("root", ["", "sub/a.txt"])
def test_a_file_that_changed_or_is_gone_is_not_given(tmp_path: Path, library: Path, root: str) -> None:
    """Of a root that is a folder, and of one that is the file."""
    file = tmp_path / "docs/sub/a.txt"
    file.parent.mkdir(parents=True)
    file.write_text("Salt keeps butter for a month.")
    ingest([tmp_path / "docs" / root], library)
    identity = identity_in(library)
    assert original(library, identity) == (file, digest.stamped(digest.of_file(file)))
    file.write_text("Salt keeps butter for a year.")
    with pytest.raises(ReadError, match=r"has changed since it was read\. Ingest it again"):
        original(library, identity)
    file.unlink()
    with pytest.raises(ReadError, match=r"is not there any more\. Put it back"):
        original(library, identity)


def test_an_unknown_document_is_an_error(library: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Salt keeps butter for a month.")
    ingest([tmp_path / "a.txt"], library)
    with pytest.raises(QueryError):
        original(library, "nothere")
