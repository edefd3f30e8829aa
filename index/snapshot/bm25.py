"""The word index: BM25 over the words of passages, and conditions such as phrases. tantivy stores the postings."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from index.errors import LibraryError
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


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as the word index stores it: its number and its document's, its reading copy (ranked) and its verbatim
    text (for phrases)."""

    passage: int
    document: int
    copy: str
    text: str


@dataclass(frozen=True, slots=True)
class Terms:
    """A query to the word index: ``text`` ranks, every phrase must occur verbatim, no excluded word or phrase may."""

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def conditions(self) -> bool:
        return bool(self.phrases or self.excluded)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    builder.add_unsigned_field("document", indexed=True)
    builder.add_text_field("body", tokenizer_name="stems", index_option="freq")
    builder.add_text_field("exact", tokenizer_name="plain", index_option="position")
    return builder.build()


def _register(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer("stems", stemmer())
    index.register_tokenizer("plain", plain())
    return index


def write(folder: Path, add: Iterable[IndexedPassage], *, base: Path | None = None, remove: Sequence[int] = ()) -> None:
    """Write a word index to the new ``folder``: that of ``base`` without the documents ``remove``, plus ``add``. The
    files of ``base`` are hard-linked, as they never change."""
    folder.mkdir(parents=True)
    if base is not None:
        _link(base, folder)
    schema = _schema()
    index = _register(tantivy.Index(schema, path=str(folder), reuse=base is not None))
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    if remove:
        writer.delete_documents_by_query(Query.term_set_query(schema, "document", list(remove)))
    for entry in add:
        verbatim = readings(entry.text)
        exact = [" ".join(words) for words in verbatim]
        document = tantivy.Document(body=ranked_text(entry.copy, verbatim), exact=exact)
        document.add_unsigned("passage", entry.passage)
        document.add_unsigned("document", entry.document)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink(missing_ok=True)


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


class BM25Index:
    """A snapshot of a word index. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Raises LibraryError when the folder holds no readable index."""
        try:
            index = _register(tantivy.Index.open(str(self._writable(folder))))
        except (OSError, ValueError) as error:
            raise LibraryError(
                f"The word index in {folder} cannot be read. Run: python -m index verify --repair"
            ) from error
        self._schema = index.schema
        self._searcher = index.searcher()

    def _writable(self, folder: Path) -> Path:
        """The folder, or a copy of it in a read-only library, because tantivy creates a lock file when it opens an
        index."""
        if os.access(folder, os.W_OK):
            return folder
        copy = tempfile.mkdtemp(prefix="sourcewise-")
        weakref.finalize(self, shutil.rmtree, copy, ignore_errors=True)
        return Path(shutil.copytree(folder, copy, dirs_exist_ok=True))

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
        return self._run(clauses, k)

    def scores(self, terms: Terms, passages: Sequence[int]) -> dict[int, float]:
        """BM25 of those of the passages (by number) that contain a word of the query."""
        ranked = self._ranked(terms)
        if ranked is None or not len(passages):
            return {}
        # for a few hundred passages this takes a third of the time of a term set
        clauses = [(Occur.Should, Query.term_query(self._schema, "passage", int(number))) for number in passages]
        chosen = self._silent(Query.boolean_query(clauses))
        return dict(self._run([(Occur.Must, ranked), (Occur.Must, chosen)], len(passages)))

    def admitted(self, terms: Terms) -> NDArray[np.int64]:
        """Numbers of the passages that meet the conditions of ``terms``, rising; its text is ignored."""
        clauses = self._conditions(terms)
        if not terms.phrases:
            clauses.append((Occur.Must, Query.all_query()))
        matches = self._run(clauses, max(1, self._searcher.num_docs))
        return np.sort(np.array([passage for passage, _ in matches], np.int64))

    def weights(self, terms: Terms) -> tuple[dict[str, float], float]:
        """The inverse document frequency of each stem of the query, and the share of their sum in stems that occur
        nowhere."""
        weights = self.rarity(stems(terms.text))
        absent = sum(weight for form, weight in weights.items() if not self._searcher.doc_freq("body", form))
        return weights, absent / max(sum(weights.values()), 1e-9)

    def rarity(self, forms: Iterable[str]) -> dict[str, float]:
        """The inverse document frequency of each stem, as in BM25."""
        total = self._searcher.num_docs
        counts = {form: self._searcher.doc_freq("body", form) for form in forms}
        # removed passages are still in ``counts``, though not in ``total``, until tantivy merges their segment
        return {form: math.log(1 + max(0.0, total - count + 0.5) / (count + 0.5)) for form, count in counts.items()}

    def document_frequency(self, word: str) -> int | None:
        """How many passages contain a word in any form, or its rarest part; None for a stop word."""
        return min((self._searcher.doc_freq("body", form) for form in word_forms(word)), default=None)

    def is_absent(self, word: str) -> bool:
        """Whether no passage contains a word, nor any of its parts, in any form."""
        forms = word_forms(word)
        return bool(forms) and not any(self._searcher.doc_freq("body", form) for form in forms)

    def _ranked(self, terms: Terms) -> Any | None:
        """A clause that any word of the query matches, weighted by its count there; None without words. A query of stop
        words alone is matched unstemmed."""
        field, counts = "body", Counter(forms(terms.text))
        if not counts:
            field, counts = "exact", Counter(plain_words(terms.text))
        if not counts:
            return None
        clauses = [(Occur.Should, self._term(field, word, count)) for word, count in counts.items()]
        return Query.boolean_query(clauses)

    def _term(self, field: str, word: str, count: int) -> Any:
        term = Query.term_query(self._schema, field, word)
        return term if count == 1 else Query.boost_query(term, float(count))

    def _conditions(self, terms: Terms) -> list[tuple[Any, Any]]:
        must = [(Occur.Must, self._silent(self._phrase(phrase))) for phrase in terms.phrases]
        return must + [(Occur.MustNot, self._phrase(phrase)) for phrase in terms.excluded]

    def _phrase(self, phrase: str) -> Any:
        """A clause that any reading of the phrase matches."""
        clauses = [(Occur.Should, self._words_in_a_row(words)) for words in phrase_readings(phrase)]
        return Query.boolean_query(clauses) if clauses else Query.empty_query()

    def _words_in_a_row(self, words: list[str]) -> Any:
        if len(words) == 1:
            return Query.term_query(self._schema, "exact", words[0])
        return Query.phrase_query(self._schema, "exact", list(words))

    def _set(self, field: str, numbers: Sequence[int]) -> Any:
        return Query.term_set_query(self._schema, field, [int(number) for number in numbers])

    @staticmethod
    def _silent(query: Any) -> Any:
        """The query as a condition that adds nothing to the score."""
        return Query.const_score_query(query, 0.0)

    def _run(self, clauses: list[tuple[Any, Any]], k: int) -> list[tuple[int, float]]:
        hits = self._searcher.search(Query.boolean_query(clauses), limit=k, count=False).hits
        passages = self._searcher.fast_field_values("passage", [address for _, address in hits])
        pairs = [(int(passage or 0), float(score)) for passage, (score, _) in zip(passages, hits, strict=True)]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
