"""The model of a library: chosen by its first ingest, and the same ever after."""

from __future__ import annotations

import os
from contextlib import suppress

from index.disk import Library
from index.embedding.cache import CARD, model_folder, models_of, remove_stale
from index.embedding.compiled import Embedder
from index.embedding.models import open_embedder, prepare
from index.embedding.reference import DEFAULT, same_name
from index.errors import ModelError
from index.reader import prepare_reader
from index.storage.store import Store


def library_embedder(store: Store, library: Library, model: str | None) -> Embedder:
    """The library's model; the first ingest decides which. Raises ModelError when ``model`` is another one."""
    models = models_of(library)
    name, fingerprint = store.setting("model"), store.setting("fingerprint")
    if name is None or fingerprint is None:
        fingerprint = prepare(model, models)
        with store.transaction():
            store.set("model", model or DEFAULT)
            store.set("fingerprint", fingerprint)
    elif model and not same_name(model, name) and not (os.path.isdir(model) and prepare(model, models) == fingerprint):
        raise ModelError(
            f"The library {library} was made with the model {name}; its vectors cannot be mixed with those of {model}. "
            "Leave --model out, or use another --library."
        )
    elif not (model_folder(fingerprint, models) / CARD).exists() and prepare(name, models) != fingerprint:
        raise ModelError(
            f"The model {name} is no longer the one that {library} was made with. "
            "Put the old one back, or use another --library."
        )
    remove_stale(models)
    if store.setting("model") == DEFAULT:
        with suppress(ModelError):  # a search says so
            prepare_reader(models)
    return open_embedder(fingerprint, models, ingest=True)
