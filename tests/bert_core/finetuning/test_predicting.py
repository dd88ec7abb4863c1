"""A tuned model is asked for predictions and figures, and says what it cannot do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bert_core.errors import Cancelled, CheckpointError, TextError
from bert_core.finetuning.examples import ChoiceExample, Place, QuestionExample, TaggingExample, TextExample
from bert_core.finetuning.metrics import measure
from bert_core.finetuning.predicting import TunedBert, with_labels_of
from bert_core.finetuning.task_info import TASKS, TaskInfo, TaskName
from tests.bert_core.finetuning.making import LABELS, a_bert, data_of, examples, some_data
from tests.bert_core.finetuning.tuned_models import tuned


@pytest.mark.parametrize("task", TASKS)
def test_figures_are_those_of_the_predictions(task: TaskName) -> None:
    model, data = TunedBert(tuned(task)), some_data(task, 20)
    found = model.predict(data.examples, batch_size=3)
    figures = model.evaluate(data)
    assert figures.metrics == pytest.approx(model.evaluate(data, found).metrics, abs=1e-5)
    own = measure(task, data.examples, found, LABELS.get(task, ()))
    losses = [p.loss for p in found if p.loss is not None]
    assert len(losses) == 20
    expected = {**own.metrics, "loss": sum(losses) / 20}
    assert figures.metrics == pytest.approx(expected, abs=1e-5)


def test_examples_of_another_task_are_refused() -> None:
    with pytest.raises(TextError, match="tuned for: tagging"):
        TunedBert(tuned("tagging")).predict(examples("single-sentence", 2))


def test_it_can_be_called_off() -> None:
    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        TunedBert(tuned("regression")).predict(examples("regression", 2), check=check)


def test_a_model_without_a_task_is_refused() -> None:
    with pytest.raises(CheckpointError, match="not tuned"):
        TunedBert(a_bert())


def test_nothing_to_measure() -> None:
    unknown = [replace(example, label=None) for example in examples("single-sentence", 3)]  # type: ignore[call-arg]
    with pytest.raises(TextError, match="does not say what is right"):
        TunedBert(tuned("single-sentence")).evaluate(data_of("single-sentence", unknown))


def test_labels_by_number_and_by_capitals() -> None:
    numbered = TaskInfo("single-sentence", ("LABEL_0", "LABEL_1"))
    data = replace(data_of("single-sentence", [TextExample("a", None, "1")]), labels=("1",))
    (example,) = with_labels_of(numbered, data).examples
    assert isinstance(example, TextExample) and example.label == "LABEL_1"
    named = TaskInfo("single-sentence", ("Good", "bad"))
    data = replace(data_of("single-sentence", [TextExample("a", None, "good")]), labels=("good",))
    (example,) = with_labels_of(named, data).examples
    assert isinstance(example, TextExample) and example.label == "Good"
    tags = replace(data_of("tagging", [TaggingExample(("a", "b"), ("o", "b-per"))]), labels=("b-per", "o"))
    (tagged,) = with_labels_of(TaskInfo("tagging", ("O", "B-PER")), tags).examples
    assert isinstance(tagged, TaggingExample) and tagged.tags == ("O", "B-PER")


def test_a_label_that_is_not_known_is_named_by_file_and_line() -> None:
    info = TaskInfo("single-sentence", ("good", "bad"))
    odd = TextExample("a", None, "ugly", Place(17))
    data = replace(data_of("single-sentence", [odd]), labels=("ugly",))
    with pytest.raises(TextError, match="'ugly'") as caught:
        with_labels_of(info, data)
    assert caught.value.where == "some.jsonl, line 17" and "good, bad" in caught.value.remedy


def test_tasks_without_labels_leave_the_data_alone() -> None:
    for task in ("question-answering", "multiple-choice", "regression"):
        data = some_data(task, 2)
        assert with_labels_of(TaskInfo(task), data) is data
        assert isinstance(data.examples[0], QuestionExample | ChoiceExample | TextExample)
