"""Whether what differs is marked, and how often something is marked where nothing does.

The twins of fever_symmetric are two claims on one piece of evidence, or one claim on two, that are told apart by a few
words; a twin counts where all of these words are figures, dates, names or negations, by the rules below, which know
nothing of the detectors. The set is halved by the numbers of its claims: the first half was looked at while the
detectors were made, the second was not.
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
MARKED, ALARMS = 0.70, 0.10  # the goals: at least, at most

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
    """``marked`` of ``rows`` have a difference that counts; ``goal`` is None where none is set."""

    name: str
    rows: int
    marked: int
    goal: float | None = None

    @property
    def share(self) -> float:
        return self.marked / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Figures marked in claims that hold one: ``right`` of the ``marked`` are refuted, of ``refuted`` in all."""

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
    """Raises DataError."""
    try:
        halves = _halves(_rows(data, "fever_symmetric"))
        twins = [one for name, rows in halves.items() for one in _twins(f"fever_symmetric, {name} half", rows)]
        supported = [_alarms(f"fever_symmetric, {name} half", rows) for name, rows in halves.items()]
        wice = list(_rows(data, "wice"))
        supported += [_gold(wice, each=True), _gold(wice, each=False)]
        return Cues(tuple(twins), tuple(supported), _figures(_rows(data, "nli4ct")))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"The sets in {data / FOLDER} are not as described ({type(error).__name__}: {error})."
        ) from error


def _rows(data: Path, name: str) -> Iterator[Row]:
    return records(find(data / FOLDER / name, "claims.jsonl"))


def counting(draft: str, source: str) -> list[Difference]:
    return [one for one in differences(draft, source) if not one.compatible]


# fever_symmetric ----------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """The text as it is written, of one whose marks and words were parted by spaces."""
    for mark, written in _MARKS.items():
        text = text.replace(mark, written)
    return _BEFORE.sub("", text).strip()


def _halves(rows: Iterator[Row]) -> dict[str, list[Row]]:
    """By the number of the claim that the twins were made of; all of one stay together."""
    families: dict[str, list[Row]] = {}
    for row in rows:
        number = str(row["orig_id"])
        read = {"claim": plain(row["claim"]), "evidence": plain(row["evidence_text"]), "label": row["label"]}
        families.setdefault(number[:-7] if len(number) > 8 else number, []).append(read)
    halves: dict[str, list[Row]] = {"first": [], "second": []}
    for place, number in enumerate(sorted(families)):
        halves["second" if place % 2 else "first"] += families[number]
    return halves


def _twins(name: str, rows: Sequence[Row]) -> Iterator[Marked]:
    """All refuted rows that have such a twin, then by what changed. A row is told apart by its kinds from each twin."""
    found: list[tuple[frozenset[str], bool]] = []
    supported = [row for row in rows if row["label"] == "SUPPORTS"]
    for row in rows:
        if row["label"] == "REFUTES" and (kinds := frozenset(_changed(row, supported))):
            found.append((kinds, bool(counting(row["claim"], row["evidence"]))))
    yield Marked(f"{name}, all", len(found), sum(hit for _, hit in found), MARKED)
    for kind in ("number", "date", "name", "negation"):
        own = [hit for kinds, hit in found if kind in kinds]
        yield Marked(f"{name}, {kind}", len(own), sum(own))


def _changed(row: Row, supported: Sequence[Row]) -> Iterator[str]:
    for one in supported:
        for same, other in (("evidence", "claim"), ("claim", "evidence")):
            if row[same] == one[same] and (kind := changed(one[other], row[other])):
                yield kind


def changed(left: str, right: str) -> str | None:
    """The one kind that all words are of in which two texts differ, else None."""
    one, two = _WORD.findall(left), _WORD.findall(right)
    steps = SequenceMatcher(None, [w.lower() for w in one], [w.lower() for w in two], autojunk=False).get_opcodes()
    kinds = {_kind(one[a:b], two[c:d]) for step, a, b, c, d in steps if step != "equal"} - {""}
    return kinds.pop() if len(kinds) == 1 and kinds != {None} else None


def _kind(left: Sequence[str], right: Sequence[str]) -> str | None:
    """ "" where only empty words changed, None for another kind."""
    sides = [[word for word in side if word.lower() not in _EMPTY] for side in (left, right)]
    said = sides[0] + sides[1]
    if not said:
        return ""
    if len(said) <= 2 and any(_negates(word) for word in said):
        return "negation"
    if not all(sides):
        return None
    tests: dict[str, Callable[[str], bool]] = {"date": _dates, "number": _counts, "name": _names}
    dated = any(_YEAR.fullmatch(word) or word.lower() in _MONTHS for word in said)
    return next((kind for kind, test in tests.items() if all(map(test, said)) and (kind != "date" or dated)), None)


def _negates(word: str) -> bool:
    return word.lower() in _NOT or word.endswith("n't")


def _dates(word: str) -> bool:
    return bool(_YEAR.fullmatch(word) or _DAY.fullmatch(word)) or (word[0].isupper() and word.lower() in _MONTHS)


def _counts(word: str) -> bool:
    return bool(_FIGURE.fullmatch(word)) or word.lower() in _FIGURES


def _names(word: str) -> bool:
    return word[0].isupper()


def _alarms(name: str, rows: Sequence[Row]) -> Marked:
    own = [row for row in rows if row["label"] == "SUPPORTS"]
    return Marked(name, len(own), sum(bool(counting(row["claim"], row["evidence"])) for row in own), ALARMS)


# wice and nli4ct ----------------------------------------------------------------------------------------------------


def _gold(rows: Sequence[Row], *, each: bool) -> Marked:
    """Supported claims against each of their gold sentences, or against all of them as one text."""
    pairs = []
    for row in rows:
        if row["label"] == "SUPPORTS":
            places = sorted({place for one in row["supporting_sets"] for place in one})
            gold = [row["evidence_sentences"][place] for place in places]
            pairs += [(row["claim"], text) for text in (gold if each else [" ".join(gold)])]
    marked = sum(bool(counting(*pair)) for pair in pairs)
    return Marked(f"wice, {'each gold sentence' if each else 'all gold sentences'}", len(pairs), marked)


def _figures(rows: Iterator[Row]) -> Retrieved:
    """Claims with a figure against the lines of the records that they rest on, as one text."""
    marked, right, refuted = 0, 0, 0
    for row in rows:
        if _HAS_FIGURE.search(row["claim"]):
            lines = "\n".join([*row["gold_lines_primary"], *(row["gold_lines_secondary"] or ())])
            hit = any(one.kind is DifferenceKind.NUMBER for one in counting(row["claim"], lines))
            wrong = row["label"] == "REFUTES"
            marked, right, refuted = marked + hit, right + (hit and wrong), refuted + wrong
    return Retrieved("nli4ct, figures", marked, right, refuted)


def told(found: Cues) -> str:
    """Three tables: twins, supported claims, figures."""
    marked = ["rows", "marked", "share", "goal"]
    one = found.figures
    counts = [str(one.marked), str(one.right), str(one.refuted), f"{one.precision:.3f}", f"{one.recall:.3f}"]
    tables = (
        table(["twins", *marked], [_line(one, ">=") for one in found.twins]),
        table(["supported", *marked], [_line(one, "<=") for one in found.supported]),
        table(["claims with figures", "marked", "right", "refuted", "precision", "recall"], [[one.name, *counts]]),
    )
    return "\n\n".join(tables)


def _line(one: Marked, sign: str) -> list[str]:
    goal = "" if one.goal is None else f"{sign} {one.goal:.2f}"
    return [one.name, str(one.rows), str(one.marked), f"{one.share:.3f}", goal]
