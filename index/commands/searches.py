"""``python -m index searches``: the searches that a person saved, and what is new in them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from index.disk import Library
from index.errors import QueryError, as_started
from index.output import terminal
from index.output.json_output import answer_json
from index.output.printing import show, show_json
from index.search import kept_searches
from index.search.index import Index
from index.search.kept_searches import KeptQuestion, SavedSearch
from index.storage.store import Store
from index.text.escaping import line
from index.types import Answer, Filter, Hit

_USE = "Use: searches list, searches run NAME, searches save NAME QUERY, searches remove NAME"


def run(options: argparse.Namespace, library: Library) -> int:
    """Exit code 0; for ``run`` 1 when there are no hits. Raises SourcewiseError."""
    action = options.action or "list"
    if action == "list":
        return _list(options, library)
    if options.name is None or (action == "save") != bool(options.words):
        raise QueryError(f"searches {action} takes a name{' and a query' if action == 'save' else ''}. {_USE}")
    options.name = kept_searches.name_of(options.name)
    return {"run": _run, "save": _save, "remove": _remove}[action](options, library)


def _list(options: argparse.Namespace, library: Library) -> int:
    with closing(Store.open(library)) as store:
        searches = kept_searches.read_searches(store)
    index = Index.open(library) if searches else None
    listed = [(search, kept_searches.find_new(index, search)[1]) for search in searches if index]
    if options.json:
        show_json([_search_json(search, new) for search, new in listed], indent=1)
    else:
        show([_search_line(search, new) for search, new in listed] or [f"No search is saved. {_USE}"])
    return 0


def _run(options: argparse.Namespace, library: Library) -> int:
    index = Index.open(library)
    answer, new = kept_searches.look_at(library, index, options.name)
    ranks = [hit.rank for hit in new]
    if options.json:
        show_json({**answer_json(answer), "name": options.name, "new": ranks})
    else:
        show(_news(answer, new))
    return 0 if answer.hits else 1


def _news(answer: Answer, new: Sequence[Hit]) -> list[str]:
    """The passages that are new, or that there are none; why a search finds nothing at all."""
    if not answer.hits:
        return terminal.format_answer(answer)
    all_of_them = as_started(f'All of them: python -m index search "{line(answer.query)}"')
    count = f"{len(new)} new since you last looked" if new else "Nothing new since you last looked"
    lines = [*answer.damage, f"{count}. {terminal.format_counts(answer)}. {all_of_them}"]
    return [*lines, *(row for hit in new for row in terminal.format_hit(hit))]


def _save(options: argparse.Namespace, library: Library) -> int:
    index = Index.open(library)
    sources = None if options.source is None else tuple(map(index.store.documents.complete_id, options.source))
    where = Filter(sources, options.author, options.since, options.until)
    question = KeptQuestion(" ".join(options.words), options.by, where, options.per_source)
    search = kept_searches.save_search(library, index, options.name, question)
    if options.json:
        show_json(_search_json(search, []))
    else:
        next_step = as_started("What is new in it: python -m index searches run NAME")
        show([f"Saved as “{search.name}”. {next_step}"])
    return 0


def _remove(options: argparse.Namespace, library: Library) -> int:
    kept_searches.remove_search(library, options.name)
    if options.json:
        show_json({"removed": options.name})
    else:
        show([f"“{line(options.name)}” is removed."])
    return 0


def _search_line(search: SavedSearch, new: list[Hit]) -> str:
    news = f"{len(new)} new" if new else "nothing new"
    return f"{search.name}: {line(search.question.text)} · {news} since {search.looked}"


def _search_json(search: SavedSearch, new: list[Hit]) -> dict[str, Any]:
    question = search.question
    where = {name: value for name in Filter.__slots__ if (value := getattr(question.where, name))}
    return {
        "name": search.name,
        "query": question.text,
        "by": question.by.value,
        "filter": where,
        "per_source": question.per_source,
        "saved": search.saved,
        "looked": search.looked,
        "new": [{"source": hit.source.id, "start": hit.passage.span.start, "end": hit.passage.span.end} for hit in new],
    }
