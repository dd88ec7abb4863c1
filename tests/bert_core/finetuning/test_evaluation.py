"""Predictions for many examples: one each, in their order, whatever batches they were read in."""

from __future__ import annotations

import itertools

import pytest
import torch

from bert_core.errors import Cancelled
from bert_core.finetuning import evaluation
from bert_core.finetuning.evaluation import predict
from bert_core.finetuning.examples import TaggingExample, TextExample
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.task_info import TASKS
from tests.bert_core.finetuning.making import a_bert, a_tokenizer, examples, info_of


def close(one, other):
    """Equal but for the order of sums."""
    for name in one.__slots__:
        ours, theirs = getattr(one, name), getattr(other, name)
        if isinstance(ours, float) or (name == "probabilities" and ours):
            assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-6), name
        else:
            assert ours == theirs, name


@pytest.mark.parametrize("mode", ["full", "features"])
@pytest.mark.parametrize("task", TASKS)
def test_predictions_come_in_order(task, mode, monkeypatch):
    monkeypatch.setattr(evaluation, "BUFFER", 5)
    tuned = TunedModel.new(a_bert(), info_of(task, mode=mode), lstm_size=6).eval()
    found = examples(task, 13)
    together = list(predict(tuned, a_tokenizer(), found, batch_size=3))
    assert len(together) == 13
    for example, prediction in zip(found, together, strict=True):
        [alone] = predict(tuned, a_tokenizer(), [example])
        close(prediction, alone)


def test_the_most_probable_class_is_predicted():
    tuned = TunedModel.new(a_bert(), info_of("single-sentence")).eval()
    found = examples("single-sentence", 6)
    for example, prediction in zip(found, predict(tuned, a_tokenizer(), found), strict=True):
        encoding = a_tokenizer().encode(example.text_a)
        logits = tuned(torch.tensor([encoding.ids]), torch.tensor([encoding.segment_ids]))[0].detach()
        probabilities = logits.softmax(-1)
        best = int(probabilities.argmax())
        assert prediction.label == tuned.info.labels[best]
        assert prediction.confidence == pytest.approx(float(probabilities[best]), rel=1e-5)
        assert prediction.probabilities == pytest.approx(probabilities.tolist(), rel=1e-5)
        right = tuned.info.labels.index(example.label)
        assert prediction.loss == pytest.approx(-float(probabilities[right].log()), rel=1e-4)


def test_it_is_cancelled_between_two_batches():
    tuned = TunedModel.new(a_bert(), info_of("single-sentence"))
    count = itertools.count()

    def check():
        if next(count) == 2:
            raise Cancelled

    tuned.train()
    with pytest.raises(Cancelled):
        list(predict(tuned, a_tokenizer(), examples("single-sentence", 30), batch_size=4, check=check))
    assert next(count) == 3
    assert tuned.training, "as it was"


def test_little_text_is_no_trouble():
    tuned = TunedModel.new(a_bert(), info_of("single-sentence")).eval()
    assert list(predict(tuned, a_tokenizer(), [])) == []
    [empty] = predict(tuned, a_tokenizer(), [TextExample("", None, None)])
    assert empty.label in tuned.info.labels
    assert empty.loss is None
    tagger = TunedModel.new(a_bert(), info_of("tagging")).eval()
    found = list(predict(tagger, a_tokenizer(), [TaggingExample((), ()), TaggingExample(("\u200b",), None)]))
    assert [prediction.tags for prediction in found] == [(), ("O",)]
    assert found[1].confidence == 0.0
