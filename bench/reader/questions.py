"""Reads questions with the sentences that answer them, and makes lists of one answer and sentences that do not answer.

A list may have no answer: then all its sentences stand in other paragraphs of the document.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from index.text.analysis import STOP_WORDS

NEGATIVES = 4
"""Sentences of a list that do not answer; each costs as much as the one that does (a guess)."""
CAPS = {
    "squadshifts_wiki": 7690,
    "nqg_squad": 11000,
    "qed": 1006,
    "clapnq": 297,
    "selqa": 2370,
    "tsqa": 978,
    "quoref": 1200,
    "fairytale": 1500,
    "fm2": 1500,
}
"""Questions of each set at most: natural ones whole, those that lean on their paragraph less."""

_KEYWORDS = 0.25  # share of questions that become keywords
_BARE = 0.25  # share of questions that lose their question mark
_HEADED = 0.6  # share of lists whose sentences stand under their title
_UNANSWERED = 0.12  # share of lists without an answer
_NEAR = 2  # sentences from the answer that are its neighbours
_FAR = 6  # sentences from the answer that are another subject where paragraphs are not known
_LEAST_WORDS = 2  # words of a question besides stop words; fewer mean nothing without its paragraph
_STOP = frozenset(STOP_WORDS)
_DEV = 24  # one document or group of so many is for the choice of calibration


@dataclass(frozen=True, slots=True)
class Document:
    """Sentences of a document. ``groups``: the paragraph of each."""

    id: str
    title: str
    sentences: tuple[str, ...]
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question. ``positives``: rows of the sentences that answer it. ``answers``: their words, if known."""

    set: str
    document: str
    text: str
    positives: tuple[int, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerList:
    """A question and sentences, of which the first answers it if ``answered``, and no other does."""

    question: str
    sentences: tuple[str, ...]
    heading: str
    answered: bool
    dev: bool


def held_out(group: str) -> bool:
    """Whether a document or group of claims is kept from training, by its name alone."""
    return int.from_bytes(blake2b(group.encode(), digest_size=4).digest()) % _DEV == 0


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def documents(folder: Path) -> dict[str, Document]:
    """The documents of a set, by id."""
    records = rows(folder / "docs.jsonl.gz")
    return {r["id"]: Document(r["id"], r["title"], tuple(r["sents"]), tuple(r["groups"])) for r in records}


def questions(folder: Path, seed: int) -> list[Question]:
    """The questions of a set that mean something on their own, drawn up to its cap."""
    records = rows(folder / "questions.jsonl.gz")
    name = folder.name
    found = [Question(name, r["doc"], r["q"], tuple(r["pos"]), tuple(r["answers"])) for r in records]
    clear = [question for question in found if len(keywords(question.text).split()) >= _LEAST_WORDS]
    random.Random(f"{seed} {name}").shuffle(clear)
    return clear[: CAPS[name]]


def keywords(question: str) -> str:
    """The question without stop words and marks at its words' ends, in order."""
    words = [word.strip(".,;:?!\"'()") for word in question.split()]
    return " ".join(word for word in words if word and word.lower() not in _STOP)


def varied(question: str, chance: random.Random) -> str:
    """The question as somebody may type it: as it is, as keywords, or without its mark."""
    drawn = chance.random()
    if drawn < _KEYWORDS:
        return keywords(question)
    return question.rstrip("? ") if drawn < _KEYWORDS + _BARE else question


def answer_list(
    question: Question, document: Document, ranked: Sequence[int], chance: random.Random
) -> AnswerList | None:
    """A list for training, or None where too few sentences are left. ``ranked``: rows of the document, the likest to
    the question first."""
    wrong = [row for row in ranked if not _answers(question, document, row)]
    far = [row for row in wrong if _far(question, document, row)]
    answered = not (chance.random() < _UNANSWERED and len(far) > NEGATIVES)
    if answered:
        near = [row for row in wrong if min(abs(row - positive) for positive in question.positives) <= _NEAR]
        first = [chance.choice(question.positives)]
        chosen = first + list(dict.fromkeys([*wrong[: NEGATIVES - 1], *near[:1], *wrong]))[:NEGATIVES]
    else:
        chosen = far[: NEGATIVES + 1]
    if len(chosen) < min(NEGATIVES, 3):
        return None
    heading = document.title if chance.random() < _HEADED else ""
    sentences = tuple(document.sentences[row] for row in chosen)
    return AnswerList(varied(question.text, chance), sentences, heading, answered, held_out(document.id))


def _answers(question: Question, document: Document, row: int) -> bool:
    sentence = document.sentences[row].lower()
    if row in question.positives or len(sentence) < 12:
        return True
    return any(len(answer) > 3 and answer.lower() in sentence for answer in question.answers)


def _far(question: Question, document: Document, row: int) -> bool:
    if len(set(document.groups)) > 1:
        return document.groups[row] not in {document.groups[positive] for positive in question.positives}
    return min(abs(row - positive) for positive in question.positives) > _FAR
