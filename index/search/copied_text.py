"""How the text of a copy stands to the passage that it copies: the same, a part of it, or nearly the same; and which
figures, names and negations stand in each other's place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from index.search import folding
from index.snapshot.engine import CopiedPassages
from index.storage.truth import Documents
from index.text.analysis import TextWord, words_in
from index.text.lexicon import MONTHS, NEGATION_WORDS, NUMBER_WORDS, TENS, WEEKDAYS
from index.text.numerals import numerals
from index.types import Copy, Likeness, Passage, Source, Span

_MOST = 100  # different texts of copies that a passage is compared with (a guess)
_LONGEST = 3  # words that stand in each other's place; more are another wording (a guess)
_VALUES = frozenset([*MONTHS, *NUMBER_WORDS, *TENS, *WEEKDAYS, *NEGATION_WORDS])
_ENDS = frozenset(".!?:;")  # before a word with a capital letter that need not be a name


@dataclass(frozen=True, slots=True)
class CopiedText:
    """``differing``: words of the passage, and those that the copy has in their place; one of the two may be empty."""

    likeness: Likeness
    differing: tuple[tuple[str, str], ...] = ()


def copies_of(
    passage: Passage,
    source: Source,
    copied: CopiedPassages,
    documents: Documents,
    source_of: Callable[[int], Source],
) -> tuple[bool, tuple[Copy, ...]]:
    """The copies of a passage, oldest first, and whether none of them is older than ``source``, its own. ``copied``:
    not empty; ``source_of``: gives the source of a document's number."""
    numbers, spans = folding.stretches(copied)
    sources = [source_of(number) for number in numbers.tolist()]
    is_earliest, *are_earliest = folding.earliest([source.published, *(copy.published for copy in sources)])
    texts = _texts(passage.text, numbers.tolist(), spans, documents)
    copies = [
        Copy(origin, span, is_first, text.likeness, text.differing)
        for origin, span, is_first, text in zip(sources, spans, are_earliest, texts, strict=True)
    ]
    copies.sort(key=lambda copy: (not copy.source.published, copy.source.published or "", copy.source.id, copy.span))
    return is_earliest, tuple(copies)


def around(span: Span, size: int) -> Span:
    """What of a text is read of a copy there of a passage of so many characters."""
    return Span(max(0, span.start - size), span.end + size)


def _texts(passage: str, numbers: Sequence[int], spans: Sequence[Span], documents: Documents) -> Iterator[CopiedText]:
    """How the text at each span of a document stands to the passage. What is written alike is compared once, and no
    more than ``_MOST`` texts: of others is known only that they are *nearly* the same."""
    known: dict[str, CopiedText] = {}
    for number, span in zip(numbers, spans, strict=True):
        wide = around(span, len(passage))
        text = documents.text(number, wide)
        copy = text[span.start - wide.start : span.end - wide.start]
        key = copy if passage in copy else f"{copy}\0{text}"
        if key not in known and len(known) < _MOST:
            known[key] = compared(passage, copy, text)
        yield known.get(key, CopiedText(Likeness.NEARLY))


class _Text:
    """A text with its words, and these in one line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: Sequence[TextWord] = list(words_in(text))
        self.forms = [word.text.replace(",", "").replace(" ", "").casefold() for word in self.words]
        self.line = f" {' '.join(self.forms)} "

    def run(self, first: int, last: int) -> str:
        """The text from one word to before another; empty when they are the same."""
        return self.text[self.words[first].span.start : self.words[last - 1].span.end] if first < last else ""

    def has_value(self, first: int, last: int) -> bool:
        """Whether one of these words is a figure, a name, a date or a negation."""
        return any(map(self._is_value, range(first, last)))

    def _is_value(self, number: int) -> bool:
        form, start = self.forms[number], self.words[number].span.start
        if form in _VALUES or any(sign.isdigit() for sign in form):
            return True
        before = self.text[:start].rstrip(" \n\"'“‘(*_")[-1:]
        return self.text[start].isupper() and bool(before) and before not in _ENDS


def compared(passage: str, copy: str, around: str) -> CopiedText:
    """How a copy stands to a passage. ``copy``: its whole sentences that share words with the passage; ``around``: the
    same with the text before and after, as a copy is split into passages elsewhere."""
    own, part = _Text(passage), _Text(copy)
    whole = part if own.line in part.line else _Text(around)
    if own.line in whole.line:
        return CopiedText(Likeness.SAME)
    # also in what follows the shared sentences, where a short one may differ
    differing = tuple(dict.fromkeys(_differing(own, whole)))
    return CopiedText(Likeness.PART if part.line in own.line and not differing else Likeness.NEARLY, differing)


def _differing(own: _Text, other: _Text) -> Iterator[tuple[str, str]]:
    """Words in each other's place, between words that both texts have."""
    steps = SequenceMatcher(None, own.forms, other.forms, autojunk=False).get_opcodes()
    for kind, first, last, other_first, other_last in steps[1 if steps[0][0] != "equal" else 0 : -1]:
        if kind == "equal" or max(last - first, other_last - other_first) > _LONGEST:
            continue
        left, right = own.run(first, last), other.run(other_first, other_last)
        if kind == "replace":
            values = own.has_value(first, last) or other.has_value(other_first, other_last)
            shown = values and not _same_number(left, right)
        else:
            shown = not NEGATION_WORDS.isdisjoint(own.forms[first:last] + other.forms[other_first:other_last])
        if shown:
            yield left, right


def _same_number(left: str, right: str) -> bool:
    """Whether both are one number, in figures or in words."""
    values = [[numeral.values for numeral in numerals(text)] for text in (left, right)]
    return values[0] == values[1] != []
