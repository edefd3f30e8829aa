"""The quotations of a draft: what stands in quotation marks or in a Markdown block quote, and whom it is ascribed to.

Of nested marks the outermost count. Up to three words in marks are a term or a doubt ("so-called"), and a few words
that all begin with a capital are a title: neither is a quotation to check. What is opened and never closed is taken to
end with its sentence, unless the next paragraph opens again, as a quotation of several paragraphs does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.text.segmentation import sentences, trim
from index.types import Span

FEWEST = 4
"""Words of a quotation that is checked."""

_CLOSING = {
    "“": '”"‟',
    "„": '“”‟"',
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    '"': '"”',
    "``": "''",
    "‘": "’'",
    "'": "'’",
}
_DOUBLE = re.compile("[“„‟”«»‹›\"]|``|''")
_SINGLE = re.compile("[‘’']")
_ALWAYS = frozenset(("“", "„", "«", "‹", "``"))  # these open wherever they stand, where they do not close
_LEADS = frozenset("([{—–-/“„«‹‘\"'>*_")  # what may stand before a mark that opens
_DEEPEST = 8  # marks that are open at once
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_BLOCK = re.compile(r" {0,3}>")
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_WORD = re.compile(r"[^\W_]+(?:['’\-‐‑][^\W_]+)*")
_TITLE = 14  # words of the longest title
_CLAUSE = re.compile(r"[.!?,;](?:\s|\Z)")  # what a title does not have

_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_PART = rf"(?:{_CAPITAL}\.|{_CAPITAL}[\w’'-]+|de|la|van|von|der|den|al)"
_NAME = rf"(?:{_CAPITAL}\.[ -]?)*{_CAPITAL}[\w’'-]+(?:[^\S\n]+{_PART}){{0,3}}"
_SAYS = (
    r"(?:said|say|says|wrote|writes?|argued|argues?|noted?|notes|explained|explains?|told|claimed|claims?|added|adds?|"
    r"stated?|states|reported|reports?|concluded?|concludes|observed?|observes|remarked|remarks?|puts? it)"
)
_OTHERS = r"(?:\s+(?:et\s+al\.?|(?:and|&)\s+[^\s,()]+))?"
_YEAR = r"(?:\s*\(\s*\d{4}[a-z]?[^()\n]{0,20}\))?"
_BEFORE = (
    re.compile(rf"\b[Aa]ccording\s+to\s+({_NAME}){_OTHERS}{_YEAR}\s*[,:]?\s*$"),
    re.compile(
        rf"(?<![\w.])({_NAME}){_OTHERS}{_YEAR},?\s+(?:(?:has|have|had|\w+ly)\s+)?{_SAYS}(?:\s+that)?\s*[,:]?\s*$"
    ),
    re.compile(rf"(?<![\w.])({_NAME}){_OTHERS}{_YEAR}\s*:\s*$"),
)
_AFTER = (
    re.compile(rf"[\s,.;]*\(\s*(?:see\s+)?({_NAME}){_OTHERS}\s*,?\s+\(?\d{{4}}"),
    re.compile(rf"[\s,]*(?:{_SAYS}|according\s+to)\s+({_NAME})"),
    re.compile(rf"[\s,]*({_NAME}){_OTHERS}\s+(?:(?:has|have|had|\w+ly)\s+)?{_SAYS}\b"),
    re.compile(rf"\s*[—–-]{{1,3}}\s*({_NAME})"),
)
_SIGNED = re.compile(rf"\n[ \t>]*[—–-]{{1,3}}[ \t]*({_NAME})[^\n]*\Z")
_NO_NAME = (  # noqa: SIM905
    "A All An And As At But By For He Her His I If In It Its My No On One Our She So The Their Then There These They "
    "This Those We What When Who You Your"
).split()
_AROUND = 160  # characters beside a quotation in which a name is looked for


@dataclass(frozen=True, slots=True)
class Quotation:
    """``text == draft[span]``, without the marks. ``attributed``: the name that the draft ascribes it to, as far as it
    stands beside it in a usual form. ``closed``: False when the mark that opens it has no other."""

    span: Span
    text: str
    attributed: str | None = None
    closed: bool = True


def find_quotations(draft: str) -> list[Quotation]:
    """In order; none overlaps another."""
    found: list[Quotation] = []
    paragraphs = list(_paragraphs(draft))
    for (span, block), (following, _) in zip(paragraphs, [*paragraphs[1:], (Span(0, 0), False)], strict=False):
        if block:
            found += _blocked(draft, span)
        else:
            found += _marked(draft, span, goes_on=draft[following.start : following.end][:1] in _ALWAYS)
    return found


def _is_quotation(text: str) -> bool:
    words = _WORD.findall(text)
    long = [word for word in words if len(word) > 3]
    title = long and len(words) <= _TITLE and all(word[0].isupper() for word in long) and not _CLAUSE.search(text)
    return len(words) >= FEWEST and not title


def _paragraphs(draft: str) -> Iterator[tuple[Span, bool]]:
    """What stands between blank lines, and whether it is a block quote; fenced code is left out."""
    fenced, block, start, end = False, False, -1, 0
    for line in _LINE.finditer(draft):
        fence, quoted, blank = _FENCE.match(line.group()), bool(_BLOCK.match(line.group())), not line.group().strip()
        if start >= 0 and (fence or blank or quoted != block):
            yield trim(draft, Span(start, end)), block
            start = -1
        if fence:
            fenced = not fenced
        elif not fenced and not blank:
            start, block, end = line.start() if start < 0 else start, quoted, line.end()
    if start >= 0:
        yield trim(draft, Span(start, end)), block


def _blocked(draft: str, span: Span) -> Iterator[Quotation]:
    """A block quote without its first marker, the quotation marks around it and the line that signs it."""
    signed = _SIGNED.search(draft[span.start : span.end])
    text = draft[span.start : span.start + signed.start()] if signed else draft[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip(' \t\r\n>“„«"'))
    inner = Span(start, max(start, span.start + len(text.rstrip(' \t\r\n>”“»"'))))
    if _is_quotation(draft[inner.start : inner.end]):
        name = _name(signed.group(1)) if signed else None
        yield Quotation(inner, draft[inner.start : inner.end], name or _attributed(draft, span))


def _marked(draft: str, span: Span, goes_on: bool) -> Iterator[Quotation]:
    """What stands in marks in one paragraph. ``goes_on``: the next paragraph opens with a mark."""
    place = span.start
    for start, first, last, end in sorted([*_double(draft, span), *_single(draft, span)]):
        if start < place:
            continue
        place = end
        if not _is_quotation(draft[first:last]):
            continue
        closed = last < end or (goes_on and end == span.end)
        if not closed:
            last = end = next((one.end for one in sentences(draft, Span(first, last))), last)
        inner, place = trim(draft, Span(first, last)), end
        if closed or _is_quotation(draft[inner.start : inner.end]):
            yield Quotation(inner, draft[inner.start : inner.end], _attributed(draft, Span(start, end)), closed)


def _double(draft: str, span: Span) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of each mark that opens and of the one that closes it; where there is none, of nothing before the
    next that opens."""
    opened: list[re.Match[str]] = []
    starts: list[int] = []
    lost: list[re.Match[str]] = []
    for match in _DOUBLE.finditer(draft, span.start, span.end):
        depth = _closes(draft, match, span, opened[-_DEEPEST:])
        if depth:
            one, *above = opened[-depth:]
            del opened[-depth:]
            lost += above
            yield (*one.span(), *match.span())
        elif _opens(draft, match, span):
            opened.append(match)
            starts.append(match.start())
    for one in lost + opened:
        after = bisect_right(starts, one.start())
        end = starts[after] if after < len(starts) else span.end
        yield (*one.span(), end, end)


def _closes(draft: str, match: re.Match[str], span: Span, opened: list[re.Match[str]]) -> int:
    """How deep in ``opened`` the mark lies that this one closes, from 1; 0: it closes none."""
    mark = match.group()
    if mark == '"' and _opens(draft, match, span):
        return 0
    depths = (depth for depth, one in enumerate(reversed(opened), 1) if mark in _CLOSING[one.group()])
    return next(depths, 0)


def _opens(draft: str, match: re.Match[str], span: Span) -> bool:
    """A mark with two uses opens where a word begins."""
    before = draft[max(span.start, match.start() - 1) : match.start()]
    after = draft[match.end() : min(match.end() + 1, span.end)]
    if match.group() not in _CLOSING or not after or after.isspace():
        return False
    starts = not before or before.isspace() or before in _LEADS
    return match.group() in _ALWAYS or (starts and (after.isalnum() or after in "[($€£“‘\"'….¿¡"))


def _single(draft: str, span: Span) -> Iterator[tuple[int, int, int, int]]:
    """The same of single marks that are closed. Each may be an apostrophe: a plural's possessive closes nothing where
    another mark does."""
    opening: re.Match[str] | None = None
    possessive: re.Match[str] | None = None
    for match in _SINGLE.finditer(draft, span.start, span.end):
        before, after = draft[match.start() - 1 : match.start()], draft[match.end() : match.end() + 2]
        if match.group() != "’" and _opens(draft, match, span) and not after[:1].isdigit():  # the ’60s
            if opening and possessive:
                yield (*opening.span(), *possessive.span())
            opening, possessive = match, None
        elif opening is None or match.group() == "‘" or after[:1].isalnum() or before.isspace():
            continue
        elif before == "s" and after[:1] == " " and after[1:].islower():
            possessive = possessive or match
        else:
            yield (*opening.span(), *match.span())
            opening = possessive = None
    if opening and possessive:
        yield (*opening.span(), *possessive.span())


def _attributed(draft: str, around: Span) -> str | None:
    """The name beside a quotation; ``around`` holds its marks too."""
    before = draft[max(0, around.start - _AROUND) : around.start]
    after = draft[around.end : around.end + _AROUND]
    found = [*(one.search(before) for one in _BEFORE), *(one.match(after) for one in _AFTER)]
    return next((name for match in found if match and (name := _name(match.group(1)))), None)


def _name(text: str) -> str | None:
    return None if text.split()[0] in _NO_NAME else " ".join(text.split())
