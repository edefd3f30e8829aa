"""Patches a process that ingests into a library on a server: a model without files, and each document stored alone
after some time, so that the process can be killed between two of them. Run as a module it is ``python -m ingest``; a
Dask worker preloads it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from index.embedding.compiled import Vectors
from index.publishing import server
from index.storage.store import Store
from ingest.sync import distributed, pipeline, writer
from tests.making import Hashed

STEP = 0.1


class Slow(Hashed):
    def encode(self, texts: Sequence[str]) -> Vectors:
        time.sleep(STEP)
        return super().encode(texts)


def _model(store: Store, *_: object) -> Any:
    with store.transaction():
        store.set("model", "hashed")
        store.set("fingerprint", Hashed.fingerprint)
    return Slow()


writer.BATCH = 1
pipeline.library_embedder = _model
distributed.library_embedder = _model
server.null_questions = lambda: ("What is it?",)

if __name__ == "__main__":
    from ingest.__main__ import run

    run()
