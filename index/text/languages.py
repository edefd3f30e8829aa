"""The English names of languages, by ISO 639 code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _by_code(names: str) -> Mapping[str, str]:
    return MappingProxyType(dict(entry.strip().split(" ", 1) for entry in names.split(",")))


COMMON = _by_code("""
af Afrikaans,am Amharic,ar Arabic,az Azerbaijani,be Belarusian,bg Bulgarian,bn Bengali,bs Bosnian,ca Catalan,cs Czech,
cy Welsh,da Danish,de German,el Greek,en English,eo Esperanto,es Spanish,et Estonian,eu Basque,fa Persian,fi Finnish,
fr French,ga Irish,gl Galician,gu Gujarati,ha Hausa,he Hebrew,hi Hindi,hr Croatian,hu Hungarian,hy Armenian,
id Indonesian,is Icelandic,it Italian,ja Japanese,ka Georgian,kk Kazakh,km Khmer,kn Kannada,ko Korean,ku Kurdish,
ky Kyrgyz,la Latin,lb Luxembourgish,lo Lao,lt Lithuanian,lv Latvian,mk Macedonian,ml Malayalam,mn Mongolian,mr Marathi,
ms Malay,mt Maltese,my Burmese,nb Norwegian,ne Nepali,nl Dutch,nn Norwegian,no Norwegian,oc Occitan,pa Punjabi,
pl Polish,ps Pashto,pt Portuguese,ro Romanian,ru Russian,si Sinhala,sk Slovak,sl Slovenian,so Somali,sq Albanian,
sr Serbian,sv Swedish,sw Swahili,ta Tamil,te Telugu,th Thai,tl Tagalog,tr Turkish,ug Uyghur,uk Ukrainian,ur Urdu,
uz Uzbek,vi Vietnamese,zh Chinese,zu Zulu
""")
RARE = _by_code("""
ace Acehnese,an Aragonese,ary Moroccan Arabic,arz Egyptian Arabic,as Assamese,ba Bashkir,bcl Bikol,br Breton,
crh Crimean Tatar,dz Dzongkha,ext Extremaduran,fo Faroese,fuv Fulfulde,fy Frisian,gcf Antillean Creole,
gcr Guianese Creole,gd Scottish Gaelic,gom Konkani,grc Ancient Greek,gug Guarani,guw Gun,hbo Biblical Hebrew,
ht Haitian Creole,ig Igbo,jv Javanese,kab Kabyle,kik Kikuyu,lg Luganda,lij Ligurian,ln Lingala,ltg Latgalian,
mg Malagasy,nso Northern Sotho,om Oromo,or Odia,pcm Nigerian Pidgin,qu Quechua,rw Kinyarwanda,sa Sanskrit,
sdh Southern Kurdish,se Northern Sami,sn Shona,st Sotho,tg Tajik,tk Turkmen,tt Tatar,uzs Southern Uzbek,vec Venetian,
vo Volapük,wa Walloon,wuu Wu Chinese,xh Xhosa,yo Yoruba,yue Cantonese
""")
"""Languages in which few texts are: a guess of one from a short text is more often wrong than right."""


def language_name(code: str) -> str:
    """ "German" for "de" and "de-AT"; an unknown code as it is."""
    plain = code.partition("-")[0].casefold()
    return COMMON.get(plain) or RARE.get(plain, code)
