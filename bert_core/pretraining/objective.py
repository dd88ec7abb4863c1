"""Masked words and next sentences as a task of the training loop (Devlin et al. 2018, section 3.1 and appendix A.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from bert_core.checkpoints.assemble import adopt_tensors, canonical_tensors
from bert_core.config import BertConfig
from bert_core.errors import TrainingError
from bert_core.model.bert import BertModule
from bert_core.pretraining.batches import Batch, Batches
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.pretraining.evaluation import evaluate
from bert_core.pretraining.masking import Masking
from bert_core.pretraining.pairs import Pairs, enough
from bert_core.pretraining.recipe import Recipe, Stage
from bert_core.tokenization import Tokenizer
from bert_core.training.task import Outcome

_LENGTHS = 1  # what the choice of a step's length is drawn for, beside the seed


class PretrainingModel(nn.Module):
    """What is trained: BERT, asked only where something is to be guessed.

    The decoder runs at the chosen pieces, the last layer at these and at [CLS]; all else of it would have no gradient.
    """

    def __init__(self, bert: BertModule, *, causal: bool = False) -> None:
        super().__init__()
        self.bert = bert
        self.causal = causal

    def forward(
        self, ids: Tensor, segments: Tensor, present: Tensor | None, positions: Tensor
    ) -> tuple[Tensor, Tensor | None]:
        """ids, segments int64 [B, S], present bool [B, S] or None, positions int64 [P] in [B * S].

        Returns the logits of the pieces [P, V], and of the next sentence [B, 2] where there is a head for it.
        """
        bert, (batch, size) = self.bert, ids.shape
        assert bert.mlm is not None
        allowed = present
        if self.causal:
            allowed = torch.ones(size, size, dtype=torch.bool, device=ids.device).tril()[None]
            if present is not None:
                allowed = allowed & present[:, None, :]
        rows = positions
        if bert.nsp is not None:
            rows = torch.cat([positions, torch.arange(0, batch * size, size, device=ids.device)])
        hidden = bert(ids, segments, allowed, rows=rows)
        pieces = bert.mlm(hidden[: len(positions)], bert.embeddings.word_embeddings.weight)
        if bert.nsp is None or bert.pooler is None:
            return pieces, None
        first = hidden[len(positions) :]
        return pieces, bert.nsp(bert.pooler(first[:, None]))


class Pretraining:
    """The task: `training.task.Task`. Its losses are "mlm" and "nsp", "mlm", or "lm", as the recipe's objective is.

    heldout  what is measured on; None where that is too short for pairs
    Raises TextError where the text to learn from is too short.
    """

    def __init__(
        self,
        bert: BertModule,
        tokenizer: Tokenizer,
        recipe: Recipe,
        train: PieceCorpus,
        heldout: PieceCorpus | None = None,
    ) -> None:
        self.recipe, self.tokenizer = recipe, tokenizer
        self.heldout = heldout if heldout is not None and enough(heldout) else None
        causal = recipe.objective == "causal"
        self.module = PretrainingModel(bert, causal=causal)
        rule = Masking.of(tokenizer, recipe.masking)
        pairs = Pairs(train, recipe.seed, recipe.objective)
        self._batches = Batches(pairs, tokenizer, rule, causal=causal)
        self.losses: tuple[str, ...] = {"mlm+nsp": ("mlm", "nsp"), "mlm": ("mlm",), "causal": ("lm",)}[
            recipe.objective
        ]
        self._step = 0
        self._pieces = 0
        self._examples: dict[int, int] = {}

    def progress(self) -> float:
        return min(1.0, self._pieces / self.recipe.pieces)

    def pieces(self) -> int:
        return self._pieces

    def total_pieces(self) -> int:
        return self.recipe.pieces

    def stage(self) -> Stage:
        """The part of the run that the next step belongs to."""
        progress = self.progress()
        return next((stage for stage in self.recipe.stages if progress < stage.until), self.recipe.stages[-1])

    def draw(self, process: int, processes: int, accumulate: int) -> list[Batch]:
        """The next step's micro-batches of this process; each has a pair at least, so that many make a larger step."""
        stage, masking = self.stage(), self.recipe.masking
        choice = np.random.default_rng([self.recipe.seed, _LENGTHS, self._step])
        shares = np.array([share for _, share in stage.lengths])
        length = stage.lengths[int(choice.choice(len(shares), p=shares / shares.sum()))][0]
        parts = processes * accumulate
        rows = max(parts, stage.batch_pieces // length)
        share = masking.share
        if masking.final_share is not None:
            share += (masking.final_share - masking.share) * self.progress()
        first = self._examples.get(length, 0)
        edges = [first + rows * part // parts for part in range(parts + 1)]
        mine = range(process * accumulate, (process + 1) * accumulate)
        batches = [self._batches.draw(length, range(edges[part], edges[part + 1]), share) for part in mine]
        self._examples[length] = first + rows
        self._pieces += rows * length
        self._step += 1
        return batches

    def counts(self, batch: Batch) -> dict[str, int]:
        counts = {self.losses[0]: len(batch.masked.positions)}
        if "nsp" in self.losses:
            counts["nsp"] = len(batch.labels)
        return counts

    def forward(self, model: nn.Module, batch: Batch, device: torch.device) -> Outcome:
        def there(array: np.ndarray) -> Tensor:
            return torch.from_numpy(array).to(device, non_blocking=True)

        masked = batch.masked
        present = None if batch.present is None else there(batch.present)
        pieces, following = model(there(masked.ids), there(batch.segments), present, there(masked.positions))
        asked = [(self.losses[0], pieces, there(masked.targets))]
        if following is not None:
            asked.append(("nsp", following, there(batch.labels)))
        sums, right = {}, {}
        for name, logits, targets in asked:
            sums[name] = nn.functional.cross_entropy(logits.float(), targets, reduction="sum")
            with torch.no_grad():
                right[name] = (logits.argmax(-1) == targets).sum()
        return Outcome(sums, right)

    def evaluate(self) -> dict[str, float]:
        if self.heldout is None:
            return {}
        return evaluate(
            self.module,
            self.tokenizer,
            self.heldout,
            pairs=self.recipe.evaluation_pairs,
            length=min(128, self.recipe.model.max_position_embeddings),
        ).figures()

    def state(self) -> dict[str, Any]:
        examples = {str(length): number for length, number in self._examples.items()}
        return {"step": self._step, "pieces": self._pieces, "examples": examples}

    def restore(self, state: dict[str, Any]) -> None:
        try:
            self._step, self._pieces = int(state["step"]), int(state["pieces"])
            self._examples = {int(length): int(number) for length, number in state["examples"].items()}
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise TrainingError(f"The checkpoint does not say where the run is: {error}") from error

    def canonical(self) -> tuple[BertConfig, Mapping[str, Tensor]]:
        return self.module.bert.config, canonical_tensors(self.module.bert)

    def adopt(self, weights: Mapping[str, Tensor]) -> None:
        adopt_tensors(self.module.bert, weights)
