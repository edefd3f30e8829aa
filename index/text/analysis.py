"""Which words of a text are matched, and in which form: bare, in ranking also stemmed and without stop words. English.

Scripts without spaces between words are matched by single characters, and in ranking by pairs too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from index.text.normal import MARKS, both_forms, hyphenated, normal, normal_with_offsets, unaccented
from index.types import Span

VERSION = 3
"""Counts up with every change of the words that a text is indexed under; older indexes are then built anew."""

_LONGEST = 64  # characters of a run of letters that are matched; a longer one is not a word (a guess)

# English articles, pronouns, prepositions, auxiliaries and question words: they carry no subject.
STOP_WORDS = (  # noqa: SIM905
    "a about above after again against all am an and any are as at be because been before being below between both "
    "but by can could did do does doing down during each few for from further had has have having he her here hers "
    "him his how i if in into is it its itself just let me more most my no nor not of off on once only or other our "
    "ours out over own same she should so some such than that the their theirs them then there these they this "
    "those through to too under until up upon very was we were what when where which while who whom why will with "
    "would you your yours s t d ll re ve m don doesn didn isn aren wasn weren won"
).split()

LIGHT_WORDS = frozenset(
    (  # noqa: SIM905
        "get gets getting got give gives lot lots thing things stuff really actually kind sort way ways bit know tell "
        "tells say says write writes wrote want make makes go goes going happen happens many much like anyone someone "
        "anybody somebody everyone people ok okay please also even still maybe quite think thinks thought opinion "
        "opinions view views"
    ).split()
)
"""Words that ask or fill but name no subject: they rank, but their absence says nothing, and they are not marked."""

# Thai, Lao, Burmese, Tibetan, Khmer, Chinese, Japanese and Korean letters: words are not parted by spaces, or carry
# their particles
DENSE = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ece\u0f40-\u0fbc\u1000-\u103f\u1050-\u108f\u1780-\u17d3\u3005-\u3007"
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U000323af"
)
"""The letters of scripts without spaces, as they may be written in a class of a pattern."""


_LETTER = rf"[^\W_{DENSE}]"
# units whose figure may stand right before them, and those that are so read in the second reading only (5G, 3D)
_UNITS = (
    "[kmgt]w|[kmgt]?wh|[km]v|[km]va|[kmgt]?hz|[kmgt]i?b|[kcdnmµμ]m|[kcdm]?m[23]|k?cal|[kmµμ]g|[mcd]l|[kmh]?pa|[kmg]?ev|"
    "[kmg]j|[kmn]n|[nmµμ]s|ha|db|pp[mb]|rpm|[mk]ph|bpm|m?mol|min|hrs?|[ap]m|usd|eur|gbp|chf|bn|mio|m?bar|lbs?|oz|ft|mi"
)
_SINGLE = "[mglsvawhjnktc]"


def _token(group: str, units: str) -> re.Pattern[str]:
    """A pattern of one word in the normal form. ``group``: the signs between the figures of a number."""
    return re.compile(
        rf"(?=\d)(?:(?<![\d.,])\d{{1,3}}(?:[{group}]\d{{3}})+(?![^\W_]|[.,]\d)|\d++(?=(?i:{units})(?![^\W_])))"
        rf"|{_LETTER}+(?:[{MARKS}]+{_LETTER}*)*|[{DENSE}]"
    )


_TOKEN = _token(",", _UNITS)
_SECOND = _token(", ", f"{_UNITS}|{_SINGLE}")
_DENSE_LETTER = re.compile(f"[{DENSE}]")
_DENSE_RUN = re.compile(f"[{DENSE}]{{2,}}")
# what another reading may part or join: a broken line, figures after a space or before a letter, an unseen space
_AMBIGUOUS = re.compile(rf"[-\u00ad\u2010][^\S\n]*\n|\d \d{{3}}|\d(?i:{_SINGLE})(?![^\W_])|\u200b")
_UNSEEN = re.compile(rf"(?<![^\W_])({'|'.join(word for word in STOP_WORDS if len(word) > 1)})\u200b", re.IGNORECASE)
_PLAIN = re.compile(r"[^\x00-\x7f]|[<^\[]|-\s*\n|\d'\d")  # without these a text has the words of its normal form


@lru_cache(maxsize=1)
def stemmer() -> TextAnalyzer:
    """The analyzer of ranking, for words in their bare form: stems, without stop words."""
    return (
        TextAnalyzerBuilder(Tokenizer.whitespace())
        .filter(Filter.custom_stopword(STOP_WORDS))
        .filter(Filter.stemmer("english"))
        .build()
    )


@lru_cache(maxsize=1)
def plain() -> TextAnalyzer:
    """The analyzer of quoted phrases, for words in their bare form: every word, unstemmed."""
    return TextAnalyzerBuilder(Tokenizer.whitespace()).build()


def plain_words(text: str) -> list[str]:
    """The words of a text as quoted phrases match them: bare, not stemmed."""
    return _bare_words(normal(text), _TOKEN)


def _bare_words(form: str, token: re.Pattern[str]) -> list[str]:
    """The words of a text in normal form."""
    words = token.findall(form)
    if any(len(word) > _LONGEST or "," in word or " " in word for word in words):
        words = [word.replace(",", "").replace(" ", "")[:_LONGEST] for word in words]
    return unaccented(" ".join(words)).split()


def readings(text: str) -> list[list[str]]:
    """The plain words of a text, and those of its other reading where it has one: "long-term" for "long-", "term" on
    two lines, 1500 for "1 500", "5 m" for "5m"."""
    joined, parted = both_forms(text)
    words = _bare_words(joined, _TOKEN)
    if not _AMBIGUOUS.search(text):
        return [words]
    if "\u200b" in text:
        parted = hyphenated(_UNSEEN.sub(r"\1 ", text))
    second = _bare_words(parted, _SECOND)
    return [words] if second == words else [words, second]


def phrase_readings(phrase: str) -> list[list[str]]:
    """The plain words of a phrase, in each of the readings under which a text may have it."""
    joined = _bare_words(re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", "", normal(phrase)), _TOKEN)
    second = _bare_words(hyphenated(phrase), _SECOND)
    distinct = dict.fromkeys(map(tuple, [*readings(phrase), second, joined]))
    return [list(words) for words in distinct if words]


def ranked_text(text: str, others: Sequence[Sequence[str]] | None = None) -> str:
    """The words under which ``stemmer`` ranks a text, parted by spaces: those of all its readings. ``others``: the
    readings of the verbatim text if this is its reading copy, which has one only."""
    words, *more_readings = [plain_words(text), *others] if others is not None else readings(text)
    known = set(words)
    more = [word for reading in more_readings for word in reading if word not in known]
    if _DENSE_LETTER.search("".join(words)):
        runs = _DENSE_RUN.findall(normal(text))
        more += [run[start : start + 2] for run in runs for start in range(len(run) - 1)]
    return " ".join([*words, *more])


@lru_cache(maxsize=65536)
def stem(word: str) -> str | None:
    """The form under which a word is matched; None for a stop word."""
    return next(iter(word_forms(word)), None)


@lru_cache(maxsize=65536)
def word_forms(word: str) -> tuple[str, ...]:
    """All forms under which a word is matched: those of its readings, and the pairs of a script without spaces."""
    return tuple(forms(word))


def forms(text: str) -> list[str]:
    """The matched forms of the words of a text, in order, without stop words."""
    return list(stemmer().analyze(ranked_text(text)))


def stems(text: str) -> list[str]:
    """The distinct forms of a text, in order of first occurrence."""
    return list(dict.fromkeys(forms(text)))


@dataclass(frozen=True, slots=True)
class TextWord:
    """A word of a text. ``text``: in normal form. ``span``: where it stands; ``dense``: a character of a script without
    spaces."""

    text: str
    span: Span
    dense: bool = False


def words_in(text: str) -> Iterator[TextWord]:
    """The words of a text, in order."""
    if not _PLAIN.search(text):
        for match in _SECOND.finditer(text):
            yield TextWord(match[0], Span(*match.span()))
        return
    form, offsets = normal_with_offsets(text)
    for match in _SECOND.finditer(form):
        span = Span(int(offsets[match.start(), 0]), int(offsets[match.end() - 1, 1]))
        yield TextWord(match[0], span, bool(_DENSE_LETTER.match(match[0])))


def is_run(words: Sequence[TextWord]) -> bool:
    """Whether these are two characters or more of a script without spaces, side by side."""
    beside = (left.span.end == right.span.start for left, right in pairwise(words))
    return len(words) > 1 and all(word.dense for word in words) and all(beside)
