"""What an acronym of one text stands for in the other."""

from __future__ import annotations

from collections.abc import Iterator

from index.differences.reading import Reading, Token
from index.types import Span

ACRONYM = 3  # letters at least; two are too often somebody's initials
LONGEST_ACRONYM = 6
FEW = 1000  # words of a text that is looked through for long forms
JOINERS = frozenset("of the de la le van von der den del da di el al bin ibn and for".split())  # noqa: SIM905


def spelled_out(long: Reading, short: Reading, letters: int = ACRONYM) -> tuple[list[Span], set[str]]:
    """Where one text spells out acronyms of the other, by the initials of words with capitals in a row, joiners apart
    ("US Food and Drug Administration" for "FDA"); and these acronyms."""
    spans, found = [], set()
    wanted = {token.word for token in short.tokens if _is_acronym(short.text[slice(*token.span)], letters)}
    for run in _capitals(long) if wanted else ():
        initials = "".join(token.word[0] for token in run)
        for word in wanted:
            at = initials.find(word)
            if at >= 0:
                spans.append(Span(run[at].span.start, run[at + len(word) - 1].span.end))
                found.add(word)
    return spans, found


def _is_acronym(said: str, letters: int) -> bool:
    return len(said) >= letters and said.isalpha() and said.isupper()


def _capitals(reading: Reading) -> Iterator[list[Token]]:
    """Runs of words with capitals; joiners and spaces between them part nothing."""
    run: list[Token] = []
    for place, token in enumerate(reading.tokens):
        if place and reading.between(place - 1, place).strip(" -&\n"):
            yield run
            run = []
        if reading.text[token.span.start].isupper():
            run.append(token)
        elif token.word not in JOINERS:
            yield run
            run = []
    yield run


def long_form(acronym: str, reading: Reading) -> Token | None:
    """The first of the words, two in a row at least, that begin with letters of the acronym, in order, and have the
    others within: "electroconvulsive therapy" for "ect". None where there are none, or the text is no few sentences."""
    if not ACRONYM <= len(acronym) <= LONGEST_ACRONYM or len(reading.tokens) > FEW:
        return None
    tokens = reading.tokens
    for first, token in enumerate(tokens):
        if token.word[0] == acronym[0] and len(token.word) > len(acronym):
            for last in range(first + 2, min(first + len(acronym), len(tokens)) + 1):
                if _abbreviates(acronym, [one.word for one in tokens[first:last]]):
                    return token
    return None


def _abbreviates(acronym: str, words: list[str]) -> bool:
    """Whether each word gives its first letter, and perhaps letters after it, in order, and none is left over."""
    first, *rest = words
    if not acronym or acronym[0] != first[0]:
        return False
    if not rest:
        at = 0
        for letter in acronym[1:]:
            at = first.find(letter, at + 1)
            if at < 0:
                return False
        return True
    ends = (end for end in range(1, len(acronym)) if _abbreviates(acronym[:end], [first]))
    return any(_abbreviates(acronym[end:], rest) for end in ends)
