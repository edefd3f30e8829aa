"""``python -m index remove``: take sources out of the library."""

from __future__ import annotations

import argparse

from index.disk import Library
from index.output.printing import show, show_json
from index.publishing.removal import remove_sources


def run(options: argparse.Namespace, library: Library) -> int:
    """Exit code 0. Raises SourcewiseError."""
    count = remove_sources(library, options.ids)
    if options.json:
        show_json({"removed": options.ids})
    else:
        show([f"{count} removed. The files are untouched: the next ingest of their folder brings them back."])
    return 0
