"""Of what a checkpoint is tuned for, and what is said where its head does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from bert_core import Bert
from bert_core.checkpoints.folder import read_task
from bert_core.checkpoints.tasks import task_of
from bert_core.config import BertConfig
from bert_core.errors import CheckpointError
from bert_core.finetuning.task_info import TaskInfo
from bert_core.tokenization import Tokenizer

ONE = {"classifier.weight": (1, 8), "classifier.bias": (1,)}
THREE = {"classifier.weight": (3, 8), "classifier.bias": (3,)}
ANSWERS = {"qa_outputs.weight": (2, 8), "qa_outputs.bias": (2,)}
CLASSES = {"architectures": ["BertForSequenceClassification"]}
ABC = {"id2label": {"0": "a", "1": "b", "2": "c"}}


def told(values: dict[str, Any], shapes: dict[str, tuple[int, ...]]) -> TaskInfo | None:
    return task_of(values, shapes, 8, "somewhere")


@pytest.mark.parametrize(
    ("values", "shapes", "task", "labels"),
    [
        (CLASSES | ABC, THREE, "single-sentence", ("a", "b", "c")),
        (CLASSES | {"id2label": {2: "c", 1: "b", 0: "a"}}, THREE, "single-sentence", ("a", "b", "c")),
        (CLASSES, THREE, "single-sentence", ("LABEL_0", "LABEL_1", "LABEL_2")),
        (CLASSES | {"num_labels": 1}, ONE, "regression", ()),
        (CLASSES | {"problem_type": "regression"} | {"id2label": {"0": "LABEL_0"}}, ONE, "regression", ()),
        (
            CLASSES | {"id2label": {"0": "entailment", "1": "neutral", "2": "contradiction"}},
            THREE,
            "sentence-pair",
            ("entailment", "neutral", "contradiction"),
        ),
        (CLASSES | ABC | {"finetuning_task": "mnli"}, THREE, "sentence-pair", ("a", "b", "c")),
        ({"architectures": ["BertForTokenClassification"]} | ABC, THREE, "tagging", ("a", "b", "c")),
        ({"architectures": ["BertForMultipleChoice"]}, ONE, "multiple-choice", ()),
        ({"architectures": ["BertForQuestionAnswering"]}, ANSWERS, "question-answering", ()),
        ({}, ANSWERS, "question-answering", ()),
        ({}, ONE, "regression", ()),
        ({"id2label": {"0": "O", "1": "B-X", "2": "I-X"}}, THREE, "tagging", ("O", "B-X", "I-X")),
        (ABC, THREE, "single-sentence", ("a", "b", "c")),
    ],
)
def test_of_other_programs(
    values: dict[str, Any], shapes: dict[str, tuple[int, ...]], task: str, labels: tuple[str, ...]
) -> None:
    found = told(values, shapes)
    assert found is not None
    assert (found.task, found.labels) == (task, labels)


@pytest.mark.parametrize(
    ("values", "shapes"),
    [
        (CLASSES, {}),  # nothing was put on it yet
        ({"architectures": ["BertForPreTraining"]}, {}),
        ({"architectures": ["BertForPreTraining"]}, THREE),
        ({"architectures": ["BertForEverything"]}, THREE),
        (CLASSES | {"problem_type": "multi_label_classification"}, THREE),
        (CLASSES | {"problem_type": "regression"}, THREE),
        ({}, {"classifier.weight": (3, 9), "classifier.bias": (3,)}),
        ({}, {"classifier.0.weight": (3, 8)}),
    ],
)
def test_of_none_that_is_known(values: dict[str, Any], shapes: dict[str, tuple[int, ...]]) -> None:
    assert told(values, shapes) is None


@pytest.mark.parametrize(
    ("values", "shapes", "words"),
    [
        (CLASSES | ABC, {"classifier.weight": (3, 8)}, "is missing: classifier.bias"),
        (
            CLASSES | ABC,
            {"classifier.weight": (5, 8), "classifier.bias": (5,)},
            "5×8.*expected 3×8 and 3, for 3 labels",
        ),
        (CLASSES | ABC, {"classifier.weight": (3, 9), "classifier.bias": (3,)}, "classifier.weight is 3×9"),
        ({"architectures": ["BertForQuestionAnswering"]}, {"qa_outputs.weight": (2, 8)}, "qa_outputs.bias"),
        (
            {"architectures": ["BertForMultipleChoice"]},
            THREE,
            "expected 1×8 and 1, for multiple-choice",
        ),
    ],
)
def test_a_head_that_does_not_fit(
    values: dict[str, Any], shapes: dict[str, tuple[int, ...]], words: str
) -> None:
    with pytest.raises(CheckpointError, match=words) as caught:
        told(values, shapes)
    assert caught.value.where == "somewhere" and caught.value.remedy


def test_ours_says_more() -> None:
    info = TaskInfo("tagging", ("O", "B-X", "I-X"), max_length=77)
    values = {"task": "tagging", "labels": ["O", "B-X", "I-X"], "max_length": 77, "of_a_later_edition": 1}
    assert told({"attention_explorer": values}, THREE) == info
    with pytest.raises(CheckpointError, match="for 2 labels"):
        told({"attention_explorer": values | {"labels": ["O", "B-X"]}}, THREE)
    assert told({"attention_explorer": values}, {}) is None  # somebody kept the BERT only


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": "cooking"},
        {"labels": [1, 2, 3]},
        {"max_length": 0},
        {"max_length": True},
        {"mode": "half"},
        {"null_threshold": float("nan")},
        {"unanswerable": "yes"},
    ],
)
def test_what_cannot_be_meant_is_told_like_another_programs(wrong: dict[str, Any]) -> None:
    values = {"task": "tagging", "labels": ["O", "B-X", "I-X"]} | wrong
    found = told({"attention_explorer": values, **CLASSES, **ABC}, THREE)
    assert found is not None and found.task == "single-sentence" and found.labels == ("a", "b", "c")


def test_a_head_of_another_task_is_saved_again(
    tmp_path: Path, config: BertConfig, tokenizer: Tokenizer
) -> None:
    shape = {key: value for key, value in config.to_dict().items() if key != "model_type"}
    more = {"num_labels": 4, "problem_type": "multi_label_classification"}
    model = transformers.BertForSequenceClassification(transformers.BertConfig(**shape, **more))
    model.save_pretrained(tmp_path / "one")
    tokenizer.save(tmp_path / "one")
    bert = Bert.load(tmp_path / "one", device="cpu")
    assert bert.task is None and bert.info().task is None
    bert.save(tmp_path / "two")
    again = transformers.AutoModelForSequenceClassification.from_pretrained(tmp_path / "two")
    assert again.config.problem_type == "multi_label_classification"
    assert torch.equal(again.classifier.weight, model.classifier.weight)


@pytest.mark.parametrize("task", ["sequence", "token", "choice", "question"])
def test_foreign_models_open(task: str, tmp_path: Path, config: BertConfig, tokenizer: Tokenizer) -> None:
    names = {
        "sequence": "BertForSequenceClassification",
        "token": "BertForTokenClassification",
        "choice": "BertForMultipleChoice",
        "question": "BertForQuestionAnswering",
    }
    shape = {key: value for key, value in config.to_dict().items() if key != "model_type"}
    model = getattr(transformers, names[task])(transformers.BertConfig(**shape))
    model.save_pretrained(tmp_path)
    tokenizer.save(tmp_path)
    bert = Bert.load(tmp_path, device="cpu")
    assert bert.task == read_task(tmp_path) is not None
    assert bert.info().task == bert.task and bert.info().parameters.task > 0
    assert bert.info().parameters.total == sum(p.numel() for p in model.parameters())
    trace = bert.trace("the cat", "sat")
    assert trace.mlm() is None and trace.nsp is None
    bert.save(tmp_path / "again")
    assert Bert.load(tmp_path / "again", device="cpu").task == bert.task


def test_a_classifier_without_its_pooler_is_refused(
    tmp_path: Path, config: BertConfig, tokenizer: Tokenizer
) -> None:
    shape = {key: value for key, value in config.to_dict().items() if key != "model_type"}
    model = transformers.BertForTokenClassification(transformers.BertConfig(**shape))
    model.config.architectures = ["BertForSequenceClassification"]
    model.save_pretrained(tmp_path)
    from tests.bert_core.finetuning.tuned_models import edit_config

    edit_config(tmp_path, architectures=["BertForSequenceClassification"])
    tokenizer.save(tmp_path)
    with pytest.raises(CheckpointError, match="no pooler below it") as caught:
        Bert.load(tmp_path, device="cpu")
    assert caught.value.where == str(tmp_path)
