"""A document stored anew because something else is said of it: its text and its vectors stay what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from index.storage.rows import LiveDocument
from index.storage.store import Store
from index.types import Document, Source
from ingest import digest
from ingest.metadata.origin import Statements
from ingest.sync.batch import Batch


def document_digest(document: Document, said: Statements) -> bytes:
    """What tells a document that is stored from one that was read."""
    about = {
        **asdict(document.source),
        "sections": document.sections,
        "dropped": document.dropped,
        "left_out": document.left_out,
        "said": said.to_json(),
    }
    head = json.dumps(about, sort_keys=True, default=asdict).encode()
    return digest.stamped(head + b"\0" + document.text.encode())


def restore(store: Store, batch: Batch, known: LiveDocument, said: Statements, changes: Mapping[str, Any]) -> Source:
    """Let the document wait to be stored with what is said of it now. Only where its title changed is anything
    embedded."""
    _, document = store.document(known.id)
    source = said.source(known.id, known.location, known.record, changes)
    document = replace(document, source=source)
    batch.add(known.root, document, document_digest(document, said), said.to_json())
    return source
