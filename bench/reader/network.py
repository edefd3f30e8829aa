"""The reader in torch, for training and measuring: the encoder, its upper layers trained, and two heads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from index.embedding.reference import default_folder
from index.reader.pairs import Batch

LABELS = ("supports", "contradicts", "neither")
"""What the rows of the head ``entailment`` stand for."""
FROZEN = 2
"""Layers that stay as they are in the encoder, with its embeddings."""
_LAYERS, _HEADS, _EPSILON = 6, 12, 1e-12  # of all-MiniLM-L6-v2 (its config.json)


class Network(nn.Module):
    """The logits of both heads for a batch of pairs."""

    def __init__(self, encoder: Path | None = None) -> None:
        super().__init__()
        states = load_file(str((encoder or default_folder()) / "model.safetensors"))
        self.width = states["embeddings.LayerNorm.weight"].shape[0]
        self._frozen = {name: tensor for name, tensor in states.items() if _is_frozen(name)}
        trained = {
            name: tensor for name, tensor in states.items() if name.startswith("encoder.") and not _is_frozen(name)
        }
        self.layers = nn.ParameterDict({_key(name): nn.Parameter(tensor) for name, tensor in trained.items()})
        self.answers = nn.Linear(2 * self.width, 1)
        self.entailment = nn.Linear(2 * self.width, len(LABELS))
        for head in (self.answers, self.entailment):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor, dropout: float = 0.0) -> tuple[Tensor, Tensor]:
        """The logits of ``answers``, shape (rows,), and ``entailment``, shape (rows, 3)."""
        allowed = mask.bool()[:, None, None, :]
        with torch.no_grad():
            states = self._embedded(ids, types)
            for number in range(FROZEN):
                states = self._layer(states, allowed, number)
        for number in range(FROZEN, _LAYERS):
            states = self._layer(states, allowed, number)
        weights = mask[:, :, None].to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        pooled = functional.dropout(torch.cat([states[:, 0], mean], 1), dropout, self.training)
        return self.answers(pooled)[:, 0], self.entailment(pooled)

    def _embedded(self, ids: Tensor, types: Tensor) -> Tensor:
        table = {
            name: self._frozen[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
        }
        total = table["word"][ids] + table["position"][: ids.shape[1]] + table["token_type"][types]
        return self._normalized(total, "embeddings.")

    def _layer(self, states: Tensor, allowed: Tensor, number: int) -> Tensor:
        at = f"encoder.layer.{number}."
        rows, length, width = states.shape
        names = [f"{at}attention.self.{part}" for part in ("query", "key", "value")]
        weight = torch.cat([self._weight(f"{name}.weight") for name in names])
        bias = torch.cat([self._weight(f"{name}.bias") for name in names])
        mixed = functional.linear(states, weight, bias).view(rows, length, 3, _HEADS, width // _HEADS)
        query, key, value = mixed.permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=allowed)
        attended = attended.transpose(1, 2).reshape(rows, length, width)
        states = self._normalized(
            states + self._linear(attended, f"{at}attention.output.dense"), f"{at}attention.output."
        )
        inner = functional.gelu(self._linear(states, f"{at}intermediate.dense"))
        return self._normalized(states + self._linear(inner, f"{at}output.dense"), f"{at}output.")

    def _linear(self, states: Tensor, name: str) -> Tensor:
        return functional.linear(states, self._weight(f"{name}.weight"), self._weight(f"{name}.bias"))

    def _normalized(self, states: Tensor, at: str) -> Tensor:
        weight, bias = self._weight(f"{at}LayerNorm.weight"), self._weight(f"{at}LayerNorm.bias")
        return functional.layer_norm(states, (self.width,), weight, bias, _EPSILON)

    def _weight(self, name: str) -> Tensor:
        return self._frozen[name] if name in self._frozen else self.layers[_key(name)]


def open_tokenizer() -> Tokenizer:
    """The encoder's tokenizer, without padding and truncation."""
    tokenizer = Tokenizer.from_file(str(default_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def tensors(batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """The arrays of a batch as ``Network`` takes them."""
    return torch.from_numpy(batch.ids), torch.from_numpy(batch.mask), torch.from_numpy(batch.types)


def save(network: Network, path: Path, metadata: dict[str, Any]) -> None:
    """Writes what was trained, as fp16. ``metadata``: texts, or what JSON can hold."""
    path.parent.mkdir(parents=True, exist_ok=True)
    states = {_name(key): tensor.detach().half().contiguous() for key, tensor in network.layers.items()}
    for head in ("answers", "entailment"):
        layer: nn.Linear = getattr(network, head)
        states[f"{head}.weight"], states[f"{head}.bias"] = layer.weight.detach().half(), layer.bias.detach().half()
    texts = {
        key: value if isinstance(value, str) else json.dumps(value, sort_keys=True) for key, value in metadata.items()
    }
    partial = path.with_suffix(".partial")
    save_file(states, str(partial), texts)
    partial.replace(path)


def read(path: Path) -> tuple[Network, dict[str, str]]:
    """A trained network and the metadata of its file."""
    network = Network().eval()
    with safe_open(str(path), "pt") as file, torch.no_grad():
        for key, tensor in network.layers.items():
            tensor.copy_(file.get_tensor(_name(key)))
        for head in (network.answers, network.entailment):
            name = "answers" if head is network.answers else "entailment"
            head.weight.copy_(file.get_tensor(f"{name}.weight"))
            head.bias.copy_(file.get_tensor(f"{name}.bias"))
        return network, dict(file.metadata())


def _is_frozen(name: str) -> bool:
    return name.startswith("embeddings.") or any(name.startswith(f"encoder.layer.{n}.") for n in range(FROZEN))


def _key(name: str) -> str:
    """A name that torch allows for a parameter, without full stops."""
    return name.replace(".", "|")


def _name(key: str) -> str:
    return key.replace("|", ".")
