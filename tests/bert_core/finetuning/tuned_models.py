"""Tiny models that are tuned for a task, or look so: their heads have large weights, so that answers differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from bert_core import Bert
from bert_core.finetuning.examples import TextExample
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.task_info import TaskInfo, TaskName
from tests.bert_core.finetuning.making import a_bert, examples, info_of


def tuned(task: TaskName, source: str = "", lstm_size: int = 6, **changes: Any) -> Bert:
    """A model for the task, as `Bert.load` gives one."""
    return tuned_for(info_of(task, **changes), source or f"tuned-{task}", lstm_size)


def tuned_for(info: TaskInfo, source: str = "tuned", lstm_size: int = 6) -> Bert:
    base = a_bert()
    model = TunedModel.new(base, info, seed=3, lstm_size=lstm_size).requires_grad_(False).eval()
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        model.head.weight.normal_(0.0, 0.8, generator=generator)
        model.head.bias.normal_(0.0, 0.3, generator=generator)
        if info.task in ("single-sentence", "sentence-pair"):  # so that no class wins always
            some = [text for text in examples(info.task, 20) if isinstance(text, TextExample)]
            encodings = [base.tokenizer.encode(text.text_a, text.text_b) for text in some]
            found = [model(torch.tensor([e.ids]), torch.tensor([e.segment_ids]))[0] for e in encodings]
            model.head.bias.sub_(torch.stack(found).mean(0))
    return Bert(model.bert, base.tokenizer, source=source, task_model=model)


def edit_config(folder: Path, **changes: Any) -> None:
    """Set values in config.json; None takes one out."""
    path = folder / "config.json"
    values = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({name: value for name, value in values.items() if value is not None}))
