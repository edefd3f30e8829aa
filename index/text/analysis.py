"""Which form of a word is matched: lower case, without diacritics, stemmed; stop words have none. English."""

from __future__ import annotations

from functools import lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

_LONGEST = 64  # characters; a longer run of letters is not a word (a guess)

# English articles, pronouns, prepositions, auxiliaries and question words: they carry no subject.
STOP_WORDS = (  # noqa: SIM905
    "a about above after again against all am an and any are as at be because been before being below between both "
    "but by can could did do does doing down during each few for from further had has have having he her here hers "
    "him his how i if in into is it its itself just let me more most my no nor not of off on once only or other our "
    "ours out over own same she should so some such than that the their theirs them then there these they this "
    "those through to too under until up upon very was we were what when where which while who whom why will with "
    "would you your yours s t d ll re ve m don doesn didn isn aren wasn weren won"
).split()


@lru_cache(maxsize=1)
def stemmer() -> TextAnalyzer:
    """The analyzer of ranking: stems, without stop words."""
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(_LONGEST))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.custom_stopword(STOP_WORDS))
        .filter(Filter.stemmer("english"))
        .build()
    )


@lru_cache(maxsize=1)
def plain() -> TextAnalyzer:
    """The analyzer of quoted phrases: every word, unstemmed."""
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(_LONGEST))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .build()
    )


@lru_cache(maxsize=65536)
def stem(word: str) -> str | None:
    """The form under which a word is matched; None for a stop word."""
    stems = stemmer().analyze(word)
    return stems[0] if stems else None


def forms(text: str) -> list[str]:
    """The matched forms of the words of a text, in order, without stop words."""
    return list(stemmer().analyze(text))


def stems(text: str) -> list[str]:
    """The distinct forms of a text, in order of first occurrence."""
    return list(dict.fromkeys(forms(text)))


def plain_words(text: str) -> list[str]:
    """The words of a text as quoted phrases match them: lower case, without diacritics, not stemmed."""
    return list(plain().analyze(text))
