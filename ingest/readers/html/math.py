"""MathML as one line of text: 10⁶, x^(n+1), (a+b)/2, √(x)."""

from __future__ import annotations

from typing import Any

from index.text.raised import subscript, superscript

_MAX_DEPTH = 40  # levels of a formula that are written with its structure; deeper ones as bare text (a guess)
_UNREAD = frozenset(("annotation", "annotation-xml"))
_RAISED, _LOWERED = frozenset(("msup", "mover")), frozenset(("msub", "munder"))
_BOTH = frozenset(("msubsup", "munderover"))


def math_text(formula: Any, depth: int = 0) -> str:
    """The formula on one line; fractions with a slash, powers and indices as raised and lowered characters where there
    are such, else after ^ and _."""
    if depth > _MAX_DEPTH:
        return _flat(formula)
    kind = _kind(formula)
    children = [child for child in formula if isinstance(child.tag, str) and _kind(child) not in _UNREAD]
    parts = [math_text(child, depth + 1) for child in children]
    if not children:
        return _one_line(formula.text)
    if kind == "mfrac" and len(parts) == 2:
        return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
    if kind in _RAISED | _LOWERED and len(parts) == 2:
        return parts[0] + (_power(parts[1]) if kind in _RAISED else _index(parts[1]))
    if kind in _BOTH and len(parts) == 3:
        return parts[0] + _index(parts[1]) + _power(parts[2])
    if kind == "msqrt":
        return f"√{_grouped(''.join(parts))}"
    if kind == "mroot" and len(parts) == 2:
        return f"{_power(parts[1])}√{_grouped(parts[0])}"
    return "".join([_one_line(formula.text), *_with_tails(children, parts)])


def _with_tails(children: list[Any], parts: list[str]) -> list[str]:
    """Cells and rows of a matrix are set apart."""
    gap = {"mtd": " ", "mtr": "; "}
    return [
        part + gap.get(_kind(child), "") + _one_line(child.tail) for child, part in zip(children, parts, strict=True)
    ]


def _power(text: str) -> str:
    raised = superscript(text, "")
    return raised if raised != text or not text else f"^{_grouped(text)}"


def _index(text: str) -> str:
    lowered = subscript(text)
    return lowered if lowered != text or not text else f"_{_grouped(text)}"


def _grouped(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"


def _kind(element: Any) -> str:
    return element.tag.rpartition(":")[2].rpartition("}")[2] if isinstance(element.tag, str) else ""


def _flat(element: Any) -> str:
    return _one_line("".join(element.itertext()))


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
