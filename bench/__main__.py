"""python -m bench …: measures how well and how fast the real program reads and searches."""

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
    """The parser of the command line. The general help shows the usage of every command."""
    main_parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the real program: how well it reads and searches, its speed and memory.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = main_parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    quality_cmd = _command(
        commands, "quality", "nDCG@10, recall@10 and answer-in-top-5 on judged sets of others", _quality
    )
    quality_cmd.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds retrieval/")
    quality_cmd.add_argument("--sets", metavar="A,B", help="only these sets, by the names of their folders")
    ablation_cmd = _command(commands, "ablation", "what each part of the ranking is worth on the same sets", _ablation)
    ablation_cmd.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="the folder that holds retrieval/"
    )
    ablation_cmd.add_argument("--sets", metavar="A,B", help="only these sets, by the names of their folders")
    ablation_cmd.add_argument("--made", action="store_true", help="libraries made anew too: other lengths, no titles")
    corpus_cmd = _command(commands, "corpus", "the own judged set on corpus/; exit code 1 when below a floor", _corpus)
    corpus_cmd.add_argument("--update-floors", action="store_true", help="pin what is measured now, less a little")
    corpus_cmd.add_argument(
        "--allow-regression", action="store_true", help="with --update-floors: also where it is lower"
    )
    speed_cmd = _command(commands, "speed", "embedding, ingest, cold and warm search, memory", _speed)
    speed_cmd.add_argument(
        "--articles", type=Path, metavar="FILE", help="records, .jsonl or .jsonl.zst (default: corpus/)"
    )
    speed_cmd.add_argument("--limit", type=_positive, metavar="N", help="only the first N articles")
    speed_cmd.add_argument(
        "--passages", type=_positive, metavar="N", help="search a library grown to N passages by copies"
    )
    peers_cmd = _command(commands, "peers", "our search beside txtai's: ingest, queries, memory and nDCG@10", _peers)
    peers_cmd.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds retrieval/")
    peers_cmd.add_argument(
        "--sets", metavar="A,B", default=",".join(peers.SETS), help="only these (default %(default)s)"
    )
    peers_cmd.add_argument("--rounds", type=_positive, metavar="N", default=3, help="medians of N (default 3)")
    cleaning_cmd = _command(
        commands, "cleaning", "how much of an article, and how little else, is read of pages", _cleaning
    )
    cleaning_cmd.add_argument("--fit", action="store_true", help="print the weights of ingest.boilerplate.article, fitted again")
    confidence_cmd = _command(
        commands, "confidence", "strong, plausible, none: the same in every library?", _confidence
    )
    confidence_cmd.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="the folder that holds retrieval/"
    )
    confidence_cmd.add_argument(
        "--fit", action="store_true", help="print the constants of index.search.confidence, fitted again"
    )
    confidence_cmd.add_argument("--by", type=By, choices=list(By), default=By.BOTH, help="what ranks (default both)")
    about = "do the sentences that bear on a claim stand first?"
    claims_cmd = _command(commands, "claims", about, _claims)
    claims_cmd.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds claims/")
    metadata_cmd = _command(commands, "metadata", "title, authors and date of pages, beside trafilatura's", _metadata)
    sentences_cmd = _command(commands, "sentences", "where sentences end, and which lines are headings", _sentences)
    for reading in (cleaning_cmd, metadata_cmd, sentences_cmd):
        reading.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds cleaning/")
    cues_cmd = _command(commands, "cues", "differences of claims from their evidence, and false alarms", _cues)
    cues_cmd.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds claims/")
    quotations_cmd = _command(
        commands, "quotations", "quotations cut, altered and invented: what is said of them", _quotations
    )
    quotations_cmd.add_argument(
        "--data", type=Path, metavar="DIR", help="the folder that holds scale/, to make a library of"
    )
    quotations_cmd.add_argument("--library", type=Path, metavar="DIR", help="cut from this library, and look there")
    quotations_cmd.add_argument("--count", type=_positive, default=quotations.COUNT, metavar="N", help="quotations")
    quotations_cmd.add_argument("--seed", type=int, default=1, metavar="N", help="of what is drawn (default 1)")
    compare_cmd = _command(
        commands, "compare", "sources compared: aligned, grouped by event, reused, in conflict", _compare
    )
    compare_cmd.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds compare/")
    compare_cmd.add_argument("--fit", action="store_true", help="print the weights of the alignment, fitted again")
    all_commands = (
        quality_cmd,
        ablation_cmd,
        corpus_cmd,
        speed_cmd,
        confidence_cmd,
        cleaning_cmd,
        metadata_cmd,
        sentences_cmd,
        cues_cmd,
        quotations_cmd,
        peers_cmd,
        claims_cmd,
        compare_cmd,
    )
    main_parser.epilog = "\n".join(command.format_usage().strip() for command in all_commands)
    return main_parser


def _command(commands: Any, name: str, help_text: str, run: Callable[..., int]) -> argparse.ArgumentParser:
    cmd: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    cmd.add_argument("--work", type=Path, metavar="DIR", help="keep the libraries here; the next run embeds only news")
    cmd.add_argument("--json", action="store_true", help="write the figures as JSON to standard output")
    cmd.set_defaults(run=run)
    return cmd


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command. Exit code: 0 fine, 1 below a floor, 2 an error (printed in a line), 130 stopped by Ctrl+C."""
    args = parser().parse_args(arguments)
    with ExitStack() as stack:
        work = args.work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sourcewise-bench-")))
        try:
            run: Callable[[argparse.Namespace, Path], int] = args.run
            return run(args, work)
        except (SourcewiseError, DataError, floors.RegressionError) as error:
            print(f"bench: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("bench: stopped. With --work, what is embedded stays.", file=sys.stderr)
            return 130


def _print(args: argparse.Namespace, figures: Any, text: str) -> None:
    print(json.dumps(figures, ensure_ascii=False, indent=1) if args.json else text)


def _quality(args: argparse.Namespace, work: Path) -> int:
    results = quality.measure(load(args.data, args.sets.split(",") if args.sets else None), work)
    gained = quality.gains(results)
    _print(args, {**asdict(results), "gains": gained, "baselines": quality.BASELINES}, tables.quality(results))
    return 0


def _ablation(args: argparse.Namespace, work: Path) -> int:
    sets = load(args.data, args.sets.split(",") if args.sets else None)
    results = ablation.measure(sets, work, remade=args.made)
    _print(args, [asdict(result) for result in results], tables.table(*ablation.rows(results)))
    return 0


def _corpus(args: argparse.Namespace, work: Path) -> int:
    make(SAMPLE, work / "corpus")
    index = Index.open(work / "corpus")
    scores = {by: judged.measure(index, by) for by in WAYS}
    if args.update_floors:
        floors.update(scores[By.BOTH], allow_regression=args.allow_regression)
    pinned = floors.pinned()
    figures = {"scores": {by.value: asdict(score) for by, score in scores.items()}, "floors": pinned}
    _print(args, figures, tables.corpus(scores, pinned))
    missed = floors.below(scores[By.BOTH], pinned)
    for line in missed:
        print(f"bench: {line}", file=sys.stderr)
    return 1 if missed else 0


def _speed(args: argparse.Namespace, work: Path) -> int:
    results = measure.measure(work, args.articles, args.limit, passages=args.passages)
    _print(args, asdict(results), tables.speed(results))
    return 0


def _peers(args: argparse.Namespace, work: Path) -> int:
    sets = [test_set for test_set in load(args.data, args.sets.split(",")) if isinstance(test_set, RankingSet)]
    results = peers.measure(sets, work, peers.commands(work), args.rounds)
    text = f"{tables.table(peers.HEADER, peers.rows(results))}\n{peers.summary(results)}"
    _print(args, asdict(results), text)
    return 0


def _cleaning(args: argparse.Namespace, work: Path) -> int:
    if args.fit:
        weights = cleaning.weights(args.data)
        _print(args, weights, "\n".join(f'    "{name}": {weight},' for name, weight in weights.items()))
        return 0
    results = cleaning.measure(args.data)
    _print(args, asdict(results), tables.cleaning(results))
    return 0


def _confidence(args: argparse.Namespace, work: Path) -> int:
    libraries = confidence.libraries(load(args.data), work, args.by)
    if args.fit:
        fitted = confidence_signals.fit(libraries)
        _print(args, asdict(fitted), confidence_signals.as_text(fitted))
        return 0
    results = confidence.measure(libraries)
    _print(args, [asdict(result) for result in results], tables.table(*confidence.rows(results)))
    return 0


def _compare(args: argparse.Namespace, work: Path) -> int:
    if args.fit:
        weights = comparing.fit(args.data, work)
        _print(args, weights, ", ".join(map(str, weights)))
        return 0
    results = comparing.measure(args.data, work)
    _print(args, asdict(results), tables.comparison(results))
    return 0


def _claims(args: argparse.Namespace, work: Path) -> int:
    cited, labelled = claims.pages(args.data, work), claims.labels(args.data, work)
    ranked = claims.evidence(args.data, work)
    groups: dict[str, list[Any]] = {"wice": cited, "statuses": labelled, "evidence": ranked}
    figures = {name: [asdict(figure) for figure in group] for name, group in groups.items()}
    _print(args, figures, claims.as_text(cited, labelled, ranked))
    return 0


def _metadata(args: argparse.Namespace, work: Path) -> int:
    results = metadata.measure(args.data)
    _print(args, [{**asdict(result), "share": result.share} for result in results], tables.metadata(results))
    return 0


def _sentences(args: argparse.Namespace, work: Path) -> int:
    results = sentences.measure(args.data)
    marks = {"ends": results.ends, "headings": results.headings}
    shares = {
        name: {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}
        for name, counts in marks.items()
    }
    _print(args, {**asdict(results), "shares": shares}, tables.sentences(results))
    return 0


def _cues(args: argparse.Namespace, work: Path) -> int:
    results = cues.measure(args.data)
    _print(args, asdict(results), cues.as_text(results))
    return 0


def _quotations(args: argparse.Namespace, work: Path) -> int:
    if (args.data is None) == (args.library is None):
        raise DataError("Give --library DIR, or --data DIR to make one of the articles there.")
    results = quotations.measure(args.library or quotations.library(args.data, work), args.count, args.seed)
    _print(args, {**asdict(results), "per_second": results.per_second}, tables.quotations(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
