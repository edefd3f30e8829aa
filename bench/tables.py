"""Formats the results of ``python -m bench`` as plain-text tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bench.claims import quotations as quoting
from bench.claims.quotations import MISSED, QuotationResult
from bench.compare.sources import ComparisonResult
from bench.metrics import mean
from bench.reading import metadata as origins
from bench.reading import ocr as scans
from bench.reading import sentences as ends
from bench.reading.cleaning import CLEANED, GOAL_CLEANED, OURS, Cleaning, CleaningResult
from bench.reading.metadata import FieldResult
from bench.reading.ocr import Judged, Printed
from bench.reading.sentences import MarkCounts, Splitting
from bench.retrieval.floors import measured
from bench.retrieval.judged import Scores
from bench.retrieval.quality import BASELINES, WAYS, Answering, Quality, Ranking, gains
from bench.speed.measure import Ingest, Speed
from index.quotations.locate import QuotationStatus
from index.types import By

Result = TypeVar("Result", Ranking, Answering)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain-text table, columns as wide as their widest cell; the first aligned left, the others right."""
    lines = [list(header), *([*row, *[""] * (len(header) - len(row))] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first, *rest = zip(cells, widths, strict=True)
        return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]).rstrip()

    return "\n".join([line(lines[0]), line(["-" * width for width in widths]), *map(line, lines[1:])])


def _decimals(value: float, *, sign: bool = False) -> str:
    return f"{value:+.3f}" if sign else f"{value:.3f}"


def _yes_or_no(met: bool) -> str:
    return "yes" if met else "NO"


# quality ------------------------------------------------------------------------------------------------------------


def quality(results: Quality) -> str:
    """A table for each kind of set, then notes on the libraries and refused queries."""
    parts = []
    if results.rankings:
        parts.append(_rankings(results))
    if results.answerings:
        parts.append(_answerings(results.answerings))
    return "\n\n".join([*parts, "\n".join(_notes(results))])


def _by_set(results: Sequence[Result]) -> dict[str, dict[By, Result]]:
    sets: dict[str, dict[By, Result]] = {}
    for result in results:
        sets.setdefault(result.name, {})[result.by] = result
    return sets


def _rankings(results: Quality) -> str:
    sets, gained, published = _by_set(results.rankings), gains(results), BASELINES["ndcg@10"]
    rows = []
    for name, ways in sets.items():
        scores = [*(ways[by].ndcg for by in WAYS), *(ways[by].recall for by in WAYS)]
        against = [_decimals(published[name]["hybrid"]), _decimals(gained[name], sign=True)] if name in gained else []
        rows.append([name, str(ways[By.BOTH].queries), *map(_decimals, scores), *against])
    means = [mean([getattr(ways[by], field) for ways in sets.values()]) for field in ("ndcg", "recall") for by in WAYS]
    gain = [_decimals(mean(list(gained.values())), sign=True)] if gained else []
    rows.append(["mean", "", *map(_decimals, means), "", *gain])
    header = ["set", "queries", *(f"nDCG@10 {by}" for by in WAYS), *(f"recall@10 {by}" for by in WAYS)]
    return "\n".join([table([*header, "hybrid", "difference"], rows), *_goals(gained)])


def _goals(gained: Mapping[str, float]) -> list[str]:
    if not gained:
        return []
    goals, average, worst = BASELINES["goals"], mean(list(gained.values())), min(gained, key=lambda name: gained[name])
    return [
        f"hybrid: {BASELINES['provenance']['ndcg@10']}",
        f"goal: on average {goals['mean_gain']:+.3f}: {average:+.3f}, {_yes_or_no(average >= goals['mean_gain'])}; "
        f"no set under {goals['worst_gain']:+.3f}: {worst} {gained[worst]:+.3f}, "
        f"{_yes_or_no(gained[worst] >= goals['worst_gain'])}",
    ]


def _answerings(results: Sequence[Answering]) -> str:
    rows = []
    goals, published = BASELINES["goals"], BASELINES["answer_in_top_5"]
    for name, ways in _by_set(results).items():
        default, goal = ways[By.BOTH], goals["answer_in_top_5"].get(name)
        row = [name, str(default.queries), *(_decimals(ways[by].found) for by in WAYS), f"{default.words:.1f}"]
        if goal is not None:
            met = default.found >= goal and default.words <= goals["words_per_hit"]
            aim = f"≥ {goal:.2f}, ≤ {goals['words_per_hit']} words"
            row += [_decimals(published[name]["hybrid"]), aim, _yes_or_no(met)]
        rows.append(row)
    header = ["answer in top 5", "questions", *(f"{by}" for by in WAYS), "words a hit", "hybrid", "goal", "met"]
    return table(header, rows)


def _notes(results: Quality) -> list[str]:
    """A line for each library, then a line for each set with refused queries, which lower its figures."""
    notes = [
        f"{library.name}: {library.documents} documents, {library.passages} passages, ingest {library.seconds} s"
        + (f"; {library.missing} RECORDS ARE NOT IN THE LIBRARY" if library.missing else "")
        for library in results.libraries
    ]
    by_set: list[Ranking | Answering] = [*results.rankings, *results.answerings]
    refused = [result for result in by_set if result.refused and result.by is By.BOTH]
    return notes + [f"{result.name}: {result.refused} QUERIES WERE REFUSED and count as 0" for result in refused]


# the sample corpus --------------------------------------------------------------------------------------------------


def corpus(scores: Mapping[By, Scores], floors: Mapping[str, float]) -> str:
    """The project's own judged set, searched each way, beside the floors for the default search."""
    default = scores[By.BOTH]
    rows = [
        [
            name.replace("_", " "),
            *(_decimals(measured(scores[by])[name]) for by in WAYS),
            _decimals(floors[name]) if name in floors else "",
            _yes_or_no(value >= floors[name]) if name in floors else "",
        ]
        for name, value in measured(default).items()
    ]
    about = f"{default.queries} queries with an answer in the corpus, {default.foreign} without; nDCG@10 over passages"
    return "\n".join([table(["measure", *WAYS, "floor", "met"], rows), about])


# speed --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``reference``: what it is compared with; ``ratio``: value / reference; ``met``: whether the target is
    reached, None when there is no target."""

    name: str
    value: str
    reference: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None


def speed(figures: Speed) -> str:
    """All figures of speed and memory with their references and targets, then how they were measured."""
    rows = [
        [
            row.name,
            row.value,
            row.reference,
            "" if row.ratio is None else f"{row.ratio:.2f}",
            row.target,
            "" if row.met is None else _yes_or_no(row.met),
        ]
        for row in (*_embedding(figures), *_ingest(figures.ingest), *_searches(figures))
    ]
    about = (
        f"{figures.passages} passages ({figures.real} real), {figures.cores} cores, {figures.embedding.precision}; "
        f"the targets are for about 65,000 passages and two cores"
    )
    return "\n".join([table(["figure", "value", "reference", "ratio", "target", "met"], rows), about])


def _embedding(figures: Speed) -> list[Row]:
    embedding = figures.embedding
    ratio, goal = embedding.compiled / embedding.plain, 3.5 if embedding.precision == "bf16" else 2.0
    plain = f"{embedding.plain:.1f} plain"
    peak = f"{embedding.peak / 1e9:.0f} peak in {embedding.precision}"
    reached = f"{embedding.reached / 1e9:.0f}"
    return [
        Row("embedding, texts/s", f"{embedding.compiled:.1f}", plain, ratio, f"≥ {goal:.1f} ×", ratio >= goal),
        Row("model work, GFLOP/s", reached, peak, embedding.reached / embedding.peak),
    ]


def _ingest(ingest: Ingest | None) -> list[Row]:
    if ingest is None:
        return [Row("ingest", "not timed", "the library was there")]
    outside, rate = ingest.seconds - ingest.model_seconds, ingest.passages / max(ingest.seconds, 1e-9)
    share = outside / max(ingest.seconds, 1e-9)
    return [
        Row("ingest, s", f"{ingest.seconds:.1f}", f"measured {ingest.measured}"),
        Row("ingest, passages/s", f"{rate:.1f}", f"{ingest.passages} passages, {ingest.sentences} sentences"),
        Row(
            "ingest but the model, s",
            f"{outside:.1f}",
            f"{ingest.seconds:.1f} in all",
            share,
            "≤ 0.20 ×",
            share <= 0.2,
        ),
    ]


def _searches(figures: Speed) -> list[Row]:
    cold, warm = figures.cold, figures.warm
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


def cleaning(report: Cleaning) -> str:
    """A table for HTML pages, one for copied text, then the reader's warnings with the number of pages for each."""
    header = ["F1", "precision", "recall", "F1 held out", "ms a page", "goal", "met"]
    parts = []
    for title, results in (("HTML", report.html), ("copied text", report.plain)):
        rows = [
            [
                f"{result.name}: {result.way}",
                *map(_decimals, (result.score.f1, result.score.precision, result.score.recall, result.held_out.f1)),
                f"{result.ms:.1f}",
                *_goal_cells(result, results),
            ]
            for result in results
        ]
        parts.append(table([title, *header], rows))
    warnings = [f"{count} pages: {text}" for text, count in sorted(report.warnings.items())]
    return "\n\n".join([*parts, "\n".join([_HOW_MEASURED, *warnings])])


_HOW_MEASURED = (
    "4-gram shingles where the whole article is known, else pieces inside and outside of it; held out: half the pages"
)


def _goal_cells(result: CleaningResult, results: Sequence[CleaningResult]) -> list[str]:
    """The goal and whether it is met: for HTML the best setting of trafilatura in the same run, for copied text a fixed
    figure where the whole article is known."""
    if result.way == OURS:
        best = max(peer.score.f1 for peer in results if peer.name == result.name and peer.way != OURS)
        return [f"≥ {best:.3f}", _yes_or_no(result.score.f1 >= best)]
    has_goal = result.way == CLEANED and not result.name.startswith("trafilatura")
    return [f"≥ {GOAL_CLEANED:.2f}", _yes_or_no(result.score.f1 >= GOAL_CLEANED)] if has_goal else []


def metadata(results: Sequence[FieldResult]) -> str:
    """A row for each field of each set, then the sums over all sets with the goals."""
    rows = [_field_row(result.name, result) for result in results]
    for way in (origins.OTHER, origins.OURS):
        for field in origins.GOALS:
            same = [result for result in results if (result.way, result.field) == (way, field)]
            counts = ("annotated", "right", "without", "spurious")
            sums = [sum(getattr(result, name) for result in same) for name in counts]
            rows.append(_field_row("all", FieldResult("all", way, field, *sums)))
    return table(["set", "field", "by", "right", "share", "given though the page has none", "goal", "met"], rows)


def _field_row(name: str, result: FieldResult) -> list[str]:
    goal = origins.GOALS[result.field] if name == "all" and result.way == origins.OURS else None
    aim = [f"≥ {goal:.2f}", _yes_or_no(result.share >= goal)] if goal is not None else []
    counts = f"{result.right} of {result.annotated}", _decimals(result.share), f"{result.spurious} of {result.without}"
    return [name, result.field, result.way, *counts, *aim]


def sentences(results: Splitting) -> str:
    """Sentence ends and headings with precision and recall, then the edge cases."""
    passed, rules = results.rules
    rows = [
        ["sentence ends", *_mark_cells(results.ends), f"≥ {ends.GOAL:.2f}", _yes_or_no(results.ends.f1 >= ends.GOAL)],
        ["headings of plain text", *_mark_cells(results.headings)],
    ]
    header = ["marks", "set", "documents", "gold", "found", "right", "precision", "recall", "F1", "goal", "met"]
    return "\n".join([table(header, rows), f"edge cases: {passed} of {rules} split as they should be"])


def ocr(printed: Printed, judged: Sequence[Judged]) -> str:
    """What is read of printed pages, and how many tests of others pass."""
    header = ["pages", "words", "recall", "goal", "met", "confidence", "OCR s/page", "embedding s/page"]
    figures = map(_decimals, (printed.confidence, printed.ocr, printed.embedding))
    goal = [f"≥ {scans.GOAL:.2f}", _yes_or_no(printed.recall >= scans.GOAL)]
    row = [str(printed.pages), str(printed.words), f"{printed.recall:.4f}", *goal, *figures]
    tests = [[result.kind, str(result.tests), str(result.passed)] for result in judged]
    judgement = table(["test", "tests", "passed"], tests) if tests else "No tests of scans: give --data DIR."
    return f"{table(header, [row])}\n{judgement}"


def _mark_cells(marks: MarkCounts) -> list[str]:
    counts = map(str, (marks.documents, marks.gold, marks.found, marks.right))
    return [marks.name, *counts, *map(_decimals, (marks.precision, marks.recall, marks.f1))]


def quotations(results: QuotationResult) -> str:
    """How often the quotations of each rule got each label, and whether the goals are met."""
    labels = [*(status.value for status in QuotationStatus), MISSED]
    rows = [[rule, *(str(counts.get(label, 0)) for label in labels)] for rule, counts in results.said.items()]
    share, goal = results.right / results.count, quoting.GOAL
    return "\n".join(
        [
            table(["altered by", *labels], rows),
            f"right label: {share:.3f} of {results.count}, goal ≥ {goal:.2f}: {_yes_or_no(share >= goal)}; "
            f"of these {results.placed} with every place they were cut from",
            f"changed figures and negations: {results.marked} of {results.changed} marked as such, "
            f"{results.as_verbatim} called verbatim, goal 0: {_yes_or_no(not results.as_verbatim)}",
            f"{results.per_second:.0f} quotations a second in {results.passages:,} passages; seed {results.seed}",
        ]
    )


def comparison(results: ComparisonResult) -> str:
    """A table for the alignment of sentences, then one for the other figures beside their references."""
    ways = [
        [way.way, ("first", "second")[way.half], *map(_decimals, (way.precision, way.recall, way.f1))]
        for way in results.alignment
    ]
    figures = [
        [
            figure.measured,
            figure.part,
            _decimals(figure.ours),
            "" if figure.reference is None else _decimals(figure.reference),
            figure.goal,
        ]
        for figure in results.figures
    ]
    return "\n\n".join(
        [
            table(["ecbplus: sentences aligned", "half", "precision", "recall", "F1"], ways),
            table(["measured", "on", "ours", "reference", "goal"], figures),
        ]
    )
