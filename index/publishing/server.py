"""Publishes a library on a PostgreSQL server: writes what search needs of each new document, and then one row, from
which on readers see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.disk import Address
from index.embedding.compiled import Embedder
from index.publishing.publish import entries, mixed_keys
from index.search.confidence import null_questions
from index.search.index import Index
from index.search.query import Query
from index.snapshot import near_duplicates, removed_words
from index.snapshot.bm25 import IndexedPassage
from index.snapshot.manifest import Manifest
from index.snapshot.passage_table import PassageTable
from index.snapshot.segment import passage_rows
from index.snapshot.server import EXACT_BELOW, ServerEngine, Size
from index.snapshot.server_words import shown
from index.storage import server
from index.storage.rows import DocumentRows
from index.storage.server import ServerStore
from index.storage.server_connection import Connection, numbers, plain_errors
from index.storage.server_shards import Shards
from index.storage.store import EPOCH, Store
from index.text import analysis
from index.text.analysis import ranked_text, readings, stemmer
from index.types import Recall, Rows

_SAMPLE = 256  # passages in the sample that sets the lower end of a query's scale (a guess)
_MOST = (1 << 15) - 1  # words in a passage that are counted, which has a few hundred
_WHOLE = 100  # generations that may be read on while documents are only added (a guess)
_OFFSET = 1 << 63  # what turns a number of 64 bits without a sign into one with it

_TABLES = """
CREATE TABLE IF NOT EXISTS generations (
    number bigint PRIMARY KEY, manifest text NOT NULL, newest bigint NOT NULL, stems bigint NOT NULL,
    words bigint NOT NULL, word_count bigint NOT NULL, published timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS ranked (
    passage bigint PRIMARY KEY, document bigint NOT NULL, start bigint NOT NULL, "end" bigint NOT NULL,
    key bigint NOT NULL, mixed bigint NOT NULL, stems bigint NOT NULL, words bigint NOT NULL,
    vector halfvec({dimension}) NOT NULL, exact text COLLATE "C" NOT NULL, above text COLLATE "C" NOT NULL,
    sentence int NOT NULL, spans bytea NOT NULL, factors bytea NOT NULL, prints bytea NOT NULL);
CREATE TABLE IF NOT EXISTS postings (
    term text COLLATE "C" NOT NULL, passage int NOT NULL, document int NOT NULL, times int2 NOT NULL,
    length int2 NOT NULL);
CREATE TABLE IF NOT EXISTS prints (print int NOT NULL, passage int NOT NULL, document int NOT NULL);
CREATE TABLE IF NOT EXISTS worded (
    document bigint PRIMARY KEY, passages bytea NOT NULL, spans bytea NOT NULL, shingles bytea NOT NULL,
    bounds bytea NOT NULL, sentences bytea NOT NULL);
CREATE TABLE IF NOT EXISTS vocabulary (word text COLLATE "C" PRIMARY KEY);
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS ranked_document ON ranked (document);
CREATE INDEX IF NOT EXISTS ranked_words ON ranked USING gin (string_to_array(exact, ' '));
CREATE INDEX IF NOT EXISTS postings_term ON postings (term, passage) INCLUDE (document, times, length);
CREATE INDEX IF NOT EXISTS postings_document ON postings (document);
CREATE INDEX IF NOT EXISTS prints_print ON prints (print, document, passage);
CREATE INDEX IF NOT EXISTS prints_document ON prints (document);
"""
"""Made after the first documents are written: smaller than they would have grown to, and in less time."""
_VECTORS = "CREATE INDEX IF NOT EXISTS ranked_vector ON ranked USING hnsw (vector halfvec_ip_ops)"
_OF_DOCUMENTS = ("ranked", "postings", "prints", "worded")


def store_of(store: Store) -> ServerStore:
    """The store as one on a server. Raises TypeError for a file."""
    if not isinstance(store, ServerStore):
        raise TypeError("a library on a server is published from there")
    return store


def publish(store: ServerStore, embedder: Embedder) -> int:
    """Bring the live generation up to date with the store and return its number; nothing changes when it is up to date.
    The caller holds ``lock.ingest_lock`` or the whole library."""
    with server.publishing(store):
        return _publish(store, embedder)


def _publish(store: ServerStore, embedder: Embedder) -> int:
    shards = store.shards
    _make(shards, _TABLES.format(dimension=embedder.dimension))
    live = store.documents.settled()
    last = store.server.run("SELECT newest, manifest FROM generations ORDER BY number DESC LIMIT 1").fetchone()
    held = _held(shards)
    new = np.setdiff1d(live, held)
    for number in new.tolist():
        _put(shards.of(number), store, number)
    _make(shards, _INDEXES)
    gone = np.setdiff1d(held, live)
    old = Manifest.parsed(last["manifest"], store.address) if last else None
    # what a stopped run has written is newer than the last generation
    if old is not None and live.max(initial=0) <= last["newest"] and np.array_equal(gone, old.retired):
        return old.generation
    count = "SELECT count(*) AS n FROM ranked"
    has_index = sum(db.run(count).fetchone()["n"] for db in shards.all()) >= EXACT_BELOW
    for db in shards.all():
        if has_index and len(held) + len(new):
            db.run(_VECTORS)
        db.run("VACUUM (ANALYZE)")  # until then no index is read alone
    manifest, size = _manifest(store, embedder, old, live, gone)
    manifest = _with_null(store.address, manifest, size, embedder)
    for db in (*shards.all()[1:], store.server):  # the generation is there once the first has it
        db.run(
            "INSERT INTO generations (number, manifest, newest, stems, words, word_count)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (number) DO UPDATE SET manifest = excluded.manifest,"
            " newest = excluded.newest, stems = excluded.stems, words = excluded.words,"
            " word_count = excluded.word_count, published = excluded.published",
            (manifest.generation, manifest.to_json(), size.newest, size.stems, size.words, size.word_count),
        )
    _sweep(store, np.intersect1d(gone, old.retired) if old else gone[:0], manifest.generation)
    return manifest.generation


def _make(shards: Shards, statements: str) -> None:
    for db in shards.all():
        for statement in filter(str.strip, statements.split(";")):
            db.run(statement)


def _held(shards: Shards) -> Rows:
    """The documents of which all is written that search needs, rising."""
    held = [numbers(db.run("SELECT document FROM worded").fetchall()) for db in shards.all()]
    documents: Rows = np.sort(np.concatenate(held))
    return documents


def _manifest(
    store: ServerStore,
    embedder: Embedder,
    old: Manifest | None,
    live: NDArray[np.int64],
    gone: NDArray[np.int64],
) -> tuple[Manifest, Size]:
    values = {"live": live.tolist()}
    counted, mixed, words = np.zeros(3, np.int64), list[tuple[int, int]](), 0
    for db in store.shards.all():
        row = db.run(
            "SELECT count(*), coalesce(sum(stems), 0)::bigint, coalesce(sum(words), 0)::bigint"
            " FROM ranked WHERE document = ANY(%(live)s)",
            values,
        ).fetchone()
        counted += list(row)
        sample = (
            f"SELECT mixed, passage FROM ranked WHERE document = ANY(%(live)s) ORDER BY mixed, passage LIMIT {_SAMPLE}"
        )
        mixed += [tuple(row) for row in db.run(sample, values).fetchall()]
        words += db.run("SELECT coalesce(sum(length(shingles)), 0)::bigint / 4 AS n FROM worded").fetchone()["n"]
    passages, stems, plain = counted.tolist()
    manifest = Manifest(
        generation=1 + (old.generation if old else 0),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        model=embedder.name,
        fingerprint=embedder.fingerprint,
        dimension=embedder.dimension,
        segments=(),
        words="",
        retired=tuple(gone.tolist()),
        passages=passages,
        sample=tuple(sorted(passage for _, passage in sorted(mixed)[:_SAMPLE])),
        null=(),
        recall=Recall(0, 0),
        recall_before=Recall(0, 0),
        files={},
        analysis=analysis.VERSION,
        epoch=store.setting(EPOCH) or "",
    )
    return manifest, Size(int(live.max(initial=0)), stems, plain, words)


def _with_null(address: Address, manifest: Manifest, size: Size, embedder: Embedder) -> Manifest:
    """The manifest with the evidence that unrelated questions find."""
    index = Index(address, ServerEngine(address, manifest, size), embedder)
    evidences = [scored.evidence for scored in index.rank([Query.plain(text) for text in null_questions()])]
    null = sorted(round(evidence, 4) for evidence in evidences if evidence is not None)
    return replace(manifest, null=tuple(null))


def _sweep(store: ServerStore, dead: NDArray[np.int64], generation: int) -> None:
    """Remove what is of no use to the last two generations, and first the number of each that needed it: readers ask
    for their number last (``Shards.together``), so that none takes part of a generation for all of it."""
    oldest = generation - (1 if len(dead) else _WHOLE)
    for db in (store.server, *store.shards.all()[1:]):
        db.run("DELETE FROM generations WHERE number < %s", (oldest,))
        for table in _OF_DOCUMENTS:
            db.run(f"DELETE FROM {table} WHERE document = ANY(%s)", (dead.tolist(),))
    store.documents.purge(_held(store.shards).tolist())


# one document -----------------------------------------------------------------------------------------------------


def _put(db: Connection, store: ServerStore, number: int) -> None:
    """Write what search needs of a document, in one transaction."""
    stored, text = store.documents.rows(number), store.documents.text(number)
    table = PassageTable(passage_rows(stored, 0))
    shingles, counts = near_duplicates.shingles(text[start:end] for start, end in stored.sentences)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    bounds = starts[np.column_stack([table.first_sentences, table.last_sentences]).T]
    passages = list(entries(store, [number]))  # read before, as the connection takes nothing else while it copies
    with plain_errors(db.address), db.raw.transaction(), db.raw.cursor() as cursor:
        cursor.execute(
            "INSERT INTO worded VALUES (%s, %s, %s, %s, %s, %s)",
            (number, *(a.tobytes() for a in (table.array, stored.sentences, shingles, bounds, starts[:-1]))),
        )
        words: set[str] = set()
        with cursor.copy("COPY ranked FROM STDIN") as copy:
            for row in _ranked(passages, stored, table, shingles, bounds):
                words.update(row[9].split(), row[10].split())
                copy.write_row(row)
        with cursor.copy("COPY postings FROM STDIN") as copy:
            for posting in _postings(passages):
                copy.write_row(posting)
        with cursor.copy("COPY prints FROM STDIN") as copy:
            for passage, prints in zip(table.numbers.tolist(), _prints(shingles, bounds), strict=True):
                for value in prints.tolist():
                    copy.write_row((value, passage, number))
        cursor.execute("INSERT INTO vocabulary SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", (sorted(words),))


def _ranked(
    passages: Sequence[IndexedPassage],
    stored: DocumentRows,
    table: PassageTable,
    shingles: NDArray[np.uint32],
    bounds: NDArray[np.int64],
) -> Iterator[tuple[Any, ...]]:
    key = near_duplicates.hash_of(stored.id)
    mixed = mixed_keys(shingles, bounds[0], table).astype(object) - _OFFSET
    prints = _prints(shingles, bounds)
    for row, entry in enumerate(passages):
        first, last = table.sentence_bounds(row)
        verbatim = readings(entry.text)
        yield (
            *(entry.passage, stored.number, int(table.starts[row]), int(table.ends[row]), key, int(mixed[row])),
            *(len(_forms(entry)), sum(map(len, verbatim)), str(stored.vectors[row].astype(np.float32).tolist())),
            shown(verbatim),
            shown([words for text in entry.above for words in readings(text)]),
            *(first, stored.sentences[first:last].tobytes(), stored.sentence_factors[first:last].tobytes()),
            prints[row].tobytes(),
        )


def _forms(entry: IndexedPassage) -> Sequence[str]:
    forms: Sequence[str] = stemmer().analyze(ranked_text(entry.copy, readings(entry.text)))
    return forms


def _postings(passages: Sequence[IndexedPassage]) -> Iterator[tuple[str, int, int, int, int]]:
    for entry in passages:
        words, counts = np.unique(np.array(_forms(entry), object), return_counts=True)
        length = int(removed_words.rounded(np.array([counts.sum()], np.int64))[0])
        for word, times in zip(words.tolist(), counts.tolist(), strict=True):
            yield word, entry.passage, entry.document, min(times, _MOST), min(length, _MOST)


def _prints(shingles: NDArray[np.uint32], bounds: NDArray[np.int64]) -> list[NDArray[np.int32]]:
    """The fingerprints that begin in each passage."""
    parts = np.split(shingles, bounds[0])[1:]
    return [part[part & 1 == 1].view(np.int32) for part in parts]
