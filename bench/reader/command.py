"""``python -m bench reader train|eval|search``: makes the reader's weights again, or measures them."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).parents[2] / "index" / "reader" / "weights.safetensors"


_KINDS = "make the weights again on the CPU; measure them; measure a search with and without them"


def add(command: argparse.ArgumentParser, positive: Any) -> None:
    """Adds the arguments. ``positive``: parses a number of 1 or more."""
    command.add_argument("kind", choices=("train", "eval", "search"), help=_KINDS)
    about = "the folder that holds questions/ and claims/ to train on, or retrieval/ and claims/ to measure on"
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help=about)
    about = "train: the folder with the test sets; what stands in them is left out"
    command.add_argument("--tests", type=Path, metavar="DIR", help=about)
    about = "train: stop after N minutes instead of the number of steps of the shipped weights"
    command.add_argument("--minutes", type=float, metavar="N", help=about)
    about = "the weights that are written or measured (default: the shipped)"
    command.add_argument("--out", type=Path, metavar="FILE", default=WEIGHTS, help=about)
    command.add_argument("--sets", metavar="A,B", help="search: only these sets of retrieval/")
    about = "eval and search: questions of each set at most, and half the claims (default %(default)s)"
    command.add_argument("--limit", type=positive, metavar="N", default=200, help=about)


def train(args: argparse.Namespace, work: Path) -> int:
    """Prepares what is taught, unless ``work`` holds it already, and teaches it."""
    from bench.reader.preparation import write
    from bench.reader.training import Recipe
    from bench.reader.training import train as teach

    recipe = Recipe(minutes=args.minutes)
    if not (work / "claims.jsonl").exists():
        write(args.data, args.tests, work, recipe.seed)
    teach(work, args.out, recipe)
    print(f"Written: {args.out}", file=sys.stderr)
    return 0


def evaluate(args: argparse.Namespace, work: Path) -> tuple[Any, str]:
    """The figures, as JSON can hold them and as text."""
    from bench.reader import evaluation

    reader = evaluation.Reader(args.out)
    claims, thresholds = evaluation.entailing(args.data, reader, 2 * args.limit)
    answers = evaluation.answering(args.data, reader, work, args.limit)
    figures = {"answers": list(map(asdict, answers)), "claims": list(map(asdict, claims)), "thresholds": thresholds}
    return figures, evaluation.as_text(answers, claims, thresholds)


def search(args: argparse.Namespace, work: Path) -> tuple[Any, str]:
    """The figures of the search, as JSON can hold them and as text."""
    from bench.reader.search import as_text, measure
    from bench.sets import load

    results = measure(load(args.data, args.sets.split(",") if args.sets else None), work, args.limit)
    return list(map(asdict, results)), as_text(results)
