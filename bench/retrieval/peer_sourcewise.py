"""The driver of our own program: python -m bench.retrieval.peer_sourcewise PHASE."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bench.retrieval.driver import Job, Search, clocked, serve
from bench.retrieval.quality import documents
from index.embedding.models import prepare
from index.embedding.reference import DEFAULT
from index.errors import QueryError
from index.search.index import Index
from index.storage.store import Store
from ingest.sync.pipeline import ingest


class Sourcewise:
    def version(self) -> str:
        return "this working copy"

    def prepare(self, job: Job) -> None:
        """Converts the model, which an installation does once."""
        prepare(None, _models(job))

    def ingest(self, job: Job) -> tuple[float, float]:
        """A whole ingest: reads, splits, opens the model, embeds every passage and sentence, and stores all."""
        library = Path(job.index)
        shutil.rmtree(library, ignore_errors=True)
        fingerprint = prepare(None, _models(job))
        store = Store.create(library)
        with store.transaction():
            store.set("model", DEFAULT)
            store.set("fingerprint", fingerprint)
        store.close()
        return clocked(lambda: ingest([Path(job.documents)], library))

    def open(self, job: Job) -> Search:
        _models(job)
        index = Index.open(Path(job.index))

        def search(text: str, k: int) -> list[str]:
            try:
                return documents(index.search(text, k).hits)
            except QueryError:
                return []

        return search


def _models(job: Job) -> Path:
    """The folder of this run's converted models, which the program is told to use."""
    folder = Path(job.home, "models")
    os.environ["SOURCEWISE_MODELS"] = str(folder)
    return folder


if __name__ == "__main__":
    serve(Sourcewise())
