"""What the loop and the optimisers are told, whatever is trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Device = Literal["auto", "cpu"]
"""What a run is told to train on: "auto" takes a GPU where there is one."""


@dataclass(frozen=True)
class OptimizerRecipe:
    """The optimisers. Rates are peaks, before warm-up and decay."""

    name: Literal["adamw", "muon"] = "adamw"
    learning_rate: float = 1e-3
    """AdamW's: of all weights, or with "muon" of all but the encoder's matrices."""
    position_rate: float = 1.0
    """Factor for the position embeddings."""
    matrix_rate: float = 3e-3
    """Muon's, of the encoder's matrices."""
    query_key_rate: float = 1.0
    """Factor for the query and key matrices under Muon."""
    by_heads: bool = False
    """Muon: are attention's matrices made orthogonal head by head, which is cheaper, or whole?"""
    growth: float | None = None
    """Muon: how many times its first norm a matrix may reach."""
    betas: tuple[float, float] = (0.9, 0.98)
    epsilon: float = 1e-8
    bias_correction: bool = True
    """AdamW's; without it the first steps are too large, as the first BERT's were (see bert_adam.py)."""
    weight_decay: float = 0.01
    """Of matrices; not of biases and LayerNorm."""
    decay_positions: bool = False
    """Also of the embeddings of position and segment?"""
    clip: float | None = 1.0
    """Largest norm of the gradient."""
    schedule: Literal["linear", "constant", "root"] = "linear"
    warmup: float = 0.01
    decay: float = 0.2
    """The share of the run over which a "constant" or "root" rate goes to 0 at its end."""
    hold_pieces: int = 4_000_000
    """With "root", how many pieces are read before the rate begins to fall."""


@dataclass(frozen=True)
class Watch:
    """The figure of the evaluations that says how good a run is.

    higher    is a higher one better?
    keep      is the checkpoint of the best evaluation written and never removed?
    patience  evaluations without a better figure after which the run ends; None: it never does for that
    """

    metric: str
    higher: bool = True
    keep: bool = True
    patience: int | None = None


@dataclass(frozen=True)
class Remedies:
    """What a person can do about an ending, as whole sentences."""

    out_of_memory: str = (
        "Take smaller batches, more micro-batches a step (accumulate), or shorter texts, and resume."
    )
    diverged: str = "with a lower learning rate, a longer warm-up, or firmer clipping."
    """What follows "Resume from there" or "Start anew"."""


@dataclass(frozen=True)
class LoopSettings:
    """What `loop.train` needs beside the task."""

    optimizer: OptimizerRecipe = field(default_factory=OptimizerRecipe)
    precision: Literal["float32", "bfloat16"] = "float32"
    """bfloat16 is autocast: the weights stay float32."""
    accumulate: int = 1
    """Micro-batches a step."""
    seed: int = 0
    """Of dropout; what a task draws is the task's."""
    checkpoint_minutes: float = 5.0
    keep_checkpoints: int = 2
    log_seconds: float = 10.0
    """0: after every step."""
    evaluate_minutes: float = 15.0
    evaluate_at: tuple[int, ...] = ()
    """Steps after which it is evaluated in any case; 0: before the first. The last one always is."""
    watch: Watch | None = None
    device: Device = "auto"
    threads: int | None = None
    """None: as torch has it."""
    remedies: Remedies = Remedies()
