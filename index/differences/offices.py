"""Who holds an office: "the coastguard's chief, Ann Holm", against "Henrik Dahl, the head of the coastguard"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.differences.name_words import are_rivals, share_word
from index.differences.tokens import CLOSE, Token, TokenizedText, read_once
from index.differences.types import Difference, DifferenceKind
from index.types import Span

# Each line is an office that one person at a time holds, by its words.
_OFFICES = """
head/chief/leader/boss/director
chief executive/ceo
chairman/chairwoman/chairperson/chair
manager
president
prime minister/premier
minister
mayor
governor
judge
captain/skipper
coach
architect
principal/headteacher/headmaster/headmistress
""".strip().splitlines()
_OFFICE_OF = {word: line.split("/")[0] for line in _OFFICES for word in line.split("/")}
_QUALIFIERS = frozenset("former ex deputy vice acting assistant late new incoming outgoing interim associate".split())  # noqa: SIM905
_SILENT = frozenset(["presiding"])  # it tells which of several judges speaks for them
_ENDS = frozenset("the a an his her its their our my and or to by from with that of for in on at as".split())  # noqa: SIM905
_MAX_WORDS = 3  # words before an office, or after its "of", that tell which it is (a guess)

_TITLE = r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Sir|Dame)\.?\s+)?"
_NAME = (
    r"(?P<name>[A-Z][\w’'-]*[a-z](?:\s+[A-Z]\.)?"
    r"(?:\s+(?:(?:van|von|de|der|den|di|da|la|le|al|bin)\s+){0,2}[A-Z][\w’'-]*[a-z]){1,2})(?![\w’'-])"
)
_OFFICE = rf"(?i:(?P<office>{'|'.join(sorted(_OFFICE_OF, key=len, reverse=True))}))"
_OF = r"(?:\s+of\s+(?P<of>[^\s,.;:!?()]+(?:\s+[^\s,.;:!?()]+){0,3}?))?"
_BEFORE_NAME = re.compile(rf"\b{_OFFICE}{_OF}(?:,\s+|\s+){_TITLE}{_NAME}")
_AFTER_NAME = re.compile(
    rf"(?<![\w-]){_NAME},\s+(?:who\s+is\s+)?(?P<before>(?:[^\s,.;:!?()]+\s+){{0,4}}?)\b{_OFFICE}\b{_OF}(?=[,.;)]|$)"
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with an office. ``words``: of the name, folded; ``of``: the stems of the words that tell which office it
    is; ``names``: those of them with a capital; ``qualifiers``: such as "former"."""

    span: Span
    words: tuple[str, ...]
    office: str
    of: frozenset[str]
    names: frozenset[str]
    qualifiers: frozenset[str]


def differing(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """The offices that each text gives to one person, of whom the other says nothing."""
    left, right = holders(draft), holders(source)
    for mine in left:
        rivals = [other for other in right if _is_same_office(mine, other, draft, source)]
        same = [other for other in left if _is_same_office(mine, other, draft, draft)]
        if len(rivals) == len(same) == 1 and not (_names(source, mine) or _names(draft, rivals[0])):
            note = f"{draft.text[slice(*mine.span)]} against {source.text[slice(*rivals[0].span)]}"
            yield Difference(DifferenceKind.NAME, mine.span, rivals[0].span, note)


def are_of_two_offices(draft: TokenizedText, left: Span, source: TokenizedText, right: Span) -> bool:
    """Whether names at these spans are of people whose offices are called alike but are of two things ("union leader",
    "council leader"), or past and present."""
    first = next((holder for holder in holders(draft) if holder.span == left), None)
    second = next((holder for holder in holders(source) if holder.span == right), None)
    if first is None or second is None or first.office != second.office:
        return False
    are_of_others = bool(first.of and second.of) and first.of.isdisjoint(second.of)
    return are_of_others or _are_apart(first, second)


@read_once
def holders(reading: TokenizedText) -> list[Holder]:
    """Those whose office stands directly before or behind their full name, in order."""
    found: list[Holder] = []
    for pattern in (_BEFORE_NAME, _AFTER_NAME):
        for match in pattern.finditer(reading.text):
            span = Span(*match.span("name"))
            if not any(span.meets(other.span) for other in found):
                found.append(_holder(reading, match, span))
    return sorted(found, key=lambda holder: holder.span)


def _holder(reading: TokenizedText, match: re.Match[str], span: Span) -> Holder:
    before = _until_end(
        reading, reading.tokens[: reading.first_token(match.start("office"))][::-1], match.start("office")
    )
    of = reading.tokens_in(Span(*match.span("of")))[: _MAX_WORDS + 1] if match["of"] else []
    tokens = [token for token in (*before, *of) if token.stem is not None and token.word not in _SILENT]
    qualifiers = frozenset(token.word for token in tokens if token.word in _QUALIFIERS)
    tokens = [token for token in tokens if token.word not in qualifiers]
    named = [
        token
        for token in tokens
        if reading.text[token.span.start].isupper()
        and (token.span.start > 0 or "’" in (text := reading.text[slice(*token.span)]) or "'" in text)
    ]
    return Holder(
        span,
        tuple(token.word for token in reading.tokens_in(span)),
        _OFFICE_OF[match["office"].lower()],
        frozenset(token.stem or "" for token in tokens),
        frozenset(token.stem or "" for token in named),
        qualifiers,
    )


def _until_end(reading: TokenizedText, tokens: list[Token], end: int) -> list[Token]:
    """The words that stand directly before an office, the nearest first: up to an article or a preposition."""
    taken: list[Token] = []
    for token in tokens[:_MAX_WORDS]:
        if token.word in _ENDS or reading.text[token.span.end : end].strip(" -"):
            break
        taken.append(token)
        end = token.span.start
    return taken


def _is_same_office(left: Holder, right: Holder, left_text: TokenizedText, right_text: TokenizedText) -> bool:
    """Whether two offices are one: of the same thing, or, where a text does not say of what, in close texts."""
    if left.office != right.office or _are_apart(left, right):
        return False
    if left.of and right.of:
        return not left.of.isdisjoint(right.of)
    return _share_without_names(left, right, left_text, right_text) >= CLOSE


def _are_apart(left: Holder, right: Holder) -> bool:
    """Whether a word such as "former" or a name ("Norway's", "Sweden's") tells two offices apart."""
    are_of_two_names = bool(left.names and right.names) and left.names.isdisjoint(right.names)
    return left.qualifiers != right.qualifiers or are_of_two_names


def _share_without_names(left: Holder, right: Holder, left_text: TokenizedText, right_text: TokenizedText) -> float:
    """The share of the other content words of the shorter text that the other has too; 0 where it is one word."""
    rest = [
        text.stems - {token.stem for token in text.tokens_in(holder.span)}
        for text, holder in ((left_text, left), (right_text, right))
    ]
    common = rest[0] & rest[1]
    return len(common) / min(map(len, rest)) if len(common) > 1 else 0.0


def _names(text: TokenizedText, holder: Holder) -> bool:
    """Whether a text has the surname of somebody, or a name that may be the same person's."""
    others = [other.words for other in holders(text)]
    if any(share_word(holder.words, other) and not are_rivals(holder.words, other) for other in others):
        return True
    return holder.words[-1] in text.words and not any(other[-1] == holder.words[-1] for other in others)
