"""The reader's model: converted once from the encoder and what was trained, and run without torch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embedding.models import find_damage
from index.embedding.reference import default_folder, file_digest
from index.errors import ModelError
from index.reader import convert, model
from index.reader.pairs import ANSWER_TOKENS, TextPair, batches, readings

PAIRS = [
    TextPair("When did the mill stop?", "It ground its last corn in 1931.", "The mill"),
    TextPair("", ""),
    TextPair("names of the mill", "The wheel " * 1000),
    TextPair("Was kostet das Korn?", "漢字 😀"),
    *(TextPair("How deep is the pond?", f"It is {'very ' * n}deep.") for n in range(20)),
]
FITTED = {"answers": {"scale": 0.5, "offset": -0.25}, "entailment": {"temperature": 2.0}}


def write_weights(path: Path, **metadata: str) -> None:
    """Weights as training writes them: the encoder's own upper layers, and heads drawn at random."""
    import torch
    from safetensors.torch import load_file, save_file

    own = load_file(default_folder() / "model.safetensors")
    weights = {name: tensor.half() for name, tensor in own.items() if name.startswith(convert._LAYERS)}
    drawn = torch.Generator().manual_seed(1)
    for name, rows in (("answers", 1), ("entailment", 3)):
        weights[f"{name}.weight"] = torch.randn(rows, 768, generator=drawn).half()
        weights[f"{name}.bias"] = torch.randn(rows, generator=drawn).half()
    fitted = {name: json.dumps(value) for name, value in FITTED.items()}
    encoder = file_digest(default_folder() / "model.safetensors")
    save_file(weights, path, {"encoder": encoder, **fitted, **metadata})


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reader") / "weights.safetensors"
    write_weights(path)
    return path


def pin(patch: pytest.MonkeyPatch, path: Path) -> None:
    """Make these the weights of the program."""
    digest = file_digest(path)
    patch.setattr(convert, "WEIGHTS", path)
    patch.setattr(convert, "DIGEST", digest)
    patch.setattr(model, "DIGEST", digest)


@pytest.fixture(scope="module")
def models(weights: Path) -> Path:
    """The folder with the converted reader, made once."""
    with pytest.MonkeyPatch.context() as patch:
        pin(patch, weights)
        patch.setenv("SOURCEWISE_MODELS", str(weights.parent / "models"))
        convert.prepare_reader(weights.parent / "own")
        patch.setattr(convert, "_write", lambda _: pytest.fail("converted again"))
        convert.prepare_reader(weights.parent / "own")
    return weights.parent / "models"


@pytest.fixture
def reader(models: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> model.Reader:
    pin(monkeypatch, weights)
    monkeypatch.setenv("SOURCEWISE_MODELS", str(models))
    return convert.open_reader(models / "own")


def expected_logits(weights: Path) -> Any:
    """What torch computes, pair by pair."""
    import torch
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(default_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    module = convert.reader_module({name: tensor.float() for name, tensor in load_file(weights).items()})
    logits = np.zeros(len(PAIRS), np.float32)
    with torch.no_grad():
        for batch in batches(readings(tokenizer, PAIRS, ANSWER_TOKENS), 1):
            arrays = (batch.ids, batch.mask, batch.types)
            logits[batch.rows] = module(*map(torch.from_numpy, arrays)).numpy()
    return logits


def test_it_computes_what_torch_computes(reader: model.Reader, weights: Path) -> None:
    """In the order of the pairs, calibrated; the compiled model may compute in bf16."""
    answer = expected_logits(weights)
    probabilities = reader.answers(PAIRS)
    np.testing.assert_allclose(probabilities, 1 / (1 + np.exp(-(0.5 * answer - 0.25))), atol=0.08)
    assert reader.answers([]).shape == (0,)


def test_threads_share_it(reader: model.Reader) -> None:
    alone = reader.answers(PAIRS)
    with ThreadPoolExecutor(4) as pool:
        for together in pool.map(reader.answers, [PAIRS] * 8):
            np.testing.assert_allclose(together, alone, atol=1e-6)


def test_it_runs_without_torch(reader: model.Reader, models: Path, weights: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.embedding.models import read_card\n"
        f"from index.reader import TextPair, model; folder = Path({str(models / model.folder_name())!r})\n"
        "model.CompiledReader(folder, read_card(folder, model.CARD)).answers([TextPair('a', 'b')])\n"
        "print(sorted({'torch', 'transformers', 'safetensors'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=900, check=True)
    assert done.stdout.strip() == "[]"


def test_weights_that_are_missing_altered_or_of_another_encoder_are_refused(
    tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, and nothing is written."""
    monkeypatch.setenv("SOURCEWISE_MODELS", str(tmp_path / "machine"))
    other = tmp_path / "other.safetensors"
    with monkeypatch.context() as patch:
        pin(patch, weights)
        patch.setattr(convert, "WEIGHTS", other)
        with pytest.raises(ModelError, match="weights are missing"):
            convert.prepare_reader(tmp_path / "own")
        write_weights(other, encoder="0" * 64)
        with pytest.raises(ModelError, match="were altered"):
            convert.prepare_reader(tmp_path / "own")
    pin(monkeypatch, other)
    with pytest.raises(ModelError, match="made for another encoder"):
        convert.prepare_reader(tmp_path / "own")
    other.write_bytes(b"rubbish")
    pin(monkeypatch, other)
    with pytest.raises(ModelError, match="not as described") as raised:
        convert.prepare_reader(tmp_path / "own")
    assert "\n" not in str(raised.value)
    assert not list(tmp_path.rglob(model.CARD))


@pytest.mark.parametrize("name", ["model.xml", "model.bin", "tokenizer.json"])
def test_a_file_of_the_reader_that_was_altered_is_not_used(
    tmp_path: Path, models: Path, name: str, reader: model.Reader
) -> None:
    """It is named, with what brings it back."""
    folder = tmp_path / "own" / model.folder_name()
    shutil.copytree(models / model.folder_name(), folder)
    with (folder / name).open("r+b") as file:
        file.seek(folder.joinpath(name).stat().st_size // 2)
        file.write(b"\x00~")
    with pytest.raises(ModelError, match=rf"{name} was changed after it was written. Run: .* verify --repair"):
        convert.open_reader(tmp_path / "own")
    assert find_damage(folder, model.CARD) == [f"models/{folder.name}/{name} was changed after it was written"]
