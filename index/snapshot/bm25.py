"""The word index: BM25 over the words of passages, and conditions such as phrases. tantivy stores the postings."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from index.errors import LibraryError
from index.snapshot import removed_words
from index.text.analysis import (
    forms,
    phrase_readings,
    plain,
    plain_words,
    ranked_text,
    readings,
    stemmer,
    stems,
    word_forms,
)

_HEAP = 64_000_000  # bytes that the writer may hold in memory before it writes a segment (a guess)
_REMOVALS = 100  # times that a temporary folder is emptied before it is left, a pause between (2 s in all, a guess)
_PAUSE = 0.02  # seconds
_MARGIN = 100  # passages that are proposed beyond those wanted, as removed ones shift the order a little (a guess)
MOST_WITH = 1000
"""Passages with a word beyond which the best of them are not looked for (a guess): they say little of so frequent a
word, and a server reads them all."""
TEXT = ("exact",)
PHRASE_FIELDS = ("exact", "above")
"""Where a quoted phrase may stand: in the text, or in the title and headings above it."""


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as the word index stores it: its number and its document's, its reading copy (ranked), its verbatim
    text (for phrases), and the title and headings above it, in which phrases may stand too."""

    passage: int
    document: int
    copy: str
    text: str
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """A query to the word index: ``text`` ranks, every phrase must occur verbatim, no excluded word or phrase may.
    ``equivalents``: words of the text, each with a phrase that counts as much where it stands in their place."""

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    equivalents: tuple[tuple[str, str], ...] = ()

    @property
    def conditions(self) -> bool:
        return bool(self.phrases or self.excluded)


NO_TERMS = Terms("")


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """Turns what tantivy raises at damaged files into a LibraryError; its panics are of no ordinary class."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, OSError | ValueError | EOFError) and type(error).__name__ != "PanicException":
            raise
        raise LibraryError(
            f"The word index in {folder} cannot be read. Run: python -m index verify --repair"
        ) from error


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    builder.add_unsigned_field("document", indexed=True)
    builder.add_text_field("body", tokenizer_name="stems", index_option="freq")
    builder.add_text_field("exact", tokenizer_name="plain", index_option="position")
    builder.add_text_field("above", tokenizer_name="plain", index_option="position")
    return builder.build()


def _register(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer("stems", stemmer())
    index.register_tokenizer("plain", plain())
    return index


def write(folder: Path, add: Iterable[IndexedPassage], *, base: Path | None = None, remove: Sequence[int] = ()) -> None:
    """Write a word index to the new ``folder``: that of ``base`` without the documents ``remove``, plus ``add``. The
    files of ``base`` are hard-linked, as they never change. Raises OSError where the system refuses to write."""
    folder.mkdir(parents=True)
    if base is not None:
        _link(base, folder)
    try:
        _fill(folder, add, reuse=base is not None, remove=remove)
    except ValueError as error:  # tantivy's word for every refusal
        raise OSError(f"the word index: {error}") from error
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink(missing_ok=True)
    for path in folder.glob("*.json"):  # tantivy's lists, which it lets nobody else read
        shutil.copymode(folder / removed_words.REMOVED, path)


def _fill(folder: Path, add: Iterable[IndexedPassage], *, reuse: bool, remove: Sequence[int]) -> None:
    schema = _schema()
    index = _register(tantivy.Index(schema, path=str(folder), reuse=reuse))
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    if remove:
        writer.delete_documents_by_query(Query.term_set_query(schema, "document", list(remove)))
    added = []
    for entry in add:
        verbatim = readings(entry.text)
        exact = [" ".join(words) for words in verbatim]
        above = [" ".join(words) for text in entry.above for words in readings(text)]
        body = ranked_text(entry.copy, verbatim)
        added.append((entry.passage, entry.document, removed_words.hashes(stemmer().analyze(body))))
        document = tantivy.Document(body=body, exact=exact, above=above)
        document.add_unsigned("passage", entry.passage)
        document.add_unsigned("document", entry.document)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    removed_words.write(folder, added, remove)


def _link(base: Path, folder: Path) -> None:
    for path in base.iterdir():
        if path.suffix == ".lock":
            continue
        # tantivy rewrites its lists (.json), by renaming, which must not go through a link: copy these, link the rest
        if path.suffix == ".json":
            shutil.copy2(path, folder / path.name)
            continue
        try:
            os.link(path, folder / path.name)
        except OSError:  # a file system without hard links
            shutil.copy2(path, folder / path.name)


@contextmanager
def _with_room_for_a_lock(folder: Path) -> Iterator[Path]:
    """The folder; of a read-only library a temporary one with links to its files. tantivy makes a lock file when it
    opens an index. Raises LibraryError when there is no room for that anywhere."""
    if os.access(folder, os.W_OK) or not folder.is_dir():
        yield folder
        return
    try:
        links = _temporary_links(folder)
    except OSError as error:
        raise LibraryError(
            f"The library is read-only, and no temporary folder can be written ({error.strerror or error}). "
            "Free some room in one, or name another folder in the environment variable TMPDIR."
        ) from error
    try:
        yield links
    finally:
        _remove(links)


def _temporary_links(folder: Path) -> Path:
    links = Path(tempfile.mkdtemp(prefix="sourcewise-"))
    try:
        for path in folder.iterdir():
            if path.suffix != ".lock":  # left by a search when the library could be written
                _link_or_copy(path.resolve(), links / path.name)
    except OSError:
        _remove(links)
        raise
    return links


def _remove(folder: Path) -> None:
    """tantivy watches an index that it has opened: its thread may put a lock file into the folder while this is being
    emptied, which is then emptied again."""
    for _ in range(_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE)


def _link_or_copy(path: Path, name: Path) -> None:
    try:
        name.symlink_to(path)
    except (OSError, NotImplementedError):  # a system that does not let everybody make links
        shutil.copy2(path, name)


class BM25Index:
    """A snapshot of a word index. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Raises LibraryError when the folder holds no readable index."""
        self._folder = folder
        with _with_room_for_a_lock(folder) as writable, _readable(folder):
            index = _register(tantivy.Index.open(str(writable)))
            self._searcher = index.searcher()  # opens every file: none is opened by its name later
            self._live = removed_words.LivePassages(folder)
        self._schema = index.schema

    def top(
        self, terms: Terms, k: int, documents: Sequence[int] | None = None, without: Sequence[int] = ()
    ) -> list[tuple[int, float]]:
        """Numbers of the ``k`` best passages with their BM25 (positive), best first, ties by number. ``documents``:
        only of these (None: of all); ``without``: not of these."""
        ranked = self._ranked(terms)
        if ranked is None or (documents is not None and not len(documents)):
            return []
        clauses = [(Occur.Must, ranked), *self._conditions(terms)]
        if documents is not None:
            clauses.append((Occur.Must, self._silent(self._set("document", documents))))
        if len(without):
            clauses.append((Occur.MustNot, self._set("document", without)))
        if not self._is_counted(terms):
            return self._run(clauses, k)
        proposed = [number for number, _ in self._run(clauses, k + _MARGIN)]
        return removed_words.best(self._counted(terms, proposed).items(), k)

    def _is_counted(self, terms: Terms) -> bool:
        """Whether scores are counted without removed passages: not for a query of stop words alone."""
        return self._live.any_removed and bool(forms(terms.text))

    def _counted(self, terms: Terms, passages: Sequence[int]) -> dict[int, float]:
        """BM25 of those of the live passages that contain a word of the query, or what is equivalent."""
        numbers, words = np.array(passages, np.int64), Counter(forms(terms.text))
        scores = np.zeros(len(numbers))
        for written, other in terms.equivalents:
            words.subtract(forms(written))
            own = self._live_scores(numbers, Counter(forms(written)))
            scores += np.maximum(own, self._once(written) * np.isin(numbers, self._with_phrase(other)))
        scores += self._live_scores(numbers, +words)
        return {number: score for number, score in zip(passages, scores.tolist(), strict=True) if score > 0}

    def _live_scores(self, passages: NDArray[np.int64], words: Counter[str]) -> NDArray[np.float64]:
        frequencies = {word: self._frequency(word) for word in words}
        return self._live.scores(passages, words, frequencies)

    def _once(self, written: str) -> float:
        """The score of words that stand once in a passage of average length."""
        return sum(self.rarity(forms(written)).values())

    def _with_phrase(self, phrase: str) -> list[int]:
        """Numbers of the passages with a phrase in their text."""
        matches = self._run([(Occur.Must, self._phrase(phrase, *TEXT))], max(1, self._searcher.num_docs))
        return [number for number, _ in matches]

    def _frequency(self, form: str, field: str = "body") -> int:
        """How many passages that were not removed have a word in this form."""
        if not self._live.any_removed:
            return int(self._searcher.doc_freq(field, form))
        with _readable(self._folder):
            result: Any = self._searcher.search(self._term(field, form, 1), limit=1, count=True)
            return int(result.count)

    def scores(self, terms: Terms, passages: Sequence[int]) -> dict[int, float]:
        """BM25 of those of the passages (by number) that contain a word of the query."""
        ranked = self._ranked(terms)
        if ranked is None or not len(passages):
            return {}
        if self._is_counted(terms):
            return self._counted(terms, [int(number) for number in passages])
        # for a few hundred passages this takes a third of the time of a term set
        clauses = [(Occur.Should, Query.term_query(self._schema, "passage", int(number))) for number in passages]
        chosen = self._silent(Query.boolean_query(clauses))
        return dict(self._run([(Occur.Must, ranked), (Occur.Must, chosen)], len(passages)))

    def admitted(self, terms: Terms, fields: Sequence[str] = PHRASE_FIELDS) -> NDArray[np.int64]:
        """Numbers of the passages that meet the conditions of ``terms``, rising; its text is ignored. ``fields``: those
        in which a phrase may stand."""
        clauses = self._conditions(terms, fields)
        if not terms.phrases:
            clauses.append((Occur.Must, Query.all_query()))
        matches = self._run(clauses, max(1, self._searcher.num_docs))
        return np.sort(np.array([passage for passage, _ in matches], np.int64))

    def weights(self, text: str) -> tuple[dict[str, float], float]:
        """The inverse document frequency of each stem of a query, and the share of their sum in stems that occur
        nowhere."""
        weights = self.rarity(stems(text))
        absent = sum(weight for form, weight in weights.items() if not self._frequency(form))
        return weights, absent / max(sum(weights.values()), 1e-9)

    def rarity(self, forms: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of each stem, as in BM25."""
        total = self._searcher.num_docs
        return {form: removed_words.rarity(total, self._frequency(form)) for form in forms}

    def document_frequency(self, word: str) -> int | None:
        """How many passages contain a word in any form, or its rarest part; None for a stop word."""
        return min(map(self._frequency, word_forms(word)), default=None)

    def missing(self, words: Sequence[str], documents: Sequence[int] | None = None) -> list[str]:
        """Those of the words that no passage (of these documents; None: of all) contains, nor any of their parts, in
        any form. A stop word is never missing."""
        asked = [(word, forms) for word in words if (forms := word_forms(word))]
        if documents is None:
            return [word for word, forms in asked if not any(map(self._frequency, forms))]
        return [word for word, _ in asked if not self.top(Terms(word), 1, documents)]

    def spelt_like(self, word: str, distance: int, most: int = 30) -> list[int]:
        """Numbers of up to ``most`` passages with a word that differs from ``word`` by at most ``distance`` letters
        (0–2) added, left out, replaced or exchanged with their neighbour."""
        query = Query.fuzzy_term_query(self._schema, "exact", word, distance=distance)
        return [number for number, _ in self._run([(Occur.Must, query)], most)]

    def passages_with(self, words: Sequence[str], most: int = 10) -> Iterator[list[int]]:
        """For each word the numbers of up to ``most`` passages that have it as it stands; none for one that more than
        ``MOST_WITH`` have, of which so few say nothing."""
        for word in words:
            if not 0 < self._frequency(word, "exact") <= MOST_WITH:
                yield []
                continue
            yield [number for number, _ in self._run([(Occur.Must, self._words_in_a_row([word], "exact"))], most)]

    def _ranked(self, terms: Terms) -> Any | None:
        """A clause that any word of the query matches, weighted by its count there; None without words. A query of stop
        words alone is matched unstemmed."""
        field, counts = "body", Counter(forms(terms.text))
        if not counts:
            field, counts = "exact", Counter(plain_words(terms.text))
        if not counts:
            return None
        groups = [self._equivalent(*pair) for pair in terms.equivalents] if field == "body" else []
        for written, _ in terms.equivalents if groups else ():
            counts.subtract(forms(written))
        alone = [self._term(field, word, count) for word, count in counts.items() if count > 0]
        return Query.boolean_query([(Occur.Should, clause) for clause in (*alone, *groups)])

    def _equivalent(self, written: str, other: str) -> Any:
        """A clause that counts the words of ``written``, or the phrase ``other`` as if these stood in its place once,
        whichever is worth more."""
        words = [(Occur.Should, self._term("body", form, 1)) for form in forms(written)]
        phrase = Query.const_score_query(self._phrase(other, *TEXT), self._once(written))
        return Query.disjunction_max_query([Query.boolean_query(words), phrase])

    def _term(self, field: str, word: str, count: int) -> Any:
        term = Query.term_query(self._schema, field, word)
        return term if count == 1 else Query.boost_query(term, float(count))

    def _conditions(self, terms: Terms, fields: Sequence[str] = PHRASE_FIELDS) -> list[tuple[Any, Any]]:
        must = [(Occur.Must, self._silent(self._phrase(phrase, *fields))) for phrase in terms.phrases]
        return must + [(Occur.MustNot, self._phrase(phrase, "exact")) for phrase in terms.excluded]

    def _phrase(self, phrase: str, *fields: str) -> Any:
        """A clause that any reading of the phrase matches, in any of the fields."""
        readings = phrase_readings(phrase)
        clauses = [(Occur.Should, self._words_in_a_row(words, field)) for field in fields for words in readings]
        return Query.boolean_query(clauses) if clauses else Query.empty_query()

    def _words_in_a_row(self, words: list[str], field: str) -> Any:
        if len(words) == 1:
            return Query.term_query(self._schema, field, words[0])
        return Query.phrase_query(self._schema, field, list(words))

    def _set(self, field: str, numbers: Sequence[int]) -> Any:
        return Query.term_set_query(self._schema, field, [int(number) for number in numbers])

    @staticmethod
    def _silent(query: Any) -> Any:
        """The query as a condition that adds nothing to the score."""
        return Query.const_score_query(query, 0.0)

    def _run(self, clauses: list[tuple[Any, Any]], k: int) -> list[tuple[int, float]]:
        with _readable(self._folder):
            hits = self._searcher.search(Query.boolean_query(clauses), limit=k, count=False).hits
            passages = self._searcher.fast_field_values("passage", [address for _, address in hits])
        pairs = [(int(passage or 0), float(score)) for passage, (score, _) in zip(passages, hits, strict=True)]
        return removed_words.best(pairs, k)
