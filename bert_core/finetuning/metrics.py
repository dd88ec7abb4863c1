"""Figures of a dev set: scikit-learn's for classes, seqeval's for entities, SQuAD's for answers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bert_core.finetuning import squad_scores
from bert_core.finetuning.examples import (
    ChoiceExample,
    Example,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.run_values import ClassFigures
from bert_core.finetuning.task_info import TaskName
from bert_core.measures.rank_correlation import correlation, spearman

ANSWERS = ("answer", "no answer")
"""The two classes of questions some of which have no answer."""


@dataclass(frozen=True, eq=False)
class Figures:
    """What predictions are worth.

    metrics    under the names of `task_info.METRICS`; empty where nothing is known of what is right
    confusion  labels, and int64 [n, n]: how many of row's label were predicted to be column's
    """

    metrics: Mapping[str, float]
    confusion: tuple[tuple[str, ...], NDArray[np.int64]] | None = None
    per_class: tuple[ClassFigures, ...] = ()


def measure(
    task: TaskName,
    examples: Sequence[Example],
    predictions: Sequence[Prediction],
    labels: Sequence[str] = (),
) -> Figures:
    """The figures of a task over the examples of which it is known what is right; `labels` give their order."""
    pairs = [(e, p) for e, p in zip(examples, predictions, strict=True) if _known(e)]
    if not pairs:
        return Figures({})
    if task == "regression":
        return _of_numbers(pairs)
    if task == "tagging":
        return _of_tags(pairs, labels)
    if task == "question-answering":
        return _of_answers(pairs)
    if task == "multiple-choice":
        right = [e.label == p.choice for e, p in pairs if isinstance(e, ChoiceExample)]
        return Figures({"accuracy": float(np.mean(right))})
    gold = [str(e.label) for e, _ in pairs if isinstance(e, TextExample)]
    return _of_classes(gold, [p.label or "" for _, p in pairs], labels)


def _known(example: Example) -> bool:
    if isinstance(example, TaggingExample):
        return example.tags is not None
    if isinstance(example, QuestionExample):
        return example.answers is not None
    return example.label is not None


def _of_classes(gold: list[str], given: list[str], labels: Sequence[str]) -> Figures:
    from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef

    return Figures(
        {
            "accuracy": float(accuracy_score(gold, given)),
            "macro_f1": float(f1_score(gold, given, average="macro", zero_division=0)),
            "matthews": float(matthews_corrcoef(gold, given)) if len({*gold, *given}) > 1 else 0.0,
        },
        _confusion(gold, given, labels),
        _by_class(gold, given, labels),
    )


def _in_order(gold: list[str], given: list[str], labels: Sequence[str]) -> list[str]:
    """The labels, then those that are not among them."""
    return list(dict.fromkeys([*labels, *sorted({*gold, *given})]))


def _confusion(
    gold: list[str], given: list[str], labels: Sequence[str]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    from sklearn.metrics import confusion_matrix

    names = _in_order(gold, given, labels)
    return tuple(names), confusion_matrix(gold, given, labels=names).astype(np.int64)


def _by_class(gold: list[str], given: list[str], labels: Sequence[str]) -> tuple[ClassFigures, ...]:
    from sklearn.metrics import precision_recall_fscore_support

    names = _in_order(gold, given, labels)
    columns = precision_recall_fscore_support(gold, given, labels=names, zero_division=0)
    return _rows(names, columns)


def _rows(names: Sequence[str], columns: Any) -> tuple[ClassFigures, ...]:
    return tuple(
        ClassFigures(name, float(p), float(r), float(f), int(n))
        for name, p, r, f, n in zip(names, *columns, strict=True)
    )


def _of_numbers(pairs: list[tuple[Example, Prediction]]) -> Figures:
    gold = np.array([float(e.label or 0) for e, _ in pairs if isinstance(e, TextExample)])
    given = np.array([float(p.value or 0) for _, p in pairs])
    both = np.stack([gold, given])
    found = {
        "pearson": correlation(both)[0, 1],
        "spearman": spearman(both)[0, 1],
    }
    # Where one of the two is the same everywhere there is no correlation; a curve needs a number.
    return Figures(
        {name: float(np.nan_to_num(value)) for name, value in found.items()}
        | {"mean_squared_error": float(np.mean((gold - given) ** 2))}
    )


def _of_tags(pairs: list[tuple[Example, Prediction]], labels: Sequence[str]) -> Figures:
    from seqeval.metrics.sequence_labeling import get_entities, precision_recall_fscore_support

    gold = [list(e.tags or ()) for e, _ in pairs if isinstance(e, TaggingExample)]
    given = [list(p.tags or ()) for _, p in pairs]
    flat_gold = [tag for tags in gold for tag in tags]
    flat_given = [tag for tags in given for tag in tags]
    token_accuracy = float(np.mean([a == b for a, b in zip(flat_gold, flat_given, strict=True)] or [False]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tags of other schemes: the figures show them
        kinds = sorted({kind for kind, *_ in get_entities(gold)} | {kind for kind, *_ in get_entities(given)})
        by_kind: tuple[ClassFigures, ...] = ()
        total = (0.0, 0.0, 0.0)
        if kinds:
            columns = precision_recall_fscore_support(gold, given, average=None, zero_division=0)
            by_kind = _rows(kinds, columns)
            total = precision_recall_fscore_support(gold, given, average="micro", zero_division=0)[:3]
    precision, recall, f1 = (float(value) for value in total)
    return Figures(
        {
            "entity_f1": f1,
            "entity_precision": precision,
            "entity_recall": recall,
            "token_accuracy": token_accuracy,
        },
        _confusion(flat_gold, flat_given, labels),
        by_kind,
    )


def _of_answers(pairs: list[tuple[Example, Prediction]]) -> Figures:
    questions = [(e, p) for e, p in pairs if isinstance(e, QuestionExample)]
    accepted = [[answer.text for answer in e.answers or ()] for e, _ in questions]
    given = [p.answer or "" for _, p in questions]
    exact = [squad_scores.exact(a, texts) for a, texts in zip(given, accepted, strict=True)]
    f1 = [squad_scores.f1(a, texts) for a, texts in zip(given, accepted, strict=True)]
    metrics = {"f1": float(np.mean(f1)), "exact_match": float(np.mean(exact))}
    if all(accepted):
        return Figures(metrics)
    kinds = [ANSWERS[0] if texts else ANSWERS[1] for texts in accepted]
    said = [ANSWERS[0] if answer else ANSWERS[1] for answer in given]
    return Figures(metrics, _confusion(kinds, said, ANSWERS), _by_class(kinds, said, ANSWERS))


def best_threshold(examples: Sequence[Example], predictions: Sequence[Prediction]) -> float | None:
    """The `null_threshold` with which F1 is best on these questions; None where none is without an answer.

    As in SQuAD 2.0's evaluation; of the margins between which it can lie, the middle is taken.
    """
    questions = [
        (p.none_margin, squad_scores.f1(p.best, texts), squad_scores.f1("", texts), bool(texts))
        for e, p in zip(examples, predictions, strict=True)
        if isinstance(e, QuestionExample) and e.answers is not None and p.none_margin is not None
        for texts in [[answer.text for answer in e.answers]]
    ]
    if all(has for *_, has in questions):
        return None
    questions.sort(key=lambda entry: entry[0])
    margins = np.array([margin for margin, *_ in questions])
    gains = np.array([with_answer - without for _, with_answer, without, _ in questions])
    # sums[k]: F1 gained over "never", where the k questions with the smallest margins are answered.
    sums = np.concatenate(([0.0], np.cumsum(gains)))
    apart = np.concatenate(([True], margins[1:] > margins[:-1], [True]))
    k = int(np.where(apart, sums, -np.inf).argmax())
    if k == 0:
        return float(margins[0]) - 1.0
    if k == len(margins):
        return float(margins[-1])
    return float((margins[k - 1] + margins[k]) / 2)
