"""What a text denies: a cue such as "not" or "failed" and the words of its clause in its scope."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.differences.antonyms import ALMOST, DENIAL_CUES, FREQUENCIES, NEGATION_CUES, SPARED
from index.differences.tokens import TokenizedText, read_once
from index.text.lexicon import NUMBER_WORDS, TENS
from index.types import Span

NEAR = 5  # words after a cue that it surely denies (a guess)
FAR = 20  # words after a cue, within the clause, that it may deny (a guess)

_CLAUSE = re.compile(r"[,;:.!?()]|\b(?:but|although|though|however|whereas|while|because|which|who)\b")
PASSIVE = frozenset("is are was were be been being".split())  # noqa: SIM905
AUXILIARIES = PASSIVE | frozenset("has have had will would did does do can could may might should".split())  # noqa: SIM905
_FIGURE = rf"(?:\d|(?:{'|'.join((*NUMBER_WORDS, *TENS))})\b)"
_NOT = r"(?:not|never|no|\w*n['’]t)\s+"
# Phrases that deny nothing.
_NO_DENIAL = re.compile(
    rf"{_NOT}(?:only|just|merely|least|until|(?:fewer|less|more|later|earlier)\s+than)\b"
    # it bounds a figure: "nobody may bring more than four"
    rf"|(?:{_NOT}|nobody\s+|no\s+one\s+|none\s+)(?:[\w’'-]+\s+){{0,4}}?"
    rf"(?:more|less|fewer|longer|higher|shorter|lower|larger|smaller|older|younger)\s+than\s+(?:an?\s+)?{_FIGURE}",
    re.I,
)
# A verb that denies what follows it has nothing to deny in "was stopped after a week" and "was refused by the mayor".
_WITHOUT_OBJECT = re.compile(r"\w+\s+(?:after|before|in|on|at|by|when|during|as|and|or|because|while)\b", re.I)
# What denies only that something is so throughout, or more so: "not all patients" says that some are, "swayed no more
# than after placebo" that they swayed.
_DEGREE = re.compile(
    rf"{_NOT}(?P<compared>more|less|fewer|(?!other|further)\w{{2,}}er|worse)\b(?=[^.;:!?()]{{0,80}}\bthan\b)"
    rf"|(?:{_NOT}|(?:not|never|\w*n['’]t)\s+(?:(?!(?:at|after|but)\b)[\w’'-]+\s+){{1,4}}?(?=(?:all|every|each|both)\b))"
    r"(?P<degree>all(?!\s+(?:over|along))|every\w*|both|each|always|necessarily|entirely|completely|fully|wholly|totally)\b",
    re.I,
)
# A denial that holds for a time, or on a condition, only: "no one came for 100 days" is no "nobody came".
_LIMIT = re.compile(
    rf"(?P<now>{_NOT}(?:longer|currently|now|yet|anymore))\b"
    r"|[^,;:.!?()]{0,100}?\b(?P<then>(?:since|until|till|before|unless|without)\b(?:\s+(?:the|an?|any|its|their|his|her)\b)?"
    r"(?:\s+[\w'’-]+)?|(?:for|in) (?:[\w.,'’-]+ ){0,4}?"
    r"(?:hours|days|weeks|months|years|decades|centuries|a (?:day|week|month|year|decade|century|while))\b)",
    re.I,
)
_BEFOREHAND = re.compile(
    r"(?:^|[.;:!?]\s+)(?P<until>(?:before|until|till|prior\s+to)\s+(?!(?:this|that|then|now|date)\b)[\w'’-]+)[^.;:!?]*$",
    re.I,
)
_SUPPOSED = re.compile(r"\b(?:would|could|might)\b", re.I)
_SENTENCE_END = re.compile(r"[.;:!?](?!\d)")
_RAN_OUT = re.compile(r"(?:ran|runs?|running) out of\b", re.I)
_DENIED_OBJECT = frozenset(("no", "nothing", "nobody", "none", "neither"))
# "not of stone but of wood" also says what is the case, so it is not read as a negation.
_BUT = re.compile(r"[^,;:.!?()]{1,60}?(?:\s+but\s|,\s+but\s+(?:of|in|on|by|for|from|to|at|with|rather)\s)", re.I)


@dataclass(frozen=True, slots=True)
class Negation:
    """``cue``: the index of the token that denies. ``scope`` and ``wide_scope``: the indices of the content words that
    it surely and possibly denies, nearest first. ``span``: the cue and up to ``NEAR`` words after it. ``limit``: the
    words, in small letters, of the time or condition to which it is limited ("since 1990"), "" without one.
    ``degree``: the index of the only word that is denied, "all" of "not all" and of "not taken from all", "more" of "no
    more than after placebo"; else -1."""

    cue: int
    scope: tuple[int, ...]
    wide_scope: tuple[int, ...]
    span: Span
    limit: str = ""
    degree: int = -1


@read_once
def negations(reading: TokenizedText) -> list[Negation]:
    """The negations of a text in order; cues with an empty scope are left out, and those that another one denies ("did
    not fail to")."""
    candidates: list[Negation] = []
    for index, token in enumerate(reading.tokens):
        if _is_cue(reading, index) and not any(
            pattern.match(reading.text, token.span.start) for pattern in (_NO_DENIAL, _BUT)
        ):
            limit = _limit(reading, index, candidates[-1] if candidates else None)
            candidates.append(_negation(reading, index, limit))
    denied = {index for negation in candidates for index in negation.scope}
    return [negation for negation in candidates if negation.scope and negation.cue not in denied]


def _is_cue(reading: TokenizedText, index: int) -> bool:
    token = reading.tokens[index]
    if token.word in DENIAL_CUES:
        return not _WITHOUT_OBJECT.match(reading.text, token.span.start)
    if token.word in NEGATION_CUES or token.word.endswith(("n't", "n’t")):
        return True
    return bool(
        (token.word in ALMOST and _is_spared(reading, index + 1)) or _RAN_OUT.match(reading.text, token.span.start)
    )


def _limit(reading: TokenizedText, cue: int, before: Negation | None) -> str:
    """The words that limit a denial, "" if none do. "Without" in a denial ("not without a vote") and in what is only
    supposed ("without the dam it would be flooded") is a condition itself."""
    start, word = reading.tokens[cue].span.start, reading.tokens[cue].word
    if word == "without":
        in_denial = before is not None and before.limit.startswith(word)
        ends = [match.end() for match in _SENTENCE_END.finditer(reading.text, 0, start)]
        end = _SENTENCE_END.search(reading.text, start)
        is_supposed = _SUPPOSED.search(reading.text, ends[-1] if ends else 0, end.start() if end else len(reading.text))
        return word if in_denial or is_supposed else ""
    limit = _LIMIT.match(reading.text, start)
    if limit is None:
        beforehand = _BEFOREHAND.search(reading.text, 0, start)  # "before 2006 it was not controlled"
        return beforehand["until"].lower() if beforehand else ""
    return (limit["now"] or limit["then"]).lower()


def _is_spared(reading: TokenizedText, index: int) -> bool:
    """Whether the word is one of what did not happen if it "nearly" did."""
    return index < len(reading.tokens) and reading.tokens[index].word in SPARED


def _negation(reading: TokenizedText, cue: int, limit: str) -> Negation:
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
    partial = _DEGREE.match(reading.text, first.start)
    degree = reading.first_token(partial.start(partial.lastgroup or 0)) if partial else -1
    partly = [degree] if partial and degree not in content else []  # "all" has no content
    wide_scope = (*partly, *content, *_verb_of_denied_object(reading, cue))
    return Negation(cue, scope, wide_scope, Span(first.start, scope_end), limit, degree)


def _verb_of_denied_object(reading: TokenizedText, cue: int) -> list[int]:
    """The verb next to its object, which it denies too: "reached no agreement" is "did not reach an agreement"."""
    has_object = reading.tokens[cue].word in _DENIED_OBJECT and cue > 0 and reading.tokens[cue - 1].stem is not None
    return [cue - 1] if has_object and reading.text_between(cue - 1, cue).isspace() else []


def _is_in_cue(reading: TokenizedText, index: int) -> bool:
    """Whether it is the second word of "no one"."""
    return reading.tokens[index].word == "one" and reading.tokens[index - 1].word == "no"


def head(reading: TokenizedText, negation: Negation) -> int:
    """The index of the token that is denied: the first content word in scope that is no adverb
    ("exclusively", "often"), else the last one; of a partial denial the word after the cue."""
    scope = negation.scope
    if negation.degree >= 0:
        return negation.degree
    return next(index for index in scope if not _is_adverb(reading.tokens[index].word) or index == scope[-1])


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") or word in FREQUENCIES


def weakened(reading: TokenizedText, negation: Negation) -> int:
    """The index of the word before a negation and its auxiliaries: "usually" of "usually does not". -1 at the start."""
    index = negation.cue - 1
    while index >= 0 and reading.tokens[index].word in AUXILIARIES:
        index -= 1
    return index


def denied(reading: TokenizedText, negation: Negation) -> list[int]:
    """The indices of the words that are surely denied: the head, and after "no" and a noun its verb ("no jobs were
    lost")."""
    first = head(reading, negation)
    if reading.tokens[negation.cue].word != "no":
        return [first]
    verb = first + 1
    while verb < len(reading.tokens) and reading.tokens[verb].word in AUXILIARIES:
        verb += 1
    return [first, verb] if verb > first + 1 and verb in negation.scope else [first]
