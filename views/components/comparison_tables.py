"""Many sources at once: a table of questions, and the map of topics, as HTML that can only be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from index.compare.answer_table import AnswerCell, AnswerRow, AnswerTable, Dispute
from index.compare.topics import TopicMap
from index.types import Source, Span
from views.components import layout
from views.components.marking import marked

_DISPUTES = 5  # told of one question


def link(page: str, params: Mapping[str, str | list[str]], words: str) -> str:
    """A link within the program; ``words`` are HTML."""
    query = escape(urlencode(layout.address(params), doseq=True))
    return f'<a class="sw-link" target="_self" href="/{page}?{query}">{words}</a>'


def table_html(found: AnswerTable) -> str:
    """A source a row, a question a column; groups that agree have a letter where there is more than one. Below, what is
    true of the sources that were left out."""
    letters = [_letters(row) for row in found.rows]
    asked = list(zip(found.rows, letters, strict=True))
    head = "".join(_question(row, found.sources, names) for row, names in asked)
    body = "".join(
        f"<tr>{_source(source)}{''.join(_cell(row.cells[at], names.get(at, '')) for row, names in asked)}</tr>"
        for at, source in enumerate(found.sources)
    )
    table = _wide("sw-table", f"<th scope=col>Source</th>{head}", body) if body else ""
    return table + "".join(f'<p class="sw-lead">{escape(one)}</p>' for one in found.others)


def _wide(kind: str, head: str, body: str) -> str:
    table = f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="sw-wide" tabindex="0">{table}</div>'


def _letters(row: AnswerRow) -> dict[int, str]:
    """By the place of a source, where not all that say something agree."""
    groups = row.groups[:26] if len(row.groups) > 1 else ()
    return {place: chr(65 + number) for number, group in enumerate(groups) for place in group}


def _question(row: AnswerRow, sources: Sequence[Source], letters: Mapping[int, str]) -> str:
    own = f", {row.independent} of them independent" if row.independent < row.saying else ""
    said = f"{row.saying} of {layout.counted(len(sources), 'source')} say something on it{own}"
    notes = "".join(f"<li>{_dispute(one, sources, letters)}</li>" for one in row.disputes[:_DISPUTES])
    more = f"<li>and {len(row.disputes) - _DISPUTES} more</li>" if len(row.disputes) > _DISPUTES else ""
    differ = f'<p class="sw-lead">They differ:</p><ul class="sw-notes">{notes}{more}</ul>' if notes else ""
    return f'<th scope=col>{escape(row.question)}<p class="sw-lead">{said}</p>{differ}</th>'


def _dispute(one: Dispute, sources: Sequence[Source], letters: Mapping[int, str]) -> str:
    names = (escape(layout.title(sources[place])) for place in (one.left, one.right))
    groups = (f"{_letter(letters[place])} " if place in letters else "" for place in (one.left, one.right))
    left, right = (f"{group}{name}" for group, name in zip(groups, names, strict=True))
    return f"<strong>{escape(one.difference.note)}</strong> · {left} / {right}"


def _letter(letter: str) -> str:
    return f'<span class="sw-letter" title="Those with one letter do not disagree">{letter}</span>'


def _source(source: Source) -> str:
    about = ", ".join(map(escape, layout.byline(source)))
    return f'<th scope=row>{escape(layout.title(source))}<p class="sw-lead">{about}</p></th>'


def _cell(cell: AnswerCell, letter: str) -> str:
    if cell.hit is None:
        return '<td class="sw-empty">says nothing on it</td>'
    passage, base = cell.hit.passage, cell.hit.passage.span.start
    key = cell.hit.key_sentence or passage.span
    text = marked(passage.text[key.start - base : key.end - base], key.start, cell.value)
    place = {"id": cell.source.id, "start": str(base), "end": str(passage.span.end)}
    if cell.value and not cell.value.meets(key):
        cue = marked(passage.text[cell.value.start - base : cell.value.end - base], cell.value.start, cell.value)
        text += f'<br><span class="sw-lead">also:</span> {cue}'
    group = f"{_letter(letter)} " if letter else ""
    about = ", ".join(map(escape, [*layout.where_in(passage), cell.hit.confidence.value]))
    return f'<td>{group}{text}<p class="sw-lead">{link("source", place, "Open")} · {about}</p></td>'


# the map ---------------------------------------------------------------------------------------------------------


def map_html(found: TopicMap, chosen: tuple[int, int] | None) -> str:
    """A topic a row, a source a column; the more passages, the stronger the colour of the cell, which opens them."""
    head = "".join(f"<th scope=col><span>{escape(_short(layout.title(one)))}</span></th>" for one in found.sources)
    most = max(len(cell) for topic in found.topics for cell in topic.passages)
    rows = "".join(_topic(found, number, most, chosen) for number in range(len(found.topics)))
    return _wide("sw-map", f"<th>Topic</th>{head}", rows)


def _topic(found: TopicMap, number: int, most: int, chosen: tuple[int, int] | None) -> str:
    topic = found.topics[number]
    terms = f"<small>{escape(', '.join(topic.terms[1:]))}</small>" if len(topic.terms) > 1 else ""
    only = "<small><em>one source alone</em></small>" if topic.only is not None else ""
    cells = "".join(_heat(found, (number, place), most, chosen) for place in range(len(found.sources)))
    return f"<tr><th scope=row>{escape(topic.label)} {terms} {only}</th>{cells}</tr>"


def _heat(found: TopicMap, at: tuple[int, int], most: int, chosen: tuple[int, int] | None) -> str:
    topic, count = found.topics[at[0]], len(found.topics[at[0]].passages[at[1]])
    if not count:
        return "<td></td>"
    here = ' class="sw-chosen"' if chosen == at else ""
    name = f"{topic.label} · {layout.title(found.sources[at[1]])}"
    title = escape(f"{name}: {layout.counted(count, 'passage')}, {found.share(*at):.0%} of it")
    params = {"view": "map", "topic": str(at[0]), "column": str(at[1])}
    inner = link("compare", params, f'<span title="{title}">{count}</span>')
    return f'<td{here} style="--sw-heat:{round(6 + 54 * (count / most) ** 0.7)}%">{inner}</td>'


def _short(title: str) -> str:
    return title if len(title) <= 40 else f"{title[:39].rstrip()}…"


def passages_html(source: Source, spans: Sequence[Span], text: str) -> str:
    """The passages behind a cell of the map."""
    shown = []
    for span in spans:
        place = {"id": source.id, "start": str(span.start), "end": str(span.end)}
        quote = f'<blockquote class="sw-quote">{marked(text[slice(*span)], span.start)}</blockquote>'
        shown.append(f'<article class="sw-pair">{quote}{link("source", place, "Open in its place")}</article>')
    return f'<h2 class="sw-head" id="sw-cell" tabindex="-1">{escape(layout.title(source))}</h2>{"".join(shown)}'
