"""Runs the reader with OpenVINO, without importing torch or transformers."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.embedding.compiled import compiled_model
from index.errors import ModelError
from index.reader.pairs import ANSWER_TOKENS, TextPair, batches, readings
from index.types import Floats

DIGEST = "efed8f6f609584278914e5c539cd4bf8fba5db278e374bceb7cf14d37d12760f"
"""SHA-256 of the weights that this version was measured with."""

CARD = "reader.json"
"""The file of a converted reader that is written last."""

_FORM = 3  # of what a conversion writes; an earlier version does not find what a later one wrote
_BATCH = 8  # pairs of one inference: as fast as 16, and takes less memory


class Reader(Protocol):
    """Reads two texts together. Safe to share between threads."""

    def answers(self, pairs: Sequence[TextPair]) -> Floats:
        """How likely each second text answers its question, 0–1, shape (n,), in the order of the pairs."""
        ...


class CompiledReader:
    """The reader compiled by OpenVINO. Each thread has its own infer request."""

    def __init__(self, folder: Path, card: Mapping[str, Any]) -> None:
        """``card``: of the model in ``folder``. Raises ModelError when it cannot be read."""
        from tokenizers import Tokenizer

        try:
            self._scale, self._offset = float(card["answers"]["scale"]), float(card["answers"]["offset"])
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._model = compiled_model(folder, throughput=False)
        except Exception as error:  # both libraries raise bare Exception and RuntimeError
            raise ModelError(f"The reader in {folder} is damaged. Run: python -m index verify --repair") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._threads = threading.local()

    def answers(self, pairs: Sequence[TextPair]) -> Floats:
        probabilities: Floats = 1 / (1 + np.exp(-(self._scale * self._logits(pairs) + self._offset)))
        return probabilities

    def _logits(self, pairs: Sequence[TextPair]) -> Floats:
        """The output of the model for each pair, shape (n,)."""
        if not hasattr(self._threads, "request"):
            self._threads.request = self._model.create_infer_request()
        request: Any = self._threads.request
        logits = np.zeros(len(pairs), np.float32)
        for batch in batches(readings(self._tokenizer, pairs, ANSWER_TOKENS), _BATCH):
            inputs = {"ids": batch.ids, "mask": batch.mask, "types": batch.types}
            logits[batch.rows] = request.infer(inputs)[0]
        return logits


def folder_name() -> str:
    """The name of the folder with the converted reader of this version."""
    return f"reader-{_FORM}-{DIGEST[:16]}"
