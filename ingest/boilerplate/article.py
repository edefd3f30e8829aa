"""Which lines of a copied web page are its article: a score for each line, and the stretch that has the most of it.

A score is a sum of weights, fitted on one half of a set of news pages and measured on the other
(``python -m bench cleaning --fit``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from ingest.boilerplate.page import Page
from ingest.boilerplate.phrases import is_edge, is_reply, is_tail_head
from ingest.boilerplate.units import TextUnit

# A line outside of the article needs a score of this much to stay. Inside, it must be less like an article to go, a
# sentence or a heading much less: a sentence lost is worse than a caption left.
_OUTSIDE, _LINE_INSIDE, _HEADING_INSIDE, _SENTENCE_INSIDE = -0.5, -1.25, -2.0, -2.5
_MOST_HEADING_WORDS = 12
_MOST_WORDS = 60  # of a line, that count
_SHORT_LINE_COST = 2.0  # of a line that is no article, beside its words
_FEWEST_WORDS = 40  # of an article

_HEAD = 600  # characters of a line that are looked at
_DATED = re.compile(
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
_ABOUT_A_WRITER = re.compile(
    r"\b(?:is|was) (?:a|an|the|our|also)\b[^.]{0,60}\b(?:reporter|writer|editor|journalist|correspondent|columnist"
    r"|author|contributor|blogger|producer|photographer|freelance\w*|covers|covering)\b"
    r"|\b(?:follow (?:him|her|them)|can be reached|(?:has|have) (?:written|worked) for)\b|\bon twitter\b",
    re.I,
)
_LINK = re.compile(r"https?://|\bwww\.|\w\.(?:com|org|net)\b|pic\.twitter", re.I)

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


def beside_article(page: Page) -> Iterator[int]:
    """The lines of a copied page that are not its article; none when it has none."""
    scores = [sum(WEIGHTS[name] * value for name, value in one.items()) for one in features(page)]
    stretch = best_stretch(page.units, scores)
    for i, score in enumerate(scores):
        if stretch and i not in page.titles and score < (_needed_inside(page, i) if i in stretch else _OUTSIDE):
            yield i


def _needed_inside(page: Page, i: int) -> float:
    if i in page.prose:
        return _SENTENCE_INSIDE
    leads = i + 1 in page.prose and page.units[i].words <= _MOST_HEADING_WORDS
    return _HEADING_INSIDE if leads else _LINE_INSIDE


def best_stretch(units: Sequence[TextUnit], scores: Sequence[float]) -> range:
    """The neighbouring lines with the most words of high score and the fewest others; empty when they are too few."""
    best, start, sum_, best_sum = range(0), 0, 0.0, float(_FEWEST_WORDS)
    for i, (unit, score) in enumerate(zip(units, scores, strict=True)):
        if sum_ <= 0:
            start, sum_ = i, 0.0
        likely = min(1.0, max(-1.0, (score - _OUTSIDE) / 2))
        sum_ += likely * min(unit.words, _MOST_WORDS) - (_SHORT_LINE_COST if likely < 0 else 0)
        if sum_ > best_sum:
            best, best_sum = range(start, i + 1), sum_
    return best


def features(page: Page) -> Iterator[Features]:
    """What there is to say of each line, by the names of ``WEIGHTS``: of itself and of the lines around it."""
    units = page.units
    prose = _Shares([i in page.prose for i in range(len(units))])
    phrase = _Shares([i in page.certain or is_edge(unit.key) or is_tail_head(unit.key) for i, unit in enumerate(units)])
    often = Counter(unit.text for unit in units if unit.words > 2)
    dated = [unit.words < 12 and _DATED.search(unit.text) is not None for unit in units]
    replies = _Shares([is_reply(unit.key) for unit in units])
    tail = _tail_start(page)
    for i, unit in enumerate(units):
        found = {
            "any": 1.0,
            "follows a sentence": i > 0 and i - 1 in page.prose,
            "sentences within 2": prose(i, 2),
            "sentences within 6": prose(i, 6),
            "phrases within 8": phrase(i, 8),
            "before the body": i < page.body.start,
            "after the body": i >= page.body.stop,
            "after a head of links": i >= tail,
            "before a date": dated[i + 1] if i + 1 < len(units) else False,
            "replies within 3": replies(i, 3) > 0,
            "twice": often[unit.text] > 1,
            "small letters": _small_letters(unit) if i in page.prose else 0.0,
        }
        found.update(dict.fromkeys(_signs(unit), 1.0))
        yield {name: float(value) for name, value in found.items() if value}


def _signs(unit: TextUnit) -> Iterator[str]:
    head = unit.text[:_HEAD]
    short = unit.words < _MOST_WORDS
    signs = {
        "1 or 2 words": unit.words <= 2,
        "3 to 8 words": 2 < unit.words <= 8,
        "25 words or more": unit.words >= 25,
        "blank line after": unit.gap_after,
        "entry of a list": unit.is_item,
        "cut off": unit.text.endswith(("...", "…")),
        "dated": unit.words < 30 and _DATED.search(head),
        "credit": short and _CREDIT.search(head),
        "call": short and _CALL.search(head),
        "about a writer": _ABOUT_A_WRITER.search(head),
        "link": _LINK.search(head),
    }
    return (name for name, found in signs.items() if found)


class _Shares:
    """The share of lines with a flag among the neighbours of a line."""

    def __init__(self, flags: Sequence[bool]) -> None:
        self._sums = [0, *accumulate(map(int, flags))]

    def __call__(self, i: int, reach: int) -> float:
        start, end = max(0, i - reach), min(len(self._sums) - 1, i + reach + 1)
        return (self._sums[end] - self._sums[start]) / (end - start)


def _small_letters(unit: TextUnit) -> float:
    words = unit.text[:_HEAD].split()
    return sum(word[0].islower() for word in words) / len(words)


def _tail_start(page: Page) -> int:
    """The first head of a link list, or form message, after most of the running text."""
    words = [unit.words if i in page.prose and i in page.body else 0 for i, unit in enumerate(page.units)]
    total, seen = sum(words), 0
    for i, unit in enumerate(page.units):
        seen += words[i]
        late = (is_tail_head(unit.key) and seen > 0.5 * total) or (i in page.certain and seen > 0.9 * total)
        if late and total:
            return i
    return len(page.units)
