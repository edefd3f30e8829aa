"""PDFs of a page, for tests of single parts of the reader."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ingest.readers import read
from ingest.types import Extract, Reading

PAGE = (600, 800)

Run = tuple[str, float, float] | tuple[str, float, float, str]
"""Text, its size, how far it stands above the baseline, and perhaps its font."""


def page_with(*lines: Sequence[Run], left: float = 60, top: float = 100, pitch: float = 14) -> bytes:
    """A page whose lines are runs of text one behind the other, each a text object of its own."""
    out = io.BytesIO()
    pdf = Canvas(out, pagesize=PAGE, invariant=1)
    for i, line in enumerate(lines):
        x = left
        for run in line:
            text, size, rise, font = (*run, "Times-Roman")[:4]
            pdf.setFont(font, size)
            pdf.drawString(x, PAGE[1] - top - pitch * i + rise, text)
            x += stringWidth(text, font, size)
    pdf.save()
    return out.getvalue()


def bare_pdf(content: bytes, *fonts: str, streams: Sequence[bytes] = ()) -> bytes:
    """A page of these operators. Its fonts are named F0, F1, …; the streams are the objects behind them, from number
    5 + the number of fonts on."""
    names = " ".join(f"/F{i} {5 + i} 0 R" for i in range(len(fonts)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << %s >> >> >>"
        % names.encode(),
        _stream(content),
        *(font.encode() for font in fonts),
        *map(_stream, streams),
    ]
    out = b"%PDF-1.7\n"
    for number, body in enumerate(objects, start=1):
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    # Without a table of objects, readers look for them.
    return out + b"trailer << /Size %d /Root 1 0 R >>\n%%%%EOF" % (len(objects) + 1)


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def reading_of(data: bytes) -> tuple[Reading, Extract]:
    reading = read(data, "a.pdf")
    (extract,) = reading.extracts
    assert isinstance(extract, Extract)
    return reading, extract


def text_of(data: bytes) -> str:
    return reading_of(data)[1].text
