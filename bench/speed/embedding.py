"""Measures how fast texts are embedded: by sentence-transformers, by the compiled model, and the machine's peak."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from index.embedding import reference
from index.embedding.cache import CARD, model_folder
from index.embedding.compiled import CompiledEmbedder, import_openvino
from index.errors import ModelError
from index.snapshot.generation import Generation
from index.storage.store import Store
from index.text.reading import reading_copy

_PRODUCTS = 8  # matrix products in the model that measures the peak (a guess)
_ROWS = (256, 1024, 4096)  # numbers of tokens that the peak is measured with (a guess)


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a transformer that determine its work: layers, width, and ``inner``, the feed-forward width."""

    layers: int
    width: int
    inner: int


@dataclass(frozen=True, slots=True)
class Embedding:
    """Medians over ``repeats`` interleaved rounds.

    ``plain`` and ``compiled``: texts a second; ``work``: mean FLOP a text; ``reached`` and ``peak``: FLOP/s, both in
    ``precision``.
    """

    texts: int
    repeats: int
    precision: str
    plain: float
    compiled: float
    work: float
    reached: float
    peak: float


def sample(library: Path, count: int) -> list[str]:
    """At most ``count`` reading copies of passages, spread evenly over the library."""
    passages = Generation.open(library).passages
    chosen = np.linspace(0, len(passages) - 1, min(count, len(passages))).astype(int)
    store = Store.open(library)
    return [_copy(store, int(number)) for number in passages.numbers[chosen]]


def _copy(store: Store, number: int) -> str:
    document, passage = store.documents.passage(number)
    return reading_copy(passage.text, store.documents.source(document).title, passage.heading)


def measure(library: Path, count: int, repeats: int) -> Embedding:
    """Plain and compiled model alternate on the same texts; the peak is measured in between.

    Raises ModelError when the library's model does not run compiled.
    """
    texts = sample(library, count)
    compiled = _compiled(library)
    plain = reference.load(compiled.name, "cpu")
    products = _products(_shape(plain))
    runs: dict[str, Callable[[], Any]] = {
        "plain": lambda: plain.encode(texts, show_progress_bar=False),
        "compiled": lambda: compiled.encode(texts),
    }
    compiled.encode(texts)  # prepares the shape of each text length, as the first documents of an ingest do
    plain.encode(texts[:32], show_progress_bar=False)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    peaks: list[list[float]] = [[] for _ in products]
    for _ in range(repeats):
        for name, run in runs.items():
            seconds[name].append(_seconds(run))
        for product_peaks, product in zip(peaks, products, strict=True):
            product_peaks.append(product())
    tokens = [min(tokens, compiled.max_tokens) + 2 for tokens in compiled.count(texts)]
    work = flops(tokens, _shape(plain))
    compiled_seconds = median(seconds["compiled"])
    return Embedding(
        texts=len(texts),
        repeats=repeats,
        precision=compiled.precision,
        plain=len(texts) / median(seconds["plain"]),
        compiled=len(texts) / compiled_seconds,
        work=work / len(texts),
        reached=work / compiled_seconds,
        peak=max(map(median, peaks)),
    )


def _compiled(library: Path) -> CompiledEmbedder:
    folder = model_folder(Generation.open(library).manifest.fingerprint, library / "models")
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    if not card["compiled"]:
        raise ModelError(f"The model {card['name']} does not run compiled. Measure a library of another model.")
    return CompiledEmbedder(folder, card, throughput=True)


def _seconds(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _shape(model: Any) -> Shape:
    """The shape of a sentence-transformers model that begins with a BERT-like transformer."""
    config = model[0].auto_model.config
    return Shape(config.num_hidden_layers, config.hidden_size, config.intermediate_size)


def flops(tokens: Sequence[int], shape: Shape) -> float:
    """Floating-point operations for texts of these numbers of tokens (special tokens included), without padding.

    Kaplan et al. 2020 (arXiv 2001.08361), table 1, with multiplication and addition as two operations: for each token
    and layer 2·(4d² + 2·d·f) in the projections and the feed-forward part, and in the bidirectional attention 2·2·n·d
    for the products with keys and with values. Norms, softmax and embeddings are ignored.
    """
    layers, width, inner = shape.layers, shape.width, shape.inner
    return float(sum(layers * n * (2 * (4 * width**2 + 2 * width * inner) + 4 * n * width) for n in tokens))


# the machine's own peak ---------------------------------------------------------------------------------------------


def _products(shape: Shape) -> list[Callable[[], float]]:
    """Functions that each measure FLOP/s once, in different ways; the best of them is the peak."""
    return [*(_chain(shape, rows) for rows in _ROWS), *(_plain_product(shape, rows) for rows in _ROWS[-1:])]


def _chain(shape: Shape, rows: int) -> Callable[[], float]:
    """Measures a chain of the feed-forward part's matrix products in OpenVINO, in the precision that it chooses for the
    model, with as many parallel requests as it recommends."""
    openvino = import_openvino()
    from openvino import opset13

    random = np.random.default_rng(0)
    inputs = node = opset13.parameter([rows, shape.width], np.float32)
    for i in range(_PRODUCTS):
        size = (shape.inner, shape.width) if i % 2 else (shape.width, shape.inner)
        weights = random.standard_normal(size, np.float32) / np.float32(np.sqrt(size[0]))
        node = opset13.matmul(node, opset13.constant(weights), False, False)
    model = openvino.Core().compile_model(openvino.Model([node], [inputs]), "CPU", {"PERFORMANCE_HINT": "THROUGHPUT"})
    queue = openvino.AsyncInferQueue(model)
    batch = random.standard_normal((rows, shape.width), np.float32)
    rounds = max(len(queue), _ROWS[-1] // rows)

    def run() -> None:
        for _ in range(rounds):
            queue.start_async({0: batch})
        queue.wait_all()

    run()
    work = 2.0 * rounds * _PRODUCTS * rows * shape.width * shape.inner
    return lambda: work / _seconds(run)


def _plain_product(shape: Shape, rows: int) -> Callable[[], float]:
    """Measures one product in numpy, in single precision: only a lower bound where the model runs in bf16."""
    random = np.random.default_rng(0)
    left = random.standard_normal((rows, shape.inner), np.float32)
    right = random.standard_normal((shape.inner, shape.width), np.float32)
    return lambda: 2.0 * rows * shape.inner * shape.width / _seconds(lambda: left @ right)
