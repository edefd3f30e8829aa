"""Documents into sentences and passages: whole sentences, packed to a budget of the model's own tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from index.embedding.compiled import Embedder
from index.text.segmentation import sentences
from index.types import Document, Passage, Section, Span

BUDGET = 190
"""Tokens that a passage may have,"""

WHOLE = 240
"""unless the whole run has no more than this: an abstract stays in one piece."""

_LONGEST = 1200  # characters of one piece that is given to the tokenizer to be cut
_TORN = 0.15  # what a cut inside a paragraph costs, beside the squared relative difference from the even size


def split(document: Document, embedder: Embedder) -> tuple[list[Passage], list[Span]]:
    """Passages and sentences in reading order. Each passage is a run of sentences of one section, on one side of
    every dropped span, and fits the budget; a sentence over the budget is cut at the last space that fits."""
    passages: list[Passage] = []
    spans: list[Span] = []
    whole, usual = min(WHOLE, embedder.max_tokens), min(BUDGET, embedder.max_tokens)
    for section, run in runs(document):
        found = sentences(document.text, run)
        if not found:
            continue
        parts, tokens = _fit(document.text, found, usual, embedder)
        budget = whole if sum(tokens) <= whole else usual
        spans += parts
        for first, last in pack(tokens, budget, _paragraph_ends(document.text, parts)):
            span = Span(parts[first].start, parts[last - 1].end)
            text = document.text[span.start : span.end]
            passages.append(Passage(text, span, section.heading, section.page, section.page_label))
    return passages, spans


def runs(document: Document) -> list[tuple[Section, Span]]:
    """The stretches of each section between dropped spans."""
    sections = document.sections or (Section(Span(0, len(document.text))),)
    runs = []
    for section in sections:
        start = section.span.start
        for dropped in document.dropped:
            if dropped.meets(section.span):
                runs.append((section, Span(start, max(start, dropped.start))))
                start = max(start, dropped.end)
        runs.append((section, Span(start, max(start, section.span.end))))
    return runs


def _fit(text: str, found: Sequence[Span], budget: int, embedder: Embedder) -> tuple[list[Span], list[int]]:
    """Sentences with their tokens, those over the budget cut."""
    pieces = [piece for span in found for piece in _halve(text, span)]
    counts = embedder.count([text[start:end] for start, end in pieces])
    parts: list[Span] = []
    tokens: list[int] = []
    for piece, count in zip(pieces, counts, strict=True):
        for part, size in _cut(text, piece, budget, embedder) if count > budget else [(piece, count)]:
            parts.append(part)
            tokens.append(size)
    return parts, tokens


def _halve(text: str, span: Span) -> list[Span]:
    """A sentence without end, in pieces that a tokenizer takes without choking."""
    return (
        _cut_by(text, span, lambda start: min(span.end, start + _LONGEST))
        if span.end - span.start > _LONGEST
        else [span]
    )


def _cut(text: str, span: Span, budget: int, embedder: Embedder) -> list[tuple[Span, int]]:
    tokens = embedder.pieces(text[span.start : span.end])
    ends = [span.start + token.end for token in tokens]

    def reach(start: int) -> int:
        first = next((place for place, token in enumerate(tokens) if span.start + token.start >= start), len(ends))
        return span.end if first + budget >= len(ends) else ends[first + budget - 1]

    cut = _cut_by(text, span, reach)
    return list(zip(cut, embedder.count([text[start:end] for start, end in cut]), strict=True))


def _cut_by(text: str, span: Span, reach: Callable[[int], int]) -> list[Span]:
    """Cut at the last space before ``reach(start)``, or there when there is no space."""
    parts = []
    start = span.start
    while start < span.end:
        limit = max(start + 1, reach(start))
        end = limit if limit >= span.end else _last_space(text, start, limit)
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            parts.append(Span(left, left + len(piece.strip())))
        start = end
    return parts


def _last_space(text: str, start: int, limit: int) -> int:
    end = limit
    while end > start + (limit - start) // 2 and not text[end - 1].isspace() and not text[end : end + 1].isspace():
        end -= 1
    return end if end > start + (limit - start) // 2 else limit


def _paragraph_ends(text: str, parts: Sequence[Span]) -> list[bool]:
    """Whether a line ends between each sentence and the next."""
    gaps = [text[one.end : two.start] for one, two in pairwise(parts)]
    return [*("\n" in gap or "\r" in gap for gap in gaps), True]


def pack(tokens: Sequence[int], budget: int, ends: Sequence[bool]) -> list[tuple[int, int]]:
    """Cut a run into stretches ``[first, last)`` of at most ``budget`` tokens, as even as may be, at paragraph
    ends rather than inside. A single sentence over the budget stands alone. Dynamic programming over the cuts."""
    total = sum(tokens)
    target = max(1.0, total / max(1, -(-total // budget)))
    best: list[float] = [0.0]
    came: list[int] = [0]
    for last in range(1, len(tokens) + 1):
        best.append(float("inf"))
        came.append(last - 1)
        size = 0
        for first in range(last - 1, -1, -1):
            size += tokens[first]
            if size > budget and first < last - 1:
                break
            cost = best[first] + ((size - target) / target) ** 2 + (0.0 if ends[last - 1] else _TORN)
            if cost < best[last]:
                best[last], came[last] = cost, first
    cuts = [len(tokens)]
    while cuts[-1] > 0:
        cuts.append(came[cuts[-1]])
    return [(first, last) for last, first in pairwise(cuts)][::-1]
