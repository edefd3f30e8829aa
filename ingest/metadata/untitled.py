"""A title for a text that has none: its first line. It is a guess, and marked as one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.text.escaping import line
from index.text.segmentation import sentences
from index.text.speakers import LABEL
from index.types import Origin, Section, Span
from ingest.metadata.filename import metadata_of_name
from ingest.metadata.origin import with_origins
from ingest.types import Extract

_SENTENCE_CHARS = 1_000  # of a text, among which its first sentence is looked for (a guess)
_LONGEST_TITLE = 120  # characters of a first sentence that is taken for a title (a guess)
# What only marks a heading, an item or emphasis: "# Rye", "- Rye", "**Rye** is".
_MARKS = re.compile(r"^(?:#{1,6}|>|[-*+•])\s+|(?<!\w)(?:\*\*|__)(?=\S)|(?<=\S)(?:\*\*|__)(?!\w)")


def first_line(text: str, sections: Sequence[Section] = ()) -> str:
    """The first heading of a text, else as much of its first sentence as a title may be long, without Markdown's
    marks."""
    heading = next((section.heading for section in sections[:1] if section.heading), None)
    start = sections[0].span.start if sections else 0
    within = Span(start, min(len(text), start + _SENTENCE_CHARS))
    first = next((text[span.start : span.end] for span in sentences(text, within)), "")
    title = _MARKS.sub("", line(heading or first))
    return (
        title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE].rpartition(" ")[0] or title[:_LONGEST_TITLE]
    )


def titled(extract: Extract, name: str) -> Extract:
    """The extract with its first line, without a speaker's name, as its title, where neither it nor the file's name has
    one."""
    if extract.metadata.title or metadata_of_name(name).title:
        return extract
    text = extract.text.lstrip("-–— \t\r\n")[:_SENTENCE_CHARS]
    label = LABEL.match(text)
    title = first_line((text[label.end() :] if label else text).split("\n\n", maxsplit=1)[0])
    if not any(map(str.isalpha, title)):  # the file's name says more than a figure
        return extract
    about = with_origins(extract.metadata)
    origins = {**about.origins, "title": Origin.TEXT}
    return replace(extract, metadata=replace(about, title=title, origins=origins))
