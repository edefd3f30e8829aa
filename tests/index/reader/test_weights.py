"""The weights that the project ships: only what was trained, of the encoder that is installed, with its calibration."""

from __future__ import annotations

import json
from pathlib import Path

from safetensors import safe_open

import index.reader
from index.embedding.reference import _WEIGHTS

FILE = Path(index.reader.__file__).parent / "weights.safetensors"
LARGEST = 16_000_000
"""Bytes that a clone may grow by."""


def test_the_weights_are_four_layers_and_two_heads() -> None:
    with safe_open(str(FILE), "np") as file:
        shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
        kinds = {file.get_slice(name).get_dtype() for name in shapes}
    heads = {name: shape for name, shape in shapes.items() if not name.startswith("encoder.layer.")}
    assert heads == {
        "answers.weight": (1, 768),
        "answers.bias": (1,),
        "entailment.weight": (3, 768),
        "entailment.bias": (3,),
    }
    assert {name.split(".")[2] for name in shapes if name not in heads} == {"2", "3", "4", "5"}
    assert len(shapes) == 4 * 16 + len(heads)
    assert kinds == {"F16"}
    assert FILE.stat().st_size < LARGEST


def test_the_weights_say_what_they_were_made_of() -> None:
    with safe_open(str(FILE), "np") as file:
        metadata = file.metadata()
    assert metadata["encoder"] == _WEIGHTS
    assert json.loads(metadata["labels"]) == ["supports", "contradicts", "neither"]
    assert {"seed", "recipe"} <= set(metadata)
    assert set(json.loads(metadata["answers"])) == {"scale", "offset"}
    assert json.loads(metadata["entailment"])["temperature"] > 0
