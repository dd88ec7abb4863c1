"""Fine-tuning as a task of the training loop: epochs of shuffled batches of like length, and figures on a dev set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from bert_core.config import BertConfig
from bert_core.errors import TrainingError
from bert_core.finetuning.batching import epoch_batches, steps_of
from bert_core.finetuning.data_values import Data
from bert_core.finetuning.evaluation import answers, ask, run
from bert_core.finetuning.feature_cache import MOST_BYTES, FeatureCache
from bert_core.finetuning.freezing import freeze
from bert_core.finetuning.kinds import encoded, kind_of
from bert_core.finetuning.metrics import Figures, best_threshold, measure
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.finetuning.rows import Batch, Integers, Rows, collate
from bert_core.finetuning.task_info import TaskName
from bert_core.tokenization import Tokenizer
from bert_core.training.task import Outcome

_WEIGHED: tuple[TaskName, ...] = ("single-sentence", "sentence-pair", "tagging")


class FineTuning:
    """The task: `training.task.Task`. Its one loss is "task", the mean over what is predicted (words, for tags).

    seed   of the order of the examples; None: the recipe's first
    heed   is called while the examples are encoded, and may raise what ends that; the loop puts its own in its place
    After `evaluate`, `last` holds the predictions for the dev examples, in order, and `figures` what they are worth.
    Raises TrainingError where there is nothing to learn from.
    """

    losses: tuple[str, ...] = ("task",)

    def __init__(
        self,
        tuned: TunedModel,
        tokenizer: Tokenizer,
        recipe: FineTuneRecipe,
        train: Data,
        dev: Data | None,
        *,
        seed: int | None = None,
        heed: Callable[[], None] | None = None,
    ) -> None:
        self.module = tuned
        self.tokenizer = tokenizer.with_max_length(
            min(tokenizer.max_length, tuned.config.max_position_embeddings)
        )
        self.recipe, self.train, self.dev = recipe, train, dev
        self._pad_id = self.tokenizer.pad_id or 0
        self.heed: Callable[[], None] = heed or _nothing
        self.last: tuple[Prediction, ...] = ()
        self.figures = Figures({})
        self._seed = recipe.seeds[0] if seed is None else seed
        self._kind = kind_of(tuned.info.task)
        freeze(tuned, layers=recipe.frozen_layers, embeddings=recipe.frozen_embeddings)
        self._rows = self._encoded(train)
        self._dev_rows: Rows | None = None
        self._features = self._cache(self._rows, 3 * MOST_BYTES // 4)
        self._dev_features: FeatureCache | None = None
        self._weights = self._class_weights() if recipe.class_weights else None
        self._step = 0
        self._total = max(1, round(recipe.epochs * self.steps_per_epoch()))
        self._epoch = -1
        self._batches: list[Integers] = []
        self._pieces_before = 0  # of the epochs before this one, and of this one's batches before each step:
        self._pieces_within = np.zeros(1, np.int64)
        self._total_pieces = self._pieces_at(self._total)

    # Where it is

    def lengths(self) -> Integers:
        """Pieces of each unit of the training data (of its longest row): int64 [units]."""
        return self._rows.lengths

    def steps_per_epoch(self) -> int:
        """Steps in which every unit is read once; in question answering a window is a unit."""
        return steps_of(len(self._rows), self.recipe.batch_size)

    def total_steps(self) -> int:
        """Of the whole run."""
        return self._total

    def step(self) -> int:
        """How many are drawn."""
        return self._step

    def epoch(self) -> float:
        """How often all of them were drawn."""
        return self._step / self.steps_per_epoch()

    def examples(self) -> int:
        """How many were drawn so far, each as often as it was; in question answering, windows."""
        whole, steps = divmod(self._step, self.steps_per_epoch())
        if steps == 0:
            return whole * len(self._rows)
        return whole * len(self._rows) + sum(len(units) for units in self._order(whole)[:steps])

    def progress(self) -> float:
        return min(1.0, self._step / self._total)

    def pieces(self) -> int:
        return self._pieces_at(self._step)

    def total_pieces(self) -> int:
        return self._total_pieces

    def state(self) -> dict[str, Any]:
        return {"step": self._step, "null_threshold": self.module.info.null_threshold}

    def restore(self, state: dict[str, Any]) -> None:
        try:
            self._step = int(state["step"])
            threshold = float(state["null_threshold"])
        except (KeyError, ValueError, TypeError) as error:
            raise TrainingError(f"The checkpoint does not say where the run is: {error}") from error
        self.module.info = replace(self.module.info, null_threshold=threshold)

    def canonical(self) -> tuple[BertConfig, Mapping[str, Tensor]]:
        return self.module.canonical()

    def adopt(self, weights: Mapping[str, Tensor]) -> None:
        self.module.adopt(weights)

    # What a step reads

    def draw(self, process: int, processes: int, accumulate: int) -> list[Batch]:
        """The next step's micro-batches of this process. Where a batch is smaller than their number, some read one of
        the others' units again.
        """
        epoch, step = divmod(self._step, self.steps_per_epoch())
        units = self._order(epoch)[step]
        self._step += 1
        parts = processes * accumulate
        if len(units) < parts:
            units = np.resize(units, parts)
        edges = [len(units) * part // parts for part in range(parts + 1)]
        mine = range(process * accumulate, (process + 1) * accumulate)
        return [collate(self._rows, units[edges[part] : edges[part + 1]], self._pad_id) for part in mine]

    def counts(self, batch: Batch) -> dict[str, int]:
        return {"task": len(batch.targets)}

    def forward(self, model: nn.Module, batch: Batch, device: torch.device) -> Outcome:
        features = None if self._features is None else self._features.of(batch)
        logits = run(model, batch, device, features)
        targets = torch.from_numpy(batch.targets).to(device, non_blocking=True)
        weights = None if self._weights is None else self._weights.to(device)
        total, right = self._kind.losses(logits, targets, batch, weights)
        return Outcome({"task": total}, {"task": right})

    # What it has learned

    def evaluate(self) -> dict[str, float]:
        """The dev set's metrics by name, and "dev_loss": the mean over its examples. Without a dev set, nothing.

        Where questions may have no answer, the threshold is set first with which F1 is best, as Devlin et al. 2018 do.
        """
        if self.dev is None or not self.dev.examples:
            return {}
        tuned, examples = self.module, self.dev.examples
        if self._dev_rows is None:
            self._dev_rows = encoded(self.tokenizer, examples, tuned.info, self._heeded)
            self._dev_features = self._cache(self._dev_rows, MOST_BYTES // 4)
        features = None if self._dev_features is None else self._dev_features.of
        outputs = ask(tuned, self._dev_rows, pad_id=self._pad_id, check=self._heeded, features=features)
        found = answers(tuned.info, examples, self._dev_rows, outputs)
        if tuned.info.unanswerable and (threshold := best_threshold(examples, found)) is not None:
            tuned.info = replace(tuned.info, null_threshold=threshold)
            found = answers(tuned.info, examples, self._dev_rows, outputs)
        self.last = tuple(found)
        self.figures = measure(tuned.info.task, examples, found, tuned.info.labels)
        losses = [prediction.loss for prediction in found if prediction.loss is not None]
        loss = {"dev_loss": float(np.mean(losses))} if losses else {}
        return {**self.figures.metrics, **loss}

    def _cache(self, rows: Rows, most_bytes: int) -> FeatureCache | None:
        """Of a BERT that only gives features."""
        if self.module.info.mode == "full":
            return None
        return FeatureCache(self.module, rows, self._pad_id, most_bytes)

    def _encoded(self, data: Data) -> Rows:
        """What is learned from. Raises TrainingError where an example does not say what is right."""
        rows = encoded(self.tokenizer, data.examples, self.module.info, self._heeded)
        if len(rows) == 0:
            raise TrainingError("There is no example to learn from.", where=data.path)
        unknown = np.isnan(rows.targets) if rows.targets.dtype.kind == "f" else rows.targets < 0
        if unknown.any():
            raise TrainingError(
                f"{int(unknown.sum())} of {len(rows.targets)} predictions to learn have no label, or one that the "
                "model has not.",
                where=data.path,
                remedy="Learn from labelled examples only, and with their own labels.",
            )
        return rows

    def _heeded(self) -> None:
        self.heed()

    def _order(self, epoch: int) -> list[Integers]:
        """The batches of an epoch; those of one are kept."""
        if epoch != self._epoch:
            self._batches = epoch_batches(self._rows.lengths, self.recipe.batch_size, self._seed, epoch)
            pieces = self._rows.pieces
            self._pieces_within = np.cumsum([0, *(int(pieces[units].sum()) for units in self._batches)])
            self._epoch = epoch
        return self._batches

    def _pieces_at(self, step: int) -> int:
        """Pieces of the first `step` steps, without padding."""
        epoch, within = divmod(step, self.steps_per_epoch())
        whole = epoch * int(self._rows.pieces.sum())
        if within == 0:
            return whole
        self._order(epoch)
        return whole + int(self._pieces_within[within])

    def _class_weights(self) -> Tensor | None:
        """By class, n / (classes * n of the class): float32 [C]; 0 where there is none. None where all weigh alike."""
        info = self.module.info
        if info.task not in _WEIGHED:
            return None
        counts = Counter(self._rows.targets.tolist())
        here = [counts.get(number, 0) for number in range(len(info.labels))]
        present = sum(count > 0 for count in here)
        return torch.tensor([sum(here) / (present * count) if count else 0.0 for count in here])


def _nothing() -> None:
    pass
