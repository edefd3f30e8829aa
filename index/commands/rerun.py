"""``python -m index rerun``: asks again what a result was the answer to, and tells what has changed since."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from index.disk import Library
from index.errors import ReadError, SourcewiseError
from index.output.export import TABLE_FORMATS
from index.output.export_record import digest, read_export
from index.output.exported_draft import draft_in
from index.output.json_output import answer_json, checked_json, comparison_json, table_json
from index.output.printing import show, show_json
from index.output.result_items import Changes, Item, Result, changes, items_of, kind_of
from index.search.copied_text import compared
from index.search.index import Index
from index.storage.truth import Truth
from index.text.escaping import line
from index.types import By, Draft, Filter

_MAX_WORDS = 6  # changed words of a passage that are named (a guess)
_MAX_LABEL = 100  # characters of a text that name an item in a line (a guess)
_NOTHING = (
    "Its sentences cannot be compared: neither this file nor the library has the draft as it was checked. "
    "Give it with --draft FILE."
)


# asking again ---------------------------------------------------------------------------------------------------------


def filter_of(settings: Mapping[str, Any]) -> Filter:
    """The filter that a result was made with."""
    given: dict[str, Any] = settings.get("filter", {})
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return Filter(**values)


def again(index: Index, result: Result, draft: Draft | None) -> Result | None:
    """What the library gives now, with the same settings; None for a draft that is not at hand. Raises QueryError."""
    kind, settings = kind_of(result), result.get("settings", {})
    if kind == "search":
        by, k = By(settings.get("by", By.BOTH)), settings.get("k", 10)
        answer = index.search(result["query"], k, by, filter_of(settings), settings.get("per_source"))
        return answer_json(answer)
    if kind == "check":
        return _checked(index, result, draft)
    if kind == "quotations":
        return _quoted_now(index.store, result)
    from index.compare import answer_table, sources

    if kind == "sources":
        ids = result.get("sources") or [result[side]["id"] for side in ("left", "right")]
        return comparison_json(sources.compare_sources(index, *ids))
    questions = [question if isinstance(question, str) else question["question"] for question in result["questions"]]
    asked = [source if isinstance(source, str) else source["id"] for source in result["sources"]]
    return table_json(answer_table.ask_sources(index, questions, asked))


def _quoted_now(store: Truth, result: Result) -> Result:
    """What stands where the quotations were taken from, in those sources that are still there."""
    rows = []
    for row in result["results"]:
        document = store.documents.by_id(row["source"])
        if document is not None:
            words = store.documents.text(document.number)[row["start"] : row["end"]]
            rows.append({**row, "text": digest(words)})
    return {"kind": "quotations", "results": rows}


def _checked(index: Index, result: Result, draft: Draft | None) -> Result | None:
    from index.check.draft import check_draft
    from index.check.judge import CrossEncoder
    from index.check.marks import read_marks

    draft = draft or kept_text(index.store, result)
    if draft is None:
        return None
    judge = result.get("settings", {}).get("judge")
    checked = check_draft(
        index, draft, filter_of(result.get("settings", {})), judge=CrossEncoder(judge) if judge else None
    )
    return checked_json(checked, index.store, read_marks(index.store))


def kept_text(store: Truth, result: Result) -> Draft | None:
    """The draft that was checked, if the library keeps it as it was then."""
    from index.check.drafts import load_text, read_drafts

    about = result.get("draft", result)
    for kept in read_drafts(store):
        for version in kept.versions:
            if version.characters == about.get("characters"):
                draft = load_text(store, kept, version.id)
                if _is_checked(draft.text, result):
                    return draft
    return None


def _is_checked(text: str, result: Result) -> bool:
    if "draft" in result:
        return bool(digest(text) == result["draft"]["digest"])
    return all(text[row["start"] : row["end"]] == row["text"] for row in result["sentences"])


# the command ----------------------------------------------------------------------------------------------------------


def read_result(file: Path) -> Result:
    """A result, or the record of an export, from its file. Raises ReadError."""
    if file.suffix.lower() in TABLE_FORMATS:
        return read_export(file)
    try:
        result = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ReadError(f"{file} cannot be read ({error.strerror or error}). Give a file with a result.") from error
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{file} is no JSON. Give what search, check or compare wrote with --json.") from error
    if not (isinstance(result, dict) and isinstance(result.get("settings", {}), dict)):
        raise ReadError(f"{file} holds no single result. Give what search, check or compare wrote with --json.")
    return result


def run(options: argparse.Namespace, library: Library) -> int:
    """Exit code: 0 when the library still gives the same, else 1. Raises SourcewiseError."""
    from index.commands.check import read_draft_file

    result = read_result(options.file)
    before = items_of(result)
    index = Index.open(library, reader=bool(result.get("settings", {}).get("reader")))
    with closing(index.store):
        draft = read_draft_file(options.draft) if options.draft else draft_in(options.file, result)
        now = _again(index, result, draft)
    same = {
        "library": _same_library(index, result),
        "model": result.get("model", index.embedder.name) == index.embedder.name,
    }
    changed = None if now is None else changes(before, items_of(now))
    is_same = all(same.values()) if changed is None else changed.is_same
    if options.json:
        show_json({"kind": kind_of(result), "same": is_same, **_same_json(same), **_changes_json(changed)})
    else:
        show([*_lines(same), *([_NOTHING] if changed is None else _changed_lines(changed))])
    return 0 if is_same else 1


def _again(index: Index, result: Result, draft: Draft | None) -> Result | None:
    try:
        return again(index, result, draft)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, SourcewiseError):
            raise
        raise ReadError("This result does not say how it was made. Write it again, with --json or as an export.") from (
            error
        )


def _same_library(index: Index, result: Result) -> bool:
    manifest = index.generation.manifest
    same_epoch = result.get("epoch") in (None, "", manifest.epoch)
    return same_epoch and result.get("generation") == manifest.generation


def _same_json(same: Mapping[str, bool]) -> dict[str, bool]:
    return {f"same_{name}": value for name, value in same.items()}


def _changes_json(changed: Changes | None) -> dict[str, Any]:
    if changed is None:
        return {"compared": False, "note": _NOTHING}
    return {
        "compared": True,
        "unchanged": changed.same,
        "moved": [{"item": old.label, "before": list(old.state), "now": list(new.state)} for old, new in changed.moved],
        "gone": [{"item": item.label, "before": list(item.state)} for item in changed.gone],
        "replaced": [
            {"item": old.label, "before": list(old.state), "now_item": new.label, "now": list(new.state)}
            for old, new in changed.replaced
        ],
        "new": [{"item": item.label, "now": list(item.state)} for item in changed.new],
    }


def _lines(same: Mapping[str, bool]) -> Iterator[str]:
    for name, is_same in same.items():
        yield f"The {name} is {'the same' if is_same else 'another, or has changed'}."


def _changed_lines(changed: Changes) -> Iterator[str]:
    counts = (len(changed.moved) + len(changed.replaced), len(changed.gone), len(changed.new))
    yield f"{changed.same} the same, {counts[0]} changed, {counts[1]} gone, {counts[2]} new."
    for old, new in changed.moved:
        yield f"changed  {_short(old)}: {_state(old)} → {_state(new)}"
    for old, new in changed.replaced:
        yield f"changed  {_short(old)}: {_state(old)} → other words in its place: {_words(old, new)}"
    yield from (f"gone     {_short(item)}: {_state(item)}" for item in changed.gone)
    yield from (f"new      {_short(item)}: {_state(item)}" for item in changed.new)


def _words(old: Item, new: Item) -> str:
    """The words that differ between two passages, where the texts of both are known; else the new passage."""
    before, now = (item.label.partition(": ")[2] for item in (old, new))
    known = compared(before, now, now) if before and now else None
    if known is None or not known.differing:
        return f"{_state(new)}{f': {_short(new)}' if now else ''}"
    return "; ".join(f"“{line(old_words)}” is now “{line(words)}”" for old_words, words in known.differing[:_MAX_WORDS])


def _short(item: Item) -> str:
    text = line(item.label)
    return text if len(text) <= _MAX_LABEL else f"{text[:_MAX_LABEL]}…"


def _state(item: Item) -> str:
    """How an item stood; a passage at a rank and in its place."""
    if item.place is not None:
        return f"{item.state[0]}, characters {item.place[1]} to {item.place[2]}"
    return ", ".join(str(part)[:16] for part in item.state)
