"""``python -m index restore``: make a library of a file that ``backup`` wrote."""

from __future__ import annotations

import argparse
from pathlib import Path

from index.output.printing import show, show_json
from index.publishing import backup


def run(options: argparse.Namespace, library: Path) -> int:
    """Exit code 0. Raises SourcewiseError."""
    sources = backup.restore(options.file, library, replace=options.replace)
    if options.json:
        show_json({"restored": str(options.file), "library": str(library), "sources": sources})
    else:
        show([f"{library} holds what {options.file} has: {sources} sources."])
    return 0
