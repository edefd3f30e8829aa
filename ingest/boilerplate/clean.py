"""Finds what in a plain text is not the article: menus, calls to action, forms, lists of links, author boxes.

It works line by line and returns spans; the text is not changed. Short lines are matched against known phrases, runs
of short lines before and after the body are judged together, and inside the body only certain phrases are dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from index.types import Span
from ingest.boilerplate.article import lines_outside_article
from ingest.boilerplate.page import Page, certain_units
from ingest.boilerplate.phrases import is_edge, is_reply, is_tail_head
from ingest.boilerplate.text_units import TextUnit, fold, split_units

# Characters. A longer text is a book or a dump, not a page: it has no menus, and judging it would take minutes.
MAX_PAGE_CHARS = 1_000_000

_MAX_PASSES = 6  # a guess
# So many very short lines make a menu, and a teaser above so many of them belongs to it (a guess).
MIN_MENU_LINES = 6
# Running text before or after the body is teasers if its words are at most this share of the body's (a guess).
_MAX_TEASER_SHARE = 0.3
_POSTS_BY = re.compile(
    r"^(?:view all posts|more posts|more (?:articles|stories)|read more|posts|articles) by (?P<name>.{2,60})$"
)
_COMMENTS = re.compile(r"^(?:\d+ (?:comments?|replies|responses|thoughts on .*)|comments?|leave a (?:reply|comment))\b")


Rule = Callable[[Page], Iterable[int]]


def boilerplate_spans(text: str, title: str = "", authors: tuple[str, ...] = ()) -> tuple[Span, ...]:
    """The spans to drop from a page that was copied as plain text, rising and apart.

    ``title`` and ``authors``, where known, help to recognise repeated titles and author boxes. Cleaning the remaining
    text once more drops nothing. A text longer than ``MAX_PAGE_CHARS`` has no boilerplate.
    """
    return _until_stable(text, lambda units: _boilerplate_units(Page(units, fold(title)), authors))


def certain_boilerplate_spans(text: str) -> tuple[Span, ...]:
    """The spans of lines that are boilerplate wherever they stand.

    For texts that were cleaned before, or that are not copied from the web.
    """
    return _until_stable(text, certain_units)


def remove_spans(text: str, dropped: Iterable[Span]) -> str:
    """The text without the dropped spans, which rise and do not overlap."""
    parts, position = [], 0
    for start, end in dropped:
        parts.append(text[position:start])
        position = end
    return "".join([*parts, text[position:]])


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in rising order, merged where they overlap or touch; empty spans are left out."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        elif span.end > span.start:
            merged.append(span)
    return tuple(merged)


def _until_stable(text: str, judge: Callable[[Sequence[TextUnit]], Iterable[int]]) -> tuple[Span, ...]:
    """The spans that ``judge`` drops, repeated on the remaining text until it drops nothing more.

    Once a menu is removed, the next line may turn out to be another copy of the title.
    """
    if len(text) > MAX_PAGE_CHARS:
        return ()
    removed: tuple[Span, ...] = ()
    remaining = text
    for _ in range(_MAX_PASSES):
        units = split_units(remaining)
        dropped = set(judge(units))
        if not dropped:
            break
        removed = merge_spans([*removed, *_mapped_back(_run_spans(units, dropped), removed)])
        remaining = remove_spans(text, removed)
    return removed


def _mapped_back(spans: Iterable[Span], removed: tuple[Span, ...]) -> Iterator[Span]:
    """Spans of the remaining text, as spans of the text before ``removed`` was taken out."""
    shift, ahead = 0, list(reversed(removed))
    for start, end in spans:
        while ahead and ahead[-1].start <= start + shift:
            shift += ahead[-1].end - ahead.pop().start
        begin = start + shift
        while ahead and ahead[-1].start < end + shift:
            shift += ahead[-1].end - ahead.pop().start
        yield Span(begin, end + shift)


def _run_spans(units: Sequence[TextUnit], dropped: set[int]) -> Iterator[Span]:
    """One span for each run of neighbouring dropped units, with the white space between them."""
    for i in sorted(dropped):
        if i - 1 not in dropped:
            last = i
            while last + 1 in dropped:
                last += 1
            yield Span(units[i].start, units[last].end)


def _boilerplate_units(page: Page, authors: tuple[str, ...]) -> set[int]:
    """The indices of the boilerplate units. Rules about position apply only to web copies, not to essays or notes."""
    by_position = {i for rule in RULES for i in rule(page)} if page.is_web_copy else set()
    return by_position | page.certain | page.credits_and_notices | set(_author_box(page, authors))


def _menu_words(page: Page) -> Iterator[int]:
    """Menu words outside the body, next to a certain phrase, or three or more in a row."""
    edges = {i for i, unit in enumerate(page.units) if is_edge(unit.key)}
    phrases = edges | page.certain
    for i in edges if page.body else ():
        outside = i < page.body.start - 1 or i >= page.body.stop
        next_to_certain = i - 1 in page.certain or i + 1 in page.certain
        in_run = any({k, k + 1, k + 2} <= phrases for k in (i - 2, i - 1, i))
        if outside or next_to_certain or in_run:
            yield i


def _menu_bars(page: Page) -> Iterator[int]:
    """Menus on one line, before and after the body."""
    yield from (i for i, unit in enumerate(page.units) if page.body and i not in page.body and unit.is_bar)


def _repeated_titles(page: Page) -> Iterator[int]:
    """All copies of the title but one, and the lines before and between the copies that precede the body.

    The copy that stays is the last exact one before the body.
    """
    exact = [i for i in page.titles if page.units[i].key == page.title]
    head = [i for i in page.titles if i < page.body.start]
    if head and exact:
        title = max((i for i in exact if i in head), default=-1)
        yield from (i for i in range(max(head)) if i != title and (i < min(head) or i not in page.prose))
    yield from (i for i in page.titles if i >= page.body.stop > 0)


def _menu(page: Page) -> Iterator[int]:
    """The labels before the first paragraph, when there are many, and the teasers among them.

    The last two lines before the paragraph stay, because they may be a heading.
    """
    head = range(page.body.start)
    labels = [i for i in head if page.units[i].is_label and not page.units[i].is_item]
    if len(labels) < MIN_MENU_LINES:
        return
    first_title = min((i for i in page.titles if i in head), default=len(head))
    teasers = range(min(labels[-MIN_MENU_LINES], first_title)) if _is_minor(page, head) else range(0)
    for i in head:
        is_menu_label = i in labels and i < page.body.start - 2
        is_teaser = i in teasers and (i in page.prose or page.units[i].words > 2)
        if page.units[i].key != page.title and (is_menu_label or is_teaser):
            yield i


def _is_minor(page: Page, part: range) -> bool:
    """True when a part before or after the body has little running text compared with the body."""
    words = sum(page.units[i].words for i in part if i in page.prose)
    return words <= _MAX_TEASER_SHARE * sum(page.units[i].words for i in page.body if i in page.prose)


def _tail(page: Page) -> Iterator[int]:
    """The lines after the body, from the first one that begins a list of links or a form."""
    rest = range(page.body.stop, len(page.units)) if page.body else range(0)
    signs = [i for i in rest if i in page.certain or is_tail_head(page.units[i].key)]
    edges = [i for i in rest if is_edge(page.units[i].key)]
    signs += edges if signs or len(edges) >= 3 else []
    first_sign = min(signs, default=rest.stop)
    start = first_sign - _titles_before(page, rest.start, first_sign)
    drops_prose = bool(signs) and _is_minor(page, rest)
    yield from (
        i for i in range(start, rest.stop) if not page.units[i].is_item and (drops_prose or i not in page.prose)
    )


def _titles_before(page: Page, start: int, end: int) -> int:
    """The number of titles without digits directly before ``end``; 0 if they are fewer than three, too few for a list
    of links."""
    count = 0
    for i in range(end - 1, start - 1, -1):
        if not page.units[i].is_title_like or page.units[i].has_figures:
            break
        count += 1
    return count if count >= 3 else 0


def _related(page: Page) -> Iterator[int]:
    """Heads like "Related articles" with the titles under them, or, late in the text, with all that follows."""
    total = sum(page.units[i].length for i in page.prose)
    seen = 0  # characters of running text so far
    counts = Counter(unit.key for unit in page.units)  # a head that recurs stands between paragraphs
    for i, unit in enumerate(page.units):
        seen += unit.length if i in page.prose else 0
        if not seen or not is_tail_head(unit.key):
            continue
        comments_follow = seen > 0.4 * total and _is_comments_head(page, i)
        teasers_follow = seen > 0.85 * total and counts[unit.key] == 1 and _is_teasers_head(page, i)
        if comments_follow or teasers_follow:
            yield from range(i, len(page.units))
            return
        links = list(_links_under(page, i))
        yield from [i, *links] if links else ()


def _links_under(page: Page, i: int) -> Iterator[int]:
    """The titles under head ``i``, without the last when a paragraph follows it: it may be the paragraph's heading."""
    for j in range(i + 1, len(page.units)):
        if page.units[j].is_prose or not page.units[j].is_title_like or j + 1 in page.prose:
            return
        yield j


def _is_teasers_head(page: Page, i: int) -> bool:
    """True when titles with teasers follow: a title first, then at least as many short lines as paragraphs."""
    rest = range(i + 1, len(page.units))
    prose = sum(j in page.prose for j in rest)
    return i + 1 < len(page.units) and i + 1 not in page.prose and prose * 2 <= len(rest)


def _is_comments_head(page: Page, i: int) -> bool:
    """True for the head of readers' comments, followed by at least two lines such as "Reply" or "Ann says"."""
    rest = page.units[i + 1 :]
    return bool(_COMMENTS.match(page.units[i].key)) and sum(is_reply(unit.key) for unit in rest) >= 2


def _author_box(page: Page, authors: tuple[str, ...]) -> Iterator[int]:
    """The name above or below "View all posts by …", and paragraphs of the second half that are about an author."""
    boxes = {i: match["name"].strip() for i, unit in enumerate(page.units) if (match := _POSTS_BY.match(unit.key))}
    names = {fold(name) for name in authors} | set(boxes.values())
    middle = len(page.units) // 2
    for i, unit in enumerate(page.units):
        is_name = unit.key in names and (i + 1 in boxes or i - 1 in boxes)
        if is_name or (i >= middle and unit.is_prose and _is_about(fold(unit.text[:120]), names)):
            yield i


def _is_about(head: str, names: set[str]) -> bool:
    """True when the beginning of a paragraph introduces a person of these names."""
    return any(
        head.startswith((f"{n} is a", f"{n} is the ", f"{n} has ", f"{n} writes ", f"{n} covers ")) for n in names
    )


def _directories(page: Page) -> Iterator[int]:
    """Lines "Name – Place, Region" (lists of branches and partners), all of them if three or more follow the body.

    A line before them that ends with a colon goes too.
    """
    lines = [i for i, unit in enumerate(page.units) if unit.is_directory_line and not unit.ends_sentence]
    after_body = [i for i in lines if i >= page.body.stop]
    if len(after_body) < 3 or not page.body:
        return
    yield from lines
    lead = after_body[0] - 1
    if lead >= page.body.stop and page.units[lead].text.endswith(":"):
        yield lead


def _image_names(page: Page) -> Iterator[int]:
    """Names of pictures: two to five lower-case words alone between paragraphs, one of them from the title."""
    for i in page.body[1:-1]:
        unit = page.units[i]
        is_alone = unit.gap_before and unit.gap_after and not unit.wrapped and 2 <= unit.words <= 5
        if (
            is_alone
            and unit.text.islower()
            and unit.text.replace(" ", "").isalpha()
            and page.units[i + 1].text[0].isupper()
        ):
            sentence_is_over = page.units[i - 1].text[-1] not in ",:;"
            if sentence_is_over and any(len(word) > 4 and word[:6] in page.title for word in unit.key.split()):
                yield i


RULES: tuple[Rule, ...] = (
    *(_menu_words, _menu_bars, _repeated_titles, _menu, _directories, _tail, _related, _image_names),
    lines_outside_article,
)
