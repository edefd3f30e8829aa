"""Writes, once, what the reader is taught: lists of a question's sentences, and claims with their evidence."""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench.reader import claims, questions
from bench.reader.claims import Claim
from bench.reader.negatives import Ranker
from bench.reader.overlap import shingles_below, stands_in
from bench.reader.questions import AnswerList, Document, Question
from bench.sets import DataError
from index.embedding.compiled import Embedder
from index.embedding.models import open_embedder, prepare

_BY_COSINE = frozenset({"nqg_squad", "squadshifts_wiki"})
"""Sets of long documents, whose sentences the encoder ranks too; in the others there are few to choose from."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the reader is taught, in a drawn order, without (``dev`` False) or with what is held out only (True)."""

    lists: tuple[AnswerList, ...]
    claims: tuple[Claim, ...]


def material(work: Path, *, dev: bool) -> Material:
    """What ``write`` left in a folder."""
    lists = [AnswerList(**{**r, "sentences": tuple(r["sentences"])}) for r in _read(work / "lists.jsonl")]
    pairs = [Claim(**r) for r in _read(work / "claims.jsonl")]
    return Material(tuple(x for x in lists if x.dev is dev), tuple(x for x in pairs if x.dev is dev))


def write(data: Path, tests: Path | None, work: Path, seed: int) -> None:
    """Prepares the sets below ``data``, without what stands in a test set below ``tests``. Raises DataError."""
    if not (data / "questions").is_dir() or not (data / "claims").is_dir():
        raise DataError(f"There are no training sets in {data}. Give the folder that holds questions/ and claims/.")
    work.mkdir(parents=True, exist_ok=True)
    known = shingles_below(tests) if tests else frozenset()
    models = work / "models"
    encoder = open_embedder(prepare(None, models), models, ingest=True)
    chance = random.Random(seed)
    lists = list(_lists(data / "questions", encoder, known, seed))
    chance.shuffle(lists)
    pairs = _claims(data / "claims", known, seed)
    chance.shuffle(pairs)
    _store(work / "lists.jsonl", lists)
    _store(work / "claims.jsonl", pairs)
    print(f"{len(lists)} lists, {len(pairs)} claims", file=sys.stderr)


def _lists(folder: Path, encoder: Embedder, known: frozenset[int], seed: int) -> Iterator[AnswerList]:
    for name in questions.CAPS:
        texts = questions.documents(folder / name)
        by_document: dict[str, list[Question]] = defaultdict(list)
        drawn = questions.questions(folder / name, seed)
        for question in drawn:
            if not stands_in(question.text, known):
                by_document[question.document].append(question)
        chance = random.Random(f"{seed} {name}")
        made = dropped = 0
        for document, asked in by_document.items():
            for row in _of_document(texts[document], asked, encoder if name in _BY_COSINE else None, chance):
                if any(stands_in(sentence, known) for sentence in row.sentences[:1]):
                    dropped += 1
                    continue
                made += 1
                yield row
        print(f"{name}: {made} lists of {len(drawn)} questions, {dropped} stand in a test", file=sys.stderr, flush=True)


def _of_document(
    document: Document, asked: Sequence[Question], encoder: Embedder | None, chance: random.Random
) -> Iterator[AnswerList]:
    ranked = Ranker(document.sentences, encoder).ranked([question.text for question in asked])
    for question, order in zip(asked, ranked, strict=True):
        row = questions.answer_list(question, document, order, chance)
        if row is not None:
            yield row


def _claims(folder: Path, known: frozenset[int], seed: int) -> list[Claim]:
    drawn = [claim for name in claims.CAPS for claim in claims.claims(folder / name, seed)]
    clean = [claim for claim in drawn if not stands_in(claim.text, known) and not stands_in(claim.evidence, known)]
    print(f"{len(drawn)} claims, {len(drawn) - len(clean)} stand in a test", file=sys.stderr, flush=True)
    short = [replace(claim, evidence=claims.focused(claim.text, claim.evidence)) for claim in clean]
    parted = claims.split(short)
    return parted + [claim for claim in parted if claim.set in claims.TWICE and not claim.dev]


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _store(path: Path, records: Sequence[AnswerList | Claim]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(record), ensure_ascii=False) + "\n" for record in records)
