"""Figures as tables: what ``python -m bench`` prints for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bench.claims import quotations as quoting
from bench.claims.quotations import MISSED, Labels
from bench.compare.sources import Comparing
from bench.metrics import mean
from bench.reading import metadata as origins
from bench.reading import sentences as ends
from bench.reading.cleaning import CLEANED, GOAL_CLEANED, OURS, Cleaning, Found
from bench.reading.metadata import Right
from bench.reading.sentences import Marks, Splitting
from bench.retrieval.floors import measured
from bench.retrieval.judged import Scores
from bench.retrieval.quality import BASELINES, WAYS, Answering, Quality, Ranking, gains
from bench.speed.measure import Ingest, Speed
from index.quotations.locate import QuotationStatus
from index.types import By

Result = TypeVar("Result", Ranking, Answering)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they must be; the first stands left, the others right."""
    lines = [list(header), *([*row, *[""] * (len(header) - len(row))] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first, *rest = zip(cells, widths, strict=True)
        return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]).rstrip()

    return "\n".join([line(lines[0]), line(["-" * width for width in widths]), *map(line, lines[1:])])


def _three(value: float, *, sign: bool = False) -> str:
    return f"{value:+.3f}" if sign else f"{value:.3f}"


def _met(met: bool) -> str:
    return "yes" if met else "NO"


# quality ------------------------------------------------------------------------------------------------------------


def quality(found: Quality) -> str:
    """Both kinds of sets, then what was refused or left out."""
    parts = []
    if found.rankings:
        parts.append(_rankings(found))
    if found.answerings:
        parts.append(_answerings(found.answerings))
    return "\n\n".join([*parts, "\n".join(_aloud(found))])


def _by_set(results: Sequence[Result]) -> dict[str, dict[By, Result]]:
    sets: dict[str, dict[By, Result]] = {}
    for one in results:
        sets.setdefault(one.name, {})[one.by] = one
    return sets


def _rankings(found: Quality) -> str:
    sets, gained, published = _by_set(found.rankings), gains(found), BASELINES["ndcg@10"]
    rows = []
    for name, ways in sets.items():
        scores = [*(ways[by].ndcg for by in WAYS), *(ways[by].recall for by in WAYS)]
        against = [_three(published[name]["hybrid"]), _three(gained[name], sign=True)] if name in gained else []
        rows.append([name, str(ways[By.BOTH].queries), *map(_three, scores), *against])
    means = [mean([getattr(ways[by], field) for ways in sets.values()]) for field in ("ndcg", "recall") for by in WAYS]
    gain = [_three(mean(list(gained.values())), sign=True)] if gained else []
    rows.append(["mean", "", *map(_three, means), "", *gain])
    header = ["set", "queries", *(f"nDCG@10 {by}" for by in WAYS), *(f"recall@10 {by}" for by in WAYS)]
    return "\n".join([table([*header, "hybrid", "difference"], rows), *_goals(gained)])


def _goals(gained: Mapping[str, float]) -> list[str]:
    if not gained:
        return []
    goals, average, worst = BASELINES["goals"], mean(list(gained.values())), min(gained, key=lambda name: gained[name])
    return [
        f"hybrid: {BASELINES['provenance']['ndcg@10']}",
        f"goal: on average {goals['mean_gain']:+.3f}: {average:+.3f}, {_met(average >= goals['mean_gain'])}; "
        f"no set under {goals['worst_gain']:+.3f}: {worst} {gained[worst]:+.3f}, "
        f"{_met(gained[worst] >= goals['worst_gain'])}",
    ]


def _answerings(results: Sequence[Answering]) -> str:
    rows = []
    goals, published = BASELINES["goals"], BASELINES["answer_in_top_5"]
    for name, ways in _by_set(results).items():
        both, goal = ways[By.BOTH], goals["answer_in_top_5"].get(name)
        row = [name, str(both.queries), *(_three(ways[by].found) for by in WAYS), f"{both.words:.1f}"]
        if goal is not None:
            met = both.found >= goal and both.words <= goals["words_per_hit"]
            row += [_three(published[name]["hybrid"]), f"≥ {goal:.2f}, ≤ {goals['words_per_hit']} words", _met(met)]
        rows.append(row)
    header = ["answer in top 5", "questions", *(f"{by}" for by in WAYS), "words a hit", "hybrid", "goal", "met"]
    return table(header, rows)


def _aloud(found: Quality) -> list[str]:
    """Libraries, and whatever makes the figures lower than they look."""
    told = [
        f"{one.name}: {one.documents} documents, {one.passages} passages, ingest {one.seconds} s"
        + (f"; {one.missing} RECORDS ARE NOT IN THE LIBRARY" if one.missing else "")
        for one in found.libraries
    ]
    results: list[Ranking | Answering] = [*found.rankings, *found.answerings]
    refused = [one for one in results if one.refused and one.by is By.BOTH]
    return told + [f"{one.name}: {one.refused} QUERIES WERE REFUSED and count as 0" for one in refused]


# the sample corpus --------------------------------------------------------------------------------------------------


def corpus(scores: Mapping[By, Scores], floors: Mapping[str, float]) -> str:
    """The own judged set, searched each way; the floors hold for the default."""
    both = scores[By.BOTH]
    rows = [
        [
            name.replace("_", " "),
            *(_three(measured(scores[by])[name]) for by in WAYS),
            _three(floors[name]) if name in floors else "",
            _met(value >= floors[name]) if name in floors else "",
        ]
        for name, value in measured(both).items()
    ]
    about = f"{both.queries} queries with an answer in the corpus, {both.foreign} without; nDCG@10 over passages"
    return "\n".join([table(["measure", *WAYS, "floor", "met"], rows), about])


# speed --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``reference``: what it is held against; ``ratio``: value / reference; ``met``: whether the target
    is reached, None where there is no target."""

    name: str
    value: str
    reference: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None


def speed(found: Speed) -> str:
    """Every figure with its reference and target."""
    rows = [
        [
            row.name,
            row.value,
            row.reference,
            "" if row.ratio is None else f"{row.ratio:.2f}",
            row.target,
            "" if row.met is None else _met(row.met),
        ]
        for row in (*_embedding(found), *_ingest(found.ingest), *_searches(found))
    ]
    about = (
        f"{found.passages} passages ({found.real} real), {found.cores} cores, {found.embedding.precision}; "
        f"the targets are for about 65,000 passages and two cores"
    )
    return "\n".join([table(["figure", "value", "reference", "ratio", "target", "met"], rows), about])


def _embedding(found: Speed) -> list[Row]:
    one = found.embedding
    ratio, goal = one.compiled / one.plain, 3.5 if one.precision == "bf16" else 2.0
    plain = f"{one.plain:.1f} plain"
    peak = f"{one.peak / 1e9:.0f} peak in {one.precision}"
    return [
        Row("embedding, texts/s", f"{one.compiled:.1f}", plain, ratio, f"≥ {goal:.1f} ×", ratio >= goal),
        Row("model work, GFLOP/s", f"{one.reached / 1e9:.0f}", peak, one.reached / one.peak),
    ]


def _ingest(one: Ingest | None) -> list[Row]:
    if one is None:
        return [Row("ingest", "not timed", "the library was there")]
    outside, rate = one.seconds - one.model_seconds, one.passages / max(one.seconds, 1e-9)
    share = outside / max(one.seconds, 1e-9)
    return [
        Row("ingest, s", f"{one.seconds:.1f}", f"measured {one.measured}"),
        Row("ingest, passages/s", f"{rate:.1f}", f"{one.passages} passages, {one.sentences} sentences"),
        Row(
            "ingest but the model, s",
            f"{outside:.1f}",
            f"{one.seconds:.1f} in all",
            share,
            "≤ 0.20 ×",
            share <= 0.2,
        ),
    ]


def _searches(found: Speed) -> list[Row]:
    cold, warm = found.cold, found.warm
    median, tail = warm.p50 / warm.floor_p50, warm.p95 / warm.floor_p95
    torch = cold.torch or warm.torch
    floor = [f"{value:.2f} floor" for value in (warm.floor_p50, warm.floor_p95)]
    return [
        Row("cold search, s", f"{cold.seconds:.2f}", f"median of {cold.starts}", None, "≤ 0.80", cold.seconds <= 0.8),
        Row("torch imported by a search", "yes" if torch else "no", "", None, "no", not torch),
        Row("query p50, ms", f"{warm.p50:.2f}", floor[0], median, "≤ 2.5 ×; about 8", median <= 2.5),
        Row("query p95, ms", f"{warm.p95:.2f}", floor[1], tail, "about 20", warm.p95 <= 20),
        Row("batch, queries/s", f"{warm.batch:.0f}", f"{1000 / warm.p50:.0f} one by one", warm.batch * warm.p50 / 1000),
        Row("resident memory, MB", f"{warm.resident:.0f}", "", None, "≤ 700", warm.resident <= 700),
        Row("the same after a batch, MB", f"{warm.resident_batch:.0f}"),
    ]


# reading ------------------------------------------------------------------------------------------------------------


def cleaning(found: Cleaning) -> str:
    """Raw pages, then copied text, then what the reader said of pages that it could not take as they are."""
    header = ["F1", "precision", "recall", "F1 held out", "ms a page", "goal", "met"]
    parts = []
    for title, results in (("HTML", found.html), ("copied text", found.plain)):
        rows = [
            [
                f"{one.name}: {one.way}",
                *map(_three, (one.score.f1, one.score.precision, one.score.recall, one.held_out.f1)),
                f"{one.ms:.1f}",
                *_reached(one, results),
            ]
            for one in results
        ]
        parts.append(table([title, *header], rows))
    told = [f"{count} pages: {text}" for text, count in sorted(found.warnings.items())]
    return "\n\n".join([*parts, "\n".join([_PAGES, *told])])


_PAGES = (
    "4-gram shingles where the whole article is known, else pieces inside and outside of it; held out: half the pages"
)


def _reached(one: Found, results: Sequence[Found]) -> list[str]:
    """HTML against the best setting of trafilatura in the same run; copied text against a fixed figure, where the
    whole article is known."""
    if one.way == OURS:
        best = max(other.score.f1 for other in results if other.name == one.name and other.way != OURS)
        return [f"≥ {best:.3f}", _met(one.score.f1 >= best)]
    fixed = one.way == CLEANED and not one.name.startswith("trafilatura")
    return [f"≥ {GOAL_CLEANED:.2f}", _met(one.score.f1 >= GOAL_CLEANED)] if fixed else []


def metadata(found: Sequence[Right]) -> str:
    """Each set, then all of them together with the goals."""
    rows = [_right(one.name, one) for one in found]
    for way in (origins.OTHER, origins.OURS):
        for field in origins.GOALS:
            own = [one for one in found if (one.way, one.field) == (way, field)]
            sums = [sum(getattr(one, name) for one in own) for name in ("annotated", "right", "without", "spurious")]
            rows.append(_right("all", Right("all", way, field, *sums)))
    return table(["set", "field", "by", "right", "share", "given though the page has none", "goal", "met"], rows)


def _right(name: str, one: Right) -> list[str]:
    goal = origins.GOALS[one.field] if name == "all" and one.way == origins.OURS else None
    aim = [f"≥ {goal:.2f}", _met(one.share >= goal)] if goal is not None else []
    counts = f"{one.right} of {one.annotated}", _three(one.share), f"{one.spurious} of {one.without}"
    return [name, one.field, one.way, *counts, *aim]


def sentences(found: Splitting) -> str:
    passed, rules = found.rules
    rows = [
        ["sentence ends", *_marks(found.ends), f"≥ {ends.GOAL:.2f}", _met(found.ends.f1 >= ends.GOAL)],
        ["headings of plain text", *_marks(found.headings)],
    ]
    header = ["marks", "set", "documents", "gold", "found", "right", "precision", "recall", "F1", "goal", "met"]
    return "\n".join([table(header, rows), f"edge cases: {passed} of {rules} split as they should be"])


def _marks(one: Marks) -> list[str]:
    counts = map(str, (one.documents, one.gold, one.found, one.right))
    return [one.name, *counts, *map(_three, (one.precision, one.recall, one.f1))]


def quotations(found: Labels) -> str:
    """What was said of each rule's quotations, and whether the goals are met."""
    labels = [*(one.value for one in QuotationStatus), MISSED]
    rows = [[rule, *(str(said.get(label, 0)) for label in labels)] for rule, said in found.said.items()]
    share, goal = found.right / found.count, quoting.GOAL
    return "\n".join(
        [
            table(["altered by", *labels], rows),
            f"right label: {share:.3f} of {found.count}, goal ≥ {goal:.2f}: {_met(share >= goal)}; "
            f"of these {found.placed} with every place they were cut from",
            f"changed figures and negations: {found.marked} of {found.changed} marked as such, "
            f"{found.as_verbatim} called verbatim, goal 0: {_met(not found.as_verbatim)}",
            f"{found.per_second:.0f} quotations a second in {found.passages:,} passages; seed {found.seed}",
        ]
    )


def comparing(found: Comparing) -> str:
    """Alignment of sentences, then the other figures, each beside its reference."""
    ways = [
        [one.way, ("first", "second")[one.half], _three(one.precision), _three(one.recall), _three(one.f1)]
        for one in found.alignment
    ]
    figures = [
        [one.measured, one.part, _three(one.ours), "" if one.reference is None else _three(one.reference), one.goal]
        for one in found.figures
    ]
    return "\n\n".join(
        [
            table(["ecbplus: sentences aligned", "half", "precision", "recall", "F1"], ways),
            table(["measured", "on", "ours", "reference", "goal"], figures),
        ]
    )
