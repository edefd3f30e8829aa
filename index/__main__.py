"""python -m index …: search a library, list it, mend it."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from index.arguments import parser, query_last
from index.embedding.models import open_embedder
from index.errors import LibraryError, QueryError, ReadError, SourcewiseError
from index.output import terminal
from index.output.json_output import (
    answer_json,
    checked_json,
    comparison_json,
    events_json,
    explanation_json,
    map_json,
    passage_json,
    source_json,
    table_json,
)
from index.output.printing import show, show_json, speak_utf8
from index.publishing import backup, verify
from index.publishing.publish import publish
from index.search import explain
from index.search import query as queries
from index.search.index import Index, default_library
from index.storage import lock
from index.storage.store import Store
from index.text import plain
from index.types import Answer, Draft, Filter, Source

if TYPE_CHECKING:
    from index.output.citations import Style


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 fine, 1 no hits at all, 2 an error, 3 done but some lines could not be read."""
    options = parser().parse_args(query_last(sys.argv[1:] if arguments is None else arguments))
    library = options.library or default_library()
    try:
        return _COMMANDS[options.command](options, library)
    except SourcewiseError as error:
        show([f"index: {error}"], sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # whoever reads the output has closed it
        return 0
    except KeyboardInterrupt:
        return 130


def _search(options: argparse.Namespace, library: Path) -> int:
    if (options.query is None) == (options.queries is None):
        raise QueryError('Give a query, or --queries FILE.jsonl. Example: python -m index search "is it addictive"')
    if options.k < 1:
        raise QueryError(f"-k counts hits from 1, not {options.k}.")
    if options.per_source is not None and options.per_source < 1:
        raise QueryError(f"--per-source counts hits from 1, not {options.per_source}. Leave it out for all.")
    if options.out and options.queries is not None:
        raise QueryError("--out writes the answer of a single query. Leave --queries out.")
    form = _file_format(options)
    index = Index.open(library, reader=options.reader)
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
        _write_answer(options.out, *form, answer, index)
    if options.json:
        output = answer_json(answer) | ({"explained": explanation_json(explanation)} if explanation else {})
        show_json(output)
    else:
        explained = ["", "The passage expected:", *terminal.format_explanation(explanation)] if explanation else []
        show([*terminal.format_answer(answer), *explained])
    return 3 if answer.damage else 0 if answer.hits else 1


def _file_format(options: argparse.Namespace) -> tuple[str, Style] | None:
    """The suffix of the file to be written, and how it cites; None without a file, so that a search does not load what
    writes it."""
    if not options.out:
        if options.style != "plain":
            raise QueryError("--style says how a file cites. Name the file too: --out FILE")
        return None
    from index.output import citations, export

    return export.format_of(options.out), citations.style_of(options.style)


def _write_answer(file: Path, suffix: str, style: Style, answer: Answer, index: Index) -> None:
    from index.output import csl, export, export_quotations

    keys = csl.citation_keys(source for source, _, _ in index.store.documents.sources())
    listed = export_quotations.answer_quotations(answer, export.timestamp())
    export.write(file, export_quotations.write_quotations(suffix, listed, style, keys))


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


def _check(options: argparse.Namespace, library: Path) -> int:
    from index.check import marks  # imported here: a search needs neither checking nor comparing
    from index.check.draft import FindingStatus, check_draft
    from index.check.judge import CrossEncoder
    from index.output import export, export_draft

    form = _file_format(options)
    draft = _draft(options.draft)
    for warning in draft.warnings if not options.json else ():
        print(f"index: {options.draft}: {warning}", file=sys.stderr)
    index = Index.open(library)
    judge = CrossEncoder(options.judge) if options.judge else None
    checked = check_draft(index, draft, judge=judge)
    known = marks.read_marks(index.store)
    if form:
        suffix, style = form
        export.write(options.out, export_draft.DRAFT_FORMATS[suffix](checked, known, export.timestamp(), style))
    if options.json:
        show_json(checked_json(checked, index.store, known))
    else:
        show([*[terminal.EMPTY_LIBRARY] * index.is_empty, *terminal.format_check(checked)])
    return 0 if checked.counts[FindingStatus.FOUND] + checked.counts[FindingStatus.DIFFERS] else 1


def _draft(name: str) -> Draft:
    from ingest.draft import draft_of_text, read_draft  # imported here: only a draft needs the readers

    try:
        if name == "-":
            return draft_of_text(sys.stdin.buffer.read())
        return read_draft(Path(name).read_bytes(), name)
    except OSError as error:
        raise ReadError(
            f"{name} cannot be read ({error.strerror or error}). Give a .txt, .md or .docx file."
        ) from error


def _compare(options: argparse.Namespace, library: Path) -> int:
    if options.left is None:
        return _compare_many(options, library)
    if options.right is None or options.question or options.map or options.events or options.source:
        raise QueryError(f"Two sources take two ids and nothing else. {_COMPARE}")
    from index.compare import sources as comparing
    from index.output import export, export_compare

    form = _file_format(options)
    index = Index.open(library)
    ids = [index.store.documents.complete_id(identity) for identity in (options.left, options.right)]
    comparison = comparing.compare_sources(index, *ids)
    left, right = (index.store.documents.load(identity)[1] for identity in ids)
    if form:
        compared = export_compare.comparison_table(comparison, left, right, export.timestamp(), form[1])
        export.write(options.out, export.TABLE_FORMATS[form[0]](compared))
    if options.json:
        show_json(comparison_json(comparison))
    elif ids[0] == ids[1]:
        show([f"Both are one source, {ids[0]}. Give the ids of two: python -m index sources"])
    else:
        show(terminal.format_comparison(comparison, left.text, right.text))
    return 0


_COMPARE = "Example: python -m index compare A B, or compare --question Q, --map or --events"


def _compare_many(options: argparse.Namespace, library: Path) -> int:
    """Exit code 1 when no source answers any question."""
    from index.compare import answer_table, events, topics
    from index.output import export, export_compare

    if bool(options.question) + options.map + options.events != 1:
        raise QueryError(f"Give the ids of two sources, or one of --question, --map and --events. {_COMPARE}")
    if options.out and not options.question:
        raise QueryError("--out writes what two sources say, or what many say on a --question.")
    form = _file_format(options)
    index, any_answer = Index.open(library), True
    sources = None if options.source is None else list(map(index.store.documents.complete_id, options.source))
    if options.question:
        table = answer_table.ask_sources(index, options.question, sources)
        if form:
            answers = export_compare.answers_table(table, export.timestamp(), form[1])
            export.write(options.out, export.TABLE_FORMATS[form[0]](answers))
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


def _collection(options: argparse.Namespace, library: Path) -> int:
    from index.commands import collections

    return collections.run(options, library)


def _searches(options: argparse.Namespace, library: Path) -> int:
    from index.commands import searches

    return searches.run(options, library)


def _rerun(options: argparse.Namespace, library: Path) -> int:
    from index.commands import rerun

    return rerun.run(options, library, _draft)


def _sources(options: argparse.Namespace, library: Path) -> int:
    documents = Store.open(library).documents
    rows = documents.sources()
    chosen = (
        None
        if options.source is None
        else {documents.live(documents.complete_id(identity)).id for identity in options.source}
    )
    if options.out:
        return _write_sources(options, [source for source, _, _ in rows], chosen)
    rows = [row for row in rows if chosen is None or row[0].id in chosen]
    if options.json:
        listed = [{**source_json(source), "passages": passages, "characters": size} for source, passages, size in rows]
        show_json(listed, indent=1)
        return 0
    if not rows:
        show([terminal.EMPTY_LIBRARY])
    for source, passages, _ in rows:
        location = f"{source.location}{'#' + source.record if source.record else ''}"
        about = [source.title, ", ".join(source.authors), source.published or "", location, f"{passages} passages"]
        show([f"{source.id}  {' · '.join(part for part in about if part)}"])
    return 0


def _write_sources(options: argparse.Namespace, sources: Sequence[Source], chosen: set[str] | None) -> int:
    """Write the chosen sources, or all, as a bibliography. Keys are those that they have among all."""
    from index.output import bibliography_files, csl, export

    suffix = export.format_of(options.out, bibliography_files.BIBLIOGRAPHY_FORMATS)
    written = [source for source in sources if chosen is None or source.id in chosen]
    content = bibliography_files.BIBLIOGRAPHY_FORMATS[suffix](written, csl.citation_keys(sources))
    export.write(options.out, content)
    if options.json:
        show_json({"written": str(options.out), "sources": len(written)})
    else:
        show([f"{options.out} holds {len(written):,} source{'s' * (len(written) != 1)}."])
    return 0


def _passages(options: argparse.Namespace, library: Path) -> int:
    store = Store.open(library)
    number, _ = store.documents.load(store.documents.complete_id(options.source))
    rows = [passage_json(passage) for passage in store.documents.passages(number)]
    if options.json:
        show_json(rows, indent=1)
    else:
        for row in rows:
            show([f"[{row['start']}:{row['end']}] {row['heading'] or ''}", *plain(row["text"]).split("\n"), ""])
    return 0


def _remove(options: argparse.Namespace, library: Path) -> int:
    Store.open(library).close()
    with lock.write_lock(library):
        store = Store.create(library)
        documents = [store.documents.live(identity) for identity in dict.fromkeys(options.ids)]
        with store.transaction():
            store.documents.retire([document.number for document in documents])
            for document in documents:  # so that the next ingest of the folder reads the file again
                store.files.forget(document.root, [document.location])
        publish(library, store, open_embedder(_fingerprint(store, library), library / "models"))
    message = f"{len(documents)} removed. The files are untouched: the next ingest of their folder brings them back."
    if options.json:
        show_json({"removed": options.ids})
    else:
        show([message])
    return 0


def _verify(options: argparse.Namespace, library: Path) -> int:
    damage, notes = _find_damage(options, library), list[str]()
    repaired = bool(damage) and options.repair
    if repaired:
        notes = verify.repair(library)
        damage = _find_damage(options, library)
    if options.json:
        show_json({"damage": damage, "repaired": repaired} | ({"taken_out": notes} if notes else {}))
    else:
        show([*notes, *(damage or [f"{library}: every file is as it was written."])])
    if damage:
        raise LibraryError(f"{library} is damaged. Run: python -m index verify --repair")
    return 3 if notes else 0


def _find_damage(options: argparse.Namespace, library: Path) -> list[str]:
    """Checks the library, with a progress bar on a terminal."""
    from tqdm import tqdm

    with tqdm(unit=" documents", disable=True if options.json else None, leave=False, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return verify.find_damage(library, progress)


def _backup(options: argparse.Namespace, library: Path) -> int:
    size = backup.backup(library, options.file)
    if options.json:
        show_json({"backup": str(options.file), "bytes": size})
    else:
        show([f"{options.file} holds the library {library}: {size:,} bytes."])
    return 0


def _restore(options: argparse.Namespace, library: Path) -> int:
    sources = backup.restore(options.file, library, replace=options.replace)
    if options.json:
        show_json({"restored": str(options.file), "library": str(library), "sources": sources})
    else:
        show([f"{library} holds what {options.file} has: {sources} sources."])
    return 0


_COMMANDS = {
    "search": _search,
    "check": _check,
    "compare": _compare,
    "collection": _collection,
    "rerun": _rerun,
    "searches": _searches,
    "sources": _sources,
    "passages": _passages,
    "remove": _remove,
    "verify": _verify,
    "backup": _backup,
    "restore": _restore,
}


def _fingerprint(store: Store, library: Path) -> str:
    fingerprint = store.setting("fingerprint")
    if fingerprint is None:
        raise LibraryError(f"The library {library} is empty. Run: python -m ingest FOLDER --library {library}")
    return fingerprint


def run() -> None:
    """Run as a process and end it at once: unloading the libraries would take a tenth of a second."""
    speak_utf8()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError, ValueError):  # the output is closed already
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
