"""Joins the runs of a paragraph: stretches of text that stand raised, lowered or on the line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from index.text.raised import subscript, superscript

Run = tuple[str, int]
"""A stretch of text and its height: 1 for raised, -1 for lowered, 0 for text on the line."""


def joined(runs: Iterable[Run]) -> str:
    """The text of the runs, neighbours of one height read as one: "10", "−" and "6" raised are 10⁻⁶."""
    parts: list[str] = []
    before = ""
    for height, group in groupby((run for run in runs if run[0]), key=lambda run: run[1]):
        text = "".join(text for text, _ in group)
        raised = superscript(text, before) if height > 0 else subscript(text) if height < 0 else text
        parts.append(raised)
        before = (before + raised)[-2:]
    return "".join(parts)
