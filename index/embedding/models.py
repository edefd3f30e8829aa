"""Converts a sentence-transformers model, once, to files that search opens without torch."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from index import disk
from index.disk import Entry
from index.embedding import cache
from index.embedding.compiled import CompiledEmbedder, Embedder, compiled_damage, import_openvino
from index.embedding.reference import (
    DEFAULT,
    ReferenceEmbedder,
    accelerator,
    check_default,
    default_folder,
    load,
)
from index.errors import ModelError

_REPAIR = "Run: python -m index verify --repair"


def open_embedder(fingerprint: str, models: Path, *, ingest: bool = False) -> Embedder:
    """The prepared model. ``ingest``: tune it for throughput, and use a graphics processor if there is one.

    Raises ModelError when the model was never prepared here or its files are damaged.
    """
    folder = cache.model_folder(fingerprint, models)
    card = read_card(folder)
    if not card["compiled"] or (ingest and accelerator()):
        return ReferenceEmbedder(card)
    return CompiledEmbedder(folder, card, throughput=ingest)


def read_card(folder: Path, name: str = cache.CARD) -> dict[str, Any]:
    """What is known of a prepared model, whose card has this name. Raises ModelError when a file is missing or not as
    it was written."""
    card = _read_card(folder, name)
    change = disk.first_change(folder, card_files(card), folder / "times")
    if change:
        raise ModelError(f"{change}. {_REPAIR}")
    return card


def write_card(folder: Path, card: dict[str, Any], name: str = cache.CARD) -> None:
    """Write the card of a converted model, with what its files are now, as the last of them. ``card``: its fingerprint
    is the name that the folder is to have."""
    files = {path.name: list(disk.entry(path)) for path in sorted(folder.iterdir())}
    card = {**card, "files": files} if files else card
    (folder / name).write_text(json.dumps({**card, "checksum": _checksum(card)}, indent=1), encoding="utf-8")


def _read_card(folder: Path, name: str) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
        checksum = card.pop("checksum", None)  # earlier versions wrote none
        if card["fingerprint"] != folder.name or checksum not in (None, _checksum(card)):
            raise ValueError("checksum")
        if checksum is None and any(isinstance(known, list) for known in card.get("files", {}).values()):
            raise ValueError("checksum")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"The model {folder.name} is missing from {folder.parent}, or damaged. {_REPAIR}") from error
    return card


def _checksum(card: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()


def card_files(card: dict[str, Any]) -> dict[str, Entry]:
    """The files of a converted model; empty for one that is not converted."""
    return {name: Entry(*known) for name, known in card.get("files", {}).items() if isinstance(known, list)}


def find_damage(folder: Path, name: str = cache.CARD) -> list[str]:
    """A line for each damaged or missing file of a prepared model, whose card has this name; reads every file."""
    try:
        card = _read_card(folder, name)
    except ModelError:
        return [f"the model in {folder.name} is missing or damaged"]
    shown = f"models/{folder.name}"
    damage = []
    for file, known in card.get("files", {}).items():
        path, digest = folder / file, known if isinstance(known, str) else Entry(*known).digest
        if not path.is_file():
            damage.append(f"{shown}/{file} is missing")
        elif disk.file_digest(path) != digest:
            damage.append(f"{shown}/{file} was changed after it was written")
    return damage + [f"{shown}/{change}" for change in compiled_damage(folder)]


def prepare(name: str | None, models: Path) -> str:
    """Prepare a model for this machine, unless it is prepared already, and return its fingerprint. Needs torch the
    first time.

    ``name`` is a folder, a hub name, or None for the default, whose weights are checked. ``models``: the library's own
    folder of models, used where the machine's cannot be written. Nothing is downloaded unless ``name`` is a hub name
    that is not on this machine. Raises ModelError.
    """
    name = name or DEFAULT
    folder = default_folder() if name == DEFAULT else Path(name)
    if name == DEFAULT:
        check_default(folder)
    origin = _origin(folder) if folder.is_dir() else None
    known = origin and cache.remembered(origin, models)
    if known:
        return known
    model = load(name, "cpu")
    card = _card(name, model)
    fingerprint = str(card["fingerprint"])
    cache.keep(fingerprint, models, lambda partial: _write(card, model, partial))
    if origin:
        cache.remember(origin, fingerprint)
    return fingerprint


def _origin(folder: Path) -> str:
    """A digest of a model's files and of the libraries that read them: with the same one, the fingerprint is the
    same."""
    versions = [version(name) for name in ("sentence-transformers", "openvino")]
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    parts = [*versions, *(f"{path.relative_to(folder).as_posix()} {disk.file_digest(path)}" for path in files)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _write(card: dict[str, Any], model: Any, folder: Path) -> None:
    """Write what search needs of a model; the card last."""
    if card["compiled"]:
        model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        _compile(model, folder)
    write_card(folder, card)


def _card(name: str, model: Any) -> dict[str, Any]:
    """What search must know about the model. The fingerprint covers everything that influences a vector."""
    kinds = [type(module).__name__ for module in model]
    pooling = _pooling(model, kinds)
    limit = int(model.max_seq_length or 512)
    special = len(model.tokenizer("", truncation=False)["input_ids"])
    prompts = {kind: text for kind, text in (model.prompts or {}).items() if text}
    fast = getattr(model.tokenizer, "backend_tokenizer", None) is not None and special == 2
    settings = json.dumps([kinds, pooling, limit, prompts], sort_keys=True).encode()
    digest = hashlib.sha256(settings)
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
    if fast:
        digest.update(model.tokenizer.backend_tokenizer.to_str().encode())
    return {
        "name": name,
        "fingerprint": digest.hexdigest()[:16],
        "dimension": int(model.get_embedding_dimension()),
        "max_tokens": limit - special,
        "pooling": pooling,
        "prompts": prompts,
        "compiled": fast and pooling is not None,
    }


def _pooling(model: Any, kinds: list[str]) -> str | None:
    """``mean`` or ``cls`` if the model is a plain chain of modules that can be compiled, else None."""
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return None
    mode = model[1].get_pooling_mode_str() if hasattr(model[1], "get_pooling_mode_str") else model[1].pooling_mode
    return {"mean": "mean", "cls": "cls"}.get(str(mode))


def _compile(model: Any, folder: Path) -> None:
    """Write the transformer alone in OpenVINO's format, in full precision."""
    import torch

    transformer = model[0].auto_model.eval()

    class Encoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            return self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    convert_module(Encoder(), ("input_ids", "attention_mask"), folder)


def convert_module(module: Any, inputs: Sequence[str], folder: Path, *, half: bool = False) -> None:
    """Write a torch module as ``model.xml`` in ``folder``. ``inputs``: the names of its inputs, each an array of token
    numbers. ``half``: its weights as fp16, which takes half the memory."""
    openvino = import_openvino(converter=True)
    import torch
    from openvino.tools.ovc import convert_model

    example = torch.ones(2, 8, dtype=torch.int64)
    with warnings.catch_warnings():  # tracing warns about branches that these models do not take
        warnings.simplefilter("ignore")
        converted = convert_model(module, example_input=dict.fromkeys(inputs, example))
    openvino.save_model(converted, str(folder / "model.xml"), compress_to_fp16=half)
