"""Splits a document into sentences, and packs whole sentences into passages up to a budget of the model's tokens."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise

from index.embedding.compiled import Embedder
from index.text.segmentation import sentences
from index.types import Document, Passage, Section, Span

BUDGET = 190
"""Tokens that a passage may have (chosen by ``python -m bench ablation --made``, see docs/retrieval.md)."""

WHOLE = 240
"""Tokens up to which a whole run is one passage, so that an abstract stays in one piece (chosen likewise)."""

_LONGEST_PIECE = 1200  # characters of a piece that the tokenizer gets to cut (a guess)
# Cost of a cut inside a paragraph, added to the squared relative deviation of a passage from the even size (a guess).
_MID_PARAGRAPH_COST = 0.15


def split(document: Document, embedder: Embedder) -> tuple[list[Passage], list[Span]]:
    """Passages and sentences in reading order; none for a document without text.

    Each passage is a sequence of sentences within one section, does not cross a dropped span, and fits the budget. A
    sentence over the budget is cut at the last space that fits.
    """
    passages: list[Passage] = []
    spans: list[Span] = []
    whole, default = min(WHOLE, embedder.max_tokens), min(BUDGET, embedder.max_tokens)
    for section, run in runs(document):
        run_sentences = sentences(document.text, run)
        if not run_sentences:
            continue
        parts, tokens = _fit(document.text, run_sentences, default, embedder)
        budget = whole if sum(tokens) <= whole else default
        spans += parts
        for first, last in pack(tokens, budget, _paragraph_ends(document.text, parts)):
            span = Span(parts[first].start, parts[last - 1].end)
            text = document.text[span.start : span.end]
            passages.append(section.passage(text, span))
    return passages, spans


def runs(document: Document) -> list[tuple[Section, Span]]:
    """The parts of each section between dropped spans, in order. A document without sections counts as one section."""
    sections = document.sections or (Section(Span(0, len(document.text))),)
    runs = []
    for section in sections:
        start = section.span.start
        first = bisect_right(document.dropped, start, key=lambda dropped: dropped.end)
        last = bisect_left(document.dropped, section.span.end, key=lambda dropped: dropped.start)
        for dropped in document.dropped[first:last]:
            if dropped.meets(section.span):
                runs.append((section, Span(start, max(start, dropped.start))))
                start = max(start, dropped.end)
        runs.append((section, Span(start, max(start, section.span.end))))
    return runs


def _fit(text: str, spans: Sequence[Span], budget: int, embedder: Embedder) -> tuple[list[Span], list[int]]:
    """The sentences, those over the budget cut, and the number of tokens of each."""
    pieces = [piece for span in spans for piece in _cut_for_tokenizer(text, span)]
    counts = embedder.count([text[start:end] for start, end in pieces])
    parts: list[Span] = []
    tokens: list[int] = []
    for piece, count in zip(pieces, counts, strict=True):
        for part, size in _cut(text, piece, budget, embedder) if count > budget else [(piece, count)]:
            parts.append(part)
            tokens.append(size)
    return parts, tokens


def _cut_for_tokenizer(text: str, span: Span) -> list[Span]:
    """A sentence in pieces short enough for the tokenizer, which is slow on very long texts."""
    return (
        _cut_by(text, span, lambda start: min(span.end, start + _LONGEST_PIECE))
        if span.end - span.start > _LONGEST_PIECE
        else [span]
    )


def _cut(text: str, span: Span, budget: int, embedder: Embedder) -> list[tuple[Span, int]]:
    """A sentence in parts that fit the budget, each with its number of tokens."""
    tokens = embedder.pieces(text[span.start : span.end])
    ends = [span.start + token.end for token in tokens]

    def reach(start: int) -> int:
        first = next((i for i, token in enumerate(tokens) if span.start + token.start >= start), len(ends))
        return span.end if first + budget >= len(ends) else ends[first + budget - 1]

    parts = _cut_by(text, span, reach)
    return list(zip(parts, embedder.count([text[start:end] for start, end in parts]), strict=True))


def _cut_by(text: str, span: Span, reach: Callable[[int], int]) -> list[Span]:
    """The parts of a span, cut at the last space before ``reach(start)``, or there when there is no space."""
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
    """The offset of the last space in the second half of ``start`` to ``limit``, else ``limit``."""
    end = limit
    while end > start + (limit - start) // 2 and not text[end - 1].isspace() and not text[end : end + 1].isspace():
        end -= 1
    return end if end > start + (limit - start) // 2 else limit


def _paragraph_ends(text: str, parts: Sequence[Span]) -> list[bool]:
    """For each sentence, whether a line ends between it and the next; True for the last."""
    gaps = [text[sentence.end : following.start] for sentence, following in pairwise(parts)]
    return [*("\n" in gap or "\r" in gap for gap in gaps), True]


def pack(tokens: Sequence[int], budget: int, ends: Sequence[bool]) -> list[tuple[int, int]]:
    """Groups the sentences of a run: index ranges ``[first, last)`` of at most ``budget`` tokens, in order.

    ``tokens``: the size of each sentence; ``ends``: whether a paragraph ends after it. The groups are as even as
    possible and preferably end with a paragraph. A sentence over the budget is a group of its own. Minimises the sum of
    costs by dynamic programming over the cuts.
    """
    total = sum(tokens)
    target = max(1.0, total / max(1, -(-total // budget)))
    best: list[float] = [0.0]
    previous_cut: list[int] = [0]
    for last in range(1, len(tokens) + 1):
        best.append(float("inf"))
        previous_cut.append(last - 1)
        size = 0
        for first in range(last - 1, -1, -1):
            size += tokens[first]
            if size > budget and first < last - 1:
                break
            cost = best[first] + ((size - target) / target) ** 2 + (0.0 if ends[last - 1] else _MID_PARAGRAPH_COST)
            if cost < best[last]:
                best[last], previous_cut[last] = cost, first
    cuts = [len(tokens)]
    while cuts[-1] > 0:
        cuts.append(previous_cut[cuts[-1]])
    return [(first, last) for last, first in pairwise(cuts)][::-1]
