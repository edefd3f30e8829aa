"""Turns the reader's scores into probabilities, fitted on what was held out from its training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from bench.reader.network import LABELS
from index.disk import file_digest
from index.embedding.reference import default_folder


def metadata(
    recipe: dict[str, Any],
    seed: int,
    scores: Sequence[Tensor],
    answered: Sequence[bool],
    logits: Tensor,
    labels: Tensor,
) -> dict[str, Any]:
    """What the weights' file says of itself, with calibration and figures on held-out rows."""
    flat = torch.cat(list(scores))
    first = [
        answered_list and row == 0
        for part, answered_list in zip(scores, answered, strict=True)
        for row in range(len(part))
    ]
    scale, offset = fitted_scale(flat, torch.tensor(first, dtype=torch.float32))
    ranked = [float(part.argmax() == 0) for part, answered_list in zip(scores, answered, strict=True) if answered_list]
    right = float((logits.argmax(1) == labels).float().mean())
    return {
        "encoder": file_digest(default_folder() / "model.safetensors"),
        "seed": str(seed),
        "recipe": recipe,
        "labels": list(LABELS),
        "answers": {"scale": round(scale, 4), "offset": round(offset, 4)},
        "entailment": {"temperature": round(fitted_temperature(logits, labels), 4)},
        "dev": {"first": round(sum(ranked) / max(len(ranked), 1), 4), "accuracy": round(right, 4)},
    }


def fitted_scale(scores: Tensor, targets: Tensor) -> tuple[float, float]:
    """``a`` and ``b`` of sigmoid(a · score + b), of the least cross-entropy (Platt 1999)."""
    values = torch.tensor([1.0, 0.0], requires_grad=True)
    _minimize(values, lambda: functional.binary_cross_entropy_with_logits(values[0] * scores + values[1], targets))
    return float(values[0].detach()), float(values[1].detach())


def fitted_temperature(logits: Tensor, labels: Tensor) -> float:
    """``t`` of softmax(logits / t), of the least cross-entropy (Guo et al. 2017)."""
    value = torch.zeros((), requires_grad=True)
    _minimize(value, lambda: functional.cross_entropy(logits / value.exp(), labels))
    return float(value.detach().exp())


def _minimize(values: Tensor, loss: Any) -> None:
    optimizer = torch.optim.LBFGS([values], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        with torch.enable_grad():
            result: Tensor = loss()
            result.backward()  # type: ignore[no-untyped-call]
        return result

    optimizer.step(closure)  # type: ignore[no-untyped-call]
