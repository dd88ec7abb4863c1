"""The settings of a run as a person is asked for them: name, range, one sentence on what each does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from app.panels.fine_tuning.metric_names import metric_title
from app.translation import tr
from bert_core.finetuning.recipe import FineTuneRecipe, default_learning_rate
from bert_core.finetuning.task_info import METRICS, TaskName

Kind = Literal["whole", "decimal", "percent", "tick", "choice", "maybe", "seeds"]


@dataclass(frozen=True)
class OptionSpec:
    """One setting.

    name     of the recipe's field
    kind     "maybe": a number, or nothing, which means what `nothing` says
    low, high, step, places  of numbers; those of "percent" are per cent, the recipe's are shares
    choices  (value, title)
    usual    among those that are shown at once?
    tasks    those that it matters for; empty: all
    mode     "full" or "features" where it matters in that one only
    """

    name: str
    title: str
    hint: str
    kind: Kind
    low: float = 0.0
    high: float = 1e6
    step: float = 1.0
    places: int = 2
    choices: tuple[tuple[Any, str], ...] = ()
    nothing: str = ""
    usual: bool = True
    tasks: tuple[TaskName, ...] = ()
    mode: str = ""

    def matters(self, task: TaskName | None, mode: str) -> bool:
        """Does it do anything for this task, in this mode?"""
        return (not self.tasks or task in self.tasks) and (not self.mode or mode == self.mode)


_QUESTIONS: tuple[TaskName, ...] = ("question-answering",)
_CLASSES: tuple[TaskName, ...] = ("single-sentence", "sentence-pair", "tagging")


def specs() -> tuple[OptionSpec, ...]:
    """All settings in their order; those that are shown at once come first."""
    return (*_usual(), *_more())


def _usual() -> tuple[OptionSpec, ...]:
    return (
        OptionSpec(
            "mode",
            tr("What is trained"),
            tr(
                "All of BERT with one layer on top; or a small network over BERT's frozen vectors (paper, 5.3)."
            ),
            "choice",
            choices=(("full", tr("All of BERT")), ("features", tr("Features only"))),
        ),
        OptionSpec(
            "epochs",
            tr("Epochs"),
            tr("How often every example is seen. Two to four as a rule; few examples want more."),
            "decimal",
            low=0.1,
            high=1000,
            step=1,
            places=1,
        ),
        OptionSpec(
            "learning_rate",
            tr("Learning rate"),
            tr("The size of the steps at its peak. Too high and it diverges; small models bear more."),
            "maybe",
            low=1e-8,
            high=1,
        ),
        OptionSpec(
            "batch_size",
            tr("Batch"),
            tr("Examples a step: 16 or 32 in the paper."),
            "whole",
            low=1,
            high=4096,
            step=8,
        ),
        OptionSpec(
            "max_length",
            tr("Longest example"),
            tr("In pieces. Longer ones are cut, the longer of a pair first; shorter is faster."),
            "whole",
            low=8,
            high=512,
            step=16,
        ),
        OptionSpec(
            "seeds",
            tr("Seeds"),
            tr("“0, 1, 2” trains three runs, one after the other, and shows how far apart they come out."),
            "seeds",
        ),
        OptionSpec(
            "patience",
            tr("Stop early after"),
            tr("So many evaluations without a better dev figure; left empty, it goes to its end."),
            "maybe",
            low=1,
            high=1000,
            places=0,
            nothing=tr("never"),
        ),
        OptionSpec(
            "keep_best",
            tr("Keep the best"),
            tr("The finished model is the one with the best dev figure, not the last."),
            "tick",
        ),
    )


def _more() -> tuple[OptionSpec, ...]:
    metrics = dict.fromkeys(name for names in METRICS.values() for name in names)
    return (
        OptionSpec(
            "metric",
            tr("Dev figure"),
            tr("What says which evaluation is the best."),
            "choice",
            choices=(
                (None, tr("The usual one")),
                *((name, metric_title(name)) for name in metrics),
                ("dev_loss", metric_title("dev_loss")),
            ),
            usual=False,
        ),
        OptionSpec(
            "evaluations_per_epoch",
            tr("Evaluations an epoch"),
            tr("How often the dev set is measured and the probes are recorded; each takes a little time."),
            "decimal",
            low=0.05,
            high=100,
            step=1,
            usual=False,
        ),
        OptionSpec(
            "bias_correction",
            tr("Bias correction of Adam"),
            tr("The first BERT had none: its first steps are too large, and short runs fail (Mosbach 2021)."),
            "tick",
            usual=False,
        ),
        OptionSpec(
            "warmup",
            tr("Warm-up"),
            tr("The share of the run over which the rate rises, before it falls evenly to 0."),
            "percent",
            high=90,
            step=5,
            places=0,
            usual=False,
        ),
        OptionSpec(
            "weight_decay",
            tr("Weight decay"),
            tr("Pulls weights towards 0 a little at every step; not biases and LayerNorm."),
            "decimal",
            high=1,
            step=0.01,
            places=3,
            usual=False,
        ),
        OptionSpec(
            "clip",
            tr("Largest gradient"),
            tr("A gradient whose norm is larger is shortened to it; left empty, none is."),
            "maybe",
            low=1e-6,
            high=1e6,
            nothing=tr("any"),
            usual=False,
        ),
        OptionSpec(
            "frozen_layers",
            tr("Frozen layers"),
            tr("So many, from the lowest, stay as they are: faster, and less is forgotten."),
            "whole",
            high=48,
            usual=False,
            mode="full",
        ),
        OptionSpec(
            "frozen_embeddings",
            tr("Freeze the embeddings"),
            tr("Tokens, segments and positions keep their vectors."),
            "tick",
            usual=False,
            mode="full",
        ),
        OptionSpec(
            "class_weights",
            tr("Weigh rare classes more"),
            tr("A class's loss counts the more the rarer it is, for data out of balance."),
            "tick",
            usual=False,
            tasks=_CLASSES,
        ),
        OptionSpec(
            "dropout",
            tr("Dropout"),
            tr("The share of numbers set to 0 at random in training; left empty, as the model has it."),
            "maybe",
            high=0.99,
            nothing=tr("the model’s"),
            usual=False,
        ),
        OptionSpec(
            "accumulate",
            tr("Parts of a batch"),
            tr("A batch is computed in so many parts: the same result from less memory."),
            "whole",
            low=1,
            high=1024,
            usual=False,
        ),
        OptionSpec(
            "precision",
            tr("Precision"),
            tr("Automatic takes bfloat16 only where this machine is faster with it."),
            "choice",
            choices=(("auto", tr("Automatic")), ("float32", "float32"), ("bfloat16", "bfloat16")),
            usual=False,
        ),
        OptionSpec(
            "lstm_size",
            tr("LSTM size"),
            tr(
                "Numbers in each direction of the network over the frozen vectors; in the paper as many as BERT has."
            ),
            "maybe",
            low=1,
            high=8192,
            places=0,
            nothing=tr("the model’s"),
            usual=False,
            mode="features",
        ),
        OptionSpec(
            "unanswerable",
            tr("Unanswerable questions"),
            tr("May the answer be that there is none?"),
            "choice",
            choices=((None, tr("As in the data")), (True, tr("Yes")), (False, tr("No"))),
            usual=False,
            tasks=_QUESTIONS,
        ),
        OptionSpec(
            "doc_stride",
            tr("Overlap of windows"),
            tr("Pieces by which the windows over a long context overlap."),
            "whole",
            low=1,
            high=512,
            step=16,
            usual=False,
            tasks=_QUESTIONS,
        ),
        OptionSpec(
            "max_answer_length",
            tr("Longest answer"),
            tr("In pieces; longer answers are not given."),
            "whole",
            low=1,
            high=512,
            usual=False,
            tasks=_QUESTIONS,
        ),
    )


@dataclass(frozen=True)
class Preset:
    """Settings by name; `changes(hidden size)` says what is not as by default."""

    title: str
    hint: str
    changes: Callable[[int], dict[str, Any]]


def presets() -> tuple[Preset, ...]:
    """The first is the default."""
    return (
        Preset(
            tr("As BERT’s paper"),
            tr("Three epochs of 32 examples a step, warm-up over the first tenth, then evenly down."),
            _paper,
        ),
        Preset(
            tr("Few examples"),
            tr(
                "Twenty epochs with bias correction and, for models of BERT’s size, a low rate (Mosbach et al. 2021)."
            ),
            _few,
        ),
    )


def _paper(_hidden: int) -> dict[str, Any]:
    return {}


def _few(hidden: int) -> dict[str, Any]:
    return {"epochs": 20.0, "learning_rate": 2e-5 if hidden >= 768 else None, "bias_correction": True}


def usual_rate(hidden: int, mode: str) -> str:
    """What stands in the empty field."""
    return f"{default_learning_rate(hidden, 'features' if mode == 'features' else 'full'):.0e}".replace(
        "e-0", "e-"
    )


USUAL = FineTuneRecipe()
