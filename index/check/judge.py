"""A second opinion on a finding by a model that the user names. It is shown as an opinion and never sets a status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from index.embedding.reference import silence_libraries
from index.errors import ModelError


@dataclass(frozen=True, slots=True)
class Opinion:
    """A model's most likely label for a pair of source text and sentence. ``label``: in the model's words. ``share``:
    its probability, 0–1."""

    model: str
    label: str
    share: float


class Judge(Protocol):
    """Gives an opinion on pairs of a source's text and a sentence of the draft. ``name`` is shown with its opinions."""

    name: str

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        """One opinion for each pair, in order."""
        ...


class CrossEncoder:
    """A sentence-transformers cross-encoder with at least two labels, such as a model for entailment."""

    def __init__(self, name: str) -> None:
        """``name``: a folder, or a model on a hub; only the latter is downloaded. Raises ModelError when it cannot be
        opened or has no labels."""
        from sentence_transformers import CrossEncoder as Model  # takes seconds, and torch: only when a judge is named

        silence_libraries()
        try:
            self._model: Any = Model(name)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"The model {name} cannot be opened as a judge. "
                "Name a cross-encoder's folder, or one that its hub has and this machine can reach."
            ) from error
        labels = self._model.config.id2label
        if len(labels) < 2:
            raise ModelError(f"The model {name} gives a score and no labels. Name one that was made for entailment.")
        self.name, self._labels = name, [str(labels[number]) for number in range(len(labels))]

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        if not pairs:
            return []
        shares = self._model.predict(list(pairs), apply_softmax=True, show_progress_bar=False)
        best = [(int(row.argmax()), float(row.max())) for row in shares]
        return [Opinion(self.name, self._labels[number], share) for number, share in best]
