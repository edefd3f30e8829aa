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
from bench.compare import asked
from bench.compare import sources as comparing
from bench.library import SAMPLE, make
from bench.page import corpus as page_corpus
from bench.page import measure as page_speed
from bench.reader import command as reader
from bench.reading import cleaning, metadata, ocr, sentences
from bench.retrieval import ablation, answerability, confidence, confidence_signals, floors, judged, peers, quality
from bench.retrieval.quality import WAYS
from bench.sets import DataError, RankingSet, load
from bench.speed import checks, engines, measure
from index.errors import SourcewiseError
from index.search.index import Index
from index.types import By

_RETRIEVAL_DATA = "the folder that holds retrieval/"
_CLAIMS_DATA = "the folder that holds claims/"


def parser() -> argparse.ArgumentParser:
    """The parser of the command line. The general help shows the usage of every command."""
    main_parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the real program: how well it reads and searches, its speed and memory.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = main_parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    retrieval, speed = _retrieval_commands(commands), _speed_commands(commands)
    cleaning_command = _cleaning_command(commands)
    confidence_command = _confidence_command(commands)
    claims_command = _claims_command(commands)
    reading = [cleaning_command, *_reading_commands(commands)]
    for command in reading:
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds cleaning/")
    others = [_cues_command(commands), _quotations_command(commands)]
    others.append(_ocr_command(commands))
    usages = [*retrieval, speed[0], confidence_command, *reading, *others, *speed[1:], claims_command]
    usages += [_compare_command(commands), _asked_command(commands), _reader_command(commands)]
    usages += [_page_command(commands), _engines_command(commands)]
    main_parser.epilog = "\n".join(command.format_usage().strip() for command in usages)
    return main_parser


def _retrieval_commands(commands: Any) -> list[argparse.ArgumentParser]:
    about = "nDCG@10, recall@10 and answer-in-top-5 on judged sets of others"
    quality_command = _command(commands, "quality", about, _quality)
    about = "what each part of the ranking is worth on the same sets"
    ablation_command = _command(commands, "ablation", about, _ablation)
    for command in (quality_command, ablation_command):
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help=_RETRIEVAL_DATA)
        command.add_argument("--sets", metavar="A,B", help="only these sets, by the names of their folders")
    ablation_command.add_argument(
        "--made", action="store_true", help="libraries made anew too: other lengths, no titles"
    )
    about = "the own judged set on corpus/; exit code 1 when below a floor"
    corpus_command = _command(commands, "corpus", about, _corpus)
    corpus_command.add_argument("--update-floors", action="store_true", help="pin what is measured now, less a little")
    about = "with --update-floors: also where it is lower"
    corpus_command.add_argument("--allow-regression", action="store_true", help=about)
    about = "instead: the confidence of questions that it answers, and of others on the same subjects"
    corpus_command.add_argument("--answerable", action="store_true", help=about)
    return [quality_command, ablation_command, corpus_command]


def _speed_commands(commands: Any) -> list[argparse.ArgumentParser]:
    speed_command = _command(commands, "speed", "embedding, ingest, cold and warm search, memory", _speed)
    checks_command = _command(
        commands, "checks", "what the checksums of the store cost, and the pace of verify", _checks
    )
    about = "records, .jsonl or .jsonl.zst (default: corpus/)"
    for command in (speed_command, checks_command):
        command.add_argument("--articles", type=Path, metavar="FILE", help=about)
        command.add_argument("--limit", type=_positive, metavar="N", help="only the first N articles")
    about = "search a library grown to N passages by copies"
    speed_command.add_argument("--passages", type=_positive, metavar="N", help=about)
    about = "our search beside txtai's: ingest, queries, memory and nDCG@10"
    peers_command = _command(commands, "peers", about, _peers)
    peers_command.add_argument("--data", type=Path, required=True, metavar="DIR", help=_RETRIEVAL_DATA)
    about = "only these (default %(default)s)"
    peers_command.add_argument("--sets", metavar="A,B", default=",".join(peers.SETS), help=about)
    peers_command.add_argument("--rounds", type=_positive, metavar="N", default=3, help="medians of N (default 3)")
    return [speed_command, peers_command, checks_command]


def _cleaning_command(commands: Any) -> argparse.ArgumentParser:
    about = "how much of an article, and how little else, is read of pages"
    command = _command(commands, "cleaning", about, _cleaning)
    about = "print the weights of ingest.boilerplate.article, fitted again"
    command.add_argument("--fit", action="store_true", help=about)
    return command


def _confidence_command(commands: Any) -> argparse.ArgumentParser:
    command = _command(commands, "confidence", "strong, plausible, none: the same in every library?", _confidence)
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help=_RETRIEVAL_DATA)
    about = "print the constants of index.search.confidence, fitted again"
    command.add_argument("--fit", action="store_true", help=about)
    command.add_argument("--by", type=By, choices=list(By), default=By.BOTH, help="what ranks (default both)")
    return command


def _claims_command(commands: Any) -> argparse.ArgumentParser:
    command = _command(commands, "claims", "do the sentences that bear on a claim stand first?", _claims)
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help=_CLAIMS_DATA)
    return command


def _reading_commands(commands: Any) -> list[argparse.ArgumentParser]:
    about = "title, authors and date of pages, beside trafilatura's"
    metadata_command = _command(commands, "metadata", about, _metadata)
    about = "where sentences end, and which lines are headings"
    return [metadata_command, _command(commands, "sentences", about, _sentences)]


def _ocr_command(commands: Any) -> argparse.ArgumentParser:
    command = _command(commands, "ocr", "words read back from printed pages, and seconds a page", _ocr)
    command.add_argument("--data", type=Path, metavar="DIR", help="the folder that holds formats/, for its scans")
    command.add_argument("--pages", type=_positive, default=ocr.PAGES, metavar="N", help="pages (default %(default)s)")
    return command


def _cues_command(commands: Any) -> argparse.ArgumentParser:
    command = _command(commands, "cues", "differences of claims from their evidence, and false alarms", _cues)
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help=_CLAIMS_DATA)
    return command


def _quotations_command(commands: Any) -> argparse.ArgumentParser:
    about = "quotations cut, altered and invented: what is said of them"
    command = _command(commands, "quotations", about, _quotations)
    about = "the folder that holds scale/, to make a library of"
    command.add_argument("--data", type=Path, metavar="DIR", help=about)
    command.add_argument("--library", type=Path, metavar="DIR", help="cut from this library, and look there")
    command.add_argument("--count", type=_positive, default=quotations.COUNT, metavar="N", help="quotations")
    command.add_argument("--seed", type=int, default=1, metavar="N", help="of what is drawn (default 1)")
    return command


def _compare_command(commands: Any) -> argparse.ArgumentParser:
    about = "sources compared: aligned, grouped by event, reused, in conflict"
    command = _command(commands, "compare", about, _compare)
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds compare/")
    command.add_argument("--fit", action="store_true", help="print the weights of the alignment, fitted again")
    return command


def _asked_command(commands: Any) -> argparse.ArgumentParser:
    about = "one question asked of 500 news articles: who answers, and false conflicts"
    command = _command(commands, "asked", about, _asked)
    command.add_argument("--data", type=Path, metavar="DIR", help="the folder that holds scale/, to make a library of")
    command.add_argument("--library", type=Path, metavar="DIR", help="ask this library instead")
    return command


def _reader_command(commands: Any) -> argparse.ArgumentParser:
    command = _command(commands, "reader", "the model that reads two texts together: train it, measure it", _reader)
    reader.add(command, _positive)
    return command


def _page_command(commands: Any) -> argparse.ArgumentParser:
    about = "the page in Chromium: seconds from a key or click to the changed screen, bytes of a search"
    command = _command(commands, "page", about, _page)
    about = "of the library, most of them changed copies (default %(default)s)"
    command.add_argument("--passages", type=_positive, metavar="N", default=65_000, help=about)
    command.add_argument("--sources", type=_positive, metavar="N", default=1000, help="default %(default)s")
    command.add_argument("--library", type=Path, metavar="DIR", help="visit this library instead")
    command.add_argument("--only", metavar="A,B", help=f"only these: {', '.join(page_speed.PARTS)}")
    return command


def _engines_command(commands: Any) -> argparse.ArgumentParser:
    about = "a library on a PostgreSQL server beside the same in a folder; exit code 1 when a goal is not met"
    command = _command(commands, "engines", about, _engines)
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds scale/")
    command.add_argument("--docs", type=_positive, metavar="N", default=8000, help="documents (default %(default)s)")
    command.add_argument("--queries", type=_positive, metavar="N", default=200, help="queries (default %(default)s)")
    about = "two Dask workers beside one too, which takes two free cores"
    command.add_argument("--workers", action="store_true", help=about)
    return command


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
    index = Index.open(work / "corpus", reader=args.answerable)
    if args.answerable:
        separations = answerability.measure(index)
        _print(args, [asdict(separation) for separation in separations], answerability.lines(separations))
        return 0
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


def _checks(args: argparse.Namespace, work: Path) -> int:
    results = checks.measure(work, args.articles, args.limit)
    _print(args, asdict(results), checks.as_text(results))
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


def _asked(args: argparse.Namespace, work: Path) -> int:
    if (args.data is None) == (args.library is None):
        raise DataError("Give either --data or --library.")
    index = Index.open(args.library) if args.library else asked.library(args.data, work)
    results = asked.measure(index)
    _print(args, [asdict(result) for result in results], asked.as_text(results))
    return 0


def _page(args: argparse.Namespace, work: Path) -> int:
    library = args.library or page_corpus.library(work, args.sources, args.passages)
    results = page_speed.measure(library, args.only.split(",") if args.only else ())
    _print(args, asdict(results), page_speed.as_text(results))
    return 0


def _engines(args: argparse.Namespace, work: Path) -> int:
    figures = []
    for figure in engines.measure(args.data, work, args.docs, args.queries, with_workers=args.workers):
        print(engines.as_line(figure), file=sys.stderr, flush=True)  # a quarter of an hour is not lost with a later one
        figures.append(figure)
    _print(args, [{**asdict(figure), "met": figure.is_met} for figure in figures], engines.as_text(figures))
    return 0 if all(figure.is_met for figure in figures) else 1


def _claims(args: argparse.Namespace, work: Path) -> int:
    cited, labelled = claims.pages(args.data, work), claims.labels(args.data, work)
    partings, ranked = claims.parting(args.data, work), claims.evidence(args.data, work)
    groups: dict[str, list[Any]] = {"wice": cited, "statuses": labelled, "partings": partings, "evidence": ranked}
    figures = {name: [asdict(figure) for figure in group] for name, group in groups.items()}
    _print(args, figures, claims.as_text(cited, labelled, partings, ranked))
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


def _ocr(args: argparse.Namespace, work: Path) -> int:
    printed, judged = ocr.measure(args.data, work, args.pages)
    _print(args, {**asdict(printed), "judged": [asdict(one) for one in judged]}, tables.ocr(printed, judged))
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


def _reader(args: argparse.Namespace, work: Path) -> int:
    if args.kind == "train":
        return reader.train(args, work)
    _print(args, *(reader.search if args.kind == "search" else reader.evaluate)(args, work))
    return 0


if __name__ == "__main__":
    sys.exit(main())
