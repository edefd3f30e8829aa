"""The driver of txtai: python -m bench.retrieval.peer_txtai PHASE, run where txtai is installed."""

from __future__ import annotations

import json
import shutil
from importlib import metadata
from typing import Any

from txtai import Embeddings

from bench.retrieval.driver import Job, Search, clocked, serve

SETTINGS: dict[str, Any] = {
    "hybrid": True,  # BM25 and vectors, scores normalised, each counting half
    "content": False,  # ids alone: nothing is stored or fetched beside the index
    "maxlength": True,  # as many tokens as the model was published for
    "backend": "faiss",
    "faiss": {"components": "IDMap,Flat"},  # exact; beyond 5,000 texts the default is approximate
}


class Txtai:
    def version(self) -> str:
        return metadata.version("txtai")

    def prepare(self, job: Job) -> None:
        """Does nothing: txtai runs the model as it is."""

    def ingest(self, job: Job) -> tuple[float, float]:
        """Times ``index`` alone: the model is loaded before, and the index saved afterwards."""
        with open(job.texts, encoding="utf-8") as lines:
            rows = [(row["_id"], row["text"], None) for row in map(json.loads, lines)]
        embeddings = Embeddings(path=job.model, **SETTINGS)
        clock = clocked(lambda: embeddings.index(rows))
        shutil.rmtree(job.index, ignore_errors=True)
        embeddings.save(job.index)
        return clock

    def open(self, job: Job) -> Search:
        embeddings = Embeddings()
        embeddings.load(job.index)
        return lambda text, k: [str(identity) for identity, _ in embeddings.search(text, k)]


if __name__ == "__main__":
    serve(Txtai())
