"""What a generation on a PostgreSQL server is asked of its words: BM25, phrases, spellings. Postings lie in a plain
table that is read by its index alone; the scores are computed here, as for a library from which passages were
removed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.disk import Address
from index.snapshot import removed_words
from index.snapshot.bm25 import PHRASE_FIELDS, Terms
from index.storage.server import Connection, numbers
from index.text.analysis import forms, phrase_readings, plain_words, stems, word_forms
from index.text.letters import letters_apart
from index.types import Numbers, Rows

_ALL = 1 << 30  # more passages than there are
_MARGIN = 100  # passages that are proposed beyond those wanted (a guess)

LIVE = "{0}.document <= %(newest)s AND {0}.document <> ALL(%(retired)s)"
"""The condition that a row of a table, whose name is to be put in, belongs to the generation."""


def shown(words: Sequence[Sequence[str]]) -> str:
    """The words of each reading of a text in one column, each between two spaces."""
    return "\n".join(f" {' '.join(reading)} " for reading in words)


class PinnedReader:
    """Statements in one generation, over a connection for each thread."""

    def __init__(self, address: Address, newest: int, retired: Sequence[int]) -> None:
        self._address, self._about = address, {"newest": newest, "retired": list(retired)}
        self._threads = threading.local()

    def rows(self, statement: str, **values: Any) -> list[Any]:
        rows: list[Any] = self._connection.run(statement, {**self._about, **values}).fetchall()
        return rows

    def near(self, statement: str, explored: int, **values: Any) -> list[Any]:
        """The rows of a search by vectors; ``explored``: how many the index looks at, 0 to compare all."""
        walk = (f"hnsw.ef_search = {explored}", "hnsw.iterative_scan = strict_order")
        settings = walk if explored else ("enable_indexscan = off",)
        return self._connection.read_under(settings, statement, {**self._about, **values})

    @property
    def _connection(self) -> Connection:
        if not hasattr(self._threads, "db"):
            self._threads.db = Connection(self._address)
        db: Connection = self._threads.db
        return db


class ServerWords:
    """The words of a generation: see ``bm25.BM25Index``."""

    def __init__(self, reader: PinnedReader, passages: int, words: int) -> None:
        self._reader, self._passages, self._mean = reader, passages, words / max(passages, 1)
        self._frequencies: dict[str, int] = {}

    def top(
        self, terms: Terms, k: int, documents: Sequence[int] | None = None, without: Sequence[int] = ()
    ) -> list[tuple[int, float]]:
        if documents is not None and not len(documents):
            return []
        counts = Counter(forms(terms.text))
        if not counts:
            return self._top_as_written(terms, k, documents, without)
        condition, values = where(terms, PHRASE_FIELDS)
        phrases, scores = self._phrases(terms)
        matched = "".join(
            f" UNION ALL SELECT r.passage, {score!r} FROM ranked AS r WHERE {phrase} AND {LIVE.format('r')}"
            for phrase, score in zip(phrases, scores, strict=True)
        )
        weights = self.rarity(counts)
        rows = self._reader.rows(
            "SELECT b.passage FROM (SELECT p.passage, w.weight * p.times / (p.times + 0.3 + 0.9 * p.length / %(mean)s)"
            " AS score FROM unnest(%(terms)s::text[], %(weights)s::float8[]) AS w (term, weight)"
            f" JOIN postings AS p ON p.term = w.term AND {LIVE.format('p')}{matched}) AS b"
            " JOIN ranked AS r USING (passage)"
            " WHERE (%(documents)s::bigint[] IS NULL OR r.document = ANY(%(documents)s))"
            f" AND r.document <> ALL(%(without)s){condition}"
            " GROUP BY b.passage ORDER BY sum(b.score) DESC, b.passage LIMIT %(most)s",
            terms=list(counts),
            weights=[weights[form] * count for form, count in counts.items()],
            mean=max(self._mean, 1e-9),
            documents=None if documents is None else list(documents),
            without=list(without),
            most=k + _MARGIN,
            **values,
            **{name: value for part in self._phrase_values(terms) for name, value in part.items()},
        )
        return removed_words.best(self.scores(terms, [row[0] for row in rows]).items(), k)

    def _phrases(self, terms: Terms) -> tuple[list[str], list[float]]:
        """A condition for each equivalent phrase, and what it counts."""
        conditions = [
            _phrase(f"e{number}", other, ("exact",))[0] for number, (_, other) in enumerate(terms.equivalents)
        ]
        return conditions, [float(self._once(written)) for written, _ in terms.equivalents]

    @staticmethod
    def _phrase_values(terms: Terms) -> list[dict[str, str]]:
        return [_phrase(f"e{number}", other, ("exact",))[1] for number, (_, other) in enumerate(terms.equivalents)]

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
        rows = self._reader.rows(
            f"SELECT r.passage, r.document, r.exact FROM ranked AS r WHERE {LIVE.format('r')}"
            f" AND string_to_array(r.exact, ' ') && %(words)s::text[]{condition}",
            words=list(counts),
            **values,
        )
        split = {row[0]: row["exact"].split() for row in rows}
        totals = self._reader.rows(
            "SELECT sum(cardinality(regexp_split_to_array(btrim(r.exact, E' \\n'), '[ \\n]+'))) AS words"
            f" FROM ranked AS r WHERE {LIVE.format('r')}"
        )
        mean, scores = float(totals[0]["words"] or 0) / max(self._passages, 1), np.zeros(len(split))
        lengths = removed_words.rounded(np.array([len(words) for words in split.values()], np.int64))
        for word, count in counts.items():
            having = self._reader.rows(
                f"SELECT count(*) AS n FROM ranked AS r WHERE {LIVE.format('r')}"
                " AND string_to_array(r.exact, ' ') @> ARRAY[%(word)s::text]",
                word=word,
            )[0]["n"]
            times = np.array([words.count(word) for words in split.values()])
            rarity = removed_words.rarity(self._passages, having)
            scores += count * rarity * removed_words.saturated(times, lengths, mean)
        allowed = {
            row[0]
            for row in rows
            if (documents is None or row["document"] in set(documents)) and row["document"] not in set(without)
        }
        pairs = zip(split, scores.tolist(), strict=True)
        return removed_words.best(((number, score) for number, score in pairs if number in allowed), k)

    def scores(self, terms: Terms, passages: Sequence[int]) -> dict[int, float]:
        words, asked = Counter(forms(terms.text)), [int(number) for number in passages]
        if not asked:
            return {}
        if not words:
            return {number: score for number, score in self.top(terms, _ALL) if number in set(asked)}
        table = self._occurrences(list(words), asked)
        scores = np.zeros(len(asked))
        for number, (written, _) in enumerate(terms.equivalents):
            words.subtract(forms(written))
            own = self._summed(Counter(forms(written)), table, len(asked))
            condition, values = _phrase(f"e{number}", terms.equivalents[number][1], ("exact",))
            rows = self._reader.rows(
                f"SELECT r.passage FROM ranked AS r WHERE r.passage = ANY(%(passages)s) AND {condition}",
                passages=asked,
                **values,
            )
            scores += np.maximum(own, self._once(written) * np.isin(asked, numbers(rows)))
        scores += self._summed(+words, table, len(asked))
        return {number: score for number, score in zip(asked, scores.tolist(), strict=True) if score > 0}

    def _occurrences(self, terms: Sequence[str], passages: Sequence[int]) -> dict[str, tuple[Rows, Rows, Rows]]:
        """For each term the positions of the passages that have it, how often, and their lengths."""
        rows = self._reader.rows(
            "SELECT p.term, p.passage, p.times, p.length FROM postings AS p"
            f" WHERE p.term = ANY(%(terms)s) AND p.passage = ANY(%(passages)s) AND {LIVE.format('p')}",
            terms=list(terms),
            passages=list(passages),
        )
        place = {number: position for position, number in enumerate(passages)}
        grouped: dict[str, list[tuple[int, int, int]]] = {}
        for row in rows:
            grouped.setdefault(row["term"], []).append((place[row["passage"]], row["times"], row["length"]))
        columns = {term: np.array(values, np.int64).T for term, values in grouped.items()}
        return {term: (values[0], values[1], values[2]) for term, values in columns.items()}

    def _summed(
        self, words: Mapping[str, int], table: Mapping[str, tuple[Rows, Rows, Rows]], size: int
    ) -> NDArray[np.float64]:
        scores, rarity = np.zeros(size), self.rarity(words)
        for word, count in words.items():
            if word in table:
                positions, times, lengths = table[word]
                scores[positions] += count * rarity[word] * removed_words.saturated(times, lengths, self._mean)
        return scores

    def admitted(self, terms: Terms, fields: Sequence[str] = PHRASE_FIELDS) -> Numbers:
        condition, values = where(terms, fields)
        return numbers(
            self._reader.rows(
                f"SELECT r.passage FROM ranked AS r WHERE {LIVE.format('r')}{condition} ORDER BY r.passage", **values
            )
        )

    def weights(self, text: str) -> tuple[dict[str, float], float]:
        weights = self.rarity(stems(text))
        absent = sum(weight for form, weight in weights.items() if not self._frequencies[form])
        return weights, absent / max(sum(weights.values()), 1e-9)

    def rarity(self, forms: Iterable[str]) -> dict[str, float]:
        known = self._known(list(forms))
        return {form: removed_words.rarity(self._passages, known[form]) for form in known}

    def _known(self, asked: Sequence[str]) -> dict[str, int]:
        """How many passages have each form; asked of the server once."""
        new = [form for form in dict.fromkeys(asked) if form not in self._frequencies]
        if new:
            rows = self._reader.rows(
                "SELECT p.term, count(*) AS n FROM postings AS p"
                f" WHERE p.term = ANY(%(terms)s) AND {LIVE.format('p')} GROUP BY p.term",
                terms=new,
            )
            self._frequencies |= {**dict.fromkeys(new, 0), **{row["term"]: row["n"] for row in rows}}
        return {form: self._frequencies[form] for form in dict.fromkeys(asked)}

    def document_frequency(self, word: str) -> int | None:
        return min(self._known(list(word_forms(word))).values(), default=None)

    def is_absent(self, word: str) -> bool:
        known = self._known(list(word_forms(word)))
        return bool(known) and not any(known.values())

    def spelt_like(self, word: str, distance: int, most: int = 30) -> list[int]:
        rows = self._reader.rows(
            "SELECT v.word FROM vocabulary AS v WHERE length(v.word) BETWEEN %(low)s AND %(high)s",
            low=len(word) - distance,
            high=len(word) + distance,
        )
        return self._with_any([row[0] for row in rows if letters_apart(word, row[0]) <= distance], most)

    def passages_with(self, word: str, most: int = 10) -> list[int]:
        return self._with_any([word], most)

    def _with_any(self, words: Sequence[str], most: int) -> list[int]:
        rows = self._reader.rows(
            f"SELECT r.passage FROM ranked AS r WHERE {LIVE.format('r')}"
            " AND string_to_array(r.exact, ' ') && %(words)s::text[] ORDER BY r.passage LIMIT %(most)s",
            words=list(words),
            most=most,
        )
        return [row[0] for row in rows]


def where(terms: Terms, fields: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The conditions of ``terms`` on the passages ``r``, to be added to others, and their values."""
    asked = [(phrase, fields, "") for phrase in terms.phrases]
    asked += [(phrase, ("exact",), "NOT ") for phrase in terms.excluded]
    text, values = "", dict[str, Any]()
    for number, (phrase, columns, sign) in enumerate(asked):
        condition, own = _phrase(f"c{number}", phrase, columns)
        text, values = f"{text} AND {sign}{condition}", values | own
    return text, values


def _phrase(name: str, phrase: str, columns: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The condition that any reading of a phrase stands in one of the columns, and its values, called ``name``…"""
    values = {f"{name}_{i}": f" {' '.join(words)} " for i, words in enumerate(phrase_readings(phrase))}
    places = [f"strpos(r.{column}, %({key})s) > 0" for column in columns for key in values]
    return f"({' OR '.join(places) or 'false'})", values
