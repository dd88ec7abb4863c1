"""How much the loss hangs on each head: the gradient at a gate on its output (Michel et al. 2019)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bert_core.errors import TextError
from bert_core.measures.enough_memory import enough_memory
from bert_core.pretraining.masking import DRAWS, Masking, mask

if TYPE_CHECKING:
    from bert_core.bert import Bert

_BATCH_BYTES = 2**28
"""What a batch may keep for its backward pass, about; never less than one example is computed at once."""
_WINDOW = 64
"""So many examples are read ahead and sorted by length, so that little of a batch is padding."""


@dataclass(frozen=True)
class Example:
    """A text, or a pair of texts, and whether the second really follows the first (the label of the pair)."""

    text_a: str
    text_b: str | None = None
    is_next: bool = True


class Importance(NamedTuple):
    """The means so far.

    heads  float64 [L, A], in nats: E_x |dL/dxi_h| over the examples that counted; NaN while none has
    done   examples read
    used   those of them that had a loss: a text without a word, or a single one without a masked-word head, has none
    """

    heads: NDArray[np.float64]
    done: int
    used: int


class Prepared(NamedTuple):
    """An example as the model reads it, and what it is asked."""

    ids: NDArray[np.int64]  # as read, [S]
    segments: NDArray[np.int64]  # [S]
    places: NDArray[np.int64]  # of the pieces asked for
    targets: NDArray[np.int64]
    label: int | None  # 0: B follows A, 1: it does not; None: not asked


def head_importance(
    bert: Bert, examples: Iterable[Example | str | tuple[str, str]], *, seed: int = 0
) -> NDArray[np.float64]:
    """I_h = E_x |dL(x)/dxi_h| at xi = 1, where xi_h multiplies the output of head h: float64 [L, A], in nats.

    examples  texts or pairs; a plain pair is taken for a true continuation, see Example. Cut to what the model can read

    L(x) is the mean loss over the masked pieces of x, plus the next-sentence loss of a pair: what the model was
    pretrained for. 15 % of the pieces are chosen, of these 80 % become [MASK], 10 % another piece, 10 % stay; where
    none is chosen, the one is that comes nearest to it. An example's choice depends on the seed and on its number only.
    The absolute value is taken example by example. Where the model lacks one of the two heads, the other's loss counts
    alone; without a masked-word head nothing is masked. Not normalised by layer here. Michel et al. 2019, "Are Sixteen
    Heads Really Better than One?".

    Raises TextError where the model has neither head, or no example has a loss; MemoryShortage. See `importances` for
    progress, and to stop in between.
    """
    last = None
    for so_far in importances(bert, examples, seed=seed):
        last = so_far
    if last is None or not last.used:
        raise TextError(
            "There is nothing to measure importance on: no text has a word to mask, and no pair is asked about.",
            remedy="Give texts with words in them.",
        )
    return last.heads


def importances(
    bert: Bert,
    examples: Iterable[Example | str | tuple[str, str]],
    *,
    seed: int = 0,
    pace: float | None = None,
) -> Iterator[Importance]:
    """The running means after every batch; all else as in `head_importance`.

    pace  seconds that a batch may take, about: it begins with one example, and becomes as large as the time allows

    At most 64 examples are held, and the batches are so small that a backward pass takes some 256 MB, or what a single
    example needs. Raises TextError at once where the model has neither head.
    """
    if isinstance(examples, str):
        raise ValueError("a single text; expected several")
    if bert.module.mlm is None and bert.module.nsp is None:
        raise TextError(
            "This model has neither a masked-word head nor a next-sentence head, so it has no loss.",
            remedy="Load a checkpoint that kept its pretraining heads.",
        )
    return _importances(bert, examples, seed, _Pace(pace))


def _importances(
    bert: Bert, examples: Iterable[Example | str | tuple[str, str]], seed: int, pace: _Pace
) -> Iterator[Importance]:
    config = bert.config
    rule, stream = Masking.of(bert.tokenizer), enumerate(examples)
    total = np.zeros((config.num_hidden_layers, config.num_attention_heads))
    done = used = 0
    while window := list(islice(stream, _WINDOW)):
        made = [prepared(bert, rule, as_example(given), (seed, number)) for number, given in window]
        ready = sorted((one for one in made if one is not None), key=lambda one: len(one.ids))
        done += len(made) - len(ready)
        for batch in _batches(bert, ready, pace):
            began = monotonic()
            total += _gradients(bert, batch)
            pace.took(len(batch) * _bytes(bert, batch[-1]), monotonic() - began)
            done, used = done + len(batch), used + len(batch)
            yield Importance(total / used, done, used)
        if not ready:
            yield Importance(total / used if used else np.full_like(total, np.nan), done, used)


def as_example(given: Example | str | tuple[str, str]) -> Example:
    """A plain text or pair as an example."""
    if isinstance(given, Example):
        return given
    return Example(given) if isinstance(given, str) else Example(*given)


def prepared(bert: Bert, rule: Masking, example: Example, seed: tuple[int, int]) -> Prepared | None:
    """Tokenized and masked; None where there is nothing to ask."""
    second = example.text_b if example.text_b and example.text_b.strip() else None
    encoding = bert.tokenizer.encode(example.text_a, second)
    ids = np.array([encoding.ids], dtype=np.int64)
    segments = np.minimum(np.array(encoding.segment_ids, dtype=np.int64), bert.config.type_vocab_size - 1)
    label = None if second is None or bert.module.nsp is None else int(not example.is_next)
    ordinary = rule.is_ordinary[ids[0]]
    if bert.module.mlm is None or not ordinary.any():
        nothing = np.empty(0, np.int64)
        return None if label is None else Prepared(ids[0], segments, nothing, nothing, label)
    draws = np.random.default_rng(seed).random((1, DRAWS, ids.shape[1]))
    enough = float(np.nextafter(draws[0, 0][ordinary].min(), 1.0))
    masked = mask(ids, rule, draws, max(rule.recipe.share, enough))
    return Prepared(masked.ids[0], segments, masked.positions, masked.targets, label)


class _Pace:
    """How many bytes a batch may have, from how long those before it took."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self.most: float = _BATCH_BYTES if seconds is None else 0

    def took(self, size: int, seconds: float) -> None:
        """A batch of that size did; a single slow one is no reason to grow more than twofold after it."""
        if self._seconds is not None:
            fitting = size * self._seconds / max(seconds, 1e-6)
            self.most = min(_BATCH_BYTES, fitting, 2 * max(self.most, size))


def _bytes(bert: Bert, one: Prepared) -> int:
    """What an example keeps for its backward pass, about."""
    config, size = bert.config, len(one.ids)
    numbers = 2 * config.num_attention_heads * size**2
    numbers += size * (8 * config.hidden_size + 2 * config.intermediate_size)
    return 4 * (numbers * config.num_hidden_layers + 3 * len(one.places) * config.vocab_size)


def _batches(bert: Bert, ready: list[Prepared], pace: _Pace) -> Iterator[list[Prepared]]:
    """Neighbours together, as many as the pace allows; ready is sorted by length."""
    batch = list[Prepared]()
    for one in ready:
        if batch and _bytes(bert, one) * (len(batch) + 1) > pace.most:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _gradients(bert: Bert, batch: list[Prepared]) -> NDArray[np.float64]:
    """The sum over a batch of |dL(x)/dxi_h|, float64 [L, A]: one gate per example and head, losses summed."""
    config, count, size = bert.config, len(batch), max(len(one.ids) for one in batch)
    pad = bert.tokenizer.sep_id if bert.tokenizer.pad_id is None else bert.tokenizer.pad_id
    ids, segments = np.full((count, size), pad, np.int64), np.zeros((count, size), np.int64)
    present = np.zeros((count, size), np.float32)
    for row, one in enumerate(batch):
        ids[row, : len(one.ids)], segments[row, : len(one.ids)] = one.ids, one.segments
        present[row, : len(one.ids)] = 1.0
    what = f"take gradients of {count} texts of up to {size} pieces"
    with enough_memory(what), torch.inference_mode(False), torch.enable_grad():
        shape = (count, config.num_hidden_layers, config.num_attention_heads)
        gates = torch.ones(shape, device=bert.device, requires_grad=True)
        there = (torch.from_numpy(array).to(bert.device) for array in (ids, segments, present))
        loss = _loss(bert, batch, size, gates, *there)
        (gradient,) = torch.autograd.grad(loss, gates)
        summed: NDArray[np.float64] = gradient.abs().cpu().double().sum(0).numpy()
        return summed


def _loss(
    bert: Bert,
    batch: list[Prepared],
    size: int,
    gates: Tensor,
    ids: Tensor,
    segments: Tensor,
    present: Tensor,
) -> Tensor:
    """The sum of the examples' losses; the last layer is computed only where something is asked."""
    module, device = bert.module, bert.device
    pairs = [row for row, one in enumerate(batch) if one.label is not None]
    pieces = np.concatenate([row * size + one.places for row, one in enumerate(batch)])
    rows = torch.from_numpy(np.concatenate([pieces, np.array(pairs, np.int64) * size])).to(device)
    hidden = module(ids, segments, present, gates, rows)
    loss = hidden.new_zeros(())
    if len(pieces):
        assert module.mlm is not None
        logits = module.mlm(hidden[: len(pieces)], module.embeddings.word_embeddings.weight)
        targets = torch.from_numpy(np.concatenate([one.targets for one in batch])).to(device)
        share = np.concatenate([np.full(len(one.places), 1 / max(len(one.places), 1)) for one in batch])
        losses = torch.nn.functional.cross_entropy(logits.float(), targets, reduction="none")
        loss = loss + losses @ torch.from_numpy(share).to(device, torch.float32)
    if pairs:
        assert module.nsp is not None and module.pooler is not None
        logits = module.nsp(module.pooler(hidden[len(pieces) :, None]))
        labels = torch.tensor([one.label for one in batch if one.label is not None], device=device)
        loss = loss + torch.nn.functional.cross_entropy(logits.float(), labels, reduction="sum")
    return loss
