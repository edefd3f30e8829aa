"""Whether OCR can be run. Imports nothing that OCR needs: most workers never read a scan."""

from __future__ import annotations

import importlib.util

INSTALL = "python -m pip install -r requirements.txt"


def is_installed() -> bool:
    return importlib.util.find_spec("rapidocr") is not None


def why_unread(*, ocr: bool) -> str | None:
    """The next step for a person whose scans are not read; None when they are."""
    if not ocr:
        return "Ingest without --no-ocr to have them read."
    return None if is_installed() else f"To have them read, run: {INSTALL}"
