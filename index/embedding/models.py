"""Models made ready: from sentence-transformers to files that search opens without torch, once a model."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

from index.embedding.compiled import CompiledEmbedder, Embedder, import_openvino
from index.embedding.reference import (
    DEFAULT,
    ReferenceEmbedder,
    accelerator,
    check_default,
    default_folder,
    file_digest,
    load,
)
from index.errors import ModelError


def open_embedder(fingerprint: str, models: Path, *, ingest: bool = False) -> Embedder:
    """The prepared model. ``ingest`` asks for throughput and for the graphics processor where there is one.

    Raises ModelError when it was never prepared here or when its files are damaged.
    """
    folder = models / fingerprint
    try:
        card = json.loads((folder / "embedder.json").read_text(encoding="utf-8"))
        compiled = card["compiled"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The embedding model {fingerprint} is missing from {models}. Run: python -m index verify --repair"
        ) from error
    if not compiled or (ingest and accelerator()):
        return ReferenceEmbedder(card)
    return CompiledEmbedder(folder, card, throughput=ingest)


def prepare(name: str | None, models: Path) -> str:
    """Make a model ready under ``models`` and return its fingerprint. Done once a model; needs torch.

    ``name`` is a folder, a hub name, or None for the default, whose weights are checked. Nothing is fetched
    unless ``name`` is a hub name that this machine does not hold. Raises ModelError.
    """
    name = name or DEFAULT
    if name == DEFAULT:
        check_default(default_folder())
    model = load(name, "cpu")
    card = _card(name, model)
    folder = models / card["fingerprint"]
    if (folder / "embedder.json").exists():
        return str(card["fingerprint"])
    partial = models / f"{card['fingerprint']}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    if card["compiled"]:
        model.tokenizer.backend_tokenizer.save(str(partial / "tokenizer.json"))
        _compile(model, partial)
        card["files"] = {path.name: file_digest(path) for path in sorted(partial.iterdir())}
    (partial / "embedder.json").write_text(json.dumps(card, indent=1), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(partial, folder)
    return str(card["fingerprint"])


def _card(name: str, model: Any) -> dict[str, Any]:
    """What search must know of the model. The fingerprint covers all that decides a vector."""
    kinds = [type(module).__name__ for module in model]
    pooling = _pooling(model, kinds)
    limit = int(model.max_seq_length or 512)
    marks = len(model.tokenizer("", truncation=False)["input_ids"])
    prompts = {kind: text for kind, text in (model.prompts or {}).items() if text}
    fast = getattr(model.tokenizer, "backend_tokenizer", None) is not None and marks == 2
    decides = json.dumps([kinds, pooling, limit, prompts], sort_keys=True).encode()
    digest = hashlib.sha256(decides)
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
    if fast:
        digest.update(model.tokenizer.backend_tokenizer.to_str().encode())
    return {
        "name": name,
        "fingerprint": digest.hexdigest()[:16],
        "dimension": int(model.get_embedding_dimension()),
        "max_tokens": limit - marks,
        "pooling": pooling,
        "prompts": prompts,
        "compiled": fast and pooling is not None,
    }


def _pooling(model: Any, kinds: list[str]) -> str | None:
    """``mean`` or ``cls`` for the plain chain that can be compiled, else None."""
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return None
    mode = model[1].get_pooling_mode_str() if hasattr(model[1], "get_pooling_mode_str") else model[1].pooling_mode
    return {"mean": "mean", "cls": "cls"}.get(str(mode))


def _compile(model: Any, folder: Path) -> None:
    """The transformer alone as OpenVINO's own format, in full precision."""
    openvino = import_openvino(converter=True)
    import torch
    from openvino.tools.ovc import convert_model

    transformer = model[0].auto_model.eval()

    class Encoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            return self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    ones = torch.ones(2, 8, dtype=torch.int64)
    with warnings.catch_warnings():  # tracing warns of branches that these models do not take
        warnings.simplefilter("ignore")
        converted = convert_model(Encoder(), example_input={"input_ids": ones, "attention_mask": ones})
    openvino.save_model(converted, str(folder / "model.xml"), compress_to_fp16=False)


def remove_stale(models: Path, keep: str) -> None:
    """Delete half-made conversions that an earlier, killed run left behind."""
    for folder in models.glob("*.partial"):
        if folder.name != f"{keep}.partial":
            shutil.rmtree(folder, ignore_errors=True)
