"""Decides which lines of a copied web page belong to its article.

Each line gets a score, and the article is the run of neighbouring lines with the highest sum. A score is a weighted
sum of features; the weights were fitted on one half of a set of news pages and measured on the other half.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from ingest.boilerplate.page import Page
from ingest.boilerplate.phrases import is_edge, is_reply, is_tail_head
from ingest.boilerplate.text_units import TextUnit

# A line with a lower score than its threshold is dropped (log odds, a guess each). The threshold is lower inside the
# article, and lowest for headings and sentences: losing a sentence is worse than keeping a caption.
_MIN_SCORE_OUTSIDE, _MIN_LINE_SCORE, _MIN_HEADING_SCORE, _MIN_SENTENCE_SCORE = -0.5, -1.25, -2.0, -2.5
_MAX_HEADING_WORDS = 12  # a guess
_MAX_COUNTED_WORDS = 60  # a longer line counts as one of so many words (a guess)
_LINE_COST = 2.0  # words that a line outside the article costs a stretch, on top of its own words (a guess)
_MIN_ARTICLE_WORDS = 40  # a guess

_HEAD_CHARS = 600  # only so many characters of a line are searched (a guess)
_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}\b"
    r"|\b\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b20\d\d-\d\d|\b\d{1,2}:\d\d\b"
    r"|\b\d{1,3} ?(?:minute|hour|day|week|month|year|min|hr|h|d|w)s? ago\b",
    re.I,
)
_CREDIT = re.compile(
    r"\b(?:photos?|images?|pictures?|video|illustration|graphic|credits?|caption|file)\b[^.]{0,40}"
    r"(?::|\bby\b|\bvia\b|courtesy)|\bgetty\b|shutterstock|\breuters\b|©|\(ap\b|\bafp\b|[a-z]/[A-Z]",
    re.I,
)
_CALL = re.compile(
    r"\b(?:newsletters?|subscri(?:be|ption)\w*|sign(?:ing)? up|sign in|log in|inbox|e-?mail|cookies?|privacy|terms of"
    r"|free trial|advertis\w+|(?:click|tap) here|download|follow us|contact us|donat\w+|podcasts?|commission|affiliate"
    r"|consent|partners|unsubscribe|read more|watch:|also read|register(?:ed)?)\b",
    re.I,
)
_AUTHOR_BIO = re.compile(
    r"\b(?:is|was) (?:a|an|the|our|also)\b[^.]{0,60}\b(?:reporter|writer|editor|journalist|correspondent|columnist"
    r"|author|contributor|blogger|producer|photographer|freelance\w*|covers|covering)\b"
    r"|\b(?:follow (?:him|her|them)|can be reached|(?:has|have) (?:written|worked) for)\b|\bon twitter\b",
    re.I,
)
_LINK = re.compile(r"https?://|\bwww\.|\w\.(?:com|org|net)\b|pic\.twitter", re.I)

# Log odds that a line belongs to the article (fitted by `python -m bench cleaning --fit`).
WEIGHTS: Mapping[str, float] = {
    "1 or 2 words": -0.8,
    "25 words or more": 0.1,
    "3 to 8 words": -0.2,
    "about a writer": -0.8,
    "after a head of links": -1.7,
    "after the body": -0.9,
    "any": -2.9,
    "before a date": -0.9,
    "before the body": -1.2,
    "blank line after": 0.7,
    "call": -1.0,
    "credit": -1.0,
    "cut off": -0.5,
    "dated": -0.5,
    "entry of a list": 0.9,
    "follows a sentence": 0.2,
    "link": -0.5,
    "phrases within 8": -0.9,
    "replies within 3": -1.3,
    "sentences within 2": 1.7,
    "sentences within 6": 2.0,
    "small letters": 1.8,
    "twice": -0.7,
}

Features = Mapping[str, float]


def lines_outside_article(page: Page) -> Iterator[int]:
    """The indices of the page's lines that do not belong to its article; none when the page has no article."""
    scores = [sum(WEIGHTS[name] * value for name, value in line.items()) for line in features(page)]
    article = best_stretch(page.units, scores)
    kept = page.titles | set(_introduced(page, article)) | set(_standfirst(page, article))
    for i, score in enumerate(scores):
        if article and i not in kept and score < (_min_score(page, i) if i in article else _MIN_SCORE_OUTSIDE):
            yield i


def _introduced(page: Page, article: range) -> Iterator[int]:
    """The entries of lists inside the article that a line with a colon at its end introduces."""
    units, in_list = page.units, False
    for i in article:
        before = units[i - 1] if i > article.start else None
        begins = before is not None and before.text.endswith(":") and i - 1 in page.prose
        in_list = begins or (in_list and not units[i].gap_before)
        if in_list:
            yield i


def _standfirst(page: Page, article: range) -> Iterator[int]:
    """The sentences right below the title that sum the article up."""
    title = max((i for i in page.titles if i < article.start), default=article.start)
    for i in range(title + 1, min(title + 3, article.start)):
        head = page.units[i].text[:_HEAD_CHARS]
        if i in page.prose and not any(pattern.search(head) for pattern in (_DATE, _CREDIT, _CALL)):
            yield i


def _min_score(page: Page, i: int) -> float:
    """The score that a line inside the article needs to stay."""
    if i in page.prose:
        return _MIN_SENTENCE_SCORE
    is_heading = i + 1 in page.prose and page.units[i].words <= _MAX_HEADING_WORDS
    return _MIN_HEADING_SCORE if is_heading else _MIN_LINE_SCORE


def best_stretch(units: Sequence[TextUnit], scores: Sequence[float]) -> range:
    """The run of lines with the largest sum of words weighted by score (Kadane's maximum subarray).

    Lines below the outside threshold count negatively. Empty when no run reaches the length of an article.
    """
    best, start, sum_, best_sum = range(0), 0, 0.0, float(_MIN_ARTICLE_WORDS)
    for i, (unit, score) in enumerate(zip(units, scores, strict=True)):
        if sum_ <= 0:
            start, sum_ = i, 0.0
        weight = min(1.0, max(-1.0, (score - _MIN_SCORE_OUTSIDE) / 2))
        sum_ += weight * min(unit.words, _MAX_COUNTED_WORDS) - (_LINE_COST if weight < 0 else 0)
        if sum_ > best_sum:
            best, best_sum = range(start, i + 1), sum_
    return best


def features(page: Page) -> Iterator[Features]:
    """For each line its features that are not zero, under the names of ``WEIGHTS``.

    They describe the line itself and the lines around it.
    """
    units = page.units
    prose_share = _NeighbourShare([i in page.prose for i in range(len(units))])
    phrase_share = _NeighbourShare(
        [i in page.certain or is_edge(unit.key) or is_tail_head(unit.key) for i, unit in enumerate(units)]
    )
    counts = Counter(unit.text for unit in units if unit.words > 2)
    dated = [unit.words < 12 and _DATE.search(unit.text) is not None for unit in units]
    reply_share = _NeighbourShare([is_reply(unit.key) for unit in units])
    tail = _tail_start(page)
    for i, unit in enumerate(units):
        values = {
            "any": 1.0,
            "follows a sentence": i > 0 and i - 1 in page.prose,
            "sentences within 2": prose_share(i, 2),
            "sentences within 6": prose_share(i, 6),
            "phrases within 8": phrase_share(i, 8),
            "before the body": i < page.body.start,
            "after the body": i >= page.body.stop,
            "after a head of links": i >= tail,
            "before a date": dated[i + 1] if i + 1 < len(units) else False,
            "replies within 3": reply_share(i, 3) > 0,
            "twice": counts[unit.text] > 1,
            "small letters": _lowercase_share(unit) if i in page.prose else 0.0,
        }
        values.update(dict.fromkeys(_line_features(unit), 1.0))
        yield {name: float(value) for name, value in values.items() if value}


def _line_features(unit: TextUnit) -> Iterator[str]:
    """The names of the binary features that hold for the line alone, whatever stands around it."""
    head = unit.text[:_HEAD_CHARS]
    short = unit.words < _MAX_COUNTED_WORDS
    is_set = {
        "1 or 2 words": unit.words <= 2,
        "3 to 8 words": 2 < unit.words <= 8,
        "25 words or more": unit.words >= 25,
        "blank line after": unit.gap_after,
        "entry of a list": unit.is_item,
        "cut off": unit.text.endswith(("...", "…")),
        "dated": unit.words < 30 and _DATE.search(head),
        "credit": short and _CREDIT.search(head),
        "call": short and _CALL.search(head),
        "about a writer": _AUTHOR_BIO.search(head),
        "link": _LINK.search(head),
    }
    return (name for name, value in is_set.items() if value)


class _NeighbourShare:
    """The share (0 to 1) of flagged lines among a line and its neighbours up to ``reach`` lines away."""

    def __init__(self, flags: Sequence[bool]) -> None:
        self._sums = [0, *accumulate(map(int, flags))]

    def __call__(self, i: int, reach: int) -> float:
        start, end = max(0, i - reach), min(len(self._sums) - 1, i + reach + 1)
        return (self._sums[end] - self._sums[start]) / (end - start)


def _lowercase_share(unit: TextUnit) -> float:
    """The share (0 to 1) of words that begin with a lower-case letter."""
    words = unit.text[:_HEAD_CHARS].split()
    return sum(word[0].islower() for word in words) / len(words)


def _tail_start(page: Page) -> int:
    """The first head of a link list, or line that is certainly boilerplate, after most of the running text.

    The number of lines when there is none. A head that recurs stands above links between the paragraphs.
    """
    counts = Counter(unit.key for unit in page.units)
    words = [unit.words if i in page.prose and i in page.body else 0 for i, unit in enumerate(page.units)]
    total, seen = sum(words), 0
    for i, unit in enumerate(page.units):
        seen += words[i]
        is_head = is_tail_head(unit.key) and counts[unit.key] == 1
        late = (is_head and seen > 0.5 * total) or (i in page.certain and seen > 0.9 * total)
        if late and total:
            return i
    return len(page.units)
