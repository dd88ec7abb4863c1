"""The texts that a model is least sure of, ranked, counted and cut."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.errors import Cancelled, TextError
from bert_core.finetuning.predicting import TunedBert
from bert_core.finetuning.task_info import TaskName
from bert_core.finetuning.uncertainty import UncertainTally, uncertainty
from bert_core.queries_task import MOST_UNCERTAIN
from tests.bert_core.finetuning.making import examples
from tests.bert_core.finetuning.tuned_models import tuned


def nothing() -> None:
    return


def texts(task: TaskName, count: int) -> list[tuple[str, str | None]]:
    return [(e.text_a, e.text_b) for e in examples(task, count)]  # type: ignore[union-attr]


def test_entropy_and_margin_by_hand() -> None:
    even, sure = np.log([[0.25] * 4]), np.log([[0.5, 0.3, 0.2, 1e-300]])
    assert uncertainty(even, "entropy") == pytest.approx(np.log(4))
    assert uncertainty(even, "margin") == 1
    assert uncertainty(sure, "margin") == pytest.approx(0.8)
    assert uncertainty(sure, "entropy") == pytest.approx(-sum(p * np.log(p) for p in (0.5, 0.3, 0.2)))
    assert uncertainty(np.concatenate([even, sure]), "margin") == pytest.approx(0.9)
    assert uncertainty(np.array([[0.0, -np.inf]]), "entropy") == 0
    assert uncertainty(np.array([[0.0]]), "margin") == 0


@pytest.mark.parametrize("measure", ["entropy", "margin"])
@pytest.mark.parametrize("task", ["single-sentence", "sentence-pair"])
def test_ranked_among_all(task: TaskName, measure: str) -> None:
    bert, some = tuned(task), texts(task, 40)
    assert bert.task_model is not None
    tally = UncertainTally(bert.task_model, bert.tokenizer, measure, 10)  # type: ignore[arg-type]
    for first in range(0, 40, 7):
        tally.add(some[first : first + 7], nothing)
    found = tally.value()
    assert (found.read, len(found.texts), found.measure) == (40, 10, measure)
    assert found.labels == bert.task_model.info.labels
    predictions = TunedBert(bert).predict(examples(task, 40))
    every = [uncertainty(np.log([p.probabilities]), found.measure) for p in predictions]
    assert [entry.uncertainty for entry in found.texts] == pytest.approx(sorted(every)[:-11:-1], abs=1e-5)
    for entry in found.texts:
        assert (entry.text, entry.text_b) == some[entry.line - 1]
        assert entry.predicted == predictions[entry.line - 1].label
        assert entry.uncertainty == pytest.approx(every[entry.line - 1], abs=1e-5)
        assert entry.confidence == pytest.approx(max(entry.probabilities))


def test_of_equals_the_first() -> None:
    bert = tuned("single-sentence")
    assert bert.task_model is not None
    tally = UncertainTally(bert.task_model, bert.tokenizer, "entropy", 2)
    tally.add([("the cat", None)] * 5, nothing)
    assert [entry.line for entry in tally.value().texts] == [1, 2]


def test_tags_count_by_word() -> None:
    bert = tuned("tagging")
    assert bert.task_model is not None
    tally = UncertainTally(bert.task_model, bert.tokenizer, "entropy", 5)
    tally.add([("the cats, sating.", None), ("", None)], nothing)
    first, empty = tally.value().texts
    assert first.words == ("the", "cats", ",", "sating", ".") and len(first.tags) == 5
    assert first.predicted == " ".join(first.tags) and first.probabilities == ()
    assert 0 < first.uncertainty <= np.log(3) and empty.uncertainty == 0


def test_long_texts_are_counted() -> None:
    bert = tuned("single-sentence", max_length=8)
    assert bert.task_model is not None
    tally = UncertainTally(bert.task_model, bert.tokenizer, "margin", 5)
    tally.add(
        [("the " * 6, None), ("the " * 7, None), ("the " * 3, "cat " * 2), ("the " * 3, "cat " * 3)], nothing
    )
    assert tally.value().cut == 2


def test_called_off_it_has_read_nothing() -> None:
    bert = tuned("single-sentence")
    assert bert.task_model is not None
    tally = UncertainTally(bert.task_model, bert.tokenizer, "margin", 10**9)

    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        tally.add([("the cat", None)], check)
    assert tally.read == 0 and tally.value().texts == ()
    tally.add([("the cat", None)] * (MOST_UNCERTAIN + 5), nothing)
    assert len(tally.value().texts) == MOST_UNCERTAIN


@pytest.mark.parametrize("task", ["regression", "question-answering", "multiple-choice"])
def test_tasks_without_labels(task: TaskName) -> None:
    bert = tuned(task)
    assert bert.task_model is not None
    with pytest.raises(TextError, match="Only for classes and tags"):
        UncertainTally(bert.task_model, bert.tokenizer, "entropy", 5)
