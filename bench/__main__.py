"""python -m bench …: how well, and how fast, the real program reads and searches."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import tables
from bench.claims import claims, cues, quotations
from bench.compare import sources as comparing
from bench.library import SAMPLE, make
from bench.reading import cleaning, metadata, sentences
from bench.retrieval import ablation, confidence, confidence_signals, floors, judged, peers, quality
from bench.retrieval.quality import WAYS
from bench.sets import DataError, RankingSet, load
from bench.speed import measure
from index.errors import SourcewiseError
from index.search.index import Index
from index.types import By


def parser() -> argparse.ArgumentParser:
    """The command line. The help of all commands stands in the first help too."""
    one = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the real program: how well it reads and searches, its speed and memory.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = one.add_subparsers(dest="command", required=True, metavar="COMMAND")
    ranked = _command(commands, "quality", "nDCG@10, recall@10 and answer-in-top-5 on judged sets of others", _quality)
    ranked.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds retrieval/")
    ranked.add_argument("--sets", metavar="A,B", help="only these sets, by the names of their folders")
    parts = _command(commands, "ablation", "what each part of the ranking is worth on the same sets", _ablation)
    parts.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds retrieval/")
    parts.add_argument("--sets", metavar="A,B", help="only these sets, by the names of their folders")
    parts.add_argument("--made", action="store_true", help="libraries made anew too: other lengths, no titles")
    own = _command(commands, "corpus", "the own judged set on corpus/; exit code 1 when below a floor", _corpus)
    own.add_argument("--update-floors", action="store_true", help="pin what is measured now, less a little")
    own.add_argument("--allow-regression", action="store_true", help="with --update-floors: also where it is lower")
    fast = _command(commands, "speed", "embedding, ingest, cold and warm search, memory", _speed)
    fast.add_argument("--articles", type=Path, metavar="FILE", help="records, .jsonl or .jsonl.zst (default: corpus/)")
    fast.add_argument("--limit", type=_positive, metavar="N", help="only the first N articles")
    fast.add_argument("--passages", type=_positive, metavar="N", help="search a library grown to N passages by copies")
    beside = _command(commands, "peers", "our search beside txtai's: ingest, queries, memory and nDCG@10", _peers)
    beside.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds retrieval/")
    beside.add_argument("--sets", metavar="A,B", default=",".join(peers.SETS), help="only these (default %(default)s)")
    beside.add_argument("--rounds", type=_positive, metavar="N", default=3, help="medians of N (default 3)")
    clean = _command(commands, "cleaning", "how much of an article, and how little else, is read of pages", _cleaning)
    clean.add_argument("--fit", action="store_true", help="print the weights of ingest.article, fitted again")
    sure = _command(commands, "confidence", "strong, plausible, none: the same in every library?", _confidence)
    sure.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds retrieval/")
    sure.add_argument("--fit", action="store_true", help="print the constants of index.confidence, fitted again")
    sure.add_argument("--by", type=By, choices=list(By), default=By.BOTH, help="what ranks (default both)")
    about = "do the sentences that bear on a claim stand first?"
    borne = _command(commands, "claims", about, _claims)
    borne.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds claims/")
    origin = _command(commands, "metadata", "title, authors and date of pages, beside trafilatura's", _metadata)
    split = _command(commands, "sentences", "where sentences end, and which lines are headings", _sentences)
    for reading in (clean, origin, split):
        reading.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds cleaning/")
    differ = _command(commands, "cues", "differences of claims from their evidence, and false alarms", _cues)
    differ.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds claims/")
    quoted = _command(commands, "quotations", "quotations cut, altered and invented: what is said of them", _quotations)
    quoted.add_argument("--data", type=Path, metavar="DIR", help="the folder that holds scale/, to make a library of")
    quoted.add_argument("--library", type=Path, metavar="DIR", help="cut from this library, and look there")
    quoted.add_argument("--count", type=_positive, default=quotations.COUNT, metavar="N", help="quotations")
    quoted.add_argument("--seed", type=int, default=1, metavar="N", help="of what is drawn (default 1)")
    compared = _command(
        commands, "compare", "sources compared: aligned, grouped by event, reused, in conflict", _compare
    )
    compared.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds compare/")
    compared.add_argument("--fit", action="store_true", help="print the weights of the alignment, fitted again")
    every = (ranked, parts, own, fast, sure, clean, origin, split, differ, quoted, beside, borne, compared)
    one.epilog = "\n".join(command.format_usage().strip() for command in every)
    return one


def _command(commands: Any, name: str, about: str, run: Callable[..., int]) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    one.add_argument("--work", type=Path, metavar="DIR", help="keep the libraries here; the next run embeds only news")
    one.add_argument("--json", action="store_true", help="write the figures as JSON to standard output")
    one.set_defaults(run=run)
    return one


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 fine, 1 below a floor, 2 an error in one line, 130 stopped by Ctrl+C."""
    asked = parser().parse_args(arguments)
    with ExitStack() as stack:
        work = asked.work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sourcewise-bench-")))
        try:
            run: Callable[[argparse.Namespace, Path], int] = asked.run
            return run(asked, work)
        except (SourcewiseError, DataError, floors.RegressionError) as error:
            print(f"bench: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("bench: stopped. With --work, what is embedded stays.", file=sys.stderr)
            return 130


def _print(asked: argparse.Namespace, figures: Any, text: str) -> None:
    print(json.dumps(figures, ensure_ascii=False, indent=1) if asked.json else text)


def _quality(asked: argparse.Namespace, work: Path) -> int:
    found = quality.measure(load(asked.data, asked.sets.split(",") if asked.sets else None), work)
    gained = quality.gains(found)
    _print(asked, {**asdict(found), "gains": gained, "baselines": quality.BASELINES}, tables.quality(found))
    return 0


def _ablation(asked: argparse.Namespace, work: Path) -> int:
    sets = load(asked.data, asked.sets.split(",") if asked.sets else None)
    found = ablation.measure(sets, work, made=asked.made)
    _print(asked, [asdict(one) for one in found], tables.table(*ablation.rows(found)))
    return 0


def _corpus(asked: argparse.Namespace, work: Path) -> int:
    make(SAMPLE, work / "corpus")
    index = Index.open(work / "corpus")
    scores = {by: judged.measure(index, by) for by in WAYS}
    if asked.update_floors:
        floors.update(scores[By.BOTH], allow_regression=asked.allow_regression)
    pinned = floors.pinned()
    figures = {"scores": {by.value: asdict(one) for by, one in scores.items()}, "floors": pinned}
    _print(asked, figures, tables.corpus(scores, pinned))
    missed = floors.below(scores[By.BOTH], pinned)
    for line in missed:
        print(f"bench: {line}", file=sys.stderr)
    return 1 if missed else 0


def _speed(asked: argparse.Namespace, work: Path) -> int:
    found = measure.measure(work, asked.articles, asked.limit, passages=asked.passages)
    _print(asked, asdict(found), tables.speed(found))
    return 0


def _peers(asked: argparse.Namespace, work: Path) -> int:
    sets = [one for one in load(asked.data, asked.sets.split(",")) if isinstance(one, RankingSet)]
    found = peers.measure(sets, work, peers.commands(work), asked.rounds)
    text = f"{tables.table(peers.HEADER, peers.rows(found))}\n{peers.about(found)}"
    _print(asked, asdict(found), text)
    return 0


def _cleaning(asked: argparse.Namespace, work: Path) -> int:
    if asked.fit:
        weights = cleaning.weights(asked.data)
        _print(asked, weights, "\n".join(f'    "{name}": {weight},' for name, weight in weights.items()))
        return 0
    found = cleaning.measure(asked.data)
    _print(asked, asdict(found), tables.cleaning(found))
    return 0


def _confidence(asked: argparse.Namespace, work: Path) -> int:
    libraries = confidence.libraries(load(asked.data), work, asked.by)
    if asked.fit:
        fitted = confidence_signals.fit(libraries)
        _print(asked, asdict(fitted), confidence_signals.told(fitted))
        return 0
    found = confidence.measure(libraries)
    _print(asked, [asdict(one) for one in found], tables.table(*confidence.rows(found)))
    return 0


def _compare(asked: argparse.Namespace, work: Path) -> int:
    if asked.fit:
        weights = comparing.fit(asked.data, work)
        _print(asked, weights, ", ".join(map(str, weights)))
        return 0
    found = comparing.measure(asked.data, work)
    _print(asked, asdict(found), tables.comparing(found))
    return 0


def _claims(asked: argparse.Namespace, work: Path) -> int:
    cited, labelled = claims.pages(asked.data, work), claims.labels(asked.data, work)
    ranked = claims.evidence(asked.data, work)
    every: dict[str, list[Any]] = {"wice": cited, "statuses": labelled, "evidence": ranked}
    figures = {name: [asdict(one) for one in some] for name, some in every.items()}
    _print(asked, figures, claims.told(cited, labelled, ranked))
    return 0


def _metadata(asked: argparse.Namespace, work: Path) -> int:
    found = metadata.measure(asked.data)
    _print(asked, [{**asdict(one), "share": one.share} for one in found], tables.metadata(found))
    return 0


def _sentences(asked: argparse.Namespace, work: Path) -> int:
    found = sentences.measure(asked.data)
    marks = {"ends": found.ends, "headings": found.headings}
    shares = {name: {"precision": one.precision, "recall": one.recall, "f1": one.f1} for name, one in marks.items()}
    _print(asked, {**asdict(found), "shares": shares}, tables.sentences(found))
    return 0


def _cues(asked: argparse.Namespace, work: Path) -> int:
    found = cues.measure(asked.data)
    _print(asked, asdict(found), cues.told(found))
    return 0


def _quotations(asked: argparse.Namespace, work: Path) -> int:
    if (asked.data is None) == (asked.library is None):
        raise DataError("Give --library DIR, or --data DIR to make one of the articles there.")
    found = quotations.measure(asked.library or quotations.library(asked.data, work), asked.count, asked.seed)
    _print(asked, {**asdict(found), "per_second": found.per_second}, tables.quotations(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
