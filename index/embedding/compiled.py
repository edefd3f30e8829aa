"""Turns texts into unit vectors with a transformer that OpenVINO compiled for the CPU, without importing torch or
transformers. sentence-transformers is the reference."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import disk
from index.disk import Entry
from index.errors import ModelError
from index.types import Span

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

_BATCH = 16  # sequences of one inference (a guess)
_STEP = 8  # sequence lengths are rounded up to a multiple of this, so that compiled shapes are reused (a guess)


class Embedder(Protocol):
    """Turns texts into unit vectors. Vectors of embedders with the same ``fingerprint`` may be compared."""

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int
    """Tokens of a text that are read, without the model's special tokens; the rest is ignored."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, without the model's special tokens."""
        ...

    def pieces(self, text: str) -> list[Span]:
        """The span of each token in ``text``, in order."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (len(texts), dimension), in the order of the texts."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """As ``encode``, with the model's prompt for queries."""
        ...


class _Tokens:
    """Counts tokens with the model's tokenizer, in which truncation is switched off (some files switch it on)."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(encoding) for encoding in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def pieces(self, text: str) -> list[Span]:
        return [Span(*offsets) for offsets in self._tokenizer.encode(text, add_special_tokens=False).offsets]


class CompiledEmbedder(_Tokens):
    """A transformer compiled by OpenVINO. Safe to share between threads: each has its own infer request."""

    def __init__(self, folder: Path, card: dict[str, Any], *, throughput: bool) -> None:
        from tokenizers import Tokenizer

        self.name, self.fingerprint = card["name"], card["fingerprint"]
        self.dimension, self.max_tokens = card["dimension"], card["max_tokens"]
        self._prompts, self._cls = card["prompts"], card["pooling"] == "cls"
        try:
            super().__init__(Tokenizer.from_file(str(folder / "tokenizer.json")))
            self._model = compiled_model(folder, throughput=throughput)
        except Exception as error:  # both libraries raise bare Exception and RuntimeError
            raise ModelError(f"The model in {folder} is damaged. Run: python -m index verify --repair") from error
        # one more request than the cores can serve: it is prepared while the others run
        self._max_requests = 1 + int(self._model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._threads = threading.local()

    @property
    def precision(self) -> str:
        """The number format that the CPU computes in: bf16 where possible, else f32."""
        return str(self._model.get_property("INFERENCE_PRECISION_HINT").get_type_name())

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self._encoded([self._prompts.get("document", "") + text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        queries = [self._prompts.get("query", "") + text for text in texts]
        if len(queries) != 1:
            return self._encoded(queries)
        ids, mask = _pad(self._encodings(queries))
        if not hasattr(self._threads, "request"):
            self._threads.request = self._model.create_infer_request()
        return self._pool(self._threads.request.infer({"input_ids": ids, "attention_mask": mask})[0], mask)

    def _encoded(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts with their prompts, longest first in batches of similar length."""
        encodings = self._encodings(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        order = np.argsort([-len(ids) for ids in encodings], kind="stable")
        running: deque[tuple[Any, NDArray[np.int64], NDArray[np.int64]]] = deque()

        def finish_first() -> Any:
            request, rows, mask = running.popleft()
            request.wait()
            vectors[rows] = self._pool(request.get_output_tensor(0).data, mask)
            return request

        # not OpenVINO's own queue: at the end of a short process its callbacks still take Python's lock and abort it
        for first in range(0, len(order), _BATCH):
            request = finish_first() if len(running) == self._max_requests else self._model.create_infer_request()
            rows = order[first : first + _BATCH]
            ids, mask = _pad([encodings[row] for row in rows])
            request.start_async({"input_ids": ids, "attention_mask": mask})
            running.append((request, rows, mask))
        while running:
            finish_first()
        return vectors

    def _encodings(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids with the model's special tokens; a text over the limit keeps its beginning and the closing one."""
        limit = self.max_tokens + 2
        encodings = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        return [ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]] for ids in encodings]

    def _pool(self, states: NDArray[np.float32], mask: NDArray[np.int64]) -> Vectors:
        """The mean over the tokens that ``mask`` admits, or the first token's state, at unit length."""
        if self._cls:
            pooled = np.asarray(states[:, 0], np.float32)
        else:
            pooled = np.matmul(mask[:, None, :].astype(np.float32), states)[:, 0]
        return normalized(pooled)


# what OpenVINO compiled -----------------------------------------------------------------------------------------


def _known(folder: Path) -> dict[str, Entry]:
    """What is remembered of the files that OpenVINO compiled for a model on this machine."""
    try:
        known = json.loads((folder / "compiled.json").read_text(encoding="utf-8"))
        return {str(name): Entry(*values) for name, values in known.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _compiled(folder: Path) -> list[Path]:
    return sorted((folder / "compiled").glob("*.blob"))


def remove_if_changed(folder: Path) -> None:
    """Remove what was compiled unless it is as it was written: it is compiled again. ``folder``: of the model."""
    known = _known(folder)
    if known.keys() != {path.name for path in _compiled(folder)} or disk.first_change(
        folder / "compiled", known, folder / "compiled.times"
    ):
        remove_compiled(folder)


def remove_compiled(folder: Path) -> None:
    """Remove what was compiled, and what is remembered of it: the next start compiles it under the same name, with
    other bytes."""
    shutil.rmtree(folder / "compiled", ignore_errors=True)
    with suppress(OSError):  # as when there is no such model here
        (folder / "compiled.json").unlink(missing_ok=True)


def _remember(folder: Path) -> None:
    if _known(folder).keys() != {path.name for path in _compiled(folder)}:
        with suppress(OSError):  # then it is compiled again
            entries = {path.name: disk.entry(path) for path in _compiled(folder)}
            disk.replace_text(folder / "compiled.json", json.dumps(entries))


def compiled_damage(folder: Path) -> list[str]:
    """A line for each file that OpenVINO compiled and that is not as it was written. One that is not remembered, as
    after a start that was killed, is never used. ``folder``: of the model."""
    known = _known(folder)
    return [
        f"compiled/{path.name} was changed after it was written"
        for path in _compiled(folder)
        if path.name in known and not disk.is_as_written(path, known[path.name])
    ]


def compiled_model(folder: Path, *, throughput: bool) -> Any:
    """The model of ``folder``, compiled for this CPU. Raises RuntimeError when it is missing or damaged."""
    options = {"PERFORMANCE_HINT": "THROUGHPUT" if throughput else "LATENCY"}
    keeps = os.access(folder, os.W_OK)  # keep what was compiled for the next start
    if keeps:
        remove_if_changed(folder)
        options["CACHE_DIR"] = str(folder / "compiled")
    model = import_openvino().Core().compile_model(str(folder / "model.xml"), "CPU", options)
    if keeps:
        _remember(folder)
    return model


def normalized(vectors: Vectors) -> Vectors:
    """The rows divided by their length; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Vectors = vectors / np.maximum(lengths, 1e-12)
    return units


_SETTING_UP = threading.Lock()


def import_openvino(*, converter: bool = False) -> Any:
    """The module without its telemetry, which would report every import to a server and write to the home folder.

    ``converter``: with ``openvino.tools.ovc``, without which the import takes half the time.
    """
    modules: dict[str, Any] = sys.modules
    modules.setdefault("openvino_telemetry", None)
    if not converter:
        modules.setdefault("openvino.tools.ovc", None)
    elif modules.get("openvino.tools.ovc", ()) is None:
        del modules["openvino.tools.ovc"]
    try:
        import openvino
    except ImportError as error:
        raise ModelError(f"OpenVINO cannot be loaded ({error}). Install requirements.txt again.") from error
    # Its binding to numpy is set up at the first use of a tensor's data, and lets go of Python's lock meanwhile: two
    # threads that come there at once wait for each other for ever.
    with _SETTING_UP:
        _ = openvino.Tensor(np.zeros(1, np.int64)).data
    return openvino


def _pad(encodings: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids padded with 0 to one length, shape (texts, length), and the mask, 1 for tokens."""
    width = -(-max(len(ids) for ids in encodings) // _STEP) * _STEP
    ids = np.zeros((len(encodings), width), np.int64)
    mask = np.zeros_like(ids)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding)] = encoding
        mask[row, : len(encoding)] = 1
    return ids, mask
