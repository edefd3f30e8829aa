"""Characters of private use that fonts without Unicode bring along: those of Symbol and Wingdings, and Adobe's small
capitals, old-style figures and parts of large brackets."""

from __future__ import annotations

_SYMBOL = dict(
    zip(
        (*range(0x20, 0x7F), *range(0xA0, 0xFF)),
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
        "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffd〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
        strict=True,
    )
)
_WINGDINGS = dict(
    zip(
        (
            0x6C,
            0x6E,
            0x6F,
            0x71,
            0x75,
            0x76,
            0x77,
            0x9F,
            0xA7,
            0xA8,
            0xD8,
            0xDF,
            0xE0,
            0xE8,
            0xF0,
            0xFB,
            0xFC,
            0xFD,
            0xFE,
        ),
        "●■□❑◆❖⬥•▪◻➢←→➔⇨✗✓☒☑",
        strict=True,
    )
)
_BRACKETS = dict(zip(range(0xF8E5, 0xF8FF), "‾⏐⎯®©™⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⎮⎞⎟⎠⎤⎥⎦⎫⎬⎭", strict=True))
_BULLET, _SPACE = 0xF0B7, 0xF020


def from_private_use(font: str, code: int) -> str | None:
    """The character that ``code`` (U+E000–F8FF) stands for in a font of this name; None when that is unknown."""
    if 0xF020 <= code <= 0xF0FF:
        return _from_symbol_font(font.casefold(), code - 0xF000)
    if 0xF730 <= code <= 0xF739 or 0xF761 <= code <= 0xF77A or 0xF7E0 <= code <= 0xF7FE:
        return chr(code - 0xF700)  # old-style figures and small capitals
    return _BRACKETS.get(code)


def _from_symbol_font(font: str, code: int) -> str | None:
    if "wingdings" in font:
        return _WINGDINGS.get(code)
    if "symbol" in font:
        return _SYMBOL.get(code)
    return {_BULLET - 0xF000: "•", _SPACE - 0xF000: " "}.get(code)
