"""Opens a library and answers queries with passages and their sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import asdict
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

from index.disk import Address, Library, default_library
from index.embedding.cache import models_of
from index.embedding.compiled import Embedder
from index.embedding.models import open_embedder
from index.embedding.reference import DEFAULT
from index.errors import DamageError, LibraryError, ModelError
from index.reader import Reader, open_reader
from index.search import answering, confidence, copied_text, folding, sentences
from index.search.figures import figures_in, missing_figures
from index.search.library_words import LibraryWords
from index.search.query import (
    Query,
    check_range,
    is_title_or_heading,
    matching_spans,
    parse_query,
)
from index.search.ranking import CANDIDATES, READER_WEIGHT, SURE, WEIGHTS, Ranker, ScoredCandidates
from index.snapshot.engine import CopiedPassages, Places, SearchEngine
from index.snapshot.generation import Generation
from index.snapshot.manifest import live_manifest
from index.storage.checksums import NEXT_STEP
from index.storage.connections import Connections
from index.storage.rows import Wanted
from index.storage.store import Store
from index.storage.truth import Truth
from index.types import (
    Answer,
    By,
    Confidence,
    Copy,
    Filter,
    Hit,
    Lacking,
    Numbers,
    Passage,
    Source,
    Span,
)


class Index:
    """A library as it stood when it was opened. Safe to share between threads; later ingests do not change it."""

    def __init__(
        self, library: Library, generation: SearchEngine, embedder: Embedder, reader: Reader | None = None
    ) -> None:
        self.library, self.generation, self.embedder, self.reader = library, generation, embedder, reader
        self.reader_missing = ""
        self._connections = Connections(library, generation.manifest.epoch)
        self._ranker = Ranker(generation, embedder)
        self.words = LibraryWords(generation, embedder, self._connections.current)

    @classmethod
    def open(cls, library: Library | None = None, *, reader: bool = False, exact: bool = False) -> Index:
        """Open the live generation. ``reader``: also the reader, if the library has the model that it was made for; it
        needs torch to be prepared the first time, unless an ingest has done so. Where that fails, ``reader_missing``
        says why. ``exact``: have a server compare all vectors; for a folder it changes nothing. Raises LibraryError or
        ModelError, whose messages say what to do next."""
        library = library or default_library()
        if isinstance(library, Address):
            return cls._at_address(library, reader=reader, exact=exact)
        if not library.is_dir():
            raise LibraryError(
                f"There is no library at {library}. Make one: python -m ingest FOLDER --library {library}"
            )
        store = Store.open(library)
        try:
            model, fingerprint = store.setting("model"), store.setting("fingerprint") or ""
            live = live_manifest(library, store)
        finally:
            store.close()
        # the models compile without Python's lock, so the generation is opened meanwhile
        with ThreadPoolExecutor(2) as pool:
            embedder = pool.submit(open_embedder, fingerprint, library / "models")
            opened = pool.submit(_reader_for, model, library / "models") if reader else None
            index = cls(library, Generation(library, *live), embedder.result())
            if opened:
                index.reader, index.reader_missing = opened.result()
        return index

    @classmethod
    def _at_address(cls, address: Address, *, reader: bool, exact: bool) -> Index:
        from index.snapshot.server import ServerEngine

        with closing(Store.open(address)) as store:
            model, fingerprint = store.setting("model"), store.setting("fingerprint") or ""
        index = cls(address, ServerEngine.open(address, exact=exact), open_embedder(fingerprint, models_of(address)))
        if reader:
            index.reader, index.reader_missing = _reader_for(model, models_of(address))
        return index

    @property
    def store(self) -> Truth:
        """This thread's connection to the database that the generation was built from."""
        return self._connections.current()

    def search(
        self,
        text: str,
        k: int = 10,
        by: By = By.BOTH,
        where: Filter | None = None,
        per_source: int | None = None,
        *,
        fast: bool = False,
    ) -> Answer:
        """The best ``k`` passages for a query, at most twice ``CANDIDATES``; a larger ``k`` begins with the same ones.

        Copies of a better passage are listed with it; at most ``per_source`` passages come from one source. ``fast``:
        without the reader. Raises QueryError when the query has no word to look for or the filter is not valid.
        """
        return next(self.search_many([parse_query(text)], k, by, where, per_source, fast=fast))

    def search_many(
        self,
        queries: Sequence[Query],
        k: int = 10,
        by: By = By.BOTH,
        where: Filter | None = None,
        per_source: int | None = None,
        *,
        fast: bool = False,
    ) -> Iterator[Answer]:
        """One answer for each query, in order, all under the same filter."""
        where = where or Filter()
        queries = [self.words.adapted(query) for query in queries]
        for query, ranked in zip(queries, self.rank(queries, by, where), strict=True):
            yield self._answer(query, ranked, k, by, where, per_source, fast)

    def rank(
        self, queries: Sequence[Query], by: By = By.BOTH, where: Filter | None = None
    ) -> Iterator[ScoredCandidates]:
        """All candidates of each query, in order, without their texts."""
        return self._ranker.rank(queries, by, self.admitted(where or Filter()))

    def read(self, query: Query, scored: ScoredCandidates, by: By = By.BOTH) -> ScoredCandidates:
        """The candidates of a query as the reader orders them; as they are if it is no question, or there is no
        reader, or none of the best is in English."""
        return self._read(query, scored, self._to_read(query, scored, by))

    def _to_read(self, query: Query, scored: ScoredCandidates, by: By) -> list[tuple[int, CopiedPassages]]:
        """The positions of the candidates that the reader reads, with their copies."""
        if self.reader is None or not answering.is_question(query, by):
            return []
        return list(islice(self.folded(scored), answering.READ_PASSAGES))

    def _read(
        self, query: Query, scored: ScoredCandidates, chosen: Sequence[tuple[int, CopiedPassages]]
    ) -> ScoredCandidates:
        candidates = []
        for position, copies in chosen:
            with suppress(DamageError):  # the hits tell of damage
                document, passage = self.passage(scored, position)
                source = self.store.documents.source(document)
                if (source.language or "en").startswith("en"):
                    candidates.append(answering.Candidate(position, copies, passage, source.title))
        if self.reader is None or not candidates:
            return scored
        return answering.read(query, scored, candidates, self.generation, self.reader)

    def ranked(self, query: Query, by: By, k: int, where: Filter | None = None) -> Numbers:
        """The first ``k`` passages by one ranker alone, best first; ``by`` is *meaning* or *words*."""
        return self._ranker.rank_by_one(query, by, k, self.admitted(where or Filter()))

    def admitted(self, where: Filter) -> Numbers | None:
        """Numbers of the documents that the filter admits, rising; None when it admits all."""
        if not where.narrows:
            return None
        check_range(where.since, where.until)
        return self.generation.counted(self.store.documents.admitted(where))

    def folded(self, scored: ScoredCandidates, per_source: int | None = None) -> Iterator[tuple[int, CopiedPassages]]:
        """Positions of the candidates that become hits, each with its copies: see ``folding.fold_duplicates``."""
        return folding.fold_duplicates(scored.passages, scored.places, scored.others, self.generation, per_source)

    def _answer(
        self, query: Query, ranked: ScoredCandidates, k: int, by: By, where: Filter, per_source: int | None, fast: bool
    ) -> Answer:
        manifest = self.generation.manifest
        found = self._found(query, ranked, k, per_source)
        chosen = [] if fast else self._to_read(query, ranked, by)
        with self._ahead(ranked, [*found, *chosen], _strong(query, ranked)):
            scored = self._read(query, ranked, chosen)
            if scored.was_read:
                found = self._found(query, scored, k, per_source)
            shown, hits, damage = self._hits(query, scored, found)
            lacks_figures = self._lack_figures(query, scored, _strong(query, scored))
        groups = ([scored.places.documents[position], *copies.documents] for position, copies in shown)
        defaults = asdict(Filter())
        settings = {
            "by": by.value,
            "k": k,
            "weights": dict(zip(("dense", "words", "sentence", "feedback"), WEIGHTS[by], strict=True)),
            "reader": READER_WEIGHT if scored.was_read else None,
            "candidates": CANDIDATES,
            "per_source": per_source,
            "filter": {name: value for name, value in asdict(where).items() if value != defaults[name]},
        }
        named = bool(hits) and is_title_or_heading(query, hits[0].source.title, hits[0].passage.heading)
        level = Confidence.NONE
        if scored.evidence is not None:
            level = confidence.label(scored.evidence, named, lacks_figures)
        return Answer(
            *(query.text, level, manifest.generation, manifest.model, settings, tuple(hits), scored.evidence),
            *folding.count_sources(groups),
            absent=query.absent,
            unknown=round(scored.unknown, 6),
            missing_figures=_missing_everywhere(query, hits),
            nearest=self.words.nearest(query.absent),
            named=query.named,
            lacking=None if hits else self._missing_part(where),
            damage=tuple(dict.fromkeys(damage)),
            epoch=manifest.epoch,
        )

    def _found(
        self, query: Query, scored: ScoredCandidates, k: int, per_source: int | None
    ) -> list[tuple[int, CopiedPassages]]:
        """The positions of the best ``k`` candidates, with those of their copies that meet the query's conditions."""
        found = list(islice(self.folded(scored, per_source), min(k, len(scored.passages))))
        if not query.terms.conditions or not any(len(copies.passages) for _, copies in found):
            return found
        meeting = self.generation.words.admitted(query.terms)
        return [(position, copies.among(meeting)) for position, copies in found]

    def _ahead(
        self, scored: ScoredCandidates, found: Sequence[tuple[int, CopiedPassages]], others: Sequence[int]
    ) -> AbstractContextManager[None]:
        """Have what is stored of the candidates that are shown, and of the ``others`` by their positions, at once."""
        positions = list(dict.fromkeys([*(position for position, _ in found), *others]))
        documents, spans = set(scored.places.documents[positions].tolist()), []
        for position, copies in found:
            if not len(copies.passages):
                continue
            numbers, stretches = folding.stretches(copies)
            documents.update(numbers.tolist())
            size = int(scored.places.ends[position] - scored.places.starts[position])
            spans += [
                (number, copied_text.around(span, size))
                for number, span in zip(numbers.tolist(), stretches, strict=True)
            ]
        shown = scored.passages[positions].tolist()
        copied = [number for _, copies in found for number in copies.passages.tolist()]
        return self.store.documents.ahead(Wanted(shown, copied, sorted(documents), spans))

    def _hits(
        self, query: Query, scored: ScoredCandidates, found: Sequence[tuple[int, CopiedPassages]]
    ) -> tuple[list[tuple[int, CopiedPassages]], list[Hit], list[str]]:
        """Of the positions of candidates with their copies those that are shown, these as hits, and a line for each
        that is left out because it is damaged."""
        source = cache(self.store.documents.source)
        shown: list[tuple[int, CopiedPassages]] = []
        hits: list[Hit] = []
        damage: list[str] = []
        for position, copies in found:
            try:
                _, passage = self.passage(scored, position)
                hits.append(self.hit(len(hits) + 1, position, copies, passage, scored, query, source))
                shown.append((position, copies))
            except DamageError as error:
                damage.append(str(error))
        return shown, hits, damage

    def _lack_figures(self, query: Query, scored: ScoredCandidates, strong: Sequence[int]) -> bool:
        """Whether each of the best candidates, at these positions, that would be strong lacks a year or figure of the
        query."""
        for position in strong:
            with suppress(DamageError):  # the hits tell of damage
                document, passage = self.passage(scored, position)
                if not missing_figures(query.meaning, passage, self.store.documents.source(document)):
                    return False
        return bool(strong)

    @property
    def is_empty(self) -> bool:
        """Whether the library has no passage."""
        return not self.generation.manifest.passages

    def _missing_part(self, where: Filter) -> Lacking | None:
        """Whether nothing can be found because there are no sources, or because the filter admits none."""
        if self.is_empty:
            return Lacking.SOURCES
        documents = self.admitted(where)
        return None if documents is None or len(documents) else Lacking.ADMITTED

    def passage(self, scored: ScoredCandidates, position: int) -> tuple[int, Passage]:
        """The document's number and the passage of the candidate at ``position``. Raises LibraryError when the store no
        longer has it, or has another in its place."""
        document, passage = self.store.documents.passage(int(scored.passages[position]))
        self._check_place(scored.places, position, document, *passage.span)
        return document, passage

    def _check_place(self, places: Places, position: int, document: int, start: int, end: int) -> None:
        """Raises DamageError unless a passage of the generation stands where the store has it."""
        known = (places.documents[position], places.starts[position], places.ends[position])
        if (document, start, end) != known:
            raise DamageError(f"Document {document} is not where the files of {self.library} have it; {NEXT_STEP}")

    def hit(
        self,
        rank: int,
        position: int,
        copies: CopiedPassages,
        passage: Passage,
        scored: ScoredCandidates,
        query: Query,
        source: Callable[[int], Source],
    ) -> Hit:
        """The candidate at ``position`` as a hit with its copies. ``source``: gives the source of a document's
        number."""
        document = int(scored.places.documents[position])
        parts = scored.parts_of(position)
        marks = matching_spans(query, passage.text, passage.span.start)
        named = is_title_or_heading(query, source(document).title, passage.heading)
        earliest, sorted_copies = self._copies(source(document), passage, copies, source)
        return Hit(
            rank=rank,
            score=round(float(scored.scores[position]), 6),
            confidence=confidence.label(
                parts.evidence, named, bool(missing_figures(query.meaning, passage, source(document)))
            ),
            passage=passage,
            source=source(document),
            parts=parts,
            key_sentence=self._key_sentence(scored, position, passage, marks),
            marks=marks,
            copies=sorted_copies,
            earliest=earliest,
        )

    def _key_sentence(
        self, scored: ScoredCandidates, position: int, passage: Passage, marks: Sequence[Span]
    ) -> Span | None:
        """The sentence that answers best; None when the passage has no sentence."""
        number = int(scored.passages[position])
        spans, cosines = sentences.with_cosines(self.generation, number, scored.vector)
        values = sentences.scores(passage, spans, cosines, marks, scored.weights)
        return sentences.key_sentence(spans, values, scored.answers.get(number, {}))

    def _copies(
        self, source: Source, passage: Passage, copied: CopiedPassages, source_of: Callable[[int], Source]
    ) -> tuple[bool, tuple[Copy, ...]]:
        """The copies of a passage, oldest first, and whether none of them is older than ``source``, its own."""
        if not len(copied.passages):
            return False, ()
        places = self.generation.places(copied.passages)
        for position, number in enumerate(copied.passages.tolist()):
            self._check_place(places, position, *self.store.documents.place(number))
        return copied_text.copies_of(passage, source, copied, self.store.documents, source_of)


def _reader_for(model: str | None, models: Path) -> tuple[Reader | None, str]:
    """The reader for a library with this model, and why it is missing though it should be there. It was taught on what
    the default model ranks: there is none for another."""
    try:
        return (open_reader(models) if model == DEFAULT else None), ""
    except ModelError as error:
        return None, f"{error} The search goes on without it."


def _strong(query: Query, scored: ScoredCandidates) -> list[int]:
    """The positions of the best candidates whose evidence is strong, if the query has a year or figure."""
    if not figures_in(query.meaning):
        return []
    positions: list[int] = np.flatnonzero(scored.evidences[:SURE] >= confidence.STRONG).tolist()
    return positions


def _missing_everywhere(query: Query, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The years and figures of a query that none of the hits has; none that is absent from the library."""
    missing = [figure for figure in figures_in(query.meaning) if hits and figure not in query.absent]
    for hit in hits:
        if not missing:
            break
        lacking = missing_figures(query.meaning, hit.passage, hit.source)
        missing = [figure for figure in missing if figure in lacking]
    return tuple(missing)
