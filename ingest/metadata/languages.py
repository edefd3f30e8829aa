"""The language of a text, where it is sure, and the names of languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

_SAMPLE_CHARS = 2_000  # from the beginning of a text (a guess)
_MIN_LETTERS = 40  # of the sample (a guess)
_MIN_LETTER_SHARE = 0.6  # of its characters but white space: code and tables have fewer (a guess)
_MIN_PROBABILITY = 0.8  # prose of two lines has 0.89 and more; code, lists of names and formulas 0.6 and less (tried)

_NAMES = """
af Afrikaans,am Amharic,ar Arabic,az Azerbaijani,be Belarusian,bg Bulgarian,bn Bengali,bs Bosnian,ca Catalan,cs Czech,
cy Welsh,da Danish,de German,el Greek,en English,eo Esperanto,es Spanish,et Estonian,eu Basque,fa Persian,fi Finnish,
fr French,ga Irish,gl Galician,gu Gujarati,ha Hausa,he Hebrew,hi Hindi,hr Croatian,hu Hungarian,hy Armenian,
id Indonesian,is Icelandic,it Italian,ja Japanese,ka Georgian,kk Kazakh,km Khmer,kn Kannada,ko Korean,ku Kurdish,
ky Kyrgyz,la Latin,lb Luxembourgish,lo Lao,lt Lithuanian,lv Latvian,mk Macedonian,ml Malayalam,mn Mongolian,mr Marathi,
ms Malay,mt Maltese,my Burmese,nb Norwegian,ne Nepali,nl Dutch,nn Norwegian,no Norwegian,oc Occitan,pa Punjabi,
pl Polish,ps Pashto,pt Portuguese,ro Romanian,ru Russian,si Sinhala,sk Slovak,sl Slovenian,so Somali,sq Albanian,
sr Serbian,sv Swedish,sw Swahili,ta Tamil,te Telugu,th Thai,tl Tagalog,tr Turkish,ug Uyghur,uk Ukrainian,ur Urdu,
uz Uzbek,vi Vietnamese,zh Chinese,zu Zulu
"""
_LANGUAGES: Mapping[str, str] = MappingProxyType(
    dict(entry.strip().split(" ", 1) for entry in _NAMES.replace("\n", "").split(",") if entry.strip())
)


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the language, judged by the beginning; None when it is not sure, as of code, figures, tables,
    lists of names and very short texts."""
    sample = " ".join(text[: 2 * _SAMPLE_CHARS].split())[:_SAMPLE_CHARS]
    letters = sum(unicodedata.category(char)[0] in "LM" for char in sample)  # marks: the vowels of Indian scripts
    if letters < _MIN_LETTERS or letters < _MIN_LETTER_SHARE * len(sample.replace(" ", "")):
        return None
    code, probability = _identifier().classify(sample)
    return code if probability >= _MIN_PROBABILITY and code in _LANGUAGES else None


def language_name(code: str) -> str:
    """ "German" for "de" and "de-AT"; an unknown code as it is."""
    return _LANGUAGES.get(code.partition("-")[0].casefold(), code)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # slow to load

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
