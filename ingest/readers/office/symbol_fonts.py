"""Reads the glyphs of symbol fonts, in which μ is stored as "m" or as U+F06D: by the tables of five common fonts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

UNREADABLE = "\ufffd"
SYMBOL_CHARSET = 2
"""The number of the character set that Windows and RTF give to symbol fonts."""

_PRIVATE = range(0xF020, 0xF100)  # the private characters in which Windows stores the bytes of a symbol font
_FIRST = 0x20
_PLAIN = range(0x21, 0x100)
# Latin-1 characters that are themselves whatever the font: a space, and signs that the table has at another byte.
_THEMSELVES = frozenset("\xa0\xadµ×÷")
_HAS_PRIVATE = re.compile("[\uf020-\uf0ff]")
_FAMILIES = (
    (
        "symbol",
        re.compile(
            r"symbol(?:[ -]?(?:mt|ps|std|neu|prop ?bt|proportional|tiger|regular))*|standard ?symbols?[ -]?(?:l|ps)?"
        ),
    ),
    *((f"wingdings {n}", re.compile(rf"wingdings[ -]?{n}(?:[ -]regular)?")) for n in (2, 3)),
    *((name, re.compile(rf"{name}(?:[ -]regular)?")) for name in ("wingdings", "webdings")),
)
_FIELD = re.compile(r"""\s*SYMBOL\s+(?P<code>0x[0-9a-f]{1,6}|\d{1,7})(?P<more>.{0,200})""", re.IGNORECASE | re.DOTALL)
_FIELD_FONT = re.compile(r"""\\f\s*(?:"([^"]{1,80})"|([^\s"\\]{1,80}))""", re.IGNORECASE)
_UNICODE = re.compile(r"\\u\b", re.IGNORECASE)

# A row for 16 bytes from 0x20. Symbol as Adobe defines it. Of the others, arrows of one direction, boxes, ticks and
# crosses, and circled figures are each written as their plainest form.
_SYMBOL = (
    " !∀#∃%&∋()∗+,−./"
    "0123456789:;<=>?"
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟ"
    "ΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνο"
    "πθρστυϖωξψζ{|}∼�"
    "����������������"
    "����������������"
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓"
    "°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉"
    "∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
    "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
    "�⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭�"
)
_WINGDINGS = (
    " 🖉✂✁👓🕭🕮🕯🕿✆🖂🖃📪📫📬📭"
    "🗀🗁🗎🗏🗐🗄⌛🖮🖰🖲🖳🖴🖫🖬✇✍"
    "🖎✌🖏👍👎☜☞☝☟🖐☺😐☹💣🕱🏳"
    "🏱✈☼🌢❄🕆✞🕈✠✡☪☯🕉☸♈♉"
    "♊♋♌♍♎♏♐♑♒♓🙰🙵●○■☐"
    "☐❑❒🞟⧫◆❖⬩☒⮹⌘🏵🏶🙶🙷▯"
    "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹"
    "❺❻❼❽❾❿🙢🙠🙡🙣🙞🙜🙝🙟∙•"
    "⬝⭘🞆🞈🞊🞋🔿▪☐🟁🟅★🟋🟏🟓🟑"
    "⯐⌖⯎⯏⯑✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘"
    "🕙🕚🕛⮰⮱⮲⮳⮴⮵⮶⮷🙪🙫🙕🙔🙗"
    "🙖🙐🙑🙒🙓⌫⌦⮘⮚⮙⮛⮈⮊⮉⮋←"
    "→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦"
    "⇨⇧⇩⬄⇳⬁⬀⬃⬂🢬🢭✗✓☒☑�"
)
_WINGDINGS_2 = (
    " 🖊🖋🖌🖍✄✀🕾🕽🗅🗆🗇🗈🗉🗊🗋"
    "🗌🗍📋🗑🗔🖵🖶🖷🖸🖭🖯🖱🖒🖓🖘🖙"
    "🖚🖛👈👉🖜🖝🖞🖟🖠🖡👆👇🖢🖣🖑✗"
    "✓☒☑☒☒⮾⮿🛇⦸🙱🙴🙲🙳‽🙹🙺"
    "🙻🙦🙤🙥🙧🙚🙘🙙🙛⓪①②③④⑤⑥"
    "⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿�"
    "☉🌕☽☾⸿✝🕇🕜🕝🕞🕟🕠🕡🕢🕣🕤"
    "🕥🕦🕧🙨🙩⋅🞄⦁●○🞅🞇🞉⊙⦿🞌"
    "🞍◾■□🞑🞒🞓🞔▣🞕🞖🞗🞘⬩⬥◇"
    "🞚◈🞛🞜🞝🞞⬪⬧◊🞠◖◗⯊⯋⯀⯁"
    "⬟⯂⬣⬢⯃⯄🞡🞢🞣🞤🞥🞦🞧🞨🞩🞪"
    "🞫🞬🞭🞮🞯🞰🞱🞲🞳🞴🞵🞶🞷🞸🞹🞺"
    "🞻🞼🞽🞾🞿🟀🟂🟄🟆🟉🟊✶🟌🟎🟐🟒"
    "✹🟃🟇✯🟍🟔⯌⯍※⁂������"
)
_WINGDINGS_3 = (
    " ←→↑↓↖↗↙↘⭰⭲⭱⭳⭶⭸⭻"
    "⭽↔↕⭪⭬⭫⭭⭍⮠⮡⮢⮣⮤⮥⮦⮧"
    "⮐⮑⮒⮓⮀⮃⭾⭿⮄⮆⮅⮇⮏⮍⮎⮌"
    "⭮⭯⎋⌤⌃⌥␣⍽⇪⮸🢠🢡🢢🢣🢤🢥"
    "🢦🢧🢨🢩🢪🢫←→↑↓↖↗↙↘↔↕"
    "▲▼△▽◀▶◁▷◣◢◤◥🞀🞂🞁�"
    "🞃⯅⯆⯇⯈⮜⮞⮝⮟🠐🠒🠑🠓🠔🠖🠕"
    "🠗🠘🠚🠙🠛🠜🠞🠝🠟🠀🠂🠁🠃🠄🠆🠅"
    "🠇🠈🠊🠉🠋🠠🠢🠤🠦🠨🠪🠬🢜🢝🢞🢟"
    "🠮🠰🠲🠴🠶🠸🠺🠹🠻🢘🢚🢙🢛🠼🠾🠽"
    "🠿🡀🡂🡁🡃🡄🡆🡅🡇⮨⮩⮪⮫⮬⮭⮮"
    "⮯←→↑↓↖↗↙↘←→↑↓↖↗↙"
    "↘←→↑↓↖↗↙↘🢐🢒🢑🢓🢔🢖🢕"
    "🢗���������������"
)
_WEBDINGS = (
    " 🕷🕸🕲🕶🏆🎖🖇🗨🗩🗰🗱🌶🎗🙾🙼"
    "🗕🗖🗗⏴⏵⏶⏷⏪⏩⏮⏭⏸⏹⏺🗚🗳"
    "🛠🏗🏘🏙🏚🏜🏭🏛🏠🏖🏝🛣🔍🏔👁👂"
    "🏞🏕🛤🏟🛳🕬🕫🕨🔈🎔🎕🗬🙽🗭🗪🗫"
    "⮔✔🚲☐🛡📦🛱■🚑🛈🛩🛰🟈🕴⬤🛥"
    "🚔🗘✗❓🛲🚇🚍⛳⦸⊖🚭🗮⏐🗯🗲�"
    "🚹🚺🛉🛊🚼👽🏋⛷🏂🏌🏊🏄🏍🏎🚘🗠"
    "🛢💰🏷💳👪🗡🗢🗣✯🖄🖅🖃🖆🖹🖺🖻"
    "🕵🕰🖽🖾📋🗒🗓🕮📚🗞🗟🗃🗂🖼🎭🎜"
    "🎘🎙🎧💿🎞📷🎟🎬📽📹📾📻🎚🎛📺💻"
    "🖥🖦🖧🕹🎮🕻🕼📟🖁🖀🖨🖩🖿🖪🗜🔒"
    "🔓🗝📥📤🕳🌣🌤🌥🌦☁🌨🌧🌩🌪🌬🌫"
    "🌜🌡🛋🛏🍽🍸🛎🛍Ⓟ♿🛆🖈🎓🗤🗥🗦"
    "🗧🛪🐿🐦🐟🐕🐈🙬🙮🙭🙯🗺🌍🌏🌎🕊"
)

_TABLES: Mapping[str, str] = MappingProxyType(
    {
        "symbol": _SYMBOL,
        "wingdings": _WINGDINGS,
        "wingdings 2": _WINGDINGS_2,
        "wingdings 3": _WINGDINGS_3,
        "webdings": _WEBDINGS,
    }
)


@lru_cache(maxsize=256)
def family_of(font: str) -> str:
    """The symbol font that a font's name means: "symbol" for "Symbol MT"; "" for any other font."""
    name = " ".join(re.split("[,;]", font, maxsplit=1)[0].strip(" @'\"").casefold().split())
    return next((family for family, pattern in _FAMILIES if pattern.fullmatch(name)), "")


def decoded(text: str, font: str) -> str:
    """The text in characters of their own, as long as before; U+FFFD for a glyph without one.

    In any font the private characters of symbol fonts are glyphs; in a symbol font plain characters are too.
    """
    family = family_of(font)
    if family:
        return "".join(_glyph(char, _TABLES[family]) for char in text)
    return _HAS_PRIVATE.sub(UNREADABLE, text)


def _glyph(char: str, table: str) -> str:
    code = ord(char)
    if code in _PRIVATE:
        return table[code - 0xF000 - _FIRST]
    return table[code - _FIRST] if code in _PLAIN and char not in _THEMSELVES else char


def stored(code: int, font: str) -> str:
    """The character that stands for the glyph of this code in a font, to be decoded; U+FFFD when there is none."""
    if _FIRST <= code < 0x100 and family_of(font):
        return chr(_PRIVATE[code - _FIRST])
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else UNREADABLE


def symbol_field(instruction: str) -> tuple[str, str] | None:
    """The character and the font that a field SYMBOL shows; None for any other field."""
    match = _FIELD.match(instruction)
    if match is None:
        return None
    font = _FIELD_FONT.search(match["more"].replace("\\\\", "\\"))
    name = (font[1] or font[2]) if font else ""
    code = int(match["code"], 16 if match["code"][:2].lower() == "0x" else 10)
    is_byte = 0x80 <= code < 0x100 and not family_of(name) and not _UNICODE.search(match["more"])
    return (bytes((code,)).decode("cp1252", "replace") if is_byte else stored(code, name)), name
