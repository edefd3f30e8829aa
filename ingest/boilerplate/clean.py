"""What in a plain text is not the article: menus, calls, forms, link lists, author boxes. No text is changed.

A text copied from a web page is looked at line by line. Short lines are matched against phrases, runs of short lines
at the head and the tail are judged together, and the body is left alone but for phrases that are certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from index.types import Span
from ingest.boilerplate.article import beside_article
from ingest.boilerplate.page import Page, certain_units
from ingest.boilerplate.phrases import is_edge, is_reply, is_tail_head
from ingest.boilerplate.units import TextUnit, folded, units_of

# A text longer than this is a book or a dump, not a page: it has no menus, and judging it would take minutes.
LONGEST_PAGE = 1_000_000

_MAX_PASSES = 6
# So many very short lines are a menu; a teaser goes with it when so many follow the teaser.
_MENU_LINES = 6
# Running text outside of the body is a teaser only while it is this small a part of the body.
_MOST_ASIDE = 0.3
_BIO = re.compile(
    r"^(?:view all posts|more posts|more (?:articles|stories)|read more|posts|articles) by (?P<name>.{2,60})$"
)
_COMMENTS = re.compile(r"^(?:\d+ (?:comments?|replies|responses|thoughts on .*)|comments?|leave a (?:reply|comment))\b")


Rule = Callable[[Page], Iterable[int]]


def boilerplate(text: str, title: str = "", authors: tuple[str, ...] = ()) -> tuple[Span, ...]:
    """What to leave out of a page that was copied as plain text. ``title`` and ``authors`` help to see what repeats.

    Cleaning what is left again drops nothing more.
    """
    return _until_stable(text, lambda units: _judge(Page(units, folded(title)), authors))


def certain_boilerplate(text: str) -> tuple[Span, ...]:
    """Only lines that are boilerplate wherever they stand: for texts that were cleaned, or are no web copies."""
    return _until_stable(text, certain_units)


def without(text: str, dropped: Iterable[Span]) -> str:
    """The text with the dropped spans left out."""
    parts, at = [], 0
    for start, end in dropped:
        parts.append(text[at:start])
        at = end
    return "".join([*parts, text[at:]])


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same characters as rising spans that neither overlap nor touch."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        elif span.end > span.start:
            out.append(span)
    return tuple(out)


def _until_stable(text: str, judge: Callable[[Sequence[TextUnit]], Iterable[int]]) -> tuple[Span, ...]:
    """Judges what is left until nothing more goes: a menu gone may show the next line to be the title again."""
    if len(text) > LONGEST_PAGE:
        return ()
    gone: tuple[Span, ...] = ()
    left = text
    for _ in range(_MAX_PASSES):
        units = units_of(left)
        dropped = set(judge(units))
        if not dropped:
            break
        gone = joined([*gone, *_mapped_back(_runs(units, dropped), gone)])
        left = without(text, gone)
    return gone


def _mapped_back(spans: Iterable[Span], gone: tuple[Span, ...]) -> Iterator[Span]:
    """Spans of what was left, as spans of the text before ``gone`` was taken out."""
    shift, ahead = 0, list(reversed(gone))
    for start, end in spans:
        while ahead and ahead[-1].start <= start + shift:
            shift += ahead[-1].end - ahead.pop().start
        begin = start + shift
        while ahead and ahead[-1].start < end + shift:
            shift += ahead[-1].end - ahead.pop().start
        yield Span(begin, end + shift)


def _runs(units: Sequence[TextUnit], dropped: set[int]) -> Iterator[Span]:
    """Neighbouring units as one span each, with the white space between them."""
    for i in sorted(dropped):
        if i - 1 not in dropped:
            last = i
            while last + 1 in dropped:
                last += 1
            yield Span(units[i].start, units[last].end)


def _judge(page: Page, authors: tuple[str, ...]) -> set[int]:
    """A text that is no web copy, an essay or notes, loses nothing by where its lines stand."""
    found = {i for rule in RULES for i in rule(page)} if page.is_web_copy else set()
    return found | page.certain | set(_author_box(page, authors))


def _edges(page: Page) -> Iterator[int]:
    """Menu words: boilerplate before the first and after the last paragraph, beside other boilerplate, or in runs."""
    edges = {i for i, unit in enumerate(page.units) if is_edge(unit.key)}
    both = edges | page.certain
    for i in edges if page.body else ():
        outside = i < page.body.start - 1 or i >= page.body.stop
        beside = i - 1 in page.certain or i + 1 in page.certain
        run = any({k, k + 1, k + 2} <= both for k in (i - 2, i - 1, i))
        if outside or beside or run:
            yield i


def _bars(page: Page) -> Iterator[int]:
    """Menus on one line, above and below the body."""
    yield from (i for i, unit in enumerate(page.units) if page.body and i not in page.body and unit.is_bar)


def _repeated_titles(page: Page) -> Iterator[int]:
    """All but one of the title's copies before the text, what stands before and between them, and copies after it."""
    exact = [i for i in page.titles if page.units[i].key == page.title]
    head = [i for i in page.titles if i < page.body.start]
    if head and exact:
        kept = max((i for i in exact if i in head), default=-1)
        yield from (i for i in range(max(head)) if i != kept and (i < min(head) or i not in page.prose))
    yield from (i for i in page.titles if i >= page.body.stop > 0)


def _menu(page: Page) -> Iterator[int]:
    """A run of many very short lines before the first paragraph, with the teasers in it; the last lines before the
    paragraph may be a heading."""
    head = range(page.body.start)
    labels = [i for i in head if page.units[i].is_label and not page.units[i].is_item]
    if len(labels) < _MENU_LINES:
        return
    above_title = min((i for i in page.titles if i in head), default=len(head))
    teasers = range(min(labels[-_MENU_LINES], above_title)) if _is_aside(page, head) else range(0)
    for i in head:
        label = i in labels and i < page.body.start - 2
        teaser = i in teasers and (i in page.prose or page.units[i].words > 2)
        if page.units[i].key != page.title and (label or teaser):
            yield i


def _is_aside(page: Page, part: range) -> bool:
    """True when the running text of a part before or after the body is little beside the body's."""
    words = sum(page.units[i].words for i in part if i in page.prose)
    return words <= _MOST_ASIDE * sum(page.units[i].words for i in page.body if i in page.prose)


def _tail(page: Page) -> Iterator[int]:
    """What follows the last paragraph, from the first line on that shows it to be links or a form."""
    rest = range(page.body.stop, len(page.units)) if page.body else range(0)
    signs = [i for i in rest if i in page.certain or is_tail_head(page.units[i].key)]
    edges = [i for i in rest if is_edge(page.units[i].key)]
    signs += edges if signs or len(edges) >= 3 else []
    end = min(signs, default=rest.stop)
    start = end - _titles_before(page, rest.start, end)
    teasers = bool(signs) and _is_aside(page, rest)
    yield from (i for i in range(start, rest.stop) if not page.units[i].is_item and (teasers or i not in page.prose))


def _titles_before(page: Page, start: int, end: int) -> int:
    """How many titles without figures stand in a row before ``end``, when they are enough to be a list of links."""
    count = 0
    for i in range(end - 1, start - 1, -1):
        if not page.units[i].is_title_like or page.units[i].has_figures:
            break
        count += 1
    return count if count >= 3 else 0


def _related(page: Page) -> Iterator[int]:
    """Under "Related articles" and its like: the titles that follow, and near the end all that follows."""
    total = sum(page.units[i].length for i in page.prose)
    seen = 0
    for i, unit in enumerate(page.units):
        seen += unit.length if i in page.prose else 0
        if not seen or not is_tail_head(unit.key):
            continue
        if (seen > 0.4 * total and _is_discussion(page, i)) or (seen > 0.85 * total and _is_listing(page, i)):
            yield from range(i, len(page.units))
            return
        links = list(_links_under(page, i))
        yield from [i, *links] if links else ()


def _links_under(page: Page, i: int) -> Iterator[int]:
    """The titles under such a head; the last is left when a paragraph follows, for it may be that one's heading."""
    for j in range(i + 1, len(page.units)):
        if page.units[j].is_prose or not page.units[j].is_title_like or j + 1 in page.prose:
            return
        yield j


def _is_listing(page: Page, i: int) -> bool:
    """True when what follows begins with a title and has more short lines than paragraphs: titles with teasers."""
    rest = range(i + 1, len(page.units))
    prose = sum(j in page.prose for j in rest)
    return i + 1 < len(page.units) and i + 1 not in page.prose and prose * 2 <= len(rest)


def _is_discussion(page: Page, i: int) -> bool:
    """True when readers' comments follow: their names and "Reply" links betray them."""
    rest = page.units[i + 1 :]
    return bool(_COMMENTS.match(page.units[i].key)) and sum(is_reply(unit.key) for unit in rest) >= 2


def _author_box(page: Page, authors: tuple[str, ...]) -> Iterator[int]:
    """The box after an article: the name, "View all posts by …", and the paragraph about the person."""
    boxes = {i: found["name"].strip() for i, unit in enumerate(page.units) if (found := _BIO.match(unit.key))}
    names = {folded(name) for name in authors} | set(boxes.values())
    late = len(page.units) // 2
    for i, unit in enumerate(page.units):
        name = unit.key in names and (i + 1 in boxes or i - 1 in boxes)
        if name or (i >= late and unit.is_prose and _is_about(folded(unit.text[:120]), names)):
            yield i


def _is_about(head: str, names: set[str]) -> bool:
    return any(
        head.startswith((f"{n} is a", f"{n} is the ", f"{n} has ", f"{n} writes ", f"{n} covers ")) for n in names
    )


def _directories(page: Page) -> Iterator[int]:
    """Lists of branches and partners, "Name – Place, Region" a line, where they close the page; then all such lines."""
    lines = [i for i, unit in enumerate(page.units) if unit.is_directory_line and not unit.ends_sentence]
    at_end = [i for i in lines if i >= page.body.stop]
    if len(at_end) < 3 or not page.body:
        return
    yield from lines
    lead = at_end[0] - 1
    if lead >= page.body.stop and page.units[lead].text.endswith(":"):
        yield lead


def _image_names(page: Page) -> Iterator[int]:
    """What a picture was called: a few small-letter words alone between paragraphs, one of them from the title."""
    for i in page.body[1:-1]:
        unit = page.units[i]
        alone = unit.gap and unit.gap_after and not unit.wrapped and 2 <= unit.words <= 5
        if (
            alone
            and unit.text.islower()
            and unit.text.replace(" ", "").isalpha()
            and page.units[i + 1].text[0].isupper()
        ):
            starts_anew = page.units[i - 1].text[-1] not in ",:;"
            if starts_anew and any(len(word) > 4 and word[:6] in page.title for word in unit.key.split()):
                yield i


RULES: tuple[Rule, ...] = (
    *(_edges, _bars, _repeated_titles, _menu, _directories, _tail, _related, _image_names),
    beside_article,
)
