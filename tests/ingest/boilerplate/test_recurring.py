"""What recurs over a site: its own lines, not those of the articles."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.storage.store import Store
from ingest.boilerplate.clean import remove_spans
from ingest.boilerplate.recurring import MIN_DOCUMENTS, block_texts, recurring_blocks, recurring_spans
from ingest.sync.pipeline import ingest

CALL = "Our tea rooms open at nine, and a pot for two costs less than you think."
ARTICLES = [f"Article {n}\n\n{CALL}\n\nThe {n}th inn of the road was built of stone.\n\nNotes" for n in range(6)]


def test_a_line_of_most_documents_recurs() -> None:
    """A call in nearly every article is found, whatever it says; what only one of them says is not."""
    texts = [*ARTICLES, "A seventh text has no call at all."]
    known = recurring_blocks(map(block_texts, texts))
    assert known == {CALL.casefold().strip()}
    assert remove_spans(texts[0], recurring_spans(texts[0], known)).split() == texts[0].replace(CALL, "").split()
    assert recurring_spans(texts[-1], known) == ()


def test_case_and_quotation_marks_do_not_part_copies() -> None:
    """A site's own line is the same line when one template sets it in capitals."""
    texts = ["Tea Times “Daily”", 'TEA TIMES "daily"'] * 3
    assert recurring_blocks(map(block_texts, texts)) == {'tea times "daily"'}


def test_long_blocks_recur_too() -> None:
    """A disclaimer of many words is seen as well as a short line."""
    notice = "Nothing on these pages can take the place of a visit to an inn. " * 6
    texts = [f"Inn {n} stands.\n\n{notice.strip()}\n\nIt is closed." for n in range(5)]
    known = recurring_blocks(map(block_texts, texts))
    start, end = recurring_spans(texts[0], known)[0]
    assert texts[0][start:end] == notice.strip()


def test_a_heading_of_one_word_does_not_recur() -> None:
    """Notes, Methods, Summary: every text of a kind has them."""
    assert recurring_blocks([["Notes"]] * 9) == frozenset()


def test_few_documents_show_nothing() -> None:
    """Four copies of a line are four copies of a line."""
    assert recurring_blocks([["the same line"]] * (MIN_DOCUMENTS - 1)) == frozenset()
    assert recurring_blocks([["the same line"]] * MIN_DOCUMENTS) == {"the same line"}


def test_a_line_counts_once_a_document() -> None:
    """A refrain of one text is not the site's."""
    assert recurring_blocks([["la la la"] * 30, *([f"text {n}"] for n in range(8))]) == frozenset()


@given(st.lists(st.lists(st.text(max_size=30), max_size=6), max_size=12))
def test_what_recurs_was_in_most_documents(documents: list[list[str]]) -> None:
    """Each block found stands in more than half of the documents."""
    from ingest.boilerplate.text_units import fold

    for key in recurring_blocks(documents):
        assert sum(key in map(fold, blocks) for blocks in documents) > len(documents) / 2


STORIES = (
    "A stone inn stood at the ford until the bridge was built. Its cellar is still there.",
    "Carters paid in oats as often as in coin. The book of the house lists both.",
    "The sign showed a swan, and nobody remembers why. A new one hangs there now.",
    "Salt came up the road in May. It left a white line on the floor of the barn.",
    "The well is forty feet deep. In dry years it served the whole village.",
)


def kept(library: Path) -> dict[str, str]:
    """By location, what can be found of each document."""
    store = Store.open(library)
    return {
        one.location: " ".join(passage.text for passage in store.documents.passages(one.number))
        for root in store.files.roots()
        for one, _, _ in store.documents.statements([root])
    }


def pages(folder: Path, stories: tuple[str, ...], call: str = CALL) -> Path:
    folder.mkdir()
    for number, story in enumerate(stories):
        page = f"<title>Inn {number}</title><article><h1>Inn {number}</h1><p>{story * 3}</p><p>{call}</p></article>"
        (folder / f"{number}.html").write_text(page, encoding="utf-8")
    return folder


def test_a_sites_own_line_is_left_out_of_its_pages(library: Path, tmp_path: Path) -> None:
    """Four pages prove nothing; with the fifth the line goes from all of them, and the next ingest changes nothing."""
    site = pages(tmp_path / "site", STORIES[:4])
    ingest([site], library)
    assert all(CALL in text for text in kept(library).values())
    page = (site / "0.html").read_text(encoding="utf-8").replace(STORIES[0], STORIES[4])
    (site / "4.html").write_text(page, encoding="utf-8")
    ingest([site], library)
    after = kept(library)
    assert len(after) == 5
    assert not any(CALL in text for text in after.values())
    assert all(any(story in text for story in STORIES) for text in after.values())
    assert ingest([site], library).documents["unchanged"] == 5
    assert kept(library) == after


def test_a_run_that_was_stopped_is_finished_by_the_next(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the lines are dropped, and while they are."""
    finished = library.with_name("finished")
    site = pages(tmp_path / "site", STORIES)
    ingest([site], finished)

    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    for target in ("ingest.sync.pipeline.drop_repeated", "ingest.sync.drop_repeated.recurring_spans"):
        with monkeypatch.context() as patch:
            patch.setattr(target, interrupt)
            with pytest.raises(KeyboardInterrupt):
                ingest([site], library)
    ingest([site], library)
    assert kept(library) == kept(finished)


def test_copies_of_one_article_keep_their_text(library: Path, tmp_path: Path) -> None:
    """What recurs is most of each page: that is no template."""
    ingest([pages(tmp_path / "copies", (STORIES[0],) * 6)], library)
    assert all(STORIES[0] in text for text in kept(library).values())


def test_notes_that_share_a_line_keep_it(library: Path, tmp_path: Path) -> None:
    """A plain text that is no copy of a page is not judged by what its neighbours say."""
    (tmp_path / "notes").mkdir()
    for number, story in enumerate(STORIES):
        text = f"Interview {number}\n\n{story}\n\nThank you very much for your time.\n"
        (tmp_path / "notes" / f"{number}.txt").write_text(text, encoding="utf-8")
    ingest([tmp_path / "notes"], library)
    assert all("Thank you very much" in text for text in kept(library).values())
