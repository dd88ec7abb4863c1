"""What the figures of a dev set are called, and how their numbers are written."""

from __future__ import annotations

from app.translation import tr
from app.views.amounts import quantity, share

METRIC_KINDS = {
    "accuracy": "share",
    "macro_f1": "share",
    "matthews": "quantity",
    "pearson": "quantity",
    "spearman": "quantity",
    "mean_squared_error": "quantity",
    "entity_f1": "share",
    "entity_precision": "share",
    "entity_recall": "share",
    "token_accuracy": "share",
    "f1": "share",
    "exact_match": "share",
}
"""The figures that have a chart of their own: "share" of 1, or "quantity"."""


def metric_title(name: str) -> str:
    """As it stands over a chart and in a table; the name itself where it is not known."""
    titles = {
        "accuracy": tr("Accuracy"),
        "macro_f1": tr("Macro F1"),
        "matthews": tr("Matthews correlation"),
        "pearson": tr("Pearson correlation"),
        "spearman": tr("Spearman correlation"),
        "mean_squared_error": tr("Mean squared error"),
        "entity_f1": tr("Entity F1"),
        "entity_precision": tr("Entity precision"),
        "entity_recall": tr("Entity recall"),
        "token_accuracy": tr("Token accuracy"),
        "f1": tr("F1"),
        "exact_match": tr("Exact match"),
        "dev_loss": tr("Dev loss"),
        "mlm_loss": tr("MLM loss"),
        "top1": tr("top 1"),
    }
    return titles.get(name, name.replace("_", " "))


def metric_word(name: str, value: float) -> str:
    """A figure as it is written."""
    return figure_word(METRIC_KINDS.get(name, "quantity"), value)


def figure_word(kind: str, value: float) -> str:
    """The same by its kind: all of a column with as many decimals, where they are not very small or large."""
    if kind == "share":
        return share(value)
    return f"{value:.3f}" if 0.01 <= abs(value) < 100 else quantity(value, 3)


def baseline_title(task: str) -> str:
    """What is answered by whoever reaches the baseline, as bert_core.finetuning.baseline has it."""
    titles = {
        "regression": tr("always the mean"),
        "tagging": tr("each word’s usual tag"),
        "question-answering": tr("no answer, or the likeliest sentence"),
    }
    return titles.get(task, tr("always the commonest"))


def task_title(task: str) -> str:
    """A task's name in words; empty for none."""
    titles = {
        "single-sentence": tr("Single sentences"),
        "sentence-pair": tr("Sentence pairs"),
        "regression": tr("Similarity of pairs"),
        "tagging": tr("Tagging"),
        "question-answering": tr("Question answering"),
        "multiple-choice": tr("Multiple choice"),
    }
    return titles.get(task, task)
