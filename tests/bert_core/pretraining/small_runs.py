"""Pretraining runs of seconds, on the small text; started as a program it is one that a test can break off."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bert_core.pretraining.text import read_documents
from bert_core.training.events import EventReader

TEXT = Path(__file__).with_name("small_text.txt")
PIECES = 512
"""A step's."""

RECIPE: dict[str, Any] = {
    "pieces": 12 * PIECES,
    "seed": 3,
    "vocabulary": {"size": 400, "min_frequency": 2, "text_share": 1.0},
    "model": {
        "num_hidden_layers": 2,
        "hidden_size": 32,
        "num_attention_heads": 4,
        "intermediate_size": 64,
        "max_position_embeddings": 64,
        "dropout": 0.1,
    },
    "stages": [{"until": 1.0, "batch_pieces": PIECES, "lengths": [[64, 0.5], [32, 0.5]]}],
    "optimizer": {"learning_rate": 3e-3, "warmup": 0.1},
    "log_seconds": 0.0,
    "evaluation_pairs": 24,
    "checkpoint_minutes": 60.0,
    "evaluate_minutes": 60.0,
}
"""Every step is logged; nothing is on a timer."""

FIGURES = ("step", "pieces", "loss", "mlm_loss", "mlm_accuracy", "nsp_loss", "nsp_accuracy", "gradient_norm")


def split(folder: Path) -> tuple[Path, Path]:
    """The small text in two files, to learn from and to measure on."""
    documents = list(read_documents(TEXT))
    held = max(4, len(documents) // 5)
    paths = (folder / "text.txt", folder / "heldout.txt")
    for path, part in zip(paths, (documents[:-held], documents[-held:]), strict=True):
        path.write_text("\n\n".join("\n".join(document) for document in part) + "\n", encoding="utf-8")
    return paths


def events(run: Path, *kinds: str) -> list[dict[str, Any]]:
    found = EventReader(run / "events.jsonl").read()
    return [event for event in found if not kinds or event["event"] in kinds]


def figures(run: Path) -> list[list[float]]:
    """All that a step's event says, but for clocks."""
    return [
        [event[name] for name in (*FIGURES, "learning_rate") if name in event]
        for event in events(run, "step")
    ]


def at_step(number: int, what: Any) -> Iterator[None]:
    """While this generator is not finished, `what` is called when the step of this number is drawn."""
    from bert_core.pretraining.objective import Pretraining

    draw = Pretraining.draw

    def first_ask(self: Pretraining, process: int, processes: int, accumulate: int) -> Any:
        if self.state()["step"] == number:
            what()
        return draw(self, process, processes, accumulate)

    Pretraining.draw = first_ask  # type: ignore[method-assign]
    yield
    Pretraining.draw = draw  # type: ignore[method-assign]


def main() -> None:
    """The command line after {"kill_at": step, "kill_preparing": step's name}, killed there by a signal."""
    from bert_core.__main__ import main as command
    from bert_core.pretraining.console import Console

    special = json.loads(sys.argv[1])
    number = getattr(signal, special.get("signal", "SIGKILL"))
    if "kill_at" in special:
        next(at_step(special["kill_at"], lambda: os.kill(os.getpid(), number)))
    if "kill_preparing" in special:
        progress = Console.progress

        def told(self: Console, step: str, share: float) -> None:
            progress(self, step, share)
            if step == special["kill_preparing"]:
                os.kill(os.getpid(), number)

        Console.progress = told  # type: ignore[assignment, method-assign]
    sys.exit(command(sys.argv[2:]))


if __name__ == "__main__":
    main()
