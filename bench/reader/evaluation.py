"""Measures the reader alone: which sentence answers, whether any does, and what evidence says of a claim.

All on sets that it was not taught, in two halves by article or claim. The whole search and check are measured by the
other benches.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bench.metrics import auroc, mean
from bench.reader.negatives import Ranker
from bench.reader.network import LABELS, open_tokenizer, read, tensors
from bench.sets import ArticleSet, Question, find, load, records
from bench.tables import table
from index.embedding.compiled import Embedder
from index.embedding.models import open_embedder, prepare
from index.reader.pairs import ANSWER_TOKENS, TextPair, batches, readings
from index.text import sentences
from index.types import Span

ARTICLES = ("squad_articles", "covidqa_articles")
CLAIMS = {
    "fever_symmetric": "claims.jsonl",
    "wice": "claims.jsonl",
    "climate_fever": "pairs.jsonl",
    "healthver": "claims_passage_level.jsonl",
}
PRECISION = 0.9
"""Of what is called contradicting or supporting: the threshold on the first halves is the lowest that reaches it."""
CERTAIN = 0.9
"""The probability from which the precision on each half is told (a guess)."""

_EVIDENCE_TOKENS = 160  # of a claim and its evidence together, with three special ones (a guess)
_PASSAGE = 8  # sentences that stand for a passage with the answer
_DISTANCE = 12  # sentences from the answer that belong to other paragraphs
_LABELS = {"SUPPORTS": "supports", "REFUTES": "contradicts", "NOT_ENOUGH_INFO": "neither", "PARTIAL": "neither"}
_FEWEST = 15  # rows over a threshold; fewer prove no precision (a guess)

Scores = NDArray[np.float64]


class Reader:
    """Logits of a trained network for pairs of texts."""

    def __init__(self, path: Path) -> None:
        self.network, self.metadata = read(path)
        self.tokenizer = open_tokenizer()

    def answers(self, pairs: Sequence[TextPair]) -> Scores:
        """The calibrated log-odds that the second text answers the first."""
        fitted = json.loads(self.metadata["answers"])
        scores: Scores = fitted["scale"] * self._logits(pairs, ANSWER_TOKENS, 0)[:, 0] + fitted["offset"]
        return scores

    def entailment(self, pairs: Sequence[TextPair]) -> Scores:
        """The probabilities of ``LABELS``, in columns."""
        logits = self._logits(pairs, _EVIDENCE_TOKENS, 1) / json.loads(self.metadata["entailment"])["temperature"]
        powers = np.exp(logits - logits.max(1, keepdims=True))
        shares: Scores = powers / powers.sum(1, keepdims=True)
        return shares

    @torch.no_grad()
    def _logits(self, pairs: Sequence[TextPair], budget: int, head: int) -> Scores:
        results: Scores = np.zeros((len(pairs), 1 if head == 0 else len(LABELS)))
        for batch in batches(readings(self.tokenizer, pairs, budget), 32):
            logits = self.network(*tensors(batch))[head]
            results[batch.rows] = logits.reshape(len(batch.rows), -1).numpy()
        return results


# questions ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answering:
    """Figures of one half of a set. Shares of questions whose best sentence is the answer's, by what ranks; mean
    reciprocal rank of the reader; area under the curve of its best score, answered against not."""

    set: str
    half: int
    questions: int
    cosine: float
    overlap: float
    reader: float
    reciprocal: float
    answerable: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with its passage's sentences, the row of the answer there, and the likest sentences elsewhere."""

    half: int
    question: str
    heading: str
    passage: tuple[str, ...]
    right: int
    cosine: int
    overlap: int
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cut:
    """A passage of an article's sentences. ``right``: the row of the answer; ``before``: sentences before it."""

    texts: tuple[str, ...]
    right: int
    before: int

    @property
    def first(self) -> int:
        return max(0, min(self.right - self.before, len(self.texts) - _PASSAGE))

    @property
    def last(self) -> int:
        return min(self.first + _PASSAGE, len(self.texts))


def answering(data: Path, reader: Reader, work: Path, limit: int) -> list[Answering]:
    """The figures of both halves of both sets, on ``limit`` questions of each set. Raises DataError."""
    encoder = open_embedder(prepare(None, work / "models"), work / "models", ingest=True)
    results = []
    for test_set in load(data, list(ARTICLES)):
        assert isinstance(test_set, ArticleSet)
        asked = list(_asked(test_set, encoder, limit))
        results += [_answering(test_set.name, half, [a for a in asked if a.half == half], reader) for half in (0, 1)]
    return results


def _answering(name: str, half: int, asked: Sequence[_Asked], reader: Reader) -> Answering:
    pairs = [TextPair(a.question, text, a.heading) for a in asked for text in (*a.passage, *a.elsewhere)]
    scores = iter(np.split(reader.answers(pairs), np.cumsum([len(a.passage) + len(a.elsewhere) for a in asked])))
    ranks, within, outside = [], [], []
    for a, row in zip(asked, scores, strict=False):
        passage = row[: len(a.passage)]
        ranks.append(1 + int((passage > passage[a.right]).sum()))
        within.append(float(passage.max()))
        outside.append(float(row[len(a.passage) :].max()))
    shares = (mean([row == 1 for row in ranks]), mean([1 / rank for rank in ranks]), auroc(within, outside))
    by_cosine, by_overlap = mean([a.cosine == a.right for a in asked]), mean([a.overlap == a.right for a in asked])
    return Answering(name, half, len(asked), by_cosine, by_overlap, *shares)


def _asked(test_set: ArticleSet, encoder: Embedder, limit: int) -> Iterator[_Asked]:
    drawn = random.Random(1).sample(test_set.questions, min(limit, len(test_set.questions)))
    for record in records(test_set.corpus):
        asked = [question for question in drawn if question.document == str(record["_id"])]
        if asked:
            spans = sentences(record["text"], Span(0, len(record["text"])))
            texts = tuple(record["text"][span.start : span.end] for span in spans)
            by_words = Ranker(texts).scores([question.text for question in asked])
            for question, scores in zip(asked, by_words, strict=True):
                right = _answer_row(question, spans)
                if right is not None:
                    cut = _Cut(texts, right, _digest(question.id) % _PASSAGE)
                    yield _beside(record, question.text, cut, scores, encoder)


def _beside(record: dict[str, Any], question: str, cut: _Cut, scores: NDArray[np.float32], encoder: Embedder) -> _Asked:
    passage = cut.texts[cut.first : cut.last]
    cosines = encoder.encode(passage) @ encoder.encode_queries([question])[0]
    far = [row for row in np.argsort(-scores) if abs(row - cut.right) > _DISTANCE][:_PASSAGE]
    return _Asked(
        half=_digest(str(record["_id"])) % 2,
        question=question,
        heading=record.get("title", ""),
        passage=passage,
        right=cut.right - cut.first,
        cosine=int(cosines.argmax()),
        overlap=int((cosines + scores[cut.first : cut.last]).argmax()),
        elsewhere=tuple(cut.texts[row] for row in far) or ("",),
    )


def _answer_row(question: Question, spans: Sequence[Span]) -> int | None:
    start = question.spans[0].start
    return next((row for row, span in enumerate(spans) if span.start <= start < span.end), None)


# claims ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entailing:
    """Figures of one half of a set: macro-F1 over the labels that it has, and from ``CERTAIN`` on the precision of what
    is called contradicting or supporting, with how many are."""

    set: str
    half: int
    rows: int
    macro_f1: float
    contradicts: tuple[float, int]
    supports: tuple[float, int]


@dataclass(frozen=True, slots=True)
class _Judged:
    half: int
    pair: TextPair
    label: str


def entailing(data: Path, reader: Reader, limit: int) -> tuple[list[Entailing], dict[str, float]]:
    """The figures of both halves of each set, on ``limit`` rows of each, and the thresholds, which are the lowest
    that give ``PRECISION`` over the first halves together. Raises DataError."""
    judged = {name: _judged(data, name, limit) for name in CLAIMS}
    chances = {name: reader.entailment([row.pair for row in rows]) for name, rows in judged.items()}
    thresholds = {}
    for column, label in enumerate(LABELS[:2]):
        first = [(name, at) for name, rows in judged.items() for at, row in enumerate(rows) if row.half == 0]
        scores = np.array([chances[name][at, column] for name, at in first])
        right = np.array([judged[name][at].label == label for name, at in first])
        thresholds[label] = threshold(scores, right)
    halves = [(name, half) for name in CLAIMS for half in (0, 1)]
    return [_entailing(name, half, judged[name], chances[name]) for name, half in halves], thresholds


def _entailing(name: str, half: int, rows: Sequence[_Judged], chances: Scores) -> Entailing:
    chosen = [at for at, row in enumerate(rows) if row.half == half]
    labels, own = [rows[at].label for at in chosen], chances[chosen]
    known = [label for label in LABELS if label in labels]
    columns = [LABELS.index(label) for label in known]
    guessed = [known[at] for at in own[:, columns].argmax(1)]
    shares = []
    for label in ("contradicts", "supports"):
        over = [labels[at] == label for at in np.flatnonzero(own[:, LABELS.index(label)] >= CERTAIN)]
        shares.append((mean(over), len(over)))
    return Entailing(name, half, len(chosen), macro_f1(labels, guessed), shares[0], shares[1])


def threshold(scores: Scores, right: NDArray[np.bool_]) -> float:
    """The lowest score from which on at least ``PRECISION`` are right; 2.0, which none reaches, if there is none."""
    order = np.argsort(-scores, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero((precision >= PRECISION) & (np.arange(len(order)) >= _FEWEST))
    return float(scores[order[good[-1]]]) if len(good) else 2.0


def macro_f1(labels: Sequence[str], guessed: Sequence[str]) -> float:
    """The mean over the labels of twice the right ones by those labelled or guessed so."""
    pairs = list(zip(labels, guessed, strict=True))
    right = {label: sum(a == b == label for a, b in pairs) for label in set(labels)}
    return mean([2 * count / sum((a == label) + (b == label) for a, b in pairs) for label, count in right.items()])


def _judged(data: Path, name: str, limit: int) -> list[_Judged]:
    rows = list(records(find(data / "claims" / name, CLAIMS[name])))
    drawn = random.Random(1).sample(rows, min(limit, len(rows)))
    return [_Judged(_half(row), TextPair(row["claim"], _evidence(row)), _LABELS[row["label"]]) for row in drawn]


def _half(row: dict[str, Any]) -> int:
    """By the claim; twins made from one claim stay together."""
    number = str(row.get("orig_id", ""))
    return _digest((number[:-7] if len(number) > 8 else number) or row["claim"]) % 2


def _evidence(row: dict[str, Any]) -> str:
    """The evidence; of a whole page the sentences that support the claim, or its first ones."""
    if "supporting_sets" not in row:
        return str(row["evidence_text"])
    chosen = next((own for own in row["supporting_sets"] if own), range(3))
    return " ".join(row["evidence_sentences"][at] for at in chosen if at < len(row["evidence_sentences"]))


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest())


def as_text(answers: Sequence[Answering], claims: Sequence[Entailing], thresholds: dict[str, float]) -> str:
    """The figures as two tables."""
    asked = [
        [
            a.set,
            str(a.half + 1),
            str(a.questions),
            *map(_decimals, (a.cosine, a.overlap, a.reader, a.reciprocal, a.answerable)),
        ]
        for a in answers
    ]
    judged = [
        [c.set, str(c.half + 1), str(c.rows), _decimals(c.macro_f1), _of(c.contradicts), _of(c.supports)]
        for c in claims
    ]
    fitted = ", ".join(f"{label} {_decimals(value) if value <= 1 else 'none'}" for label, value in thresholds.items())
    header = ["right sentence first", "half", "questions", "cosine", "cosine + words", "reader", "MRR", "answerable"]
    second = ["evidence", "half", "rows", "macro-F1", f"contradicts from {CERTAIN}", f"supports from {CERTAIN}"]
    return f"{table(header, asked)}\n{table(second, judged)}\nPrecision {PRECISION} on the first halves from: {fitted}"


def _decimals(value: float) -> str:
    return f"{value:.3f}"


def _of(share: tuple[float, int]) -> str:
    return f"{share[0]:.3f} of {share[1]}"
