"""Reads claims with evidence that supports them, contradicts them, or says neither, and mixes the sets."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.reader.questions import held_out, rows
from index.text import sentences, words
from index.types import Span

CAPS = {
    "cad_nli": 9000,
    "factcheck_gpt": 1800,
    "fm2": 2548,
    "infotabs": 6000,
    "mnli_dev": 12000,
    "fever_sample": 11672,
    "breaking_nli": 2500,
    "med": 1500,
    "negation_nli": 2999,
    "summedits": 1644,
    "wanli_sample": 100,
    "made_by_rule": 13000,
    "snli_dev_test": 4000,
    "conjnli": 4000,
    "wikifactcheck_neg": 2000,
    "creak": 2500,
    "sem_anto_neg": 1200,
    "help": 800,
    "entailment_bank": 2000,
    "pubmedqa_conclusion": 1500,
    "citation_integrity": 1500,
    "begin": 800,
    "ex_fever": 2000,
}
"""Rows of each set at most: sets near to real claims and pages whole, everyday captions and templates less."""
TWICE = frozenset({"fm2", "factcheck_gpt"})
"""Sets whose rows are seen twice: the nearest to what the product is given."""

_LABEL_CAPS = {("breaking_nli", "contradicts"): 1500, ("factcheck_gpt", "neither"): 1000}
_LONGEST = 90  # words of evidence; more is cut around the sentence that shares most words with the claim


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim and its evidence. ``label``: one of ``LABELS``. ``group``: rows that must not be parted by a split."""

    text: str
    evidence: str
    label: str
    group: str
    set: str
    dev: bool = False


def claims(folder: Path, seed: int) -> list[Claim]:
    """The rows of a set in a drawn order, up to its caps."""
    records = rows(folder / "pairs.jsonl.gz")
    found = [Claim(r["claim"], r["evidence"], r["label"], r["group"], folder.name) for r in records]
    random.Random(f"{seed} {folder.name}").shuffle(found)
    seen: Counter[str] = Counter()
    kept = []
    for claim in found:
        seen[claim.label] += 1
        if seen[claim.label] <= _LABEL_CAPS.get((folder.name, claim.label), len(found)):
            kept.append(claim)
    return kept[: CAPS[folder.name]]


def split(found: Iterable[Claim]) -> list[Claim]:
    """The claims, marked for development by group; of the others, those with the evidence of such a one are dropped."""
    marked = [(claim, held_out(claim.group)) for claim in found]
    kept_out = {claim.evidence for claim, dev in marked if dev}
    return [
        Claim(claim.text, claim.evidence, claim.label, claim.group, claim.set, dev)
        for claim, dev in marked
        if dev or claim.evidence not in kept_out
    ]


def focused(claim: str, evidence: str) -> str:
    """Evidence of at most about ninety words: whole sentences around the one that shares most words with the claim."""
    parts = [evidence[span.start : span.end] for span in sentences(evidence, Span(0, len(evidence)))]
    lengths = [len(part.split()) for part in parts]
    if len(parts) < 2 or sum(lengths) <= _LONGEST:
        return evidence
    wanted = _words(claim)
    first = last = max(range(len(parts)), key=lambda row: len(wanted & _words(parts[row])))
    total = lengths[first]
    while True:
        sides = [row for row in (first - 1, last + 1) if 0 <= row < len(parts) and total + lengths[row] <= _LONGEST]
        if not sides:
            return " ".join(parts[first : last + 1])
        row = max(sides, key=lambda side: len(wanted & _words(parts[side])))
        first, last, total = min(first, row), max(last, row), total + lengths[row]


def _words(text: str) -> set[str]:
    return {text[span.start : span.end].lower() for span in words(text)}
