"""Picture files of pages: PNG, JPEG, TIFF (of several pages, too), WebP, BMP."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from index.errors import ReadError
from ingest.readers.ocr.engine import Image
from ingest.readers.ocr.installed import why_unread
from ingest.readers.ocr.layout import with_even_sizes
from ingest.readers.ocr.page import OcrPage, read_page, warning
from ingest.readers.pdf.reader import extract_of
from ingest.readers.pdf.scans import letter_count
from ingest.types import Empty, Extract, Progress, Reading

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")
# The limits below are guesses.
_MAX_PIXELS = 100_000_000  # of a picture before it is decoded: 300 MB
_MAX_SIDE = 6000  # pixels; a larger picture is scaled down
_MAX_FRAMES = 2000
_MIN_LETTERS = 20  # fewer are a logo or a label, not a text
_LONGER_SIDE = 842.0  # points: pictures are laid out as if they were pages of A4


def read_picture(data: bytes, name: str, *, ocr: bool = True) -> Reading:
    """The picture as one extract, read by OCR; Empty when it shows hardly any text. The pages of a TIFF are pages.

    Raises ReadError when it is damaged or too large, or OCR is off or not installed.
    """
    unread = why_unread(ocr=ocr)
    if unread is not None:
        raise ReadError(f"{name} is a picture: its words are read by OCR. {unread}")
    picture = opened(data, name)
    frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    if frames > _MAX_FRAMES:
        raise ReadError(f"{name} has {frames} pages; {_MAX_FRAMES} are read. Split it and ingest the parts.")
    return Reading(_outcomes(picture, name, frames), pages=frames if frames > 1 else None)


def _outcomes(picture: Pillow.Image, name: str, frames: int) -> Iterator[Extract | Empty | Progress]:
    pages: list[OcrPage] = []
    for number in range(frames):
        image = pixels(picture, name, number)
        position = f"page {number + 1} of {frames}" if frames > 1 else "picture"
        pages.append((yield from read_page(image, _LONGER_SIDE / max(image.shape), position)))
    if sum(map(letter_count, (page.page for page in pages))) < _MIN_LETTERS:
        yield Empty("The picture")
        return
    extract = extract_of(with_even_sizes([page.page for page in pages]), [None] * frames)
    if frames == 1:
        extract = replace(extract, sections=tuple(replace(section, page=None) for section in extract.sections))
    report = warning({number if frames > 1 else None: page for number, page in enumerate(pages, start=1)})
    yield replace(extract, warnings=(*extract.warnings, report))


def opened(data: bytes, name: str) -> Pillow.Image:
    """The picture, not decoded yet. Raises ReadError when it is damaged or too large."""
    with _decoding(name):
        picture = Pillow.open(io.BytesIO(data), formats=_FORMATS)
        _require_size(picture, name)
        return picture


def _require_size(picture: Pillow.Image, name: str) -> None:
    if picture.width * picture.height > _MAX_PIXELS:
        size = f"{picture.width:,} × {picture.height:,}"
        raise ReadError(
            f"{name} has {size} points; pictures of up to {_MAX_PIXELS // 1_000_000} million are read. Scale it down."
        )


def pixels(picture: Pillow.Image, name: str, frame: int = 0) -> Image:
    """A frame as the person sees it: turned as the camera noted, on white where it is transparent, and scaled down if
    it is very large. Raises ReadError when it is damaged or too large."""
    with _decoding(name):
        if frame:
            picture.seek(frame)
            _require_size(picture, name)
        picture.draft("RGB", (_MAX_SIDE, _MAX_SIDE))
        shown = _opaque(ImageOps.exif_transpose(_eight_bits(picture)))
        shown.thumbnail((_MAX_SIDE, _MAX_SIDE))
        return np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])


@contextmanager
def _decoding(name: str) -> Iterator[None]:
    """Raises ReadError in place of whatever Pillow raises for a damaged picture."""
    try:
        with warnings.catch_warnings():  # Pillow warns of large pictures; the limits here refuse them
            warnings.simplefilter("ignore")
            yield
    except (ReadError, MemoryError):
        raise
    except Pillow.DecompressionBombError as error:
        raise ReadError(f"{name} has too many points to be read. Scale it down.") from error
    except Exception as error:  # its decoders raise almost anything
        raise ReadError(f"{name} is damaged, or no picture at all: open it in a viewer and save it again.") from error


def _eight_bits(picture: Pillow.Image) -> Pillow.Image:
    """A picture with 16 or 32 bits of grey, as scanners make them, with 8."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    grey = np.nan_to_num(np.asarray(picture, np.float64))
    low, high = float(grey.min()), float(grey.max())
    turned = Pillow.fromarray(((grey - low) * (255 / max(high - low, 1e-9))).astype(np.uint8))
    turned.info = picture.info
    return turned


def _opaque(picture: Pillow.Image) -> Pillow.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    page = Pillow.new("RGBA", layer.size, "white")
    page.alpha_composite(layer)
    return page.convert("RGB")
