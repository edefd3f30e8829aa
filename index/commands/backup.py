"""``python -m index backup``: write all that the library holds to one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from index.output.printing import show, show_json
from index.publishing import backup


def run(options: argparse.Namespace, library: Path) -> int:
    """Exit code 0. Raises SourcewiseError."""
    size = backup.backup(library, options.file)
    if options.json:
        show_json({"backup": str(options.file), "bytes": size})
    else:
        show([f"{options.file} holds the library {library}: {size:,} bytes."])
    return 0
