"""All that decides how a BERT is fine-tuned, as one frozen value that is written beside what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bert_core.errors import RecipeError
from bert_core.finetuning.task_info import METRICS, TaskName
from bert_core.recipes import JsonRecipe

Precision = Literal["auto", "float32", "bfloat16"]
Mode = Literal["full", "features"]

LOWER_IS_BETTER = ("mean_squared_error", "dev_loss")
"""Figures of a dev set that fall as a model gets better."""


@dataclass(frozen=True)
class FineTuneRecipe(JsonRecipe):
    """A fine-tuning run. Raises RecipeError for values that cannot be meant. Defaults: Devlin et al. 2018, A.3."""

    task: TaskName | None = None
    """None: as the data looks; a run that has begun says which."""
    epochs: float = 3.0
    batch_size: int = 32
    """Examples a step."""
    learning_rate: float | None = None
    """The peak, after the warm-up. None: see `default_learning_rate`; a run that has begun says which."""
    max_length: int = 128
    """Pieces of an example; longer ones are cut, the longer of a pair first (questions' contexts go by windows)."""
    seeds: tuple[int, ...] = (0,)
    """Of the new layer, dropout and the order of the examples; a run is made for each."""
    warmup: float = 0.1
    """Share of the run over which the rate rises; then it falls evenly to 0."""
    weight_decay: float = 0.01
    """Not of biases and LayerNorm."""
    bias_correction: bool = True
    """False: Adam as the first BERT had it, whose first steps are too large (Mosbach et al. 2021)."""
    clip: float | None = 1.0
    """Largest norm of the gradient."""
    frozen_layers: int = 0
    """How many of the encoder's layers, from the lowest, stay as they are."""
    frozen_embeddings: bool = False
    class_weights: bool = False
    """Is a class's loss weighed by how rare it is (n / (classes * n of the class))?"""
    patience: int | None = None
    """Evaluations without a better figure after which the run ends early; None: it goes to its end."""
    metric: str | None = None
    """The dev figure that says what is better; None: the task's first."""
    keep_best: bool = True
    """Is the finished model the best one by that figure, or the last?"""
    evaluations_per_epoch: float = 2.0
    """The state before training and the last are evaluated in any case."""
    precision: Precision = "auto"
    """"auto": bfloat16 where the device computes with it itself and is faster for it, else float32."""
    mode: Mode = "full"
    """"features": BERT stays as it is below a BiLSTM (Devlin et al. 2018, section 5.3)."""
    lstm_size: int | None = None
    """With "features", a direction's. None: the model's hidden size, which is the paper's 768 for BERT-base."""
    dropout: float | None = None
    """Of the hidden vectors, attention and the new layer; None: the model's own, and 0.1 before the new layer."""
    accumulate: int = 1
    """Micro-batches a step, where a batch does not fit into memory."""
    doc_stride: int = 64
    """Question answering: pieces by which windows of a long context overlap."""
    max_answer_length: int = 30
    """Question answering: pieces of an answer."""
    unanswerable: bool | None = None
    """Question answering: may the answer be that there is none? None: as the training data has it."""
    dev_share: float = 0.1
    """What is set apart to measure on where no dev file is given."""
    split_seed: int = 0
    """Of what is set apart; the same for all seeds."""
    skip_malformed: bool = False
    """Are rows left out that cannot be read, or is the first of them an error?"""
    checkpoint_minutes: float = 5.0
    keep_checkpoints: int = 1
    """How many are kept beside the best."""
    log_seconds: float = 0.2
    """0: after every step."""

    def __post_init__(self) -> None:
        shares = {"warmup": self.warmup, "dev_share": self.dev_share, "dropout": self.dropout or 0.0}
        for name, share in shares.items():
            if not 0 <= share < 1:
                raise RecipeError(f"{name} must be from 0 to less than 1, not {share}.")
        positive = {
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "learning_rate": self.learning_rate,
            "clip": self.clip,
            "patience": self.patience,
            "evaluations_per_epoch": self.evaluations_per_epoch,
            "accumulate": self.accumulate,
            "lstm_size": self.lstm_size,
            "doc_stride": self.doc_stride,
            "max_answer_length": self.max_answer_length,
            "dev_share": self.dev_share,
            "checkpoint_minutes": self.checkpoint_minutes,
            "keep_checkpoints": self.keep_checkpoints,
        }
        for name, value in positive.items():
            if value is not None and not value > 0:
                raise RecipeError(f"{name} must be more than 0, not {value}.")
        for name, value in {
            "weight_decay": self.weight_decay,
            "frozen_layers": self.frozen_layers,
            "log_seconds": self.log_seconds,
        }.items():
            if not value >= 0:
                raise RecipeError(f"{name} must not be less than 0, but is {value}.")
        if self.max_length < 8:
            raise RecipeError(f"max_length must be 8 pieces at least, not {self.max_length}.")
        if self.accumulate > self.batch_size:
            raise RecipeError(
                f"A step of {self.batch_size} examples has no {self.accumulate} micro-batches.",
                remedy="Set accumulate to batch_size at most.",
            )
        self._check_seeds()
        self._check_metric()

    def _check_seeds(self) -> None:
        if not self.seeds:
            raise RecipeError("seeds must have one entry at least.")
        if len(set(self.seeds)) < len(self.seeds):
            raise RecipeError(f"seeds has one twice: {', '.join(map(str, self.seeds))}.")
        for seed in (*self.seeds, self.split_seed):
            if not 0 <= seed < 1 << 31:
                raise RecipeError(f"A seed must be from 0 to {(1 << 31) - 1}, not {seed}.")

    def _check_metric(self) -> None:
        if self.metric is None or self.task is None or self.metric == "dev_loss":
            return
        known = METRICS[self.task]
        if self.metric not in known:
            raise RecipeError(
                f"The task {self.task} has no figure called {self.metric!r}.",
                remedy=f"Known are {', '.join(known)} and dev_loss.",
            )

    def watched(self) -> tuple[str, bool]:
        """The dev figure that says what is better, and whether a higher one is. The task must be known."""
        assert self.task is not None
        metric = self.metric or METRICS[self.task][0]
        return metric, metric not in LOWER_IS_BETTER


def default_learning_rate(hidden_size: int, mode: Mode = "full") -> float:
    """What a model of this size is tuned with: miniatures learn faster, large ones break easily (paper, A.3)."""
    if mode == "features":
        return 1e-3
    return 3e-4 if hidden_size < 768 else 5e-5 if hidden_size < 1024 else 2e-5
