"""Which parts of a mail's text are not its own: the mails that it answers or forwards, and the signature."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.types import Span
from ingest.boilerplate.clean import merge_spans

_QUOTED = re.compile(r"[ \t]{0,3}>")
# "On 3 May 2024, Ann Sample wrote:", in several languages; it may be wrapped.
_WROTE = (
    r".{0,300}?\b(?:wrote|schrieb\b.{0,80}|a écrit|escribió|ha scritto|schreef\b.{0,80}|escreveu|skrev\b.{0,80})"
    r"\s{0,3}:"
)
_ATTRIBUTIONS = (
    re.compile(r"(?:(?:on|am|le|el|il|op|em|den|dne)\b|\d{1,4}[./-]\d{1,2}[./-])" + _WROTE, re.IGNORECASE | re.DOTALL),
    re.compile(r".{0,80}<[^<>\s]{1,200}@[^<>\s]{1,200}>" + _WROTE, re.IGNORECASE | re.DOTALL),
)
_WHEN_OR_WHO = re.compile(r"\d:\d\d|@")  # without them "On Monday Ann wrote:" may introduce the writer's own text
_DIVIDER = re.compile(
    r"[-_* ]{2,40}(?:original(?:[ -]?message| appointment)?|forwarded message|(?:ur)?sprüngliche nachricht"
    r"|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine|message transféré|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht|begin forwarded message)[-_* :]{0,40}"
    r"|begin forwarded message:|_{20,}",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"[> *]{0,6}\*?(?:from|sent|to|cc|subject|date|von|gesendet|an|betreff|datum|de|envoyé|à|objet|enviado|para|asunto"
    r"|da|inviato|oggetto|van|verzonden|aan|onderwerp)\s?:\*?\s",
    re.IGNORECASE,
)
_MIN_FIELDS = 3  # lines that make the head of an older mail (a guess)
_MAX_SIGNATURE = 12  # lines (a guess): a longer tail after "-- " is text
_ATTRIBUTION_LINES = 4  # lines that an attribution may be wrapped to (a guess)


def foreign_spans(text: str, *, is_forward: bool = False) -> tuple[Span, ...]:
    """The spans of quoted replies, of the mail below the text and of the signature. None when nothing else would be
    left, or, below a divider, when the mail ``is_forward``: then the older mail is what it was sent for."""
    lines = list(_lines(text))
    spans = [*_quoted(text, lines), *_signature(text, lines)]
    older = _older_mail(text, lines)
    if older is not None and not is_forward:
        spans.append(Span(older, len(text)))
    merged = merge_spans(spans)
    remaining = len(text) - sum(span.end - span.start for span in merged)
    is_all = remaining <= 0 or not "".join(_outside(text, merged)).strip()
    return () if is_all else merged


def _outside(text: str, spans: Sequence[Span]) -> Iterator[str]:
    start = 0
    for span in spans:
        yield text[start : span.start]
        start = span.end
    yield text[start:]


def _lines(text: str) -> Iterator[Span]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield Span(start, end)
        start = end + 1


def _quoted(text: str, lines: Sequence[Span]) -> Iterator[Span]:
    """Each run of lines that begin with ">", with the line that says who wrote them."""
    i = 0
    while i < len(lines):
        if not _QUOTED.match(text, *lines[i]):
            i += 1
            continue
        first = _attribution_before(text, lines, i)
        while i < len(lines) and (_QUOTED.match(text, *lines[i]) or _is_gap(text, lines, i)):
            i += 1
        yield Span(lines[first].start, lines[i - 1].end)


def _is_gap(text: str, lines: Sequence[Span], i: int) -> bool:
    """A blank line between two quoted ones."""
    return not text[slice(*lines[i])].strip() and i + 1 < len(lines) and _QUOTED.match(text, *lines[i + 1]) is not None


def _attribution_before(text: str, lines: Sequence[Span], i: int) -> int:
    """The first line of "On … wrote:" above line ``i``, else ``i``."""
    last = i - 1
    while last >= 0 and not text[slice(*lines[last])].strip() and i - last <= 2:
        last -= 1
    nearest = range(last, max(-1, last - _ATTRIBUTION_LINES), -1)
    matching = (
        first
        for attribution in _ATTRIBUTIONS
        for first in nearest
        if attribution.fullmatch(text[lines[first].start : lines[last].end].strip()[:500])
    )
    return next(matching, i)


def _older_mail(text: str, lines: Sequence[Span]) -> int | None:
    """Where a mail below begins: at a divider, at a head of several fields, or at "On … wrote:" over unmarked lines."""
    for i, line in enumerate(lines):
        content = text[slice(*line)].strip()
        if len(content) > 3 and _DIVIDER.fullmatch(content) and _has_head(text, lines, i + 1):
            return line.start
        if _FIELD.match(content) and _has_head(text, lines, i):
            return line.start
        first = _attribution_before(text, lines, i + 1) if content.endswith(":") else i + 1
        if first <= i and _WHEN_OR_WHO.search(text, lines[first].start, line.end):
            return lines[first].start
    return None


def _has_head(text: str, lines: Sequence[Span], i: int) -> bool:
    """Whether several fields of a mail stand in the lines from ``i`` on."""
    near = [content for line in lines[i : i + 10] if (content := text[slice(*line)].strip())]
    return sum(_FIELD.match(content + " ") is not None for content in near[: _MIN_FIELDS + 2]) >= _MIN_FIELDS


def _signature(text: str, lines: Sequence[Span]) -> Iterator[Span]:
    """What follows the last line "-- "."""
    marks = [i for i, line in enumerate(lines) if text[slice(*line)].rstrip("\r") in ("-- ", "--", "--\xa0")]
    if marks and len(lines) - marks[-1] <= _MAX_SIGNATURE:
        yield Span(lines[marks[-1]].start, len(text))
