"""Finds the quotations of a draft, in quotation marks or Markdown block quotes, and the name each is attributed to.

Of nested marks the outermost count. Up to three words in marks are a term or scare quotes ("so-called"), and a few
capitalised words are a title: neither is a quotation to check. An unclosed quotation ends with its sentence, unless the
next paragraph opens with a mark again, as a quotation of several paragraphs does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.quotations.people import NAME, SPEECH_VERB
from index.text.analysis import DENSE
from index.text.normal import MARKS
from index.text.segmentation import sentences, trim
from index.types import Span

MIN_WORDS = 4
"""Words that a quotation must have to be checked (a guess)."""

_CLOSING_MARKS = {
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
_DOUBLE_MARK = re.compile("[“„‟”«»‹›\"]|``|''")
_SINGLE_MARK = re.compile("[‘’']")
_ALWAYS_OPENING = frozenset(("“", "„", "«", "‹", "``"))  # these open wherever they do not close
_BEFORE_OPENING = frozenset("([{—–-/“„«‹‘\"'>*_")  # signs that may precede an opening mark
_MAX_DEPTH = 8  # open marks that a closing mark is compared with (a guess)
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_BLOCK_QUOTE = re.compile(r" {0,3}>")
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_WORD = re.compile(rf"[{DENSE}]{{1,2}}|[^\W_{DENSE}]+(?:['’\-‐‑\u00ad\u200b-\u200d\u2060{MARKS}]+[^\W_{DENSE}]+)*")
_MAX_TITLE_WORDS = 14  # a guess
_CLAUSE_END = re.compile(r"[.!?,;](?:\s|\Z)")  # a title has none

# What stands between a verb and the quotation, or between a verb and the name: "told the station that", "its director,"
_OBJECT = r"(?:[^\S\n]+(?!(?:and|but|while|whereas|which|who|whose)\b)[\w’'-]+){0,5}?"
_DESCRIPTION = r"(?:(?!(?:of|for|from|to|with|by|in|at|on|that|and)\b)[a-z][\w’'-]*,?[^\S\n]+){0,6}?"
_COAUTHORS = r"(?:\s+(?:et\s+al\.?|(?:and|&)\s+[^\s,()]+))?"
_YEAR = r"(?:\s*\(\s*\d{4}[a-z]?[^()\n]{0,20}\))?"
_NAME_BEFORE = (
    re.compile(rf"\b[Aa]ccording\s+to\s+({NAME}){_COAUTHORS}{_YEAR}\s*[,:]?\s*$"),
    re.compile(
        rf"(?<![\w.])({NAME}){_COAUTHORS}{_YEAR},?\s+(?:(?:has|have|had|\w+ly)\s+)?{SPEECH_VERB}"
        rf"(?:(?:\s+that)?\s*[,:]?|{_OBJECT}(?:\s+that\s*,?|\s*[,:]))\s*$"
    ),
    re.compile(rf"(?<![\w.])({NAME}){_COAUTHORS}{_YEAR}\s*:\s*$"),
)
_NAME_AFTER = (
    re.compile(rf"[\s,.;]*\(\s*(?:see\s+)?({NAME}){_COAUTHORS}\s*,?\s+\(?\d{{4}}"),
    re.compile(rf"[\s,]*(?:{SPEECH_VERB}|according\s+to)\s+{_DESCRIPTION}({NAME})"),
    re.compile(rf"[\s,]*({NAME}){_COAUTHORS}\s+(?:(?:has|have|had|\w+ly)\s+)?{SPEECH_VERB}\b"),
    re.compile(rf"\s*[—–-]{{1,3}}\s*({NAME})"),
)
_CITED = re.compile(r"\d{4}|[Aa]ccording")
_SIGNATURE = re.compile(rf"\n[ \t>]*[—–-]{{1,3}}[ \t]*({NAME})[^\n]*\Z")
_NOT_NAMES = (  # noqa: SIM905
    "A All An And As At But By For He Her His I If In It Its My No On One Our She So The Their Then There These They "
    "This Those We What When Who You Your"
).split()
_NAME_WINDOW = 160  # characters before and after a quotation that are searched for a name (a guess)


@dataclass(frozen=True, slots=True)
class Quotation:
    """``text == draft[span]``, without the marks. ``attributed_to``: the name beside it that the draft gives for it,
    if any. ``closed``: False when its opening mark is never closed. ``is_cited``: the name may be that of the text it
    is taken from, and not of the speaker: it has a year with it, or an "according to"."""

    span: Span
    text: str
    attributed_to: str | None = None
    closed: bool = True
    is_cited: bool = False


def find_quotations(draft: str) -> list[Quotation]:
    """The quotations of a draft, in order and without overlap."""
    quotations: list[Quotation] = []
    paragraphs = list(_paragraphs(draft))
    for (span, is_block_quote), (following, _) in zip(paragraphs, [*paragraphs[1:], (Span(0, 0), False)], strict=False):
        if is_block_quote:
            quotations += _block_quotation(draft, span)
        else:
            continues = draft[following.start : following.end][:1] in _ALWAYS_OPENING
            quotations += _marked_quotations(draft, span, continues)
    return quotations


def _is_quotation(text: str) -> bool:
    words = _WORD.findall(text)
    long_words = [word for word in words if len(word) > 3]
    is_title = (
        long_words
        and len(words) <= _MAX_TITLE_WORDS
        and all(word[0].isupper() for word in long_words)
        and not _CLAUSE_END.search(text)
    )
    return len(words) >= MIN_WORDS and not is_title


def _paragraphs(draft: str) -> Iterator[tuple[Span, bool]]:
    """The text between blank lines, and whether it is a block quote. Fenced code is left out."""
    fenced, block, start, end = False, False, -1, 0
    for line in _LINE.finditer(draft):
        fence, quoted = _FENCE.match(line.group()), bool(_BLOCK_QUOTE.match(line.group()))
        blank = not line.group().strip()
        if start >= 0 and (fence or blank or quoted != block):
            yield trim(draft, Span(start, end)), block
            start = -1
        if fence:
            fenced = not fenced
        elif not fenced and not blank:
            start, block, end = line.start() if start < 0 else start, quoted, line.end()
    if start >= 0:
        yield trim(draft, Span(start, end)), block


def _block_quotation(draft: str, span: Span) -> Iterator[Quotation]:
    """A block quote without its first marker, the quotation marks around it and its signature line."""
    signature = _SIGNATURE.search(draft[span.start : span.end])
    text = draft[span.start : span.start + signature.start()] if signature else draft[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip(' \t\r\n>“„«"'))
    inner = Span(start, max(start, span.start + len(text.rstrip(' \t\r\n>”“»"'))))
    if _is_quotation(draft[inner.start : inner.end]):
        name = _name(signature.group(1)) if signature else None
        found, is_cited = (name, False) if name else _attributed_name(draft, span)
        yield Quotation(inner, draft[inner.start : inner.end], found, is_cited=is_cited)


def _marked_quotations(draft: str, span: Span, continues: bool) -> Iterator[Quotation]:
    """The quotations in marks in one paragraph. ``continues``: the next paragraph opens with a mark."""
    position = span.start
    for start, first, last, end in sorted([*_double_marks(draft, span), *_single_marks(draft, span)]):
        if start < position:
            continue
        position = end
        if not _is_quotation(draft[first:last]):
            continue
        closed = last < end or (continues and end == span.end)
        if not closed:
            last = end = next((sentence.end for sentence in sentences(draft, Span(first, last))), last)
        inner, position = trim(draft, Span(first, last)), end
        if closed or _is_quotation(draft[inner.start : inner.end]):
            name, is_cited = _attributed_name(draft, Span(start, end))
            yield Quotation(inner, draft[inner.start : inner.end], name, closed, is_cited)


def marked_spans(text: str, span: Span) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of the opening and of the closing mark of each quotation in a paragraph, of nested ones of the
    outermost. One that is never closed ends with the paragraph, or before the next mark, with an empty closing mark."""
    position = span.start
    for marks in sorted([*_double_marks(text, span), *_single_marks(text, span)]):
        if marks[0] >= position:
            yield marks
            position = marks[3]


def _double_marks(draft: str, span: Span) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of each opening mark, and of the mark that closes it. An unclosed one ends before the next opening
    mark, with an empty closing mark."""
    open_marks: list[re.Match[str]] = []
    starts: list[int] = []
    unclosed: list[re.Match[str]] = []
    for match in _DOUBLE_MARK.finditer(draft, span.start, span.end):
        depth = _closed_depth(draft, match, span, open_marks[-_MAX_DEPTH:])
        if depth:
            opening, *inner = open_marks[-depth:]
            del open_marks[-depth:]
            unclosed += inner
            yield (*opening.span(), *match.span())
        elif _opens(draft, match, span):
            open_marks.append(match)
            starts.append(match.start())
    for opening in unclosed + open_marks:
        following = bisect_right(starts, opening.start())
        end = starts[following] if following < len(starts) else span.end
        yield (*opening.span(), end, end)


def _closed_depth(draft: str, match: re.Match[str], span: Span, open_marks: list[re.Match[str]]) -> int:
    """How many of the open marks the mark closes, counted from the last; 0 when it closes none."""
    mark = match.group()
    if mark == '"' and _opens(draft, match, span):
        return 0
    depths = (depth for depth, opening in enumerate(reversed(open_marks), 1) if mark in _CLOSING_MARKS[opening.group()])
    return next(depths, 0)


def _opens(draft: str, match: re.Match[str], span: Span) -> bool:
    """Whether a mark opens. One that may also close opens only at the beginning of a word."""
    before = draft[max(span.start, match.start() - 1) : match.start()]
    after = draft[match.end() : min(match.end() + 1, span.end)]
    if match.group() not in _CLOSING_MARKS or not after or after.isspace():
        return False
    starts_word = not before or before.isspace() or before in _BEFORE_OPENING
    return match.group() in _ALWAYS_OPENING or (starts_word and (after.isalnum() or after in "[($€£“‘\"'….¿¡"))


def _single_marks(draft: str, span: Span) -> Iterator[tuple[int, int, int, int]]:
    """As ``_double_marks``, of single marks that are closed. Each may be an apostrophe: the apostrophe after a plural
    ("dogs'") closes only where no other mark does."""
    opening: re.Match[str] | None = None
    possessive: re.Match[str] | None = None
    for match in _SINGLE_MARK.finditer(draft, span.start, span.end):
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


def _attributed_name(draft: str, marked: Span) -> tuple[str | None, bool]:
    """The name beside a quotation, and whether it is cited. ``marked``: the quotation with its marks."""
    before = draft[max(0, marked.start - _NAME_WINDOW) : marked.start]
    after = draft[marked.end : marked.end + _NAME_WINDOW]
    matches = [
        *(pattern.search(before) for pattern in _NAME_BEFORE),
        *(pattern.match(after) for pattern in _NAME_AFTER),
    ]
    named = ((name, bool(_CITED.search(match[0]))) for match in matches if match and (name := _name(match[1])))
    return next(named, (None, False))


def _name(text: str) -> str | None:
    return None if text.split()[0] in _NOT_NAMES else " ".join(text.split())
