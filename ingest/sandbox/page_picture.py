"""A page of a PDF or of a picture file as a PNG: python -m ingest.sandbox.page_picture PATH NAME PAGE WORDS [ocr], a
process of its own, because the file is foreign and PDFium is not thread-safe."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from index.errors import ReadError
from ingest.sandbox.pool import PROJECT_ROOT, Limits
from ingest.sandbox.worker import limit_memory, limit_time

if TYPE_CHECKING:
    from ingest.readers.ocr.engine import Image
    from ingest.readers.pdf.word_boxes import Box

DPI = 150  # of a PDF's page: legible, and half a megabyte (a guess)
_MARK = (150, 236, 255)  # blue, green and red of what is marked: a pale yellow, under which black stays black
_SECONDS = 60  # that drawing a page may take (a guess)
_REFUSED = 2  # the exit code for a file that cannot be drawn; the reason is on stdout


def page_picture(path: Path, name: str, page: int, words: str = "", *, ocr: bool = False) -> bytes:
    """The PNG of a page, which counts from 1. ``name`` stands for the file in messages; ``words``: what is marked on
    the page, if it stands there. ``ocr``: whether OCR read them; it does so again, which takes some seconds. Raises
    ReadError."""
    letters = "".join(filter(str.isalnum, words))  # nothing in an argument that a system would not take
    command = [sys.executable, "-m", "ingest.sandbox.page_picture", str(path), name, str(page), letters]
    command += ["ocr"] if ocr else []
    try:
        drawn = subprocess.run(  # noqa: S603 - this interpreter, and our own module
            command,
            capture_output=True,
            cwd=PROJECT_ROOT,
            timeout=_SECONDS,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ReadError(f"The picture of {name} took too long to draw. Open the file itself.") from error
    if drawn.returncode == _REFUSED:
        raise ReadError(drawn.stdout.decode("utf-8", "replace").strip())
    if drawn.returncode or not drawn.stdout:
        raise ReadError(f"The picture of {name} cannot be drawn. Open the file itself.")
    return drawn.stdout


def draw(data: bytes, name: str, page: int, words: str = "", *, ocr: bool = False) -> bytes:
    """The PNG of a page. Raises ReadError when there is no such page or the file is damaged."""
    import numpy as np
    from PIL import Image as Pillow

    from ingest.readers.ocr.installed import why_unread
    from ingest.readers.ocr.pictures import opened, pixels

    again = ocr and bool(words) and why_unread(ocr=True) is None
    if PurePath(name).suffix.lower() == ".pdf":
        image, boxes = _page_of_pdf(data, name, page, "" if ocr else words, again=again)
    else:
        image, boxes = pixels(opened(data, name), name, page - 1), []
    if again:
        from ingest.readers.ocr.word_boxes import boxes_on

        image, boxes = boxes_on(image, words)
    for left, top, right, bottom in boxes:
        image[top:bottom, left:right] = np.minimum(image[top:bottom, left:right], _MARK)
    out = io.BytesIO()
    Pillow.fromarray(np.ascontiguousarray(image[:, :, ::-1])).save(out, "PNG")
    return out.getvalue()


def _page_of_pdf(data: bytes, name: str, page: int, words: str, *, again: bool) -> tuple[Image, list[Box]]:
    """The picture and where the words stand on it. ``again``: as OCR reads it. Raises ReadError."""
    import pypdfium2

    from ingest.readers.pdf import page_pictures
    from ingest.readers.pdf.word_boxes import boxes_of

    try:
        document = pypdfium2.PdfDocument(data)
        image, _ = page_pictures.picture_of(document, page - 1, page_pictures.DPI if again else DPI)
        return image, boxes_of(document, page - 1, words, (image.shape[1], image.shape[0])) if words else []
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise ReadError(f"Page {page} of {name} cannot be drawn. Open the file itself.") from error


def main(path: str, name: str, page: str, words: str, *ocr: str) -> int:
    limit_memory(Limits().memory)
    limit_time(_SECONDS)
    try:
        sys.stdout.buffer.write(draw(Path(path).read_bytes(), name, int(page), words, ocr=bool(ocr)))
    except (ReadError, OSError, MemoryError) as error:
        sys.stdout.buffer.write((str(error) or f"{name} takes too much memory to draw.").encode("utf-8", "replace"))
        return _REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
