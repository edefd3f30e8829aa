"""Teaches the reader, in processes of one thread that share their gradients.

Two threads in one process are far slower on a busy machine. Steps of questions and of claims alternate by chance, the
same in every process; each process takes its own part of a step's batch.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import torch
import torch.distributed as share
from torch import Tensor, nn
from torch.nn import functional

from bench.reader.calibration import metadata
from bench.reader.claims import Claim
from bench.reader.network import LABELS, Network, open_tokenizer, save, tensors
from bench.reader.preparation import material
from bench.reader.questions import AnswerList
from index.reader.pairs import ANSWER_TOKENS, PairTokens, TextPair, padded, readings

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the reader is taught. ``steps`` bounds the work where ``minutes`` does not."""

    seed: int = 1
    processes: int = 2
    minutes: float | None = None
    steps: int = 4600
    lists: int = 6
    """Lists of a process in a step of questions."""
    claims: int = 28
    """Claims of a process in a step of claims."""
    questions: float = 0.6
    """Share of steps that are of questions."""
    rate: float = 1.5e-4
    head_rate: float = 1.5e-3
    warm_up: float = 0.04
    """Share of the time in which the rate rises."""
    decay: float = 0.01
    dropout: float = 0.1
    """Of the pooled states."""
    binary: float = 0.25
    """Weight of the binary loss beside the listwise one."""
    neither: float = 1.4
    """Weight of claims of which the evidence says neither."""
    claim_tokens: int = 128


CHECKPOINT_SECONDS = 480.0
_REPORT = 25  # steps between lines
_WINDOW = 8  # batches whose rows are sorted by length together
_DEV_LISTS, _DEV_CLAIMS = 120, 400
"""Held-out rows of a checkpoint's figures."""
_CALIBRATION = 4  # times as many rows for the last one


def train(work: Path, out: Path, recipe: Recipe) -> None:
    """Teaches the reader what ``preparation.write`` left in ``work``; writes the weights to ``out``."""
    with tempfile.TemporaryDirectory(prefix="sourcewise-reader-") as folder:
        arguments = (work, out, recipe, f"{folder}/meeting")
        torch.multiprocessing.spawn(  # type: ignore[attr-defined, no-untyped-call]
            _process, arguments, nprocs=recipe.processes
        )


def _process(rank: int, work: Path, out: Path, recipe: Recipe, meeting: str) -> None:
    torch.set_num_threads(1)
    store = share.FileStore(meeting, recipe.processes)  # type: ignore[attr-defined]
    share.init_process_group("gloo", store=store, rank=rank, world_size=recipe.processes)
    try:
        _Trainer(rank, work, out, recipe).run()
    finally:
        share.destroy_process_group()


class _Trainer:
    """One of the processes. All have the same weights at all times."""

    def __init__(self, rank: int, work: Path, out: Path, recipe: Recipe) -> None:
        self.rank, self.out, self.recipe = rank, out, recipe
        torch.manual_seed(recipe.seed)
        self.network = Network().train()
        heads = [*self.network.answers.parameters(), *self.network.entailment.parameters()]
        groups = [
            {"params": list(self.network.layers.parameters()), "base": recipe.rate},
            {"params": heads, "base": recipe.head_rate},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.99), weight_decay=recipe.decay)
        self.parameters: list[nn.Parameter] = [p for group in groups for p in group["params"]]  # type: ignore[attr-defined]
        self.tokenizer = open_tokenizer()
        self.taught, self.dev = material(work, dev=False), material(work, dev=True)
        self.begun = self.saved = time.monotonic()
        torch.manual_seed(recipe.seed + 1 + rank)  # of the dropout

    def run(self) -> None:
        recipe = self.recipe
        lists = _batches(self.taught.lists, recipe.lists, self.rank, recipe)
        claims = _batches(self.taught.claims, recipe.claims, self.rank, recipe)
        chance, done, losses = random.Random(recipe.seed), 0.0, {"lists": 0.0, "claims": 0.0}
        step = 0
        while done < 1.0:
            kind = "lists" if chance.random() < recipe.questions else "claims"
            loss = self._list_loss(next(lists)) if kind == "lists" else self._claim_loss(next(claims))
            loss.backward()  # type: ignore[no-untyped-call]
            step += 1
            done = self._update(done, step)
            value = float(loss.detach())
            losses[kind] = value if not losses[kind] else 0.95 * losses[kind] + 0.05 * value
            if step % _REPORT == 0 and self.rank == 0:
                self._report(f"step {step}, {done:.1%}: lists {losses['lists']:.3f}, claims {losses['claims']:.3f}")
            if self._due(done):
                self._checkpoint(step, calibrated=done >= 1.0)

    def _update(self, done: float, step: int) -> float:
        """Shares the gradients, follows them, and returns the share of the work that is done, the same everywhere."""
        recipe = self.recipe
        passed = (time.monotonic() - self.begun) / 60
        share_done = passed / recipe.minutes if recipe.minutes else step / recipe.steps
        flat = torch.cat([_gradient(p).reshape(-1) for p in self.parameters] + [torch.tensor([share_done])])
        share.all_reduce(flat)
        flat /= recipe.processes
        length = flat[:-1].norm()
        flat[:-1] *= torch.clamp(1.0 / (length + 1e-6), max=1.0)
        at = 0
        for parameter in self.parameters:
            parameter.grad = flat[at : at + parameter.numel()].view_as(parameter)
            at += parameter.numel()
        factor = min(done / recipe.warm_up, (1 - done) / (1 - recipe.warm_up)) if step > 1 else 0.0
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * max(factor, 0.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return float(flat[-1])

    def _list_loss(self, lists: Sequence[AnswerList]) -> Tensor:
        scores = self._scores(lists)
        counts = [len(row.sentences) for row in lists]
        listwise, number = scores.new_zeros(()), 0
        targets = torch.zeros_like(scores)
        for row, part, start in zip(lists, torch.split(scores, counts), _starts(counts), strict=True):
            if row.answered:
                listwise = listwise - functional.log_softmax(part, 0)[0]
                targets[start] = 1.0
                number += 1
        binary = functional.binary_cross_entropy_with_logits(scores, targets)
        return listwise / max(number, 1) + self.recipe.binary * binary

    def _scores(self, lists: Sequence[AnswerList]) -> Tensor:
        pairs = [TextPair(row.question, sentence, row.heading) for row in lists for sentence in row.sentences]
        built = readings(self.tokenizer, pairs, ANSWER_TOKENS)
        return self._forward(built)[0]

    def _claim_loss(self, claims: Sequence[Claim]) -> Tensor:
        built = readings(self.tokenizer, [TextPair(c.text, c.evidence) for c in claims], self.recipe.claim_tokens)
        logits = self._forward(built)[1]
        targets = torch.tensor([LABELS.index(claim.label) for claim in claims])
        weight = torch.tensor([1.0, 1.0, self.recipe.neither])
        return functional.cross_entropy(logits, targets, weight)

    def _forward(self, built: Sequence[PairTokens]) -> tuple[Tensor, Tensor]:
        """The logits of all pairs, in two parts of similar length, which saves padding."""
        order = sorted(range(len(built)), key=lambda row: len(built[row].ids))
        half = len(order) // 2
        parts = [part for part in (order[:half], order[half:]) if part]
        with torch.autocast("cpu", torch.bfloat16):  # twice as fast; the weights and their moments stay fp32
            results = [self.network(*tensors(padded(part, built)), dropout=self.recipe.dropout) for part in parts]
        back = torch.argsort(torch.tensor([row for part in parts for row in part]))
        return torch.cat([a.float() for a, _ in results])[back], torch.cat([e.float() for _, e in results])[back]

    def _due(self, done: float) -> bool:
        """Whether it is time for a checkpoint, as the first process decides."""
        due = torch.tensor([float(done >= 1.0 or time.monotonic() - self.saved > CHECKPOINT_SECONDS)])
        share.broadcast(due, 0)
        return bool(due)

    def _checkpoint(self, step: int, *, calibrated: bool) -> None:
        self.saved = time.monotonic()
        if self.rank:
            return
        recipe = {**asdict(self.recipe), "steps": step}
        logits = self._dev_logits(full=calibrated)
        described = metadata(recipe, self.recipe.seed, *logits)
        save(self.network, self.out, described)
        self._report(f"step {step}: written, dev {described['dev']}")

    @torch.no_grad()
    def _dev_logits(self, *, full: bool) -> tuple[list[Tensor], list[bool], Tensor, Tensor]:
        """Scores of lists held out, whether each has an answer, and the logits and labels of claims held out."""
        self.network.eval()
        factor = _CALIBRATION if full else 1
        lists, claims = self.dev.lists[: factor * _DEV_LISTS], self.dev.claims[: factor * _DEV_CLAIMS]
        scores = [self._scores([row]) for row in lists]
        built = readings(self.tokenizer, [TextPair(c.text, c.evidence) for c in claims], self.recipe.claim_tokens)
        order = sorted(range(len(built)), key=lambda row: len(built[row].ids))
        logits = [self.network(*tensors(padded(order[at : at + 32], built)))[1] for at in range(0, len(order), 32)]
        labels = torch.tensor([LABELS.index(claims[row].label) for row in order])
        self.network.train()
        return scores, [row.answered for row in lists], torch.cat(logits), labels

    def _report(self, line: str) -> None:
        print(f"{(time.monotonic() - self.begun) / 60:5.1f} min, {line}", file=sys.stderr, flush=True)


def _batches(rows: Sequence[Row], size: int, rank: int, recipe: Recipe) -> Iterator[list[Row]]:
    """A process's part of batches without end, of rows of similar length, drawn anew in each pass over the rows."""
    chance = random.Random(recipe.seed)
    shared = size * recipe.processes
    while True:
        order = list(rows)
        chance.shuffle(order)
        window = shared * _WINDOW
        for start in range(0, len(order) - window + 1, window):
            part = sorted(order[start : start + window], key=_characters)
            groups = [part[at : at + shared] for at in range(0, window, shared)]
            chance.shuffle(groups)
            for group in groups:
                yield group[rank :: recipe.processes]


def _characters(row: object) -> int:
    if isinstance(row, AnswerList):
        return len(row.question) * len(row.sentences) + sum(map(len, row.sentences))
    assert isinstance(row, Claim)
    return len(row.text) + len(row.evidence)


def _starts(counts: Sequence[int]) -> list[int]:
    return [sum(counts[:row]) for row in range(len(counts))]


def _gradient(parameter: nn.Parameter) -> Tensor:
    return parameter.grad if parameter.grad is not None else torch.zeros_like(parameter)
