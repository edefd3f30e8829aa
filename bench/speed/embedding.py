"""How fast texts become vectors: by plain sentence-transformers, compiled, and at the machine's own peak."""

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
from index.embedding.compiled import CompiledEmbedder, import_openvino
from index.errors import ModelError
from index.snapshot.generation import Generation
from index.storage.store import Store
from index.text.reading_copy import reading_copy

_PRODUCTS = 8  # matrix products of one inference of the peak's model
_ROWS = (256, 1024, 4096)  # token counts it is tried with


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a transformer decides its work: layers, width, and width of the feed-forward part."""

    layers: int
    width: int
    inner: int


@dataclass(frozen=True, slots=True)
class Embedding:
    """Medians over ``repeats`` interleaved rounds. ``plain`` and ``compiled`` in texts a second; ``work`` in FLOP a
    text on average; ``reached`` and ``peak`` in FLOP/s, both in ``precision``."""

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
    document, passage = store.passage(number)
    return reading_copy(passage.text, store.source(document).title, passage.heading)


def measure(library: Path, count: int, repeats: int) -> Embedding:
    """Plain and compiled take turns with the same texts, and the peak is taken in between. Raises ModelError when the
    library's model does not run compiled."""
    texts = sample(library, count)
    compiled = _compiled(library)
    plain = reference.load(compiled.name, "cpu")
    products = _products(_shape(plain))
    runs: dict[str, Callable[[], Any]] = {
        "plain": lambda: plain.encode(texts, show_progress_bar=False),
        "compiled": lambda: compiled.encode(texts),
    }
    compiled.encode(texts)  # each length's shape is prepared once, as the first documents of an ingest do
    plain.encode(texts[:32], show_progress_bar=False)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    peaks: list[list[float]] = [[] for _ in products]
    for _ in range(repeats):
        for name, run in runs.items():
            seconds[name].append(_seconds(run))
        for place, product in enumerate(products):
            peaks[place].append(product())
    tokens = [min(tokens, compiled.max_tokens) + 2 for tokens in compiled.count(texts)]
    work = flops(tokens, _shape(plain))
    took = median(seconds["compiled"])
    return Embedding(
        texts=len(texts),
        repeats=repeats,
        precision=compiled.precision,
        plain=len(texts) / median(seconds["plain"]),
        compiled=len(texts) / took,
        work=work / len(texts),
        reached=work / took,
        peak=max(map(median, peaks)),
    )


def _compiled(library: Path) -> CompiledEmbedder:
    folder = library / "models" / Generation.open(library).manifest.fingerprint
    card = json.loads((folder / "embedder.json").read_text(encoding="utf-8"))
    if not card["compiled"]:
        raise ModelError(f"The model {card['name']} does not run compiled. Measure a library of another model.")
    return CompiledEmbedder(folder, card, throughput=True)


def _seconds(run: Callable[[], Any]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _shape(model: Any) -> Shape:
    """Of a sentence-transformers model whose first part is a BERT-like transformer."""
    config = model[0].auto_model.config
    return Shape(config.num_hidden_layers, config.hidden_size, config.intermediate_size)


def flops(tokens: Sequence[int], shape: Shape) -> float:
    """Floating-point operations that texts of so many tokens (the model's marks included) need, without padding.

    Kaplan et al. 2020 (arXiv 2001.08361), table 1, where a multiplication and an addition count as two: for each token
    and layer 2·(4d² + 2·d·f) in the projections and the feed-forward part, and in the attention, which looks both ways
    here, 2·2·n·d for the products with keys and with values. Norms, softmax and embeddings are left out.
    """
    layers, width, inner = shape.layers, shape.width, shape.inner
    return float(sum(layers * n * (2 * (4 * width**2 + 2 * width * inner) + 4 * n * width) for n in tokens))


# the machine's own peak ---------------------------------------------------------------------------------------------


def _products(shape: Shape) -> list[Callable[[], float]]:
    """Ways to reach the peak, each a function that measures FLOP/s once; the best of them counts."""
    return [*(_chain(shape, rows) for rows in _ROWS), *(_plain_product(shape, rows) for rows in _ROWS[-1:])]


def _chain(shape: Shape, rows: int) -> Callable[[], float]:
    """Nothing but the feed-forward part's matrix products, one after the other, in the precision that OpenVINO chooses
    for the model itself, by as many requests at once as it advises."""
    openvino = import_openvino()
    from openvino import opset13

    random = np.random.default_rng(0)
    inputs = node = opset13.parameter([rows, shape.width], np.float32)
    for place in range(_PRODUCTS):
        size = (shape.inner, shape.width) if place % 2 else (shape.width, shape.inner)
        weights = random.standard_normal(size, np.float32) / np.float32(np.sqrt(size[0]))
        node = opset13.matmul(node, opset13.constant(weights), False, False)
    model = openvino.Core().compile_model(openvino.Model([node], [inputs]), "CPU", {"PERFORMANCE_HINT": "THROUGHPUT"})
    queue = openvino.AsyncInferQueue(model)
    given = random.standard_normal((rows, shape.width), np.float32)
    rounds = max(len(queue), _ROWS[-1] // rows)

    def run() -> None:
        for _ in range(rounds):
            queue.start_async({0: given})
        queue.wait_all()

    run()
    work = 2.0 * rounds * _PRODUCTS * rows * shape.width * shape.inner
    return lambda: work / _seconds(run)


def _plain_product(shape: Shape, rows: int) -> Callable[[], float]:
    """One product by numpy, in single precision: no more than a lower bound where the model runs in bf16."""
    random = np.random.default_rng(0)
    left = random.standard_normal((rows, shape.inner), np.float32)
    right = random.standard_normal((shape.inner, shape.width), np.float32)
    return lambda: 2.0 * rows * shape.inner * shape.width / _seconds(lambda: left @ right)
