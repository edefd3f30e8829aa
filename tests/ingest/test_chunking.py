"""Passages: whole sentences packed to a budget of the model's own tokens, with nothing lost and nothing crossed."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedding.compiled import Embedder
from index.text.segmentation import sentences, words
from index.types import Document, Passage, Section, Source, Span
from ingest import chunking as splitting
from ingest.chunking import BUDGET, WHOLE, pack, split
from tests.index.text.test_text import TEXTS

SENTENCES = st.sampled_from(
    [
        "Ketamine was first synthesised in 1962 by Calvin Stevens in the laboratories of a drug maker.",
        "Is it addictive?",
        "It is (some say) a “dissociative” anaesthetic: pain, awareness and memory part ways; see [3].",
        "Antidisestablishmentarianism-pneumonoultramicroscopicsilicovolcanoconiosis 3-methoxyphencyclidine.",
        "漢字と仮名が混ざった文章です。" * 8,
        "word " * 230 + "end.",
        "x" * 500 + ".",
        "No full stop",
        "😀 😀",
    ]
)
GAPS = st.sampled_from([" ", " ", "\n", "\n\n", "\r\n\r\n", "  \t"])
PROSE = st.lists(st.tuples(SENTENCES, GAPS), max_size=14).map(lambda parts: "".join(a + b for a, b in parts))
ENDS = st.lists(st.integers(0, 5000), max_size=6)


def document(text: str, sections: tuple[Section, ...] = (), dropped: tuple[Span, ...] = ()) -> Document:
    return Document(Source("id", "a.txt"), text, sections, dropped)


def cut_into(text: str, ends: list[int]) -> list[Span]:
    """Ordered spans that do not overlap, between these offsets."""
    offsets = sorted({end % (len(text) + 1) for end in ends})
    return [Span(*pair) for pair in list(pairwise(offsets))[::2]]


def check(doc: Document, passages: list[Passage], spans: list[Span], embedder: Embedder) -> None:
    """What holds for every split document."""
    text, budget = doc.text, min(max(BUDGET, WHOLE), embedder.max_tokens)
    assert all(text[slice(*passage.span)] == passage.text == passage.text.strip() != "" for passage in passages)
    assert all(count <= budget for count in embedder.count([passage.text for passage in passages]))
    for ordered in ([passage.span for passage in passages], spans):
        ending = Span(len(text), len(text))
        assert all(a.start < a.end <= b.start for a, b in pairwise([*ordered, ending]))
    assert not any(passage.span.meets(dropped) for passage in passages for dropped in doc.dropped)
    groups = [[span for span in spans if span.within(passage.span)] for passage in passages]
    assert [span for group in groups for span in group] == spans, "each sentence lies in one passage, in order"
    assert all(group and group[0].start == passage.span.start for group, passage in zip(groups, passages, strict=True))
    assert all(group[-1].end == passage.span.end for group, passage in zip(groups, passages, strict=True))


@given(text=PROSE | TEXTS, ends=ENDS)
def test_passages_are_slices_within_the_budget_and_never_cross_what_was_dropped(
    embedder: Embedder, text: str, ends: list[int]
) -> None:
    """Every passage is a verbatim slice that the model reads whole; sentences fill passages one after another."""
    doc = document(text, (), tuple(cut_into(text, ends)))
    passages, spans = split(doc, embedder)
    check(doc, passages, spans, embedder)
    remaining = [word for word in words(text) if not any(word.meets(dropped) for dropped in doc.dropped)]
    assert all(any(word.meets(span) for span in spans) for word in remaining)


@given(text=PROSE, ends=ENDS, dropped=ENDS)
def test_passages_never_cross_a_section(embedder: Embedder, text: str, ends: list[int], dropped: list[int]) -> None:
    """Each passage lies in one section and bears its heading and page; what no section holds is left out."""
    spans = [span for span in cut_into(text, ends) if span.end > span.start]
    doc = document(
        text,
        tuple(Section(span, f"Part {number}", number, f"p{number}") for number, span in enumerate(spans)),
        tuple(cut_into(text, dropped)),
    )
    if not doc.sections:
        return
    passages, sentence_spans = split(doc, embedder)
    check(doc, passages, sentence_spans, embedder)
    for passage in passages:
        (section,) = [section for section in doc.sections if passage.span.within(section.span)]
        expected = (section.heading, section.page, section.page_label)
        assert (passage.heading, passage.page, passage.page_label) == expected


@given(text=PROSE)
def test_every_character_of_a_sentence_stands_in_exactly_one_passage(embedder: Embedder, text: str) -> None:
    """Cutting long sentences and packing lose and repeat nothing of what the sentences hold."""
    passages, _ = split(document(text), embedder)
    covered = [0] * len(text)
    for passage in passages:
        for offset in range(*passage.span):
            covered[offset] += 1
    for span in sentences(text, Span(0, len(text))):
        assert all(covered[offset] == 1 for offset in range(*span) if not text[offset].isspace())


@pytest.mark.parametrize(
    "text", ["a" * 20_000, "ab-" * 7000, "漢" * 20_000, "é" * 20_000, "😀a" * 10_000, "1," * 10_000]
)
def test_a_sentence_without_spaces_is_cut_and_still_covered(embedder: Embedder, text: str) -> None:
    """Where there is no space to cut at, the cut is doc where the budget ends."""
    doc = document(text)
    passages, spans = split(doc, embedder)
    check(doc, passages, spans, embedder)
    assert "".join(passage.text for passage in passages) == text


def test_a_long_sentence_is_cut_at_spaces(embedder: Embedder) -> None:
    """No word of a long sentence is torn, and its parts are filled."""
    text = "The list names " + ", ".join(f"substance number {n}" for n in range(400)) + "."
    passages, _ = split(document(text), embedder)
    assert " ".join(passage.text for passage in passages) == text
    counts = embedder.count([passage.text for passage in passages])
    assert len(passages) <= 1.6 * sum(counts) / BUDGET + 1


def test_nothing_to_say_gives_nothing(embedder: Embedder) -> None:
    """A text without a letter or a digit has no passage and no sentence."""
    for text in ("", " \n\n ", "* * *\n\n---\n", "😀", "!?"):
        assert split(document(text), embedder) == ([], [])


def test_only_the_dropped_is_left(embedder: Embedder) -> None:
    """A document that was dropped whole has no passage."""
    assert split(document("Subscribe now.", (), (Span(0, 14),)), embedder) == ([], [])


TOKENS = st.lists(st.tuples(st.integers(1, 90), st.booleans()), min_size=1, max_size=9)


@given(run=st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=1, max_size=60), budget=st.integers(1, 200))
def test_packing_partitions_a_run_within_the_budget(run: list[tuple[int, bool]], budget: int) -> None:
    """Stretches follow one another from first to last; only a single sentence may be over the budget."""
    tokens = [size for size, _ in run]
    packed = pack(tokens, budget, [end for _, end in run[:-1]] + [True])
    assert [first for first, _ in packed] == [0, *(last for _, last in packed[:-1])]
    assert packed[-1][1] == len(tokens)
    assert all(last - first == 1 or sum(tokens[first:last]) <= budget for first, last in packed)
    assert all(last > first for first, last in packed)


def cost(tokens: list[int], packed: list[tuple[int, int]], budget: int, ends: list[bool]) -> float:
    """What ``pack`` minimises: uneven sizes and cuts inside paragraphs."""
    target = max(1.0, sum(tokens) / max(1, -(-sum(tokens) // budget)))
    return sum(
        ((sum(tokens[first:last]) - target) / target) ** 2 + (0.0 if ends[last - 1] else splitting._MID_PARAGRAPH_COST)
        for first, last in packed
    )


@given(run=TOKENS)
def test_packing_finds_the_best_of_all_packings(run: list[tuple[int, bool]]) -> None:
    """Against every way to cut a short run: none that keeps the budget costs less."""
    budget = 100
    tokens, ends = [size for size, _ in run], [end for _, end in run[:-1]] + [True]
    packings = (
        list(pairwise((0, *cuts, len(tokens))))
        for count in range(len(tokens))
        for cuts in combinations(range(1, len(tokens)), count)
    )
    lowest = min(
        cost(tokens, packed, budget, ends)
        for packed in packings
        if all(sum(tokens[first:last]) <= budget for first, last in packed)
    )
    assert cost(tokens, pack(tokens, budget, ends), budget, ends) == pytest.approx(lowest)
