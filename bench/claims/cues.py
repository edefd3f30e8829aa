"""Measures how often a difference between claim and evidence is marked, and how often something else is marked.

Twins of fever_symmetric are two claims on the same evidence, or one claim on two pieces of evidence, that differ in a
few words. A twin counts when all of these words are figures, dates, names or negations, by the rules below, which are
independent of the detectors. The set is split in halves by the numbers of its claims: the first half was looked at
while the detectors were written, the second was not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from bench.sets import DataError, find, records
from bench.tables import table
from index.differences import Difference, DifferenceKind, differences

FOLDER = "claims"
MARKED, ALARMS = 0.70, 0.10  # goals: share of marked twins at least, share of false alarms at most

_MARKS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}
_BEFORE = re.compile(r" (?=(?:['’](?:s|re|ve|ll|d|m)\b|n't\b|[.,;:!?)\]]))|(?<=[(\[]) ")
_WORD = re.compile(r"[\w'-]+")
_EMPTY = frozenset(("a", "an", "the", "by", "in", "on", "at", "of", "is", "was", "do", "does", "did", "has", "have"))
_NOT = frozenset(("not", "no", "never", "without", "none", "neither", "nor", "cannot", "unable", "failed", "refused"))
_MONTHS = frozenset(("january february march april may june july august september october november december").split())  # noqa: SIM905
_YEAR = re.compile(r"(?:1\d{3}|20\d\d)s?")
_DAY = re.compile(r"\d\d?(?:st|nd|rd|th)?")
_FIGURE = re.compile(r"[\d.,-]+(?:st|nd|rd|th)?")
_FIGURES = frozenset(
    (  # noqa: SIM905
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty forty "
        "fifty hundred thousand million billion first second third fourth fifth sixth seventh eighth ninth tenth twice"
    ).split()
)
_HAS_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Marked:
    """``marked`` of ``rows`` have a difference that counts; ``goal``: a share, None when there is none."""

    name: str
    rows: int
    marked: int
    goal: float | None = None

    @property
    def share(self) -> float:
        return self.marked / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Claims with a figure: ``marked`` ones, those of them that are refuted (``right``), and all ``refuted`` ones."""

    name: str
    marked: int
    right: int
    refuted: int

    @property
    def precision(self) -> float:
        return self.right / self.marked if self.marked else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.refuted if self.refuted else 0.0


@dataclass(frozen=True, slots=True)
class Cues:
    twins: tuple[Marked, ...]
    supported: tuple[Marked, ...]
    figures: Retrieved


Row = Mapping[str, Any]


def measure(data: Path) -> Cues:
    """All three sets below ``data/claims``. Raises DataError."""
    try:
        halves = _halves(_rows(data, "fever_symmetric"))
        twins = [twin for name, rows in halves.items() for twin in _twin_counts(f"fever_symmetric, {name} half", rows)]
        supported = [_false_alarms(f"fever_symmetric, {name} half", rows) for name, rows in halves.items()]
        wice = list(_rows(data, "wice"))
        supported += [_wice_alarms(wice, separately=True), _wice_alarms(wice, separately=False)]
        return Cues(tuple(twins), tuple(supported), _figure_counts(_rows(data, "nli4ct")))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"The sets in {data / FOLDER} are not as described ({type(error).__name__}: {error})."
        ) from error


def _rows(data: Path, name: str) -> Iterator[Row]:
    return records(find(data / FOLDER / name, "claims.jsonl"))


def counted_differences(draft: str, source: str) -> list[Difference]:
    """The differences that count: those without a compatible value."""
    return [difference for difference in differences(draft, source) if not difference.compatible]


# fever_symmetric ----------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """The text in normal spelling, from one with spaces around punctuation and escaped brackets."""
    for mark, written in _MARKS.items():
        text = text.replace(mark, written)
    return _BEFORE.sub("", text).strip()


def _halves(rows: Iterator[Row]) -> dict[str, list[Row]]:
    """The rows in two halves, by the number of the claim that twins were made from; twins of a claim stay together."""
    families: dict[str, list[Row]] = {}
    for row in rows:
        number = str(row["orig_id"])
        plain_row = {"claim": plain(row["claim"]), "evidence": plain(row["evidence_text"]), "label": row["label"]}
        families.setdefault(number[:-7] if len(number) > 8 else number, []).append(plain_row)
    halves: dict[str, list[Row]] = {"first": [], "second": []}
    for i, number in enumerate(sorted(families)):
        halves["second" if i % 2 else "first"] += families[number]
    return halves


def _twin_counts(name: str, rows: Sequence[Row]) -> Iterator[Marked]:
    """The counts of all refuted rows with a twin that counts, then by the kind of change."""
    refuted: list[tuple[frozenset[str], bool]] = []
    supported = [row for row in rows if row["label"] == "SUPPORTS"]
    for row in rows:
        if row["label"] == "REFUTES" and (kinds := frozenset(_changed_kinds(row, supported))):
            refuted.append((kinds, bool(counted_differences(row["claim"], row["evidence"]))))
    yield Marked(f"{name}, all", len(refuted), sum(is_marked for _, is_marked in refuted), MARKED)
    for kind in ("number", "date", "name", "negation"):
        marked = [is_marked for kinds, is_marked in refuted if kind in kinds]
        yield Marked(f"{name}, {kind}", len(marked), sum(marked))


def _changed_kinds(row: Row, supported: Sequence[Row]) -> Iterator[str]:
    """The kinds of change between a row and its supported twins."""
    for twin in supported:
        for same, changed_field in (("evidence", "claim"), ("claim", "evidence")):
            if row[same] == twin[same] and (kind := changed(twin[changed_field], row[changed_field])):
                yield kind


def changed(left: str, right: str) -> str | None:
    """The kind of the words in which two texts differ; None when they are of several kinds or of another kind."""
    words = _WORD.findall(left), _WORD.findall(right)
    lowered = [[word.lower() for word in side] for side in words]
    steps = SequenceMatcher(None, lowered[0], lowered[1], autojunk=False).get_opcodes()
    kinds = {_kind(words[0][a:b], words[1][c:d]) for step, a, b, c, d in steps if step != "equal"} - {""}
    return kinds.pop() if len(kinds) == 1 and kinds != {None} else None


def _kind(left: Sequence[str], right: Sequence[str]) -> str | None:
    """The kind of a change; "" when only stop words changed, None for another kind."""
    sides = [[word for word in side if word.lower() not in _EMPTY] for side in (left, right)]
    changed_words = sides[0] + sides[1]
    if not changed_words:
        return ""
    if len(changed_words) <= 2 and any(_is_negation(word) for word in changed_words):
        return "negation"
    if not all(sides):
        return None
    tests: dict[str, Callable[[str], bool]] = {"date": _is_date, "number": _is_number, "name": _is_name}
    has_year_or_month = any(_YEAR.fullmatch(word) or word.lower() in _MONTHS for word in changed_words)
    kinds = (kind for kind, test in tests.items() if all(map(test, changed_words)))
    return next((kind for kind in kinds if kind != "date" or has_year_or_month), None)


def _is_negation(word: str) -> bool:
    return word.lower() in _NOT or word.endswith("n't")


def _is_date(word: str) -> bool:
    return bool(_YEAR.fullmatch(word) or _DAY.fullmatch(word)) or (word[0].isupper() and word.lower() in _MONTHS)


def _is_number(word: str) -> bool:
    return bool(_FIGURE.fullmatch(word)) or word.lower() in _FIGURES


def _is_name(word: str) -> bool:
    return word[0].isupper()


def _false_alarms(name: str, rows: Sequence[Row]) -> Marked:
    supported = [row for row in rows if row["label"] == "SUPPORTS"]
    marked = sum(bool(counted_differences(row["claim"], row["evidence"])) for row in supported)
    return Marked(name, len(supported), marked, ALARMS)


# wice and nli4ct ----------------------------------------------------------------------------------------------------


def _wice_alarms(rows: Sequence[Row], *, separately: bool) -> Marked:
    """Supported claims against each of their gold sentences separately, or against all of them as one text."""
    pairs = []
    for row in rows:
        if row["label"] == "SUPPORTS":
            numbers = sorted({number for supporting_set in row["supporting_sets"] for number in supporting_set})
            gold = [row["evidence_sentences"][number] for number in numbers]
            pairs += [(row["claim"], text) for text in (gold if separately else [" ".join(gold)])]
    marked = sum(bool(counted_differences(*pair)) for pair in pairs)
    return Marked(f"wice, {'each gold sentence' if separately else 'all gold sentences'}", len(pairs), marked)


def _figure_counts(rows: Iterator[Row]) -> Retrieved:
    """Claims with a figure against the record lines that are their evidence, as one text."""
    marked, right, refuted = 0, 0, 0
    for row in rows:
        if _HAS_FIGURE.search(row["claim"]):
            lines = "\n".join([*row["gold_lines_primary"], *(row["gold_lines_secondary"] or ())])
            found = counted_differences(row["claim"], lines)
            is_marked = any(difference.kind is DifferenceKind.NUMBER for difference in found)
            is_refuted = row["label"] == "REFUTES"
            marked, right, refuted = marked + is_marked, right + (is_marked and is_refuted), refuted + is_refuted
    return Retrieved("nli4ct, figures", marked, right, refuted)


def as_text(results: Cues) -> str:
    """Three tables: twins, supported claims, figures."""
    marked = ["rows", "marked", "share", "goal"]
    figures = results.figures
    counts = [str(figures.marked), str(figures.right), str(figures.refuted)]
    shares = [f"{figures.precision:.3f}", f"{figures.recall:.3f}"]
    columns = ["marked", "right", "refuted", "precision", "recall"]
    tables = (
        table(["twins", *marked], [_cells(twins, ">=") for twins in results.twins]),
        table(["supported", *marked], [_cells(supported, "<=") for supported in results.supported]),
        table(["claims with figures", *columns], [[figures.name, *counts, *shares]]),
    )
    return "\n\n".join(tables)


def _cells(marked: Marked, sign: str) -> list[str]:
    goal = "" if marked.goal is None else f"{sign} {marked.goal:.2f}"
    return [marked.name, str(marked.rows), str(marked.marked), f"{marked.share:.3f}", goal]
