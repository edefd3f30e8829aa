"""The language of a text, where it is sure."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from index.text.languages import COMMON

_SAMPLE_CHARS = 2_000  # from the beginning of a text (a guess)
_MIN_LETTERS = 40  # of the sample (a guess)
_MIN_LETTER_SHARE = 0.6  # of its characters but white space: code and tables have fewer (a guess)
_MIN_PROBABILITY = 0.8  # prose of two lines has 0.89 and more; code, lists of names and formulas 0.6 and less (tried)


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the language, judged by the beginning; None when it is not sure, as of code, figures, tables,
    lists of names and very short texts."""
    sample = " ".join(text[: 2 * _SAMPLE_CHARS].split())[:_SAMPLE_CHARS]
    letters = sum(unicodedata.category(char)[0] in "LM" for char in sample)  # marks: the vowels of Indian scripts
    if letters < _MIN_LETTERS or letters < _MIN_LETTER_SHARE * len(sample.replace(" ", "")):
        return None
    code, probability = _identifier().classify(sample)
    return code if probability >= _MIN_PROBABILITY and code in COMMON else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # slow to load

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
