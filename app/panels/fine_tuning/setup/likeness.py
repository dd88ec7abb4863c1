"""What is to be filled in so that a new run is like an old one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.run_values import Run
from bert_core.errors import BertError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.probe_values import Sentence
from bert_core.finetuning.recipe import FineTuneRecipe


@dataclass(frozen=True)
class Likeness:
    """What decided how a run was trained, as far as its folder tells."""

    train: str
    dev: str | None
    model: str
    recipe: FineTuneRecipe
    layout: Layout | None
    extra: tuple[str, ...]
    probes: tuple[Sentence, ...]


def likeness(run: Run, changes: Mapping[str, Any]) -> Likeness | None:
    """With some settings changed; None where the run is none of fine-tuning, or does not say what it was."""
    details, data = run.details, run.details.get("data")
    if run.kind != "finetune" or not isinstance(data, Mapping) or not isinstance(data.get("train"), str):
        return None
    known = set(FineTuneRecipe().to_dict())
    values = {name: value for name, value in {**run.recipe, **changes}.items() if name in known}
    if run.planned_seeds:
        values["seeds"] = list(run.planned_seeds)
    try:
        recipe = FineTuneRecipe.from_dict(values)
        layout = Layout.from_dict(data["layout"]) if isinstance(data.get("layout"), Mapping) else None
    except BertError:
        return None
    dev, extra, probes = data.get("dev"), data.get("extra"), details.get("probes")
    pairs = (
        [pair for pair in probes if isinstance(pair, list) and len(pair) == 2]
        if isinstance(probes, list)
        else []
    )
    return Likeness(
        train=data["train"],
        dev=dev if isinstance(dev, str) else None,
        model=str(details.get("model", "")),
        recipe=recipe,
        layout=layout,
        extra=tuple(map(str, extra)) if isinstance(extra, list) else (),
        probes=tuple((str(a), None if b is None else str(b)) for a, b in pairs),
    )
