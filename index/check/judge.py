"""A second opinion, by a model that the person names: shown as that model's opinion, and never as a status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from index.embedding.reference import silence_libraries
from index.errors import ModelError


@dataclass(frozen=True, slots=True)
class Opinion:
    """The label that a model finds most likely for a sentence held against a source, in the model's own words, and how
    likely it finds it, 0–1."""

    model: str
    label: str
    share: float


class Judge(Protocol):
    """Reads pairs of a source's words and a sentence of the draft. ``name`` is what its opinions are shown under."""

    name: str

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        """One opinion a pair, in order."""
        ...


class CrossEncoder:
    """A sentence-transformers cross-encoder with a label for each outcome, as models for entailment are."""

    def __init__(self, name: str) -> None:
        """``name``: a folder, or a model of a hub, which alone makes anything be fetched. Raises ModelError."""
        from sentence_transformers import CrossEncoder as Model  # takes seconds, and torch: only for who asks for it

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
        return [Opinion(self.name, self._labels[place], share) for place, share in best]
