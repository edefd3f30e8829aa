"""Which words of one text an acronym of the other stands for."""

from __future__ import annotations

from collections.abc import Iterator

from index.differences.tokens import Token, TokenizedText, read_once
from index.types import Span

MIN_LETTERS = 3  # of an acronym; two are too often somebody's initials (a guess)
MAX_LETTERS = 6  # of an acronym (a guess)
MAX_TOKENS = 1000  # of a text that is searched for long forms (a guess)
# Small words inside names.
JOINERS = frozenset("of the de la le van von der den del da di el al bin ibn and for".split())  # noqa: SIM905


def spelled_out(
    long: TokenizedText, short: TokenizedText, min_letters: int = MIN_LETTERS
) -> tuple[list[Span], set[str]]:
    """The spans of ``long`` that spell out an acronym of ``short``, and these acronyms. A span is a run of capitalised
    words whose initials, without joiners, are the acronym ("US Food and Drug Administration" for "FDA")."""
    spans, acronyms = [], set()
    wanted = {acronym for acronym, letters in _acronyms(short) if letters >= min_letters}
    for run in _capitalised_runs(long) if wanted else ():
        initials = "".join(token.word[0] for token in run)
        for acronym in wanted:
            first = initials.find(acronym)
            if first >= 0:
                spans.append(Span(run[first].span.start, run[first + len(acronym) - 1].span.end))
                acronyms.add(acronym)
    return spans, acronyms


@read_once
def _acronyms(reading: TokenizedText) -> list[tuple[str, int]]:
    """The words of a text in capitals, folded, and how many letters each is written with."""
    written = ((token.word, reading.text[slice(*token.span)]) for token in reading.tokens)
    return [(word, len(letters)) for word, letters in written if letters.isalpha() and letters.isupper()]


def _capitalised_runs(reading: TokenizedText) -> Iterator[list[Token]]:
    """Runs of capitalised words, some of them empty. Joiners, spaces, hyphens and "&" do not end a run."""
    run: list[Token] = []
    for index, token in enumerate(reading.tokens):
        if index and reading.text_between(index - 1, index).strip(" -&\n"):
            yield run
            run = []
        if reading.text[token.span.start].isupper():
            run.append(token)
        elif token.word not in JOINERS:
            yield run
            run = []
    yield run


def long_form(acronym: str, reading: TokenizedText) -> Token | None:
    """The first word of what the acronym, in small letters, stands for: two words in a row or more that each begin with
    a letter of it and contain the letters in between ("electroconvulsive therapy" for "ect"). None if there is none or
    the text has more than ``MAX_TOKENS``."""
    if not MIN_LETTERS <= len(acronym) <= MAX_LETTERS or len(reading.tokens) > MAX_TOKENS:
        return None
    tokens = reading.tokens
    for first, token in enumerate(tokens):
        if token.word[0] == acronym[0] and len(token.word) > len(acronym):
            for last in range(first + 2, min(first + len(acronym), len(tokens)) + 1):
                if _abbreviates(acronym, [word.word for word in tokens[first:last]]):
                    return token
    return None


def _abbreviates(acronym: str, words: list[str]) -> bool:
    """Whether the acronym is made of the first letter of each word, each with any later letters of it, in order."""
    first, *rest = words
    if not acronym or acronym[0] != first[0]:
        return False
    if not rest:
        position = 0
        for letter in acronym[1:]:
            position = first.find(letter, position + 1)
            if position < 0:
                return False
        return True
    ends = (end for end in range(1, len(acronym)) if _abbreviates(acronym[:end], [first]))
    return any(_abbreviates(acronym[end:], rest) for end in ends)
