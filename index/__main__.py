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
from typing import Any

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
    speak_utf8,
    table_json,
)
from index.publishing import verify
from index.publishing.publish import publish
from index.search import explain
from index.search import query as queries
from index.search.index import Index, default_library
from index.storage import lock
from index.storage.store import Store
from index.types import Draft, Filter


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 fine, 1 no hits at all, 2 an error, 3 done but some lines could not be read."""
    asked = parser().parse_args(query_last(sys.argv[1:] if arguments is None else arguments))
    library = asked.library or default_library()
    try:
        return _COMMANDS[asked.command](asked, library)
    except SourcewiseError as error:
        print(f"index: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # the reader has what it wanted; nothing is left to say
        return 0
    except KeyboardInterrupt:
        return 130


def _search(asked: argparse.Namespace, library: Path) -> int:
    if (asked.query is None) == (asked.queries is None):
        raise QueryError('Give a query, or --queries FILE.jsonl. Example: python -m index search "is it addictive"')
    if asked.k < 1:
        raise QueryError(f"-k counts hits from 1, not {asked.k}.")
    if asked.per_source is not None and asked.per_source < 1:
        raise QueryError(f"--per-source counts hits from 1, not {asked.per_source}. Leave it out for all.")
    index = Index.open(library)
    sources = None if asked.source is None else tuple(map(index.store.complete_id, asked.source))
    where = Filter(sources, asked.author, asked.since, asked.until)
    if asked.queries is not None:
        return _search_many(asked, index, where)
    answer = index.search(asked.query, asked.k, asked.by, where, asked.per_source)
    standing = asked.explain and explain.explain(index, asked.query, asked.explain, asked.by, where, asked.per_source)
    if asked.json:
        both = answer_json(answer) | ({"explained": explanation_json(standing)} if standing else {})
        print(json.dumps(both, ensure_ascii=False))
    else:
        explained = ["", "The passage expected:", *terminal.format_explanation(standing)] if standing else []
        print("\n".join([*terminal.format_answer(answer), *explained]))
    return 0 if answer.hits else 1


def _search_many(asked: argparse.Namespace, index: Index, where: Filter) -> int:
    """One answer a line, in the order of the questions; a line that cannot be read says so in its place."""
    read = list(_questions(asked.queries))
    good = [one for _, one, error in read if one is not None]
    answers = index.search_many(good, asked.k, asked.by, where, asked.per_source)
    found = broken = False
    for identity, one, error in read:
        if one is None:
            broken = True
            print(json.dumps({"_id": identity, "error": error}, ensure_ascii=False))
            continue
        answer = next(answers)
        found = found or bool(answer.hits)
        print(json.dumps({"_id": identity, **answer_json(answer)}, ensure_ascii=False))
    return 3 if broken else 0 if found else 1


def _questions(name: str) -> Iterator[tuple[str | None, queries.Query | None, str]]:
    """Id, query and error of each line; blank lines are passed over."""
    try:
        binary = sys.stdin.buffer if name == "-" else open(name, "rb")  # noqa: SIM115
    except OSError as error:
        raise QueryError(
            f'{name} cannot be read ({error.strerror}). Give a file of lines {{"_id", "text"}}.'
        ) from error
    with io.TextIOWrapper(binary, encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _question(number, line)


def _question(number: int, line: str) -> tuple[str | None, queries.Query | None, str]:
    identity: str | None = None
    try:
        row = json.loads(line)
        identity = None if row.get("_id") is None else str(row["_id"])
        if not isinstance(row["text"], str):
            raise ValueError("text")
        return identity, queries.parse(row["text"]), ""
    except QueryError as error:
        return identity, None, f"line {number}: {error}"
    except (ValueError, KeyError, AttributeError, RecursionError):
        return identity, None, f'line {number}: not an object with "_id" and "text"'


def _check(asked: argparse.Namespace, library: Path) -> int:
    from index.check import marks  # a search waits neither for this nor for what compares
    from index.check.draft import FindingStatus, check_draft
    from index.check.judge import CrossEncoder
    from index.output import export, export_draft

    suffix = asked.out and export.format_of(asked.out)
    draft = _draft(asked.draft)
    index = Index.open(library)
    judge = CrossEncoder(asked.judge) if asked.judge else None
    checked = check_draft(index, draft, judge=judge)
    known = marks.read_marks(index.store)
    if suffix:
        export.write(asked.out, export_draft.FORMATS[suffix](checked, known, export.now()))
    if asked.json:
        print(json.dumps(checked_json(checked, index.store, known), ensure_ascii=False))
    else:
        print("\n".join([*[terminal.EMPTY] * index.is_empty, *terminal.format_check(checked)]))
    return 0 if checked.counts[FindingStatus.FOUND] + checked.counts[FindingStatus.DIFFERS] else 1


def _draft(name: str) -> Draft:
    from ingest.draft import draft_of_text, read_draft  # reading files is theirs; a search needs none of it

    try:
        if name == "-":
            return draft_of_text(sys.stdin.buffer.read())
        return read_draft(Path(name).read_bytes(), name)
    except OSError as error:
        raise ReadError(
            f"{name} cannot be read ({error.strerror or error}). Give a .txt, .md or .docx file."
        ) from error


def _compare(asked: argparse.Namespace, library: Path) -> int:
    if asked.left is None:
        return _compare_many(asked, library)
    if asked.right is None or asked.question or asked.map or asked.events or asked.source:
        raise QueryError(f"Two sources take two ids and nothing else. {_COMPARE}")
    from index.compare import sources as comparing
    from index.output import export, export_compare

    suffix = asked.out and export.format_of(asked.out)
    index = Index.open(library)
    ids = [index.store.complete_id(one) for one in (asked.left, asked.right)]
    found = comparing.compare_sources(index, *ids)
    left, right = (index.store.document(one)[1] for one in ids)
    if suffix:
        export.write(asked.out, export.FORMATS[suffix](export_compare.pairs(found, left, right, export.now())))
    if asked.json:
        print(json.dumps(comparison_json(found), ensure_ascii=False))
    elif ids[0] == ids[1]:
        print(f"Both are one source, {ids[0]}. Give the ids of two: python -m index sources")
    else:
        print("\n".join(terminal.format_comparison(found, left.text, right.text)))
    return 0


_COMPARE = "Example: python -m index compare A B, or compare --question Q, --map or --events"


def _compare_many(asked: argparse.Namespace, library: Path) -> int:
    """1 where no source says anything on any question."""
    from index.compare import answer_table, events, topics
    from index.output import export, export_compare

    if bool(asked.question) + asked.map + asked.events != 1:
        raise QueryError(f"Give the ids of two sources, or one of --question, --map and --events. {_COMPARE}")
    if asked.out and not asked.question:
        raise QueryError("--out writes what two sources say, or what many say on a --question.")
    suffix = asked.out and export.format_of(asked.out)
    index, said = Index.open(library), True
    sources = None if asked.source is None else list(map(index.store.complete_id, asked.source))
    if asked.question:
        table = answer_table.answer_table(index, asked.question, sources)
        if suffix:
            export.write(asked.out, export.FORMATS[suffix](export_compare.questions(table, export.now())))
        found, lines = table_json(table), terminal.format_answer_table(table)
        said = any(row.saying for row in table.rows)
    elif asked.map:
        whole = topics.map_topics(index, sources)
        found, lines = map_json(whole), terminal.format_map(whole)
    else:
        groups = events.find_events(index, sources)
        found, lines = events_json(groups), terminal.format_events(groups)
    text = terminal.EMPTY if index.is_empty else "\n".join(lines)
    print(json.dumps(found, ensure_ascii=False) if asked.json else text)
    return 0 if said else 1


def _sources(asked: argparse.Namespace, library: Path) -> int:
    rows = Store.open(library).sources()
    if asked.json:
        listed = [{**source_json(one), "passages": passages, "characters": size} for one, passages, size in rows]
        print(json.dumps(listed, ensure_ascii=False, indent=1))
        return 0
    if not rows:
        print(terminal.EMPTY)
    for one, passages, _ in rows:
        place = f"{one.location}{'#' + one.record if one.record else ''}"
        about = [one.title, ", ".join(one.authors), one.published or "", place, f"{passages} passages"]
        print(f"{one.id}  {' · '.join(part for part in about if part)}")
    return 0


def _passages(asked: argparse.Namespace, library: Path) -> int:
    store = Store.open(library)
    number, _ = store.document(store.complete_id(asked.source))
    rows = [passage_json(one) for one in store.passages(number)]
    if asked.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            print(f"[{row['start']}:{row['end']}] {row['heading'] or ''}\n{row['text']}\n")
    return 0


def _remove(asked: argparse.Namespace, library: Path) -> int:
    Store.open(library).close()
    with lock.write_lock(library):
        store = Store.create(library)
        known = [store.live_document(identity) for identity in dict.fromkeys(asked.ids)]
        with store.transaction():
            store.retire([one.number for one in known])
            for one in known:  # so that the next ingest of the folder reads the file again
                store.forget_files(one.root, [one.location])
        publish(library, store, open_embedder(_fingerprint(store, library), library / "models"))
    told: dict[str, Any] = {"removed": asked.ids}
    said = f"{len(known)} removed. The files are untouched: the next ingest of their folder brings them back."
    print(json.dumps(told) if asked.json else said)
    return 0


def _verify(asked: argparse.Namespace, library: Path) -> int:
    found = verify.find_damage(library)
    repaired = bool(found) and asked.repair
    if repaired:
        verify.repair(library)
        found = verify.find_damage(library)
    if asked.json:
        print(json.dumps({"damage": found, "repaired": repaired}, ensure_ascii=False))
    else:
        print("\n".join(found) if found else f"{library}: every file is as it was written.")
    if found:
        raise LibraryError(f"{library} is damaged. Run: python -m index verify --repair")
    return 0


_COMMANDS = {
    "search": _search,
    "check": _check,
    "compare": _compare,
    "sources": _sources,
    "passages": _passages,
    "remove": _remove,
    "verify": _verify,
}


def _fingerprint(store: Store, library: Path) -> str:
    fingerprint = store.setting("fingerprint")
    if fingerprint is None:
        raise LibraryError(f"The library {library} is empty. Run: python -m ingest FOLDER --library {library}")
    return fingerprint


def run() -> None:
    """A whole process. Taking apart what it loaded would add a tenth of a second to each search, so it just ends."""
    speak_utf8()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError, ValueError):  # the reader is gone, or main has closed the stream
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
