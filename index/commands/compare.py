"""``python -m index compare``: source against source, or what many say."""

from __future__ import annotations

import argparse
from pathlib import Path

from index.commands.exporting import file_format, write_file
from index.compare import answer_table, events, topics
from index.compare import sources as comparing
from index.errors import QueryError, as_started
from index.output import export, export_compare, terminal
from index.output.citations import CitationStyle
from index.output.csl import Keys
from index.output.json_output import comparison_json, events_json, map_json, table_json
from index.output.printing import show, show_json
from index.search.index import Index

_EXAMPLE = "Example: python -m index compare A B, or compare --question Q, --map or --events"


def run(options: argparse.Namespace, library: Path) -> int:
    """Exit code: 1 when no source answers any question. Raises SourcewiseError."""
    if options.left is None:
        return _compare_many(options, library)
    if options.right is None or options.question or options.map or options.events or options.source:
        raise QueryError(f"Two sources take two ids and nothing else. {_EXAMPLE}")
    form = file_format(options)
    index = Index.open(library)
    ids = [index.store.documents.complete_id(identity) for identity in (options.left, options.right)]
    comparison = comparing.compare_sources(index, *ids)
    left, right = (index.store.documents.load(identity)[1] for identity in ids)
    if form:
        suffix, style = form

        def result(keys: Keys) -> bytes:
            compared = export_compare.comparison_table(comparison, left, right, export.timestamp(), style, keys)
            return export.TABLE_FORMATS[suffix](compared)

        write_file(options, suffix, index.store, (left.source, right.source), result)
    if options.json:
        show_json(comparison_json(comparison))
    elif ids[0] == ids[1]:
        show([as_started(f"Both are one source, {ids[0]}. Give the ids of two: python -m index sources")])
    else:
        show(terminal.format_comparison(comparison, left.text, right.text))
    return 0


def _compare_many(options: argparse.Namespace, library: Path) -> int:
    """Exit code 1 when no source answers any question."""
    if bool(options.question) + options.map + options.events != 1:
        raise QueryError(f"Give the ids of two sources, or one of --question, --map and --events. {_EXAMPLE}")
    if options.out and not options.question:
        raise QueryError("--out writes what two sources say, or what many say on a --question.")
    form = file_format(options)
    index, any_answer = Index.open(library), True
    sources = None if options.source is None else list(map(index.store.documents.complete_id, options.source))
    if options.question:
        table = answer_table.ask_sources(index, options.question, sources)
        if form:
            _write_answers(options, *form, table, index)
        output, lines = table_json(table), terminal.format_answer_table(table)
        any_answer = any(row.saying for row in table.rows)
    elif options.map:
        topic_map = topics.map_topics(index, sources)
        output, lines = map_json(topic_map), terminal.format_map(topic_map)
    else:
        groups = events.find_events(index, sources)
        output, lines = events_json(groups), terminal.format_events(groups)
    if options.json:
        show_json(output)
    else:
        show([terminal.EMPTY_LIBRARY] if index.is_empty else lines)
    return 0 if any_answer else 1


def _write_answers(
    options: argparse.Namespace, suffix: str, style: CitationStyle, table: answer_table.AnswerTable, index: Index
) -> None:
    def result(keys: Keys) -> bytes:
        return export.TABLE_FORMATS[suffix](export_compare.answers_table(table, export.timestamp(), style, keys))

    answering = (cell.source for row in table.rows for cell in row.cells if cell.hit)
    write_file(options, suffix, index.store, answering, result)
