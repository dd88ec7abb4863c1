"""All that decides how a BERT is pretrained, as one frozen value that is written beside what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bert_core.errors import RecipeError
from bert_core.recipes import JsonRecipe
from bert_core.training.settings import OptimizerRecipe

Objective = Literal["mlm+nsp", "mlm", "causal"]


@dataclass(frozen=True)
class VocabularyRecipe:
    """How the WordPiece vocabulary is learned; see `Tokenizer.train`."""

    size: int = 10_000
    lowercase: bool = True
    strip_accents: bool | None = None
    """None: as lowercase says."""
    split_chinese: bool = True
    min_frequency: int = 5
    alphabet: int = 160
    text_share: float = 0.25
    """Share of the documents that it is learned from, evenly spread."""


@dataclass(frozen=True)
class ModelRecipe:
    """The shape, under Hugging Face's names."""

    num_hidden_layers: int = 4
    hidden_size: int = 256
    num_attention_heads: int = 8
    intermediate_size: int = 1024
    max_position_embeddings: int = 256
    hidden_act: str = "gelu"
    dropout: float = 0.0
    """Both of hidden vectors and of attention weights. The paper has 0.1; less than a pass over the text needs none."""
    initializer_range: float = 0.02
    start: Literal["normal", "structured"] = "normal"
    """"normal" as the paper; "structured" as `initialization.py`."""


@dataclass(frozen=True)
class MaskingRecipe:
    """Which pieces are to be guessed, and what stands in their place (Devlin et al. 2018, section 3.1)."""

    share: float = 0.15
    final_share: float | None = None
    """Where given, the share goes evenly from `share` to this over the run."""
    masked: float = 0.8
    random: float = 0.1
    whole_words: bool = False


@dataclass(frozen=True)
class Stage:
    """A part of the run: up to which share of all pieces, how many a step, and how long the pairs are."""

    until: float
    batch_pieces: int
    lengths: tuple[tuple[int, float], ...]
    """(length in pieces, share of the steps)."""


@dataclass(frozen=True)
class Recipe(JsonRecipe):
    """A pretraining run. Raises RecipeError for values that cannot be meant."""

    pieces: int = 50_000_000
    """How many are read in all, special ones and padding included."""
    seed: int = 0
    objective: Objective = "mlm+nsp"
    """The paper's two tasks; its ablations "No NSP" and "LTR & No NSP" (a causal mask, every next piece guessed)."""
    vocabulary: VocabularyRecipe = field(default_factory=VocabularyRecipe)
    model: ModelRecipe = field(default_factory=ModelRecipe)
    masking: MaskingRecipe = field(default_factory=MaskingRecipe)
    stages: tuple[Stage, ...] = (
        Stage(0.75, 4096, ((64, 1.0),)),
        Stage(1.0, 4096, ((64, 0.35), (128, 0.3), (256, 0.35))),
    )
    optimizer: OptimizerRecipe = field(default_factory=OptimizerRecipe)
    precision: Literal["float32", "bfloat16"] = "float32"
    accumulate: int = 1
    """Micro-batches a step, where a batch does not fit into memory."""
    checkpoint_minutes: float = 5.0
    keep_checkpoints: int = 2
    stored: Literal["float32", "float16"] = "float32"
    """Precision of the finished model's weights in RUN/model; checkpoints are always float32."""
    log_seconds: float = 10.0
    evaluate_minutes: float = 15.0
    evaluation_pairs: int = 256

    def __post_init__(self) -> None:
        shares = {
            "masking.share": self.masking.share,
            "masking.final_share": self.masking.final_share or 0.0,
            "masking.masked": self.masking.masked,
            "masking.random": self.masking.random,
            "masking.masked + masking.random": self.masking.masked + self.masking.random,
            "vocabulary.text_share": self.vocabulary.text_share,
            "optimizer.warmup": self.optimizer.warmup,
            "optimizer.decay": self.optimizer.decay,
            "model.dropout": self.model.dropout,
        }
        for name, value in shares.items():
            if not 0 <= value <= 1:
                raise RecipeError(f"{name} must be from 0 to 1, not {value}.")
        if not 0 <= self.seed < 1 << 32:
            raise RecipeError(f"seed must be from 0 to {(1 << 32) - 1}, not {self.seed}.")
        positive = {
            "pieces": self.pieces,
            "accumulate": self.accumulate,
            "masking.share": self.masking.share,
            "vocabulary.text_share": self.vocabulary.text_share,
            "checkpoint_minutes": self.checkpoint_minutes,
            "keep_checkpoints": self.keep_checkpoints,
            "evaluation_pairs": self.evaluation_pairs,
        }
        for name, value in positive.items():
            if value <= 0:
                raise RecipeError(f"{name} must be more than 0, not {value}.")
        if not self.stages or self.stages[-1].until != 1:
            raise RecipeError("The last of the stages must end with until = 1.")
        if any(b.until <= a.until for a, b in zip(self.stages, self.stages[1:], strict=False)):
            raise RecipeError("Each of the stages must end after the one before it.")
        for stage in self.stages:
            for length, share in stage.lengths:
                if not 16 <= length <= self.model.max_position_embeddings:
                    raise RecipeError(
                        f"A length of {length} pieces is not from 16 to {self.model.max_position_embeddings}."
                    )
                if share <= 0:
                    raise RecipeError(f"The share of length {length} must be more than 0, not {share}.")
                if stage.batch_pieces < length:
                    raise RecipeError(f"A step of {stage.batch_pieces} pieces holds no pair of {length}.")
            if not stage.lengths:
                raise RecipeError("A stage needs at least one length.")
