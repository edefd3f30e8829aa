"""``python -m index search``: find passages, for one query or for a file of them."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.commands.exporting import file_format, write_file
from index.embedding.reference import DEFAULT
from index.errors import QueryError
from index.output import terminal
from index.output.json_output import answer_json, explanation_json
from index.output.printing import show, show_json
from index.search import explain
from index.search import query as queries
from index.search.index import Index
from index.types import Answer, By, Filter

if TYPE_CHECKING:
    from index.output.citations import CitationStyle
    from index.output.csl import Keys

_NO_READER = f"The reader goes with the model {DEFAULT} alone. The search goes on without it."


def run(options: argparse.Namespace, library: Path) -> int:
    """Exit code: 1 without any hit, 3 when a line or a source could not be read. Raises SourcewiseError."""
    if (options.query is None) == (options.queries is None):
        raise QueryError('Give a query, or --queries FILE.jsonl. Example: python -m index search "is it addictive"')
    if options.k < 1:
        raise QueryError(f"-k counts hits from 1, not {options.k}.")
    if options.per_source is not None and options.per_source < 1:
        raise QueryError(f"--per-source counts hits from 1, not {options.per_source}. Leave it out for all.")
    if options.out and options.queries is not None:
        raise QueryError("--out writes the answer of a single query. Leave --queries out.")
    form = file_format(options)
    reads = options.reader if options.queries is not None else not options.fast and options.by is By.BOTH
    index = Index.open(library, reader=reads, exact=options.exact)
    if options.reader and index.reader is None:
        index.reader_missing = index.reader_missing or _NO_READER
    if index.reader_missing:
        show([f"index: {index.reader_missing}"], sys.stderr)
    sources = None if options.source is None else tuple(map(index.store.documents.complete_id, options.source))
    where = Filter(sources, options.author, options.since, options.until)
    if options.queries is not None:
        return _search_many(options, index, where)
    answer = index.search(options.query, options.k, options.by, where, options.per_source)
    explanation = options.explain and explain.explain_passage(
        index, options.query, options.explain, options.by, where, options.per_source
    )
    if form:
        _write_answer(options, *form, answer, index)
    if options.json:
        output = answer_json(answer) | ({"explained": explanation_json(explanation)} if explanation else {})
        show_json(output)
    else:
        explained = ["", "The passage expected:", *terminal.format_explanation(explanation)] if explanation else []
        show([*terminal.format_answer(answer), *explained])
    return 3 if answer.damage else 0 if answer.hits else 1


def _write_answer(options: argparse.Namespace, suffix: str, style: CitationStyle, answer: Answer, index: Index) -> None:
    from index.output import export, export_quotations

    def result(keys: Keys) -> bytes:
        listed = export_quotations.answer_quotations(answer, export.timestamp())
        return export_quotations.write_quotations(suffix, listed, style, keys)

    write_file(options, suffix, index.store, (hit.source for hit in answer.hits), result)


def _search_many(options: argparse.Namespace, index: Index, where: Filter) -> int:
    """Print an answer a line, in the order of the queries; a line that cannot be read gives an error line."""
    lines = list(_questions(options.queries))
    parsed = [query for _, query, error in lines if query is not None]
    answers = index.search_many(parsed, options.k, options.by, where, options.per_source)
    any_hits = any_error = False
    for identity, query, error in lines:
        if query is None:
            any_error = True
            show_json({"_id": identity, "error": error})
            continue
        answer = next(answers)
        any_hits = any_hits or bool(answer.hits)
        show_json({"_id": identity, **answer_json(answer)})
    return 3 if any_error else 0 if any_hits else 1


def _questions(name: str) -> Iterator[tuple[str | None, queries.Query | None, str]]:
    """The id, query and error of each line that is not blank."""
    try:
        binary = sys.stdin.buffer if name == "-" else open(name, "rb")  # noqa: SIM115
    except OSError as error:
        raise QueryError(
            f'{name} cannot be read ({error.strerror}). Give a file of lines {{"_id", "text"}}.'
        ) from error
    with io.TextIOWrapper(binary, encoding="utf-8-sig", errors="replace") as file:
        for number, text in enumerate(file, 1):
            if text.strip():
                yield _question(number, text)


def _question(number: int, text: str) -> tuple[str | None, queries.Query | None, str]:
    identity: str | None = None
    try:
        row = json.loads(text)
        identity = None if row.get("_id") is None else str(row["_id"])
        if not isinstance(row["text"], str):
            raise ValueError("text")
        return identity, queries.parse_query(row["text"]), ""
    except QueryError as error:
        return identity, None, f"line {number}: {error}"
    except (ValueError, KeyError, AttributeError, RecursionError):
        return identity, None, f'line {number}: not an object with "_id" and "text"'
