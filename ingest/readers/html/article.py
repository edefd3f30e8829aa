"""Which blocks of a page are its article: those that trafilatura keeps, and those between and directly around them
that are not furniture of the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.readers.html.furniture import LINKED, STRUCTURE, is_furniture, is_outside, may_be_text
from ingest.readers.html.page_blocks import Kind, PageBlock

_NON_WORD = re.compile(r"[\W_]+")
# Letters and digits (guesses). A short block is taken for a kept one only where the text goes on behind the last one.
_LONG, _NEAR, _AHEAD = 24, 60, 4_000
_MAX_SEARCHED = 300_000_000  # characters (a guess)
_MAIN = 0.7  # share of the kept text that the article's container holds (a guess)


@dataclass(frozen=True, slots=True)
class Article:
    """``taken``: for each block of the page whether it belongs to the article; ``passed_over``: how many blocks after
    its first paragraph and before its end do not, and are not furniture by their markup."""

    taken: tuple[bool, ...]
    passed_over: int = 0


def article_of(tree: Any, blocks: Sequence[PageBlock], text: str) -> Article:
    """The article of a page. ``text``: what trafilatura keeps of it."""
    kept = _kept(blocks, text)
    all_kept = [i for i, is_kept in enumerate(kept) if is_kept]
    anchors = [i for i in all_kept if len(_key(blocks[i].text)) >= _LONG] or all_kept
    if not anchors:
        return Article(tuple(kept))
    sums = _sums(tree, Counter({blocks[i].element: len(blocks[i].text) for i in anchors}))
    container = next(element for element in reversed(list(tree.iter())) if sums[element] >= _MAIN * sums[tree])
    outside = _outside(tree, container)
    kept = [is_kept and block.element not in outside for block, is_kept in zip(blocks, kept, strict=True)]
    parts = _parts(blocks, [i for i in anchors if kept[i]], container, sums)
    keys = {_key(blocks[i].text) for i in anchors}
    takes = [was or _takes(block, parts, keys) for was, block in zip(kept, blocks, strict=True)]
    inside = [i for i in anchors if kept[i] and blocks[i].element in parts]
    reach = _reach(blocks, takes, inside, parts)
    added = set(_with_followed_headings(blocks, takes, reach))
    taken = tuple(was or i in added for i, was in enumerate(kept))
    begun = next((i for i in reach if taken[i] and blocks[i].kind is not Kind.HEADING), len(blocks))
    doubtful = (blocks[i] for i in reach if i > begun and not taken[i] and _key(blocks[i].text) not in keys)
    return Article(taken, sum(not parts.get(block.element, _FURNITURE).is_furniture for block in doubtful))


def _key(text: str) -> str:
    return _NON_WORD.sub("", text)


def _kept(blocks: Sequence[PageBlock], text: str) -> list[bool]:
    """For each block whether it is in the text, which mostly has the order of the page."""
    flat, lines = _key(text), {_key(cell) for line in text.split("\n") for cell in (line, *line.split("|"))}
    position, searches = 0, _MAX_SEARCHED // (len(flat) + 1)
    kept: list[bool] = []
    for block in blocks:
        key = _key(block.text)
        is_long = len(key) >= _LONG
        reach = len(key) + (_AHEAD if is_long else _NEAR)
        start = flat.find(key, position, position + reach) if is_long or (key and key in lines) else -1
        if start < 0 and is_long and searches > 0:
            searches -= 1
            start = flat.find(key)
        if start >= 0:
            position = start + len(key)
        kept.append(start >= 0)
    return kept


def _sums(tree: Any, lengths: Counter[Any]) -> Counter[Any]:
    """The lengths with, for each element, those of all elements inside it."""
    sums = lengths.copy()
    for element in reversed(list(tree.iter())):
        parent = element.getparent()
        if element is not tree and parent is not None and sums[element]:
            sums[parent] += sums[element]
    return sums


def _outside(tree: Any, container: Any) -> set[Any]:
    """The elements in parts that are never in an article. What holds the article is none of these, whatever its
    name: a menu that is not closed holds the rest of the page."""
    around = {container, *container.iterancestors()}
    outside: set[Any] = set()
    for element in tree.iter():
        if element.getparent() in outside or (element not in around and is_outside(element)):
            outside.add(element)
    return outside


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of an element in the article's container: whether an anchor is in it, and for others whether the
    outermost part around it without an anchor is furniture, stands beside an anchor, or gives its text a structure."""

    is_anchored: bool = False
    is_furniture: bool = False
    is_beside: bool = False
    is_structure: bool = False


_FURNITURE = _Part(is_furniture=True)


def _parts(
    blocks: Sequence[PageBlock], anchors: Sequence[int], container: Any, sums: Mapping[Any, int]
) -> dict[Any, _Part]:
    """Each element in the container, from the outside in."""
    beside = {blocks[i].element.getparent() for i in anchors}
    loose = [block for block in blocks if not sums[block.element]]
    linked, lengths = Counter[Any](), Counter[Any]()
    for block in loose:
        linked[block.element] += block.linked
        lengths[block.element] += len(block.text)
    linked, lengths = _sums(container, linked), _sums(container, lengths)
    parts: dict[Any, _Part] = {}
    for element in container.iter():
        around = parts.get(element.getparent(), _Part(is_anchored=True))
        if sums[element]:
            parts[element] = _Part(is_anchored=True)
            continue
        is_beside = element.getparent() in beside if around.is_anchored else around.is_beside
        is_menu = around.is_anchored and linked[element] > LINKED * lengths[element]
        is_list_beside = element.tag == "li" or (is_beside and element.tag in ("ul", "ol", "dl", "p"))
        parts[element] = _Part(
            is_furniture=around.is_furniture or is_furniture(element) or (is_menu and not is_list_beside),
            is_beside=is_beside,
            is_structure=around.is_structure or element.tag in STRUCTURE,
        )
    return parts


def _takes(block: PageBlock, parts: Mapping[Any, _Part], keys: set[str]) -> bool:
    part = parts.get(block.element)
    if part is None or part.is_furniture or _key(block.text) in keys:
        return False
    return may_be_text(block, part.is_structure)


def _reach(
    blocks: Sequence[PageBlock], takes: Sequence[bool], inside: Sequence[int], parts: Mapping[Any, _Part]
) -> range:
    """The blocks from the first to the last anchor, and on as far as blocks beside the anchors are taken."""
    if not inside:
        return range(0)

    def continues(i: int) -> bool:
        return 0 <= i < len(blocks) and takes[i] and _continues(blocks[i], parts)

    first, last = inside[0], inside[-1]
    while continues(first - 1):
        first -= 1
    while continues(last + 1):
        last += 1
    return range(first, last + 1)


def _continues(block: PageBlock, parts: Mapping[Any, _Part]) -> bool:
    part = parts.get(block.element)
    is_beside = part is not None and (part.is_beside or part.is_anchored)
    return is_beside and block.linked <= LINKED * len(block.text)


def _with_followed_headings(blocks: Sequence[PageBlock], takes: Sequence[bool], reach: range) -> Iterator[int]:
    """The indices of the taken blocks, without headings that no taken block follows."""
    follows = False
    for i in reversed(reach):
        follows = takes[i] and (blocks[i].kind is not Kind.HEADING or follows)
        if follows:
            yield i
