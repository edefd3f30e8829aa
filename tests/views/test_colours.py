"""The colours of both themes, by the contrast that WCAG 2 asks of text."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.test_layout import ROOT
from tests.views.test_browser import contrast

TEXT = 4.5
"""What text of usual size needs."""
HOTTEST = 0.6
"""The share of its colour in the fullest cell of the map of topics."""


def rgb(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def css(parts: list[int]) -> str:
    return f"rgb({', '.join(map(str, parts))})"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_buttons_and_the_map_of_topics_are_legible(scheme: str) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][scheme]
    assert contrast(css(rgb(config["primaryColor"])), "rgb(255, 255, 255)") >= TEXT
    style = (ROOT / "views" / "components" / "page.css").read_text(encoding="utf-8")
    cell = re.search(r"light-dark\((#\w{6}), (#\w{6})\) var\(--sw-heat", style)
    assert cell
    colour, ground = rgb(cell[1 if scheme == "light" else 2]), rgb(config["backgroundColor"])
    mixed = [round(one * HOTTEST + other * (1 - HOTTEST)) for one, other in zip(colour, ground, strict=True)]
    assert contrast(css(mixed), css(rgb(config["textColor"]))) >= TEXT
