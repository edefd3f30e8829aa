"""``python -m index audit``: who changed what of the library, and when."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import asdict

from index.disk import Library
from index.output.printing import show, show_json
from index.storage.store import Store


def run(options: argparse.Namespace, library: Library) -> int:
    """Exit code 0. Raises SourcewiseError."""
    with closing(Store.open(library)) as store:
        lines = store.audit()
    since, who = options.since or "", options.who
    lines = [line for line in lines if line.when >= since and who in (None, line.who)]
    if options.json:
        show_json([asdict(line) for line in lines], indent=1)
    else:
        rows = [
            f"{line.when[:19]}Z  {line.who} ({line.role})  {line.action} {line.what}: {line.changed}" for line in lines
        ]
        show(rows or ["Nothing was changed."])
    return 0
