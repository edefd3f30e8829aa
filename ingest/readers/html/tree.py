"""A page as a tree that holds only what a reader of the page sees, with raised and lowered characters as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from index.text.raised import subscript, superscript
from ingest.readers.office.epub_look import STRUCK, Looks
from ingest.readers.office.formula import FORMULA_LEAVES, formula_text
from ingest.readers.office.properties import struck_out
from ingest.readers.office.symbol_fonts import decoded, family_of

# Longer texts are no exponents or marks, and larger parts are not for machines alone, whatever their markup says
# (guesses, characters).
_LONGEST_RAISED = 40
_LONGEST_MACHINE_TEXT = 200
_LONGEST_NOSCRIPT = 1_000

_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.I)
_HIDDEN_CLASSES = frozenset(
    (
        *(
            "sr-only",
            "visually-hidden",
            "visuallyhidden",
            "screen-reader-text",
            "screen-reader-only",
            "hidden-visually",
        ),
        *("element-invisible", "u-visually-hidden", "show-for-sr", "a11y-hidden", "print-only", "mw-editsection"),
    )
)
_MARK = re.compile(r"\d{1,3}|[*†‡§]{1,3}")
_INLINE = frozenset(("sup", "sub", "span", "small", "font", "a", "b", "i", "em", "strong"))
_LONGEST_SHIFTED = 12  # characters of figures that only a style raises (a guess)
_BRACKETED = re.compile(r"\s*[\[(].*[\])]\s*", re.S)
# Soft hyphens, zero-width spaces and the invisible signs of formulas. Joiners stay where neither neighbour is of an
# alphabet that does not join its letters: Arabic, Indic scripts and emoji are written with them.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u2060-\u2064\ufeff]+|(?<=[0-9A-Za-z\u00c0-\u052f])[\u200c\u200d]+|[\u200c\u200d]+(?=[0-9A-Za-z\u00c0-\u052f])"
)


_UNWRITABLE = re.compile("[\0-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


_NOT_READ = frozenset(("template", "noframes", "rt", "rp"))  # what no browser shows; how the word before is spoken


def without_invisible(text: str) -> str:
    """The text without characters that have no width, but with the joiners that scripts need."""
    return _INVISIBLE.sub("", text)


def _writable(text: str) -> str:
    """The text without invisible characters; those that a tree does not take stay visible as U+FFFD."""
    return _UNWRITABLE.sub("\ufffd", without_invisible(text).replace("\f", " "))


def parsed(page: str) -> Any:
    """The root of a page; None when it is too damaged for a tree."""
    parser = lxml_html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(page, parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def reduce_to_shown(tree: Any) -> list[str]:
    """Removes hidden elements and invisible characters from the tree, and writes formulas and raised characters as
    text. Returns what was deleted or struck through, which is removed too."""
    for element in tree.iter(etree.Element):  # first, as what stands behind a removed element is written anew
        if element.text and element.tag not in ("script", "style"):
            element.text = _writable(element.text)
        if element.tail:
            element.tail = _writable(element.tail)
    for element in list(_hidden_elements(tree)):
        element.drop_tree()
    looks = Looks()
    for style in tree.iter("style"):
        looks.add(style.text or "")
    struck = list(_taken_out(tree, looks))
    _read_symbols(tree, looks)
    for formula in list(tree.iter("math")):
        _replace(formula, _formula(formula))
    raised = [(element, height) for element in tree.iter(*_INLINE) if (height := _height(element, looks))]
    for element, height in raised:
        _write_raised(element, height)
    return struck


def _read_symbols(tree: Any, looks: Looks) -> None:
    """Writes what text in a symbol font shows, as Word saves pages: an "m" in Symbol is μ."""
    stated = [look.font for look in looks.rules.values()]
    stated += [looks.of(element).font for element in tree.iterfind(".//*[@style]")]
    stated += [element.get("face") for element in tree.iter("font")]
    if not any(font and family_of(font) for font in stated):
        return
    fonts = {tree: ""}  # of each element; the text of an element is in the font of the elements around it
    for element in tree.iter(etree.Element):
        around = fonts.get(element.getparent(), "")
        own = looks.of(element).font
        fonts[element] = font = around if own is None else own
        if family_of(font) and element.text:
            element.text = decoded(element.text, font)
        if family_of(around) and element.tail:
            element.tail = decoded(element.tail, around)


def _taken_out(tree: Any, looks: Looks) -> Iterator[str]:
    """Takes the struck text out of the tree. What is long and was not deleted stays: its style is a mistake."""
    for element in list(tree.iter(*STRUCK, *_INLINE)):
        is_struck = looks.of(element).struck and tree in element.iterancestors()  # not in one that is out already
        text = _text(element) if is_struck else ""
        if is_struck and (element.tag == "del" or len(text) <= _LONGEST_NOSCRIPT):
            element.drop_tree()
            yield from struck_out(text)


def _hidden_elements(tree: Any) -> Iterator[Any]:
    """The outermost hidden elements; of styles, only those in an element's attribute are respected."""
    walk = etree.iterwalk(tree, events=("start",))
    for _, element in walk:
        if element.tag not in ("html", "body", "head") and _is_hidden(element):
            walk.skip_subtree()
            yield element


def _is_hidden(element: Any) -> bool:
    if element.tag == "noscript":
        return len(_text(element)) <= _LONGEST_NOSCRIPT
    if element.tag in _NOT_READ or element.get("hidden", "until-found") != "until-found":
        return True
    style, classes = element.get("style"), element.get("class")
    if (style and _HIDDEN.search(style[:500])) or (classes and not _HIDDEN_CLASSES.isdisjoint(classes.split())):
        return True
    # Behind an open dialog all of a page is marked so.
    return element.get("aria-hidden") == "true" and len(_text(element)) <= _LONGEST_MACHINE_TEXT


def _text(element: Any) -> str:
    return "".join(islice(element.itertext(), _LONGEST_NOSCRIPT + 1))


def _formula(element: Any) -> str:
    """A formula on one line. Text that stands in it outside of any number, name or sign is kept, though none should."""
    for part in list(element.iter(etree.Element)):
        if part.tag not in FORMULA_LEAVES and part.text and part.text.strip():
            part.insert(0, _bare_text(part.text))
            part.text = None
        if part is not element and part.tail and part.tail.strip():
            part.addnext(_bare_text(part.tail))
            part.tail = None
    return formula_text(element, lambda leaf: " ".join("".join(leaf.itertext()).split()))


def _bare_text(text: str) -> Any:
    element = etree.Element("mtext")
    element.text = text
    return element


def _height(element: Any, looks: Looks) -> int:
    """1 for a raised element, -1 for a lowered one; where only a style shifts it, one with figures, or a letter."""
    if element.tag in ("sup", "sub"):
        return 1 if element.tag == "sup" else -1
    if _is_mark(element):
        return 1
    height = looks.of(element).height or 0
    text = _text(element) if height else ""
    has_figure = any(map(str.isdigit, text)) or len(text.strip()) == 1
    return height if len(text) <= _LONGEST_SHIFTED and has_figure else 0


def _is_mark(element: Any) -> bool:
    """Whether it is a link to a note that no space parts from the word or figure before it, or that begins its note and
    stands right before a word: 12<a href="#n3">3</a> percent."""
    if element.tag != "a" or not element.get("href", "").startswith("#") or not _MARK.fullmatch(_text(element)):
        return False
    before, after = _before(element), (element.tail or "")[:1]
    begins = not before and element.getprevious() is None
    return before[-1:].isalnum() or (begins and after.isupper())


def _write_raised(element: Any, height: int) -> None:
    """Writes the text of a raised element into its parent. One in brackets stays as it is: [3], (a)."""
    text = _text(element)
    if element.getparent() is None or len(text) > _LONGEST_RAISED:
        return
    if not _BRACKETED.fullmatch(text):
        text = superscript(text, _before(element)) if height > 0 else subscript(text)
    _replace(element, text)


def _before(element: Any) -> str:
    """The last characters before an element in its paragraph, as far as they are near."""
    previous = element.getprevious()
    if previous is None:
        return (element.getparent().text or "")[-2:]
    return (previous.tail or _text(previous) or "")[-2:]


def _replace(element: Any, text: str) -> None:
    """Puts a text in the place of an element."""
    if element.getparent() is not None:
        for child in list(element):
            element.remove(child)
        element.text = text
        element.drop_tag()
