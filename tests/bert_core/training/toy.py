"""A task small enough for tests: a BERT of one layer that is to guess a masked piece, and whether two halves agree."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from bert_core.checkpoints.assemble import adopt_tensors, canonical_tensors
from bert_core.config import BertConfig
from bert_core.model.bert import BertModule
from bert_core.tokenization import Tokenizer
from bert_core.training.loop import train
from bert_core.training.processes import main_process_first
from bert_core.training.run_folder import RunFolder
from bert_core.training.settings import LoopSettings, OptimizerRecipe
from bert_core.training.task import Outcome

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(chr(ord("a") + i) for i in range(19))]
LENGTH = 8
ROWS = 8
"""Rows of a step, over all processes and micro-batches."""

Batch = dict[str, np.ndarray]


class _Heads(nn.Module):
    """What DDP wraps: BERT and its two heads, from ids to logits."""

    def __init__(self, bert: BertModule) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, ids: Tensor, rows: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.bert(ids, torch.zeros_like(ids))
        words = self.bert.embeddings.word_embeddings.weight
        mlm, nsp, pooler = self.bert.mlm, self.bert.nsp, self.bert.pooler
        assert mlm is not None and nsp is not None and pooler is not None
        return mlm(hidden[rows, columns], words), nsp(pooler(hidden))


class ToyTask:
    """`before_step` is called with the number of the step that is about to be drawn."""

    losses = ("mlm", "nsp")

    def __init__(self, folder: Path, steps: int, dropout: float = 0.0) -> None:
        vocabulary = folder / "vocab.txt"
        if not vocabulary.exists():
            folder.mkdir(parents=True, exist_ok=True)
            vocabulary.write_text("\n".join(PIECES) + "\n", encoding="utf-8")
        self.tokenizer = Tokenizer.load(folder)
        self.config = BertConfig(
            vocab_size=len(PIECES),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=LENGTH,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
        )
        self.module = _Heads(BertModule(self.config).initialise(1))
        self.steps = steps
        self.drawn = 0
        self.before_step: Callable[[int], None] = lambda step: None
        self.poison_from: int | None = None
        """From this step on losses are not finite."""
        self.modes: list[bool] = []

    def progress(self) -> float:
        return self.drawn / self.steps

    def pieces(self) -> int:
        return self.drawn * ROWS * LENGTH

    def total_pieces(self) -> int:
        return self.steps * ROWS * LENGTH

    def draw(self, process: int, processes: int, accumulate: int) -> list[Batch]:
        self.before_step(self.drawn)
        random = np.random.default_rng([7, self.drawn])
        ids = 4 + random.geometric(0.4, (ROWS, LENGTH)).clip(max=len(PIECES) - 5)  # some pieces are common
        same = random.integers(0, 2, ROWS)
        ids[:, LENGTH // 2 :] = ids[:, : LENGTH // 2]
        ids[same == 1, -1] = 5
        masked = random.random((ROWS, LENGTH)) < np.linspace(0.1, 0.6, ROWS)[:, None]  # uneven over the rows
        whole = {"ids": np.where(masked, 4, ids), "right": np.where(masked, ids, -1), "same": same}
        self.drawn += 1
        parts: list[Batch] = [{} for _ in range(processes * accumulate)]
        for name, array in whole.items():
            for part, piece in zip(parts, np.array_split(array, len(parts)), strict=True):
                part[name] = piece
        return parts[process * accumulate : (process + 1) * accumulate]

    def counts(self, batch: Batch) -> dict[str, int]:
        return {"mlm": int((batch["right"] >= 0).sum()), "nsp": len(batch["same"])}

    def forward(self, model: nn.Module, batch: Batch, device: torch.device) -> Outcome:
        rows, columns = np.nonzero(batch["right"] >= 0)
        arrays = (batch["ids"], rows, columns, batch["right"][rows, columns], batch["same"])
        ids, rows_, columns_, pieces, same = (torch.from_numpy(a).to(device) for a in arrays)
        words, pairs = model(ids, rows_, columns_)
        if self.poison_from is not None and self.drawn > self.poison_from:
            words = words * float("nan")
        sums = {
            "mlm": nn.functional.cross_entropy(words, pieces, reduction="sum"),
            "nsp": nn.functional.cross_entropy(pairs, same, reduction="sum"),
        }
        right = {"mlm": (words.argmax(-1) == pieces).sum(), "nsp": (pairs.argmax(-1) == same).sum()}
        return Outcome(sums, right)

    def evaluate(self) -> dict[str, float]:
        self.modes.append(self.module.training)
        torch.rand(1)  # whatever it draws must not change what is trained
        return {"mlm_top1": 0.5}

    def state(self) -> dict[str, Any]:
        return {"drawn": self.drawn}

    def restore(self, state: dict[str, Any]) -> None:
        self.drawn = state["drawn"]

    def canonical(self) -> tuple[BertConfig, Mapping[str, Tensor]]:
        return self.config, canonical_tensors(self.module.bert)

    def adopt(self, weights: Mapping[str, Tensor]) -> None:
        adopt_tensors(self.module.bert, weights)


def settings(**changes: Any) -> LoopSettings:
    """Every step logged; nothing on a timer."""
    optimizer = OptimizerRecipe(name="muon", by_heads=True, growth=1.5, learning_rate=1e-2, warmup=0.2)
    base = LoopSettings(
        optimizer=optimizer,
        checkpoint_minutes=60.0,
        log_seconds=0.0,
        evaluate_minutes=60.0,
        device="cpu",
        threads=1,
    )
    return replace(base, **changes)


def _connection_threads() -> list[str]:
    """Names of this process's threads that serve the connection to others, where the system tells (Linux)."""
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    return [name for name in names if "gloo" in name]


def main() -> None:
    """Train in a process of its own: run folder, steps, and a JSON object of what is special."""
    folder, steps, special = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
    task = ToyTask(folder.parent / f"vocabulary-{os.getpid()}", steps)

    def before_step(step: int) -> None:
        if os.environ.get("RANK", "0") == special.get("rank", "0"):
            if step == special.get("signal_at"):
                os.kill(os.getpid(), signal.SIGTERM)
            if step == special.get("fail_at"):
                raise ValueError("meant")

    task.before_step = before_step
    with main_process_first("cpu") as first:
        if first and not folder.exists():
            RunFolder.create(folder, {})
        run = RunFolder.open(folder)  # the others find it made
    ending = train(
        task, run, settings(accumulate=special.get("accumulate", 1)), resume=special.get("resume", False)
    )
    print(ending.kind, *_connection_threads())
    sys.exit(0 if ending.good else 1)


if __name__ == "__main__":
    main()
