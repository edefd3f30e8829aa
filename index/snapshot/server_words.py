"""What a generation on a PostgreSQL server is asked of its words: BM25, phrases, spellings. Postings lie in a plain
table that is read by its index alone; the scores are computed here, as for a library from which passages were
removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.snapshot import removed_words
from index.snapshot.bm25 import MOST_WITH, PHRASE_FIELDS, Terms
from index.snapshot.server_reader import LIVE, PinnedReader, Recent
from index.storage.server_connection import numbers
from index.storage.server_shards import Read
from index.text.analysis import forms, phrase_readings, plain_words, stems, word_forms
from index.text.letters import letters_apart
from index.types import Numbers

LENGTHS = removed_words.LENGTHS[removed_words.LENGTHS < 1 << 31].tolist()
_ALL = 1 << 30  # more passages than there are
_MARGIN = 100  # passages that are proposed beyond those wanted (a guess)
_KEPT_FORMS = 50_000  # words whose frequency stays in memory (a guess)

# as BM25 has it, but for a factor; numbers that are no float8 take ten times as long
_SATURATED = "{0}.times / ({0}.times + 0.3::float8 + 0.9::float8 * {0}.length / %(mean)s::float8)"

# the words of a query, by their places in it, with the passages "s" that have them
_OCCURRENCES = (
    "SELECT w.place, p.passage, p.times, p.length FROM {source} AS s"
    " CROSS JOIN unnest(%(terms)s::text[]) WITH ORDINALITY AS w (term, place)"
    " JOIN postings AS p ON p.term = w.term AND p.passage = s.passage"
)


def shown(words: Sequence[Sequence[str]]) -> str:
    """The words of each reading of a text in one column, each between two spaces."""
    return "\n".join(f" {' '.join(reading)} " for reading in words)


class ServerWords:
    """The words of a generation: see ``bm25.BM25Index``."""

    def __init__(self, reader: PinnedReader, passages: int, stems: int, words: int) -> None:
        """``stems`` and ``words``: of all passages, as they are ranked and as they stand."""
        self._reader, self._passages = reader, passages
        self._mean, self._plain_mean = stems / max(passages, 1), words / max(passages, 1)
        self._frequencies: Recent[str, int] = Recent(_KEPT_FORMS)

    def top(
        self, terms: Terms, k: int, documents: Sequence[int] | None = None, without: Sequence[int] = ()
    ) -> list[tuple[int, float]]:
        if documents is not None and not len(documents):
            return []
        counts = Counter(forms(terms.text))
        if not counts:
            return self._top_as_written(terms, k, documents, without)
        weights = self.rarity(counts)
        condition, values = where(terms, PHRASE_FIELDS)
        admits = "" if documents is None else " AND {0}.document = ANY(%(documents)s)"
        admits += " AND {0}.document <> ALL(%(without)s)" if len(without) else ""
        matched = "".join(
            f" UNION ALL SELECT r.passage, {self._once(written)!r} FROM ranked AS r"
            f" WHERE {phrase} AND {LIVE.format('r')}{admits.format('r')}"
            for (written, _), (phrase, _) in zip(terms.equivalents, _phrases(terms), strict=True)
        )
        best = (
            f"SELECT b.passage FROM (SELECT p.passage, w.weight * {_SATURATED.format('p')} AS score"
            " FROM unnest(%(terms)s::text[], %(weights)s::float8[]) AS w (term, weight)"
            f" JOIN postings AS p ON p.term = w.term AND {LIVE.format('p')}{admits.format('p')}{matched}) AS b"
            f"{condition and f' JOIN ranked AS r USING (passage) WHERE true{condition}'}"
            " GROUP BY b.passage ORDER BY sum(b.score) DESC, b.passage LIMIT %(most)s"
        )
        scores = self._occurrences(
            terms,
            "best",
            weights=[weights[form] * count for form, count in counts.items()],
            mean=max(self._mean, 1e-9),
            documents=None if documents is None else list(documents),
            without=list(without),
            most=k + _MARGIN,
            **values,
        )
        read = Read(f"WITH best AS MATERIALIZED ({best}) {scores.statement}", scores.result, scores.values)
        return removed_words.best(self._reader.get(read).items(), k)

    def _once(self, written: str) -> float:
        return sum(self.rarity(forms(written)).values())

    def _top_as_written(
        self, terms: Terms, k: int, documents: Sequence[int] | None, without: Sequence[int]
    ) -> list[tuple[int, float]]:
        """``top`` for stop words alone, which are matched unstemmed."""
        counts = Counter(plain_words(terms.text))
        if not counts:
            return []
        condition, values = where(terms, PHRASE_FIELDS)
        with_any = Read(
            f"SELECT r.passage, r.document, r.exact FROM ranked AS r WHERE {LIVE.format('r')}"
            f" AND string_to_array(r.exact, ' ') && %(words)s::text[]{condition}",
            list,
            {"words": list(counts), **values},
        )
        having = [
            Read(
                f"SELECT count(*) FROM ranked AS r WHERE {LIVE.format('r')}"
                " AND string_to_array(r.exact, ' ') @> ARRAY[%(word)s::text]",
                _sum,
                {"word": word},
            )
            for word in counts
        ]
        rows, *frequencies = self._reader.together([with_any, *having])
        split = {row["passage"]: row["exact"].split() for row in rows}
        scores = np.zeros(len(split))
        lengths = removed_words.rounded(np.array([len(words) for words in split.values()], np.int64))
        for (word, count), frequency in zip(counts.items(), frequencies, strict=True):
            times = np.array([words.count(word) for words in split.values()])
            rarity = removed_words.rarity(self._passages, frequency)
            scores += count * rarity * removed_words.saturated(times, lengths, self._plain_mean)
        wanted, left_out = None if documents is None else set(documents), set(without)
        allowed = {
            row["passage"]
            for row in rows
            if (wanted is None or row["document"] in wanted) and row["document"] not in left_out
        }
        pairs = zip(split, scores.tolist(), strict=True)
        return removed_words.best(((number, score) for number, score in pairs if number in allowed), k)

    # scores of passages ---------------------------------------------------------------------------------------

    def scores(self, terms: Terms, passages: Sequence[int]) -> dict[int, float]:
        if not len(passages):
            return {}
        if not forms(terms.text):
            asked = set(map(int, passages))
            return {number: score for number, score in self.top(terms, _ALL) if number in asked}
        return self._reader.get(self.scores_read(terms, passages))

    def scores_read(self, terms: Terms, passages: Sequence[int]) -> Read[dict[int, float]]:
        """What gives the BM25 of those of the passages in which a word of ``terms`` stands, of which one is no stop
        word."""
        source = "(SELECT unnest(%(passages)s::bigint[]) AS passage)"
        return self._occurrences(terms, source, "passages", passages=list(map(int, passages)))

    def _occurrences(self, terms: Terms, source: str, owned: str = "", **values: Any) -> Read[dict[int, float]]:
        """``source``: a table of passages, with its ``values``; ``owned``: see ``Read``."""
        counts = Counter(forms(terms.text))
        self._known(counts)
        phrases, statement = _phrases(terms), _OCCURRENCES.format(source=source)
        for number, (phrase, own) in enumerate(phrases, 1):
            statement += (
                f" UNION ALL SELECT -{number}::bigint, r.passage, 0, 0 FROM {source} AS s JOIN ranked AS r"
                f" ON r.passage = s.passage WHERE {phrase}"
            )
            values |= own

        def counted(rows: Sequence[Any]) -> dict[int, float]:
            places = {row[0] for row in rows}
            columns = {place: [np.array(row[1:], np.int64) for row in rows if row[0] == place] for place in places}
            return self._counted(terms, counts, {place: np.concatenate(parts, 1) for place, parts in columns.items()})

        together = (
            "SELECT o.place::int, array_agg(o.passage), array_agg(o.times), array_agg(o.length)"
            f" FROM ({statement}) AS o GROUP BY o.place"
        )
        return Read(together, counted, {"terms": list(counts), **values}, owned)

    def _counted(self, terms: Terms, counts: Counter[str], table: Mapping[int, NDArray[np.int64]]) -> dict[int, float]:
        """``table``: for the place of each word, from 1, three rows: the passages that have it, how often, and their
        lengths; for -1, -2 … the passages that have an equivalent phrase."""
        places = {form: number for number, form in enumerate(counts, 1)}
        passages = np.unique(np.concatenate([np.empty(0, np.int64), *(columns[0] for columns in table.values())]))
        rarity, words = self.rarity(counts), Counter(counts)

        def summed(asked: Mapping[str, int]) -> NDArray[np.float64]:
            scores = np.zeros(len(passages))
            for form, count in asked.items():
                if places[form] in table:
                    having, times, lengths = table[places[form]]
                    gained = removed_words.saturated(times, lengths, self._mean)
                    scores[np.searchsorted(passages, having)] += count * rarity[form] * gained
            return scores

        scores = np.zeros(len(passages))
        for number, (written, _) in enumerate(terms.equivalents, 1):
            words.subtract(forms(written))
            matched = np.isin(passages, table[-number][0]) if -number in table else np.zeros(len(passages))
            scores += np.maximum(summed(Counter(forms(written))), self._once(written) * matched)
        scores += summed(+words)
        return {number: score for number, score in zip(passages.tolist(), scores.tolist(), strict=True) if score > 0}

    # conditions -----------------------------------------------------------------------------------------------

    def admitted(self, terms: Terms, fields: Sequence[str] = PHRASE_FIELDS) -> Numbers:
        condition, values = where(terms, fields)
        statement = f"SELECT r.passage FROM ranked AS r WHERE {LIVE.format('r')}{condition}"
        return self._reader.get(Read(statement, lambda rows: np.sort(numbers(rows)), values))

    # how frequent words are -----------------------------------------------------------------------------------

    def weights(self, text: str) -> tuple[dict[str, float], float]:
        known = self._known(stems(text))
        weights = {form: removed_words.rarity(self._passages, known[form]) for form in known}
        absent = sum(weight for form, weight in weights.items() if not known[form])
        return weights, absent / max(sum(weights.values()), 1e-9)

    def rarity(self, forms: Iterable[str]) -> dict[str, float]:
        known = self._known(forms)
        return {form: removed_words.rarity(self._passages, known[form]) for form in known}

    def _known(self, asked: Iterable[str]) -> dict[str, int]:
        """How many passages have each form; asked of the server once."""
        asked = list(dict.fromkeys(asked))
        known = self._frequencies.held(asked)
        new = [form for form in asked if form not in known]
        if new:
            counted = Read(
                "SELECT p.term, count(*) FROM postings AS p"
                f" WHERE p.term = ANY(%(terms)s) AND {LIVE.format('p')} GROUP BY p.term",
                list,
                {"terms": new},
            )
            found = dict.fromkeys(new, 0)
            for form, count in self._reader.get(counted):
                found[form] += count
            self._frequencies.add(found)
            known |= found
        return {form: known[form] for form in asked}

    def document_frequency(self, word: str) -> int | None:
        return min(self._known(word_forms(word)).values(), default=None)

    def missing(self, words: Sequence[str], documents: Sequence[int] | None = None) -> list[str]:
        asked = {word: word_forms(word) for word in words}
        every = list(dict.fromkeys(form for known in asked.values() for form in known))
        if documents is None:
            present = {form for form, frequency in self._known(every).items() if frequency}
        else:
            held = Read(
                "SELECT DISTINCT p.term FROM postings AS p WHERE p.term = ANY(%(terms)s)"
                f" AND p.document = ANY(%(documents)s) AND {LIVE.format('p')}",
                lambda rows: {row[0] for row in rows},
                {"terms": every, "documents": list(documents)},
            )
            present = self._reader.get(held)
        return [word for word, known in asked.items() if known and present.isdisjoint(known)]

    # words as they stand --------------------------------------------------------------------------------------

    def spelt_like(self, word: str, distance: int, most: int = 30) -> list[int]:
        near = Read(
            "SELECT v.word FROM vocabulary AS v WHERE length(v.word) BETWEEN %(low)s AND %(high)s",
            lambda rows: [known for known in {row[0] for row in rows} if letters_apart(word, known) <= distance],
            {"low": len(word) - distance, "high": len(word) + distance},
        )
        with_any = (
            f"SELECT r.passage FROM ranked AS r WHERE {LIVE.format('r')}"
            " AND string_to_array(r.exact, ' ') && %(words)s::text[] ORDER BY r.passage LIMIT %(most)s"
        )
        words = self._reader.get(near)
        passages = Read(with_any, lambda rows: sorted(numbers(rows).tolist())[:most], {"words": words, "most": most})
        return self._reader.get(passages) if words else []

    def passages_with(self, words: Sequence[str], most: int = 10) -> Iterator[list[int]]:
        with_any = f"string_to_array(r.exact, ' ') && ARRAY[v.word] AND {LIVE.format('r')}"
        having = (
            "SELECT r.passage, cardinality(array_positions(string_to_array(r.exact, ' '), v.word)) AS times,"
            " (%(lengths)s::bigint[])[width_bucket(r.words, %(lengths)s::bigint[])] AS length FROM ranked AS r"
            f" WHERE c.n <= %(limit)s AND {with_any}"
        )
        read = Read(
            "SELECT v.word, c.n, b.best FROM vocabulary AS v CROSS JOIN LATERAL"
            f" (SELECT count(*) AS n FROM (SELECT FROM ranked AS r WHERE {with_any} LIMIT %(limit)s + 1) AS s) AS c"
            " CROSS JOIN LATERAL (SELECT array_agg(ARRAY[h.gained, h.passage]) AS best FROM"
            f" (SELECT h.passage, {_SATURATED.format('h')} AS gained FROM ({having}) AS h"
            " ORDER BY gained DESC, h.passage LIMIT %(most)s) AS h) AS b"
            " WHERE v.word = ANY(%(words)s)",
            list,
            {
                **{"words": list(words), "most": most, "limit": MOST_WITH},
                **{"lengths": LENGTHS, "mean": max(self._plain_mean, 1e-9)},
            },
        )
        counts, best = Counter[str](), dict[str, list[tuple[float, int]]]()
        for word, count, pairs in self._reader.get(read) if words else []:  # of each database
            counts[word] += count
            best.setdefault(word, []).extend((-gained, int(passage)) for gained, passage in pairs or [])
        for word in words:
            yield [passage for _, passage in sorted(best.get(word, []))[:most]] if counts[word] <= MOST_WITH else []


def _sum(rows: Sequence[Any]) -> int:
    return sum(row[0] for row in rows)


def where(terms: Terms, fields: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The conditions of ``terms`` on the passages ``r``, to be added to others, and their values."""
    asked = [(phrase, fields, "") for phrase in terms.phrases]
    asked += [(phrase, ("exact",), "NOT ") for phrase in terms.excluded]
    text, values = "", dict[str, Any]()
    for number, (phrase, columns, sign) in enumerate(asked):
        condition, own = _phrase(f"c{number}", phrase, columns)
        text, values = f"{text} AND {sign}{condition}", values | own
    return text, values


def _phrases(terms: Terms) -> list[tuple[str, dict[str, str]]]:
    """A condition for the phrase of each equivalent, with its values."""
    return [_phrase(f"e{number}", other, ("exact",)) for number, (_, other) in enumerate(terms.equivalents)]


def _phrase(name: str, phrase: str, columns: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The condition that any reading of a phrase stands in one of the columns, and its values, called ``name``…"""
    values = {f"{name}_{i}": f" {' '.join(words)} " for i, words in enumerate(phrase_readings(phrase))}
    places = [f"strpos(r.{column}, %({key})s) > 0" for column in columns for key in values]
    return f"({' OR '.join(places) or 'false'})", values
