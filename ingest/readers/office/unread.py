"""Collects what a document holds that its reader could not read, and puts it in words for the report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ingest.readers.office.symbol_fonts import UNREADABLE, decoded

FORMULA = "formula"
ATTACHED = "attached document"
EMBEDDED = "embedded object"
DIAGRAM = "chart or diagram"


@dataclass(slots=True)
class Unread:
    """``glyphs``: how many of each font have no character; ``things``: how many of each kind are not in the text, named
    in the singular; ``parts``: a sentence for each damaged part of the file."""

    glyphs: Counter[str] = field(default_factory=Counter)
    things: Counter[str] = field(default_factory=Counter)
    parts: list[str] = field(default_factory=list)

    def decoded(self, text: str, font: str) -> str:
        """The text of a run in this font, its glyphs read; those that cannot be read are counted."""
        plain = decoded(text, font)
        if plain != text and (lost := plain.count(UNREADABLE) - text.count(UNREADABLE)):
            self.glyphs[font or "an unnamed font"] += lost
        return plain

    def warnings(self) -> tuple[str, ...]:
        """A sentence for all glyphs, one for all things, and one for each part; () when all was read."""
        return (*self._glyph_warning(), *self._thing_warning(), *dict.fromkeys(self.parts))

    def clear(self) -> None:
        """Forgets what was counted: its warnings have been given."""
        self.glyphs.clear()
        self.things.clear()
        self.parts.clear()

    def _glyph_warning(self) -> tuple[str, ...]:
        if not self.glyphs:
            return ()
        fonts = ", ".join(f"{count} of {font}" for font, count in self.glyphs.most_common())
        return (
            f"signs of symbol fonts that could not be read, and stand as {UNREADABLE} in the text: {fonts}. "
            "Compare them with the file, or set them in a common font and ingest again",
        )

    def _thing_warning(self) -> tuple[str, ...]:
        if not self.things:
            return ()
        things = ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in self.things.items())
        return (f"not read, as only the program that made it can: {things}. Paste what it says into the text",)
