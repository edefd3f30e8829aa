"""``python -m index passages``: the passages of a source."""

from __future__ import annotations

import argparse
from pathlib import Path

from index.output.json_output import passage_json
from index.output.printing import show, show_json
from index.storage.store import Store
from index.text import plain


def run(options: argparse.Namespace, library: Path) -> int:
    """Exit code 0. Raises SourcewiseError."""
    store = Store.open(library)
    number, _ = store.documents.load(store.documents.complete_id(options.source))
    rows = [passage_json(passage) for passage in store.documents.passages(number)]
    if options.json:
        show_json(rows, indent=1)
    else:
        for row in rows:
            show([f"[{row['start']}:{row['end']}] {row['heading'] or ''}", *plain(row["text"]).split("\n"), ""])
    return 0
