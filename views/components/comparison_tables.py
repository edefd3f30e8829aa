"""Tables of many sources as HTML: answers to questions, and the map of topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from index import Source, Span
from index.compare import AnswerCell, AnswerRow, AnswerTable, Dispute, Topic, TopicMap
from views.components import layout
from views.components.marking import marked

_DISPUTES = 5  # disagreements listed for a question


def table_html(answers: AnswerTable) -> str:
    """A row for each source and a column for each question. Where not all sources agree, those that do share a letter.
    Notes on the sources that are not in the table follow."""
    columns = [(row, row.letters) for row in answers.rows]
    head = "".join(_question(row, answers) for row in answers.rows)
    body = ""
    for number, source in enumerate(answers.sources):
        cells = "".join(_cell(row.cells[number], names.get(number, "")) for row, names in columns)
        body += f"<tr>{_source(source)}{cells}</tr>"
    table = _wide("sw-table", f"<th scope=col>Source</th>{head}", body) if body else ""
    return table + "".join(f'<p class="sw-lead">{escape(note)}</p>' for note in answers.others)


def _wide(kind: str, head: str, body: str) -> str:
    table = f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="sw-wide" tabindex="0" role="region" aria-label="Table">{table}</div>'


def _question(row: AnswerRow, answers: AnswerTable) -> str:
    notes = "".join(
        f"<li>{_dispute(dispute, answers.sources, row.letters)}</li>" for dispute in row.disputes[:_DISPUTES]
    )
    more = f"<li>and {len(row.disputes) - _DISPUTES} more</li>" if len(row.disputes) > _DISPUTES else ""
    differ = f'<p class="sw-lead">They differ:</p><ul class="sw-notes">{notes}{more}</ul>' if notes else ""
    return f'<th scope=col>{escape(row.question)}<p class="sw-lead">{row.count(answers.asked)}</p>{differ}</th>'


def _dispute(dispute: Dispute, sources: Sequence[Source], letters: Mapping[int, str]) -> str:
    names = (escape(layout.title(sources[position])) for position in (dispute.left, dispute.right))
    groups = (
        f"{_letter(letters[position])} " if position in letters else "" for position in (dispute.left, dispute.right)
    )
    left, right = (f"{group}{name}" for group, name in zip(groups, names, strict=True))
    return f"<strong>{escape(dispute.difference.note)}</strong> · {left} / {right}"


def _letter(letter: str) -> str:
    return f'<span class="sw-letter" title="Those with one letter agree">{letter}</span>'


def _source(source: Source) -> str:
    about = ", ".join(map(escape, layout.byline(source)))
    return f'<th scope=row>{layout.source_link(source)}<p class="sw-lead">{about}</p></th>'


def _cell(cell: AnswerCell, letter: str) -> str:
    if cell.hit is None:
        return '<td class="sw-empty">no answer found in it</td>'
    passage, base = cell.hit.passage, cell.hit.passage.span.start
    key = cell.sentence or passage.span
    text = marked(passage.text[key.start - base : key.end - base], key.start, cell.value)
    context = {"id": cell.source.id, "start": str(base), "end": str(passage.span.end)}
    group = f"{_letter(letter)} " if letter else ""
    where = ", ".join(map(escape, layout.where_in(passage)))
    pin = layout.pin_button(cell.source.id, key)
    about = " · ".join(filter(None, (layout.link("source", context, "Open"), pin, where, cell.hit.confidence.value)))
    return f'<td>{group}{text}<p class="sw-lead">{about}</p></td>'


# the map ---------------------------------------------------------------------------------------------------------


Chosen = tuple[int | None, int | None]
"""The topic and the source that were chosen."""


def map_html(topic_map: TopicMap, chosen: Chosen, columns: Sequence[str] = ()) -> str:
    """A row for each topic, a column for each source. The colour of a cell grows with its passages, which it opens.
    ``columns``: the ids of the sources that the person chose, for the links."""
    head = "".join(
        f"<th scope=col><span>{escape(_short(layout.title(source)))}</span></th>" for source in topic_map.sources
    )
    maximum = max(int(topic.counts.max()) for topic in topic_map.topics)
    rows = ""
    for number, topic in enumerate(topic_map.topics):
        cells = (
            _heat(topic_map, (number, column), maximum, chosen, columns) for column in range(len(topic_map.sources))
        )
        rows += f"<tr><th scope=row>{escape(topic.label)} {_about(topic)}</th>{''.join(cells)}</tr>"
    return _wide("sw-map", f"<th>Topic</th>{head}", rows)


def _about(topic: Topic) -> str:
    terms = f"<small>{escape(', '.join(topic.terms[1:]))}</small>" if len(topic.terms) > 1 else ""
    return f"{terms} <small><em>one source alone</em></small>" if topic.only is not None else terms


def _address(topic: int, column: int | None, columns: Sequence[str]) -> dict[str, str | list[str]]:
    place = {} if column is None else {"column": str(column)}
    return {"view": "map", "topic": str(topic), **place, **({"source": list(columns)} if columns else {})}


def _heat(topic_map: TopicMap, cell: tuple[int, int], maximum: int, chosen: Chosen, columns: Sequence[str]) -> str:
    topic, count = topic_map.topics[cell[0]], int(topic_map.topics[cell[0]].counts[cell[1]])
    if not count:
        return "<td></td>"
    here = ' class="sw-chosen"' if chosen == cell else ""
    name = f"{topic.label} · {layout.title(topic_map.sources[cell[1]])}"
    title = escape(f"{name}: {layout.counted(count, 'passage')}, {topic_map.share(*cell):.0%} of it")
    inner = layout.link("compare", _address(*cell, columns), f'<span title="{title}">{count}</span>')
    return f'<td{here} style="{_colour(count, maximum)}">{inner}</td>'


def _colour(count: int, maximum: int) -> str:
    return f"--sw-heat:{round(6 + 54 * (count / maximum) ** 0.7)}%"


def topics_html(topic_map: TopicMap, chosen: int | None, columns: Sequence[str] = ()) -> str:
    """A row for each topic: how many sources and passages are on it, which it opens."""
    sizes = [(int((topic.counts > 0).sum()), int(topic.counts.sum())) for topic in topic_map.topics]
    maximum = max(count for count, _ in sizes)
    rows = ""
    for number, (topic, (sources, passages)) in enumerate(zip(topic_map.topics, sizes, strict=True)):
        name = layout.link("compare", _address(number, None, columns), escape(topic.label))
        here = ' class="sw-chosen"' if number == chosen else ""
        rows += (
            f"<tr><th scope=row{here}>{name} {_about(topic)}</th>"
            f'<td class="sw-count" style="{_colour(sources, maximum)}">{sources:,}</td><td>{passages:,}</td></tr>'
        )
    return _wide("sw-map sw-topics", "<th>Topic</th><th scope=col>Sources</th><th scope=col>Passages</th>", rows)


def covering_html(topic_map: TopicMap, topic: int, column: int | None, most: int, columns: Sequence[str] = ()) -> str:
    """The sources that speak most of a topic, with how many of their passages do."""
    items = ""
    for number in topic_map.topics[topic].covering[:most]:
        source, count = topic_map.sources[number], int(topic_map.topics[topic].counts[number])
        name = layout.link("compare", _address(topic, number, columns), escape(layout.title(source)))
        about = [*map(escape, layout.byline(source)), f"{layout.counted(count, 'passage')}"]
        share = f"{topic_map.share(topic, number):.0%} of it"
        here = ' class="sw-chosen"' if number == column else ""
        items += f'<li{here}>{name} <span class="sw-lead">{" · ".join([*about, share])}</span></li>'
    anchor = ' id="sw-cell" tabindex="-1"' if column is None else ""
    return f'<h2 class="sw-head"{anchor}>{escape(topic_map.topics[topic].label)}</h2><ul class="sw-events">{items}</ul>'


def _short(title: str) -> str:
    return title if len(title) <= 40 else f"{title[:39].rstrip()}…"


def passages_html(source: Source, spans: Sequence[Span], text: str) -> str:
    """The passages of a cell of the map."""
    shown = []
    for span in spans:
        context = {"id": source.id, "start": str(span.start), "end": str(span.end)}
        quote = f'<blockquote class="sw-quote">{marked(text[slice(*span)], span.start)}</blockquote>'
        opened = layout.link("source", context, "Open in its place")
        pin = layout.pin_button(source.id, span)
        shown.append(f'<article class="sw-pair">{quote}<p class="sw-buttons">{opened} {pin}</p></article>')
    return f'<h2 class="sw-head" id="sw-cell" tabindex="-1">{layout.source_link(source)}</h2>{"".join(shown)}'
