"""What a visitor does on each view, and what shows that it was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from bench.page.browser import rest, timed

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUESTIONS = (
    "What happens to the bladder with heavy use?",
    "blood pressure during an infusion",
    "How long is the half-life of ketamine?",
    "who may drive after a dose",
    "when was ketamine first made",
)
DRAFT = """Calvin Stevens synthesised ketamine in 1972. Heavy use can scar the bladder. Blood pressure rises.
Ketamine is a class A drug in the United Kingdom. The spray is given in a clinic. The bridge was opened in 1932."""

TEXTS = "[...document.querySelectorAll('{0}')].slice(0, 3).map((one) => one.textContent).join()"
NEW = f"{TEXTS} && {TEXTS} !== window.benchText"
MARK = "(texts) => { window.benchText = new Function(`return ${texts}`)(); }"

HITS, ROWS, SENTENCE = ".sw-hit", '[class*="st-key-row-"] .sw-source', ".sw-asked"


@dataclass(frozen=True, slots=True)
class Step:
    """One measurement: what was done, and the seconds to what it shows; ``limit``: what is aimed at."""

    name: str
    seconds: float
    limit: float


ANSWER, KEY, WHOLE = 0.4, 0.15, 1.5
"""Seconds aimed at: for an interaction, for a key that asks nothing, for a view that is opened."""


def renewed(page: Page, act: Callable[[], None], what: str) -> float:
    """Seconds until the first of the elements ``what`` say something else."""
    page.evaluate(MARK, TEXTS.format(what))
    return timed(page, act, NEW.format(what))


def loaded(page: Page, address: str, seen: str) -> float:
    """Seconds from asking for an address, in a window that had the page before, until ``seen`` is on the screen."""
    page.goto("about:blank")
    page.goto(address, wait_until="commit")
    look = f"() => (({seen}) ? performance.now() : null)"
    return float(page.wait_for_function(look, polling="raf").json_value()) / 1000


def there(selector: str) -> str:
    return f"document.querySelector('{selector}')"


def searching(page: Page) -> Iterator[Step]:
    box = page.locator(".st-key-q input")
    for question in QUESTIONS:
        box.fill(question)
        yield Step("search", renewed(page, lambda: box.press("Enter"), HITS), ANSWER)
        rest(page)
    box.press("Escape")
    for _ in range(4):
        now = "document.activeElement?.closest('.sw-hit')?.id"
        was = page.evaluate(now)
        moved = f"{now} && {now} !== {was!r}" if was else now
        yield Step("j, the next passage", timed(page, lambda: page.keyboard.press("j"), moved), KEY)
    page.keyboard.press("k")
    pins = '[class*="st-key-pin-hit"] button:disabled'
    count = f"document.querySelectorAll('{pins}').length"
    for _ in range(3):
        before = page.evaluate(count)
        yield Step("pin", timed(page, lambda: page.keyboard.press("p"), f"{count} > {before}"), ANSWER)
        rest(page)
        page.keyboard.press("j")
    for _ in range(3):
        yield Step(
            "Enter, a passage in its place",
            timed(page, lambda: page.keyboard.press("Enter"), there("#sw-passage")),
            ANSWER,
        )
        rest(page)
        yield Step(
            "back to the results",
            timed(page, lambda: page.get_by_role("link", name="Back to the results").click(), there(HITS)),
            ANSWER,
        )
        rest(page)
        page.keyboard.press("j")


def listing(page: Page) -> Iterator[Step]:
    for _ in range(2):
        yield Step(
            "open the Library", loaded(page, "/library", f"document.querySelectorAll('{ROWS}').length > 20"), WHOLE
        )
        rest(page)
    for name in ("Date, the latest first", "Title"):
        page.locator(".st-key-sort input").click()
        choice = page.get_by_role("option", name=name)
        choice.wait_for()
        yield Step("sort the Library", renewed(page, choice.click, ROWS), ANSWER)
        rest(page)
    find = page.locator(".st-key-find input")
    for words in ("volume 2", "100", "author 3"):
        find.fill(words)
        yield Step("find a source", renewed(page, lambda: find.press("Enter"), ROWS), ANSWER)
        rest(page)
    page.locator(".st-key-facet-year input").click()
    choice = page.get_by_role("option").first
    choice.wait_for()
    yield Step("a facet of the Library", renewed(page, choice.click, ROWS), ANSWER)
    rest(page)


def comparing(page: Page) -> Iterator[Step]:
    heads = "document.querySelector('.sw-lead')?.textContent.includes('Choose two')"
    for _ in range(2):
        yield Step("open Compare", loaded(page, "/compare", heads), WHOLE)
        rest(page)
    for label, seen in (("Left", None), ("Right", ".sw-beside")):
        page.get_by_role("combobox", name=label).click()
        page.get_by_role("option").nth(3 if seen else 1).wait_for()
        if seen:
            option = page.get_by_role("option").nth(3)
            chosen = "document.querySelectorAll('.sw-chosen').length === 2"
            yield Step("two sources are chosen", timed(page, option.click, chosen), ANSWER)
            yield Step("they are compared", float(page.evaluate(SINCE, there(seen))) / 1000, ANSWER)
        else:
            page.get_by_role("option").nth(1).click()
        rest(page)
    lists = page.locator(".st-key-list button")
    for number in (1, 2):
        yield Step("another list", renewed(page, lists.nth(number).click, ".sw-pair"), ANSWER)
        rest(page)
    views = page.locator(".st-key-view button")
    yield Step("open the map", timed(page, views.nth(2).click, there(".sw-map")), ANSWER)
    rest(page)
    topic = page.locator(".sw-map a").first
    yield Step("a topic of the map", timed(page, topic.click, there("#sw-cell")), ANSWER)
    rest(page)


def asking(page: Page) -> Iterator[Step]:
    """One question to all sources."""
    page.goto("/compare?view=question")
    rest(page)
    area = page.locator(".st-key-questions textarea")
    area.fill(QUESTIONS[2])
    yield Step("one question to all", timed(page, lambda: area.press("Control+Enter"), there(".sw-table")), WHOLE)
    rest(page)


def checking(page: Page) -> Iterator[Step]:
    page.goto("/draft")
    rest(page)
    area = page.locator(".st-key-draft_text textarea")
    area.fill(DRAFT)
    yield Step(
        "check a draft of six sentences", timed(page, lambda: area.press("Control+Enter"), there(SENTENCE)), WHOLE
    )
    rest(page)
    page.locator("body").press("Escape")
    current = "document.querySelector('[data-sentence][aria-current]')?.id"
    for key in "kkjjj":
        was = page.evaluate(current)
        if (was, key) == ("sw-s-0", "k"):
            key = "j"
        page.evaluate(MARK, TEXTS.format(SENTENCE))
        pressed = lambda key=key: page.keyboard.press(key)  # noqa: E731
        yield Step("j, the next sentence", timed(page, pressed, f"{current} !== '{was}'"), KEY)
        fetched = NEW.format(SENTENCE)
        yield Step("its evidence", float(page.evaluate(SINCE, fetched)) / 1000, ANSWER)
        rest(page)


SINCE = """(seen) => new Promise((done) => {
  const look = new Function(`return (${seen})`);
  const next = () => (look() ? done(performance.now() - window.benchPressed) : requestAnimationFrame(next));
  next();
})"""


def arriving(page: Page) -> Iterator[Step]:
    for _ in range(3):
        yield Step("first paint: the search box", loaded(page, "/", there(".st-key-q input")), WHOLE)
        rest(page)
    address = f"/?q={quote(QUESTIONS[0])}"
    yield Step("a search by its address", loaded(page, address, there(HITS)), WHOLE)
    rest(page)
