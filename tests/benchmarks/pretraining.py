"""Pieces a second of pretraining, against `transformers` BertForPreTraining in an equal loop; and where our time goes.

python -m tests.benchmarks.pretraining [--batch 64x64 32x128 16x256] [--vocabulary 8000] [--dropout 0.1] [--threads 2]

Both read the same drawn and masked pairs with the same weights, and both clip gradients and step a fused AdamW with the
same groups. `transformers` has its labels, -100 where nothing is asked, and its own loss; the faster of its eager and
fused attention counts. Rounds alternate in one process. Where other work keeps the machine busy, --processor-time
leaves out, with one thread, the time that others had the core for.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from bert_core.bench import reference_model
from bert_core.bert import Bert
from bert_core.config import BertConfig
from bert_core.pretraining.batches import Batch
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.pretraining.objective import Pretraining
from bert_core.pretraining.recipe import ModelRecipe, Recipe, Stage
from bert_core.tokenization import Tokenizer
from bert_core.training import optimizers

CPU = torch.device("cpu")
Clock = Callable[[], float]
AGREEMENT = 1e-4
"""How far the two losses of the first batch may lie apart."""


@dataclass(frozen=True)
class Shape:
    """What both train on."""

    rows: int
    length: int
    vocabulary: int
    dropout: float
    shape: ModelRecipe

    @property
    def pieces(self) -> int:
        """A step."""
        return self.rows * self.length


def alternated(tasks: dict[str, Callable[[], object]], rounds: int, clock: Clock) -> dict[str, list[float]]:
    """Seconds of each task in each round, one task after the other, after a first that does not count."""
    for task in tasks.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            began = clock()
            task()
            times[name].append(clock() - began)
    return times


def synthetic_corpus(vocabulary: int, pieces: int = 400_000) -> PieceCorpus:
    """Random pieces, frequent and rare ones as in a language; sentences of 20 pieces, documents of 100 sentences."""
    generator = np.random.default_rng(0)
    ranks = 1 / np.arange(1, vocabulary - 4)
    drawn = generator.choice(len(ranks), size=pieces, p=ranks / ranks.sum()) + 5
    sentences = np.arange(0, pieces + 1, 20)
    return PieceCorpus(drawn.astype(np.uint16), sentences, np.arange(0, len(sentences), 100))


def pretraining(size: Shape) -> Pretraining:
    """Our task, with random weights."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"w{n}" for n in range(size.vocabulary - 5))]
    tokenizer = Tokenizer.from_vocabulary(words, lowercase=True, max_length=size.length)
    recipe = Recipe(pieces=10**12, model=size.shape, stages=(Stage(1.0, size.pieces, ((size.length, 1.0),)),))
    config = BertConfig(
        vocab_size=size.vocabulary,
        hidden_size=size.shape.hidden_size,
        num_hidden_layers=size.shape.num_hidden_layers,
        num_attention_heads=size.shape.num_attention_heads,
        intermediate_size=size.shape.intermediate_size,
        max_position_embeddings=max(256, size.length),
        hidden_dropout_prob=size.dropout,
        attention_probs_dropout_prob=size.dropout,
    )
    bert = Bert.random(config, tokenizer)
    module = bert.module.requires_grad_(True).train()
    return Pretraining(module, tokenizer, recipe, synthetic_corpus(size.vocabulary))


class Ours:
    """The step of `training.loop` for one process."""

    def __init__(self, task: Pretraining, clock: Clock) -> None:
        self.task, self.clock = task, clock
        self.optimizers = optimizers.build(task.module, task.recipe.optimizer)
        self.parameters = [p for _, p in optimizers.named_parameters(task.module)]
        self.times: dict[str, list[float]] = {}

    def loss(self, batch: Batch) -> Tensor:
        """Mean masked-word loss + mean next-sentence loss; sums and counts as the loop has them."""
        counts = self.task.counts(batch)
        sums = self.task.forward(self.task.module, batch, CPU).sums
        return sum((sums[name] / counts[name] for name in self.task.losses), torch.zeros(()))

    def step(self) -> None:
        """One step, its parts timed."""
        marks = [self.clock()]
        (batch,) = self.task.draw(0, 1, 1)
        marks.append(self.clock())
        loss = self.loss(batch)
        marks.append(self.clock())
        loss.backward()  # type: ignore[no-untyped-call]
        marks.append(self.clock())
        nn.utils.clip_grad_norm_(self.parameters, self.task.recipe.optimizer.clip or 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        marks.append(self.clock())
        for name, began, ended in zip(
            ("draw", "forward", "backward", "optimiser"), marks, marks[1:], strict=False
        ):
            self.times.setdefault(name, []).append(ended - began)


class Theirs:
    """The same with a model of `transformers`, its attention "eager" or "sdpa"."""

    def __init__(self, task: Pretraining, attention: str) -> None:
        self.task = task
        bert = task.module.bert
        self.model: Any = reference_model(Bert(bert, task.tokenizer, source="random"))
        if self.model is None:
            raise SystemExit("transformers is not installed: there is nothing to compare with")
        self.model.set_attn_implementation(attention)
        self.model.train().requires_grad_(True)
        recipe = task.recipe.optimizer
        named = dict(self.model.named_parameters()).items()
        plain = [p for name, p in named if p.ndim < 2 or "position" in name or "token_type" in name]
        known = {id(p) for p in plain}
        decayed = [p for _, p in named if id(p) not in known]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed}, {"params": plain, "weight_decay": 0.0}],
            lr=recipe.learning_rate,
            betas=recipe.betas,
            eps=recipe.epsilon,
            weight_decay=recipe.weight_decay,
            fused=True,
        )

    def loss(self, batch: Batch) -> Tensor:
        """As the model gives it for these labels."""
        labels = np.full(batch.masked.ids.shape, -100)
        labels.reshape(-1)[batch.masked.positions] = batch.masked.targets
        loss: Tensor = self.model(
            input_ids=torch.from_numpy(batch.masked.ids),
            token_type_ids=torch.from_numpy(batch.segments),
            attention_mask=None if batch.present is None else torch.from_numpy(batch.present).long(),
            labels=torch.from_numpy(labels),
            next_sentence_label=torch.from_numpy(batch.labels),
        ).loss
        return loss

    def step(self) -> None:
        """One step."""
        (batch,) = self.task.draw(0, 1, 1)
        self.loss(batch).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.task.recipe.optimizer.clip or 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)


def products(size: Shape, share: float) -> Iterator[tuple[int, Callable[[], object]]]:
    """The matrix products of a step of ours, forward and backward, on ready operands: (floating-point operations, do).

    As we compute them: the decoder, and the last layer's output projection and feed-forward, only where something is
    asked. A product of [n, k] by [k, m] has two of like size in its backward pass.
    """
    shape, rows = size.shape, size.pieces
    asked = round(rows * share) + size.rows
    hidden, between, heads = shape.hidden_size, shape.intermediate_size, shape.num_attention_heads
    plain = [(rows, hidden, 3 * hidden)] * shape.num_hidden_layers
    for count in [rows] * (shape.num_hidden_layers - 1) + [asked]:
        plain += [(count, hidden, hidden), (count, hidden, between), (count, between, hidden)]
    plain += [(asked, hidden, hidden), (asked, hidden, size.vocabulary)]
    for n, k, m in plain:
        x, weight, gradient = torch.randn(n, k), torch.randn(m, k), torch.randn(n, m)
        for a, b in ((x, weight.T), (gradient, weight), (gradient.T, x)):
            yield 2 * n * k * m, lambda a=a, b=b: torch.mm(a, b)  # type: ignore[misc]
    many, length, each = size.rows * heads, size.length, hidden // heads
    query, key = torch.randn(many, length, each), torch.randn(many, length, each)
    weights = torch.rand(many, length, length)
    operations = 2 * many * length * length * each
    pairs = ((query, key.mT), (weights, query), (weights.mT, query))
    for a, b in (pairs[0], pairs[1], pairs[1], pairs[2], pairs[0], pairs[2]):
        for _ in range(shape.num_hidden_layers):
            yield operations, lambda a=a, b=b: torch.bmm(a, b)  # type: ignore[misc]


def products_alone(size: Shape, share: float, rounds: int, clock: Clock) -> tuple[float, float]:
    """Seconds of all products of a step, each the median of some rounds, and their floating-point operations."""
    seconds = operations = 0.0
    for count, product in products(size, share):
        seconds += statistics.median(alternated({"": product}, rounds, clock)[""])
        operations += count
    return seconds, operations


def share_of_products(ours: Ours, steps: int = 3) -> tuple[float, list[tuple[str, float]]]:
    """By torch.profiler: the share of matrix products in the time of our step, and of the ten costliest operators."""
    activities = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=activities, acc_events=True) as profiler:
        for _ in range(steps):
            ours.step()
    own = {event.key: event.self_cpu_time_total for event in profiler.key_averages()}
    total = sum(own.values())
    matrix = ("aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm")
    largest = sorted(own.items(), key=lambda entry: -entry[1])[:10]
    return sum(own.get(name, 0.0) for name in matrix) / total, [(name, t / total) for name, t in largest]


def compare(size: Shape, rounds: int, steps: int, clock: Clock) -> None:
    """Print the figures of one shape."""
    task = pretraining(size)
    ours = Ours(task, clock)
    theirs = {kind: Theirs(task, kind) for kind in ("eager", "sdpa")}
    _check_losses(task, ours, theirs)

    def several(step: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            for _ in range(steps):
                step()

        return run

    tasks: dict[str, Callable[[], object]] = {"ours": several(ours.step)}
    tasks |= {kind: several(model.step) for kind, model in theirs.items()}
    times = alternated(tasks, rounds, clock)
    median = {name: statistics.median(values) for name, values in times.items()}
    best = min(theirs, key=lambda kind: median[kind])
    ratio = statistics.median(b / a for a, b in zip(times["ours"], times[best], strict=True))
    speeds = {name: size.pieces * steps / seconds for name, seconds in median.items()}
    print(
        f"{size.rows:3} x {size.length:<4} ours {speeds['ours']:7.0f}, transformers eager {speeds['eager']:6.0f}, "
        f"sdpa {speeds['sdpa']:6.0f} pieces/s; ratio to its better {ratio:.2f}"
    )
    step = {name: statistics.median(values) for name, values in ours.times.items()}
    whole = sum(step.values())
    parts = ", ".join(f"{name} {1000 * t:.1f} ({t / whole:.0%})" for name, t in step.items())
    print(f"    our step {1000 * whole:.1f} ms: {parts}")
    share, largest = share_of_products(ours)
    print(f"    matrix products {share:.0%}; " + ", ".join(f"{name} {part:.1%}" for name, part in largest))
    seconds, operations = products_alone(size, task.recipe.masking.share, 5, clock)
    print(
        f"    products alone {1000 * seconds:.1f} ms, {operations / seconds / 1e9:.0f} GFLOP/s of "
        f"{operations / 1e9:.1f} GFLOP a step: {size.pieces / seconds:.0f} pieces/s if nothing else took time",
        flush=True,
    )


def _check_losses(task: Pretraining, ours: Ours, theirs: dict[str, Theirs]) -> None:
    """Raises SystemExit where the losses of the same batch are not equal; without dropout, which no two draw alike."""
    (batch,) = task.draw(0, 1, 1)
    task.module.eval()
    own = float(ours.loss(batch).detach())
    task.module.train()
    for kind, other in theirs.items():
        other.model.eval()
        loss = float(other.loss(batch).detach())
        other.model.train()
        if abs(own - loss) > AGREEMENT:
            raise SystemExit(f"the losses differ: ours {own:.6f}, transformers ({kind}) {loss:.6f}")


def main() -> None:
    """Read the options, and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.pretraining", description=__doc__)
    parser.add_argument("--batch", nargs="+", default=["64x64"], help="pairs x pieces")
    parser.add_argument("--vocabulary", type=int, default=10_000)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=2, help="a round")
    parser.add_argument("--processor-time", action="store_true", help="with one thread; not wall-clock time")
    given = parser.parse_args()
    if given.processor_time and given.threads != 1:
        parser.error("processor time adds up over threads: it says nothing of more than one")
    clock = process_time if given.processor_time else perf_counter
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)  # as the loop does
    torch.manual_seed(0)
    shape = ModelRecipe(num_hidden_layers=given.layers)
    print(
        f"{shape.num_hidden_layers} layers x {shape.hidden_size}, {shape.num_attention_heads} heads, vocabulary "
        f"{given.vocabulary}, dropout {given.dropout}, float32, {given.threads} threads, torch {torch.__version__}, "
        f"{torch.backends.cpu.get_cpu_capability()}, {given.rounds} rounds of {given.steps} steps, "
        f"{'processor' if given.processor_time else 'wall-clock'} time"
    )
    for batch in given.batch:
        rows, length = (int(number) for number in batch.split("x"))
        compare(Shape(rows, length, given.vocabulary, given.dropout, shape), given.rounds, given.steps, clock)


if __name__ == "__main__":
    main()
