"""A pinned passage as HTML: its source, its words as they were pinned, and what became of them."""

from __future__ import annotations

from html import escape

from index.collections import PinnedPassage, PinOutcome, PinStatus, changed_words
from index.text import is_markdown
from views.components import layout
from views.components.marking import marked

CHANGES = {PinStatus.MOVED: "moved", PinStatus.EDITED: "edited", PinStatus.MISSING: "gone"}
NOTES = {
    PinStatus.MOVED: "It has moved in its source; its words are the same.",
    PinStatus.EDITED: "It was edited in its source since it was pinned.",
    PinStatus.MISSING: "It is gone from your library.",
}
MOST_CHANGES = 8
"""Places where the words differ that are listed (a guess); the others are counted."""


def pin_html(pin: PinnedPassage, outcome: PinOutcome) -> str:
    source, passage = outcome.source or pin.source, pin.passage
    about = " · ".join(escape(part) for part in [*layout.byline(source), *layout.where_in(passage)])
    quoted = marked(layout.verbatim(passage), passage.span.start, markdown=is_markdown(source))
    return (
        f'<article class="sw-hit sw-pinned"><h2><span>{escape(layout.title(source))}</span></h2>'
        f'<p class="sw-meta">{about}</p><blockquote class="sw-quote" dir="auto">{quoted}</blockquote>'
        f"{_outcome_html(pin, outcome)}</article>"
    )


def _outcome_html(pin: PinnedPassage, outcome: PinOutcome) -> str:
    """Nothing for a passage that stands as it did."""
    if outcome.status not in NOTES:
        return ""
    words = changed_words(pin.passage.text, outcome.text) if outcome.status is PinStatus.EDITED else ()
    items = "".join(f"<li>{_change_html(*change)}</li>" for change in words[:MOST_CHANGES])
    more = f"<li>and {len(words) - MOST_CHANGES:,} more</li>" if len(words) > MOST_CHANGES else ""
    return f'<p class="sw-changed">{NOTES[outcome.status]}</p>' + (
        f'<ul class="sw-differences">{items}{more}</ul>' * bool(items)
    )


def _change_html(before: str, after: str) -> str:
    if not before:
        return f"“{escape(after)}” is new"
    return f"“{escape(before)}” is {f'now “{escape(after)}”' if after else 'left out'}"
