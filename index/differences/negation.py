"""What a text denies: a cue such as "not" or "failed", and the words of its clause that it reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.differences.antonyms import DENIALS, NEGATIONS
from index.differences.reading import Reading
from index.types import Span

NEAR = 5  # words after a cue in which what it denies begins
FAR = 20  # words in which, within the clause, a word may be denied too

_CLAUSE = re.compile(r"[,;:.!?()]|\b(?:but|although|though|however|whereas|while|because|which|who)\b")
# What denies nothing, or only for a time.
_ONLY = re.compile(
    r"(?:not|never|no|\w*n['’]t)\s+(?:only|just|merely|least|until|longer|currently|now|yet|anymore|always|"
    r"necessarily|(?:fewer|less|more|later|earlier)\s+than)\b",
    re.I,
)
# "not of stone but of wood" tells what is, not only what is not.
_BUT = re.compile(r"[^,;:.!?()]{1,60}?(?:\s+but\s|,\s+but\s+(?:of|in|on|by|for|from|to|at|with|rather)\s)", re.I)


@dataclass(frozen=True, slots=True)
class Negation:
    """``cue``: the token that denies. ``near`` and ``far``: the content words that it surely and possibly reaches,
    nearest first, by their place. ``span``: from the cue over what is near."""

    cue: int
    near: tuple[int, ...]
    far: tuple[int, ...]
    span: Span


def negations(reading: Reading) -> list[Negation]:
    """Only cues that reach a word."""
    denied = []
    for place, token in enumerate(reading.tokens):
        cue = token.word in NEGATIONS or token.word in DENIALS or token.word.endswith(("n't", "n’t"))
        if cue and not any(form.match(reading.text, token.span.start) for form in (_ONLY, _BUT)):
            denied.append(_reach(reading, place))
    return [one for one in denied if one.near]


def _reach(reading: Reading, cue: int) -> Negation:
    first = reading.tokens[cue].span
    end, content, close = first.end, [], first.end
    for place in range(cue + 1, min(cue + 1 + FAR, len(reading.tokens))):
        token = reading.tokens[place]
        if _CLAUSE.search(reading.text, end, token.span.end):
            break
        if token.stem is not None:
            content.append(place)
        end = token.span.end
        close = end if place <= cue + NEAR else close
    near = tuple(place for place in content if place <= cue + NEAR)
    return Negation(cue, near, tuple(content), Span(first.start, close))


def head(reading: Reading, one: Negation) -> int:
    """The place of the word that is denied: the first that is no manner ("exclusively"), if any is not."""
    return next(place for place in one.near if not reading.tokens[place].word.endswith("ly") or place == one.near[-1])
