"""Converts the reader's weights, once, to files that search opens without torch."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from index.disk import file_digest
from index.embedding import cache
from index.embedding.models import convert_module, read_card, write_card
from index.embedding.reference import check_default, default_folder, silence_libraries
from index.errors import ModelError
from index.reader.model import CARD, DIGEST, CompiledReader, Reader, folder_name

WEIGHTS = Path(__file__).with_name("weights.safetensors")
"""What differs from the encoder; docs/reader.md describes the file."""

_HEAD, _UNUSED = "answers", "entailment"
_LAYERS = tuple(f"encoder.layer.{number}." for number in range(2, 6))


def open_reader(models: Path) -> Reader:
    """The reader, prepared if it is not. ``models``: as in ``prepare_reader``. Raises ModelError."""
    try:
        prepare_reader(models)
        folder = cache.model_folder(folder_name(), models, CARD)
        return CompiledReader(folder, read_card(folder, CARD))
    except OSError as error:  # as where another account keeps it to itself
        raise ModelError(
            f"The reader cannot be opened: {error.filename or models}: {error.strerror or error}."
        ) from error


def prepare_reader(models: Path) -> None:
    """Prepare the reader for this machine, unless it is prepared already. Needs torch then. ``models``: the library's
    own folder of models, used where the machine's cannot be written.

    Raises ModelError when the weights are missing, altered, or made for another encoder.
    """
    if (cache.model_folder(folder_name(), models, CARD) / CARD).exists():
        return
    _check_weights()
    cache.keep(folder_name(), models, _write, CARD)


def _check_weights() -> None:
    try:
        digest = file_digest(WEIGHTS)
    except OSError as error:
        raise ModelError(f"The reader's weights are missing: {WEIGHTS}. Install Sourcewise again.") from error
    if digest != DIGEST:
        raise ModelError(f"The reader's weights in {WEIGHTS} were altered. Install Sourcewise again.")
    check_default(default_folder())


def _write(folder: Path) -> None:
    """Write what search needs; the card last."""
    from safetensors import SafetensorError, safe_open

    silence_libraries()
    try:
        with safe_open(WEIGHTS, framework="pt") as file:
            metadata = file.metadata() or {}
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - it is no mapping
        card: dict[str, Any] = {_HEAD: json.loads(metadata[_HEAD])}
        encoder = file_digest(default_folder() / "model.safetensors")
        if metadata.get("encoder") != encoder:
            raise ModelError(f"The reader's weights in {WEIGHTS} were made for another encoder.")
        module = reader_module(weights)
    except (KeyError, ValueError, RuntimeError, SafetensorError) as error:
        reason = str(error).partition("\n")[0]
        raise ModelError(f"The reader's weights in {WEIGHTS} are not as described: {reason[:200]}.") from error
    convert_module(module, ("ids", "mask", "types"), folder, half=True)
    shutil.copy(default_folder() / "tokenizer.json", folder)
    write_card(folder, {**card, "fingerprint": folder_name()}, CARD)


def reader_module(weights: dict[str, Any]) -> Any:
    """The encoder with these layers and the head for answers. It gives its logits, shape (pairs,). Raises KeyError,
    ValueError or RuntimeError when the weights are others."""
    import torch
    from transformers import BertModel

    bert = BertModel.from_pretrained(str(default_folder()), add_pooling_layer=False)
    head = {part: weights.pop(f"{_HEAD}.{part}") for part in ("weight", "bias")}
    expected = {name for name in bert.state_dict() if name.startswith(_LAYERS)}
    weights = {name: tensor for name, tensor in weights.items() if not name.startswith(_UNUSED)}
    if set(weights) != expected:
        raise ValueError(f"{len(expected ^ set(weights))} layers too many or too few")
    bert.load_state_dict(weights, strict=False)

    class ReaderModule(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert
            self.head = torch.nn.Linear(*reversed(head["weight"].shape))
            self.head.load_state_dict(head)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
            states = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
            kept = mask.unsqueeze(-1).to(states.dtype)
            mean = (states * kept).sum(1) / kept.sum(1)
            logits: torch.Tensor = self.head(torch.cat([states[:, 0], mean], 1))
            return logits[:, 0]

    return ReaderModule().eval()
