"""The tour of the documentation, walked as it is written: what it says one sees is there."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.making import link_models
from tests.test_layout import ROOT
from tests.views.test_pages import html, opened

TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
STEP = re.compile(r"^```(ask|pin|draft|question)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def steps() -> list[tuple[str, str, list[str]]]:
    """What is done, with which text, and what is seen before the next step."""
    _, *parts = STEP.split(TOUR)
    return [
        (kind, text, re.findall(r"\*\*(.+?)\*\*", after))
        for kind, text, after in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def walk(library: Path, monkeypatch: pytest.MonkeyPatch, kind: str, text: str) -> AppTest:
    if kind == "question":
        at = opened(library, monkeypatch).switch_page("views/compare.py")
        at.query_params["view"], at.query_params["q"] = kind, text
        return at.run()
    if kind == "draft":
        at = opened(library, monkeypatch).switch_page("views/draft.py").run()
        at.text_area(key="draft_text").input(text)
        next(button for button in at.button if button.label == "Check").click()
        return at.run()
    at = opened(library, monkeypatch, q=text)
    if kind == "pin":
        at.button(key="pin-hit-1").click().run()
        at.switch_page("views/collections.py").run()
    return at


def test_each_step_shows_what_the_tour_says(
    sample_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Path(shutil.copytree(sample_library, tmp_path / "own", copy_function=link_models))
    walked = steps()
    assert [kind for kind, _, _ in walked] == ["ask", "ask", "pin", "draft", "question"]
    for kind, text, seen in walked:
        at = walk(own, monkeypatch, kind, text)
        assert not at.exception
        shown = unescape(re.sub("<[^>]*>", "", html(at))) + " ".join(box.label for box in at.expander)
        assert seen
        assert [words for words in seen if words not in shown] == [], text
