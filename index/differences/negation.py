"""What a text denies: a cue such as "not" or "failed" and the words of its clause in its scope."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.differences.antonyms import ALMOST, DENIAL_CUES, NEGATION_CUES, SPARED
from index.differences.tokens import TokenizedText
from index.types import Span

NEAR = 5  # words after a cue that it surely denies (a guess)
FAR = 20  # words after a cue, within the clause, that it may deny (a guess)

_CLAUSE = re.compile(r"[,;:.!?()]|\b(?:but|although|though|however|whereas|while|because|which|who)\b")
_AUXILIARIES = frozenset("is are was were be been being has have had will would".split())  # noqa: SIM905
# Phrases that deny nothing, or only for a time.
_ONLY = re.compile(
    r"(?:not|never|no|\w*n['’]t)\s+(?:only|just|merely|least|until|longer|currently|now|yet|anymore|always|"
    r"necessarily|(?:fewer|less|more|later|earlier)\s+than)\b",
    re.I,
)
# A denial that holds for a time only: "no one came for 100 days" is no "nobody came".
_FOR_A_TIME = re.compile(
    r"[^,;:.!?()]{0,100}?\b(?:since|until|till|(?:for|in) (?:[\w.,'’-]+ ){0,4}?"
    r"(?:hours|days|weeks|months|years|decades|centuries|a (?:day|week|month|year|decade|century|while)))\b",
    re.I,
)
# "not of stone but of wood" also says what is the case, so it is not read as a negation.
_BUT = re.compile(r"[^,;:.!?()]{1,60}?(?:\s+but\s|,\s+but\s+(?:of|in|on|by|for|from|to|at|with|rather)\s)", re.I)


@dataclass(frozen=True, slots=True)
class Negation:
    """``cue``: the index of the token that denies. ``scope`` and ``wide_scope``: the indices of the content words that
    it surely and possibly denies, nearest first. ``span``: the cue and up to ``NEAR`` words after it."""

    cue: int
    scope: tuple[int, ...]
    wide_scope: tuple[int, ...]
    span: Span


def negations(reading: TokenizedText) -> list[Negation]:
    """The negations of a text in order; cues with an empty scope are left out, and those that another one denies ("did
    not fail to")."""
    candidates = []
    for index, token in enumerate(reading.tokens):
        is_cue = token.word in NEGATION_CUES or token.word in DENIAL_CUES or token.word.endswith(("n't", "n’t"))
        is_cue = is_cue or (token.word in ALMOST and _is_spared(reading, index + 1))
        if is_cue and not any(pattern.match(reading.text, token.span.start) for pattern in (_ONLY, _BUT, _FOR_A_TIME)):
            candidates.append(_negation(reading, index))
    denied = {index for negation in candidates for index in negation.scope}
    return [negation for negation in candidates if negation.scope and negation.cue not in denied]


def _is_spared(reading: TokenizedText, index: int) -> bool:
    """Whether the word is one of what did not happen if it "nearly" did."""
    return index < len(reading.tokens) and reading.tokens[index].word in SPARED


def _negation(reading: TokenizedText, cue: int) -> Negation:
    first = reading.tokens[cue].span
    end, content, scope_end = first.end, [], first.end
    for index in range(cue + 1, min(cue + 1 + FAR, len(reading.tokens))):
        token = reading.tokens[index]
        if _CLAUSE.search(reading.text, end, token.span.end):
            break
        if token.stem is not None and not _is_in_cue(reading, index):
            content.append(index)
        end = token.span.end
        scope_end = end if index <= cue + NEAR else scope_end
    scope = tuple(index for index in content if index <= cue + NEAR)
    return Negation(cue, scope, tuple(content), Span(first.start, scope_end))


def _is_in_cue(reading: TokenizedText, index: int) -> bool:
    """Whether it is the second word of "no one"."""
    return reading.tokens[index].word == "one" and reading.tokens[index - 1].word == "no"


def head(reading: TokenizedText, negation: Negation) -> int:
    """The index of the token that is denied: the first content word in scope that is no adverb of manner
    ("exclusively"), else the last one."""
    scope = negation.scope
    return next(index for index in scope if not reading.tokens[index].word.endswith("ly") or index == scope[-1])


def denied(reading: TokenizedText, negation: Negation) -> list[int]:
    """The indices of the words that are surely denied: the head, and after "no" and a noun its verb ("no jobs were
    lost")."""
    first = head(reading, negation)
    if reading.tokens[negation.cue].word != "no":
        return [first]
    verb = first + 1
    while verb < len(reading.tokens) and reading.tokens[verb].word in _AUXILIARIES:
        verb += 1
    return [first, verb] if verb > first + 1 and verb in negation.scope else [first]
