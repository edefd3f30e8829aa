"""Writes a formula of Word (OMML) or of the Web (MathML) on one line: 1/2, x², √(a+b), ∑_(i=1)^n."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lxml import etree

from index.text.raised import subscript, superscript
from ingest.readers.office.archive import Element, kind_of, value_of

Leaf = Callable[[Element], str]
"""Gives the text of an element that holds text itself: of Word t and sym, of the Web mn, mi, mo and mtext."""

FORMULA_LEAVES = frozenset(("t", "sym", "mn", "mi", "mo", "mtext", "ms"))
"""Elements that hold text themselves."""
_SILENT = frozenset(
    ("ctrlPr", "rPr", "annotation", "annotation-xml", "del", "moveFrom", "instrText", "delText", "none", "mprescripts")
)
# Signs such as "invisible times", which are not shown; the one for the use of a function is as wide as a space.
_INVISIBLE = {**dict.fromkeys(range(0x2061, 0x2065)), 0x2061: " "}
_MAX_DEPTH = 100  # elements (a guess)
_RAISED = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ")
# What a formula of Word is made of has a name in that of the Web.
_SAME: Mapping[str, str] = MappingProxyType(
    {"f": "mfrac", "sSup": "msup", "sSub": "msub", "sSubSup": "msubsup", "limLow": "munder", "limUpp": "mover"}
)


def formula_text(element: Element, leaf: Leaf) -> str:
    """The formula on one line; a power or an index whose characters exist is written with them, any other behind a
    sign: x², 2^x. Of a formula nested deeper than people write, the texts alone, with spaces between them."""
    if _depth(element) > _MAX_DEPTH:
        return " ".join(leaf(part) for part in element.iter(*(f"{{*}}{kind}" for kind in FORMULA_LEAVES)))
    return _written(element, leaf)


def _depth(element: Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(element, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _written(element: Element, leaf: Leaf) -> str:
    """The formula on one line. Recursive."""
    kind = kind_of(element)
    kind = _SAME.get(kind, kind)
    if kind in FORMULA_LEAVES:
        return leaf(element).translate(_INVISIBLE)
    if kind in _SILENT or kind.endswith("Pr"):
        return ""
    parts = [child for child in element if not kind_of(child).endswith("Pr")]
    writer = _WRITERS.get(kind)
    return writer(element, parts, leaf) if writer else _row(parts, leaf)


def _row(parts: list[Element], leaf: Leaf) -> str:
    text = ""
    for part in parts:
        text = spaced(text, _written(part, leaf))
    return text


def spaced(before: str, after: str) -> str:
    """The two joined; with a space between a number and a fraction, as in 1 1/2."""
    is_mixed = before[-1:].isdigit() and after[:1].isdigit() and "/" in after
    return before + " " * is_mixed + after


def _at(parts: list[Element], i: int, leaf: Leaf) -> str:
    return _written(parts[i], leaf).strip() if i < len(parts) else ""


def _bracketed(text: str) -> str:
    """The text in brackets, unless it is one number or name."""
    is_single = len(text) < 2 or text.replace(".", "").replace(",", "").isalnum() or _is_enclosed(text)
    return text if is_single else f"({text})"


def _is_enclosed(text: str) -> bool:
    return text[0] == "(" and text.find(")") == len(text) - 1


def _power(base: str, exponent: str) -> str:
    raised = superscript(exponent, base)
    is_raised = not any(char.isalnum() and char == raised[i] for i, char in enumerate(exponent))
    return base + (raised if is_raised and base[-1:] not in _RAISED else f"^{_bracketed(exponent)}")


def _index(base: str, index: str) -> str:
    lowered = subscript(index)
    is_lowered = not any(char.isalnum() and char == lowered[i] for i, char in enumerate(index))
    return base + (lowered if is_lowered else f"_{_bracketed(index)}")


def _fraction(element: Element, parts: list[Element], leaf: Leaf) -> str:
    return f"{_bracketed(_at(parts, 0, leaf))}/{_bracketed(_at(parts, 1, leaf))}"


def _root(element: Element, parts: list[Element], leaf: Leaf) -> str:
    """Word: the degree, then what stands under the root; the Web: the other way round, or no degree."""
    kind = kind_of(element)
    if kind == "rad":
        under, degree = _at(parts, len(parts) - 1, leaf), _at(parts, 0, leaf) if len(parts) > 1 else ""
    elif kind == "mroot":
        under, degree = _at(parts, 0, leaf), _at(parts, 1, leaf)
    else:
        under, degree = _row(parts, leaf), ""
    return (_power("", degree) if degree else "") + "√" + _bracketed(under)


def _delimited(element: Element, parts: list[Element], leaf: Leaf) -> str:
    """Brackets, which a formula of Word keeps in its properties and one of the Web in attributes."""
    names = ("open", "close", "separators") if kind_of(element) == "mfenced" else ("begChr", "endChr", "sepChr")
    opening, closing, separator = (
        _property(element, name, default) for name, default in zip(names, "()|", strict=True)
    )
    if kind_of(element) == "mfenced":
        separator = element.get("separators", ",")[:1]
    return opening + separator.join(_written(part, leaf) for part in parts) + closing


def _property(element: Element, name: str, default: str) -> str:
    """The value of a property of an element of Word, or of an attribute."""
    child = element.find("{*}" + f"{kind_of(element)}Pr/" + "{*}" + name)
    if child is not None:
        return value_of(child, "val")
    return str(element.get(name, default))


def _operator(element: Element, parts: list[Element], leaf: Leaf) -> str:
    """A sum or an integral with its limits."""
    by_kind = {kind_of(part): _written(part, leaf) for part in parts}
    sign = _property(element, "chr", "∫")
    lower = f"_{_bracketed(by_kind['sub'])}" if by_kind.get("sub") else ""
    upper = f"^{_bracketed(by_kind['sup'])}" if by_kind.get("sup") else ""
    return f"{sign}{lower}{upper} {by_kind.get('e', '')}"


def _accent(element: Element, parts: list[Element], leaf: Leaf) -> str:
    """A letter with its accent: x̄."""
    default = "\u0305" if kind_of(element) == "bar" else "\u0302"
    return _row(parts, leaf) + _property(element, "chr", default)


def _limits(element: Element, parts: list[Element], leaf: Leaf) -> str:
    """What stands under or over something."""
    marks = {"munder": "_", "limLow": "_", "mover": "^", "limUpp": "^"}.get(kind_of(element), "_^")
    limits = ((mark, text) for i, mark in enumerate(marks, 1) if (text := _at(parts, i, leaf)))
    shown = (text if len(text) == 1 and not text.isalnum() else mark + _bracketed(text) for mark, text in limits)
    return _at(parts, 0, leaf) + "".join(shown)


def _before(element: Element, parts: list[Element], leaf: Leaf) -> str:
    """Index and power in front of their base, as in ¹⁴C."""
    lower, upper = _at(parts, 0, leaf), _at(parts, 1, leaf)
    return (_index("", lower) if lower else "") + (_power("", upper) if upper else "") + _at(parts, 2, leaf)


def _multiscripts(element: Element, parts: list[Element], leaf: Leaf) -> str:
    """A base with pairs of index and power behind it, and those in front of it after the element mprescripts."""
    kinds = [kind_of(part) for part in parts]
    cut = kinds.index("mprescripts") if "mprescripts" in kinds else len(parts)
    front = "".join(_pair("", parts[i : i + 2], leaf) for i in range(cut + 1, len(parts), 2))
    text = front + _at(parts, 0, leaf)
    for i in range(1, cut, 2):
        text = _pair(text, parts[i : min(i + 2, cut)], leaf)
    return text


def _pair(base: str, pair: list[Element], leaf: Leaf) -> str:
    lower, upper = _at(pair, 0, leaf), _at(pair, 1, leaf)
    base = _index(base, lower) if lower else base
    return _power(base, upper) if upper else base


def _rows(element: Element, parts: list[Element], leaf: Leaf) -> str:
    """The rows of a matrix, or the lines of an array of equations."""
    return "; ".join(_written(part, leaf) for part in parts)


def _cells(element: Element, parts: list[Element], leaf: Leaf) -> str:
    return ", ".join(_written(part, leaf) for part in parts)


_WRITERS: Mapping[str, Callable[[Element, list[Element], Leaf], str]] = MappingProxyType(
    {
        "mfrac": _fraction,
        "msup": lambda element, parts, leaf: _power(_at(parts, 0, leaf), _at(parts, 1, leaf)),
        "msub": lambda element, parts, leaf: _index(_at(parts, 0, leaf), _at(parts, 1, leaf)),
        "msubsup": lambda element, parts, leaf: _pair(_at(parts, 0, leaf), parts[1:3], leaf),
        "sPre": _before,
        "mmultiscripts": _multiscripts,
        **dict.fromkeys(("rad", "msqrt", "mroot"), _root),
        **dict.fromkeys(("d", "mfenced"), _delimited),
        "nary": _operator,
        "func": lambda element, parts, leaf: f"{_at(parts, 0, leaf)} {_at(parts, 1, leaf)}",
        **dict.fromkeys(("acc", "bar"), _accent),
        **dict.fromkeys(("munder", "mover", "munderover"), _limits),
        **dict.fromkeys(("m", "eqArr", "mtable"), _rows),
        **dict.fromkeys(("mr", "mtr"), _cells),
        "mspace": lambda element, parts, leaf: " ",
    }
)
