"""A saved tuned model opens in the class of `transformers` that is meant for its task, and says the same."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from bert_core import Bert
from bert_core.finetuning.examples import ChoiceExample, QuestionExample, TaggingExample, TextExample
from bert_core.finetuning.model_card import usage_code
from bert_core.finetuning.predicting import TunedBert
from bert_core.finetuning.task_info import ARCHITECTURES, TASKS, TaskName
from tests.bert_core.finetuning.making import LABELS, examples
from tests.bert_core.finetuning.tuned_models import tuned

CLOSE = {"abs": 1e-5}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    transformers.utils.logging.disable_progress_bar()
    before = transformers.utils.logging.get_verbosity()
    transformers.utils.logging.set_verbosity_error()
    yield
    transformers.utils.logging.set_verbosity(before)
    transformers.utils.logging.enable_progress_bar()


def opened(task: TaskName, folder: Path) -> tuple[Any, Any]:
    """By `transformers` alone."""
    kind = getattr(transformers, ARCHITECTURES[task].replace("BertFor", "AutoModelFor"))
    model, report = kind.from_pretrained(folder, output_loading_info=True)
    assert not report["missing_keys"] and not report["mismatched_keys"]
    return model.eval(), transformers.AutoTokenizer.from_pretrained(folder)


@pytest.mark.parametrize("task", TASKS)
def test_transformers_predicts_the_same(task: TaskName, tmp_path: Path) -> None:
    bert = tuned(task)
    bert.save(tmp_path / "m")
    ours = TunedBert.load(tmp_path / "m", device="cpu")
    assert ours.info == bert.task
    found = ours.predict(examples(task, 25))
    model, tokenizer = opened(task, tmp_path / "m")
    said = set()
    for example, prediction in zip(examples(task, 25), found, strict=True):
        with torch.inference_mode():
            said.add(compare(ours, model, tokenizer, example, prediction))
    assert len(said) > 1  # it is not one answer for all


def compare(ours: TunedBert, model: Any, tokenizer: Any, example: Any, prediction: Any) -> Any:
    """Equal answers and probabilities; returns the answer."""
    cut = {"truncation": True, "max_length": ours.info.max_length, "return_tensors": "pt"}
    if isinstance(example, TextExample):
        logits = model(**tokenizer(example.text_a, example.text_b, **cut)).logits[0].double()
        if ours.info.task == "regression":
            assert prediction.value == pytest.approx(float(logits[0]), **CLOSE)
            return round(prediction.value, 2)
        assert prediction.label == model.config.id2label[int(logits.argmax())]
        assert prediction.probabilities == pytest.approx(logits.softmax(-1).tolist(), **CLOSE)
        return prediction.label
    if isinstance(example, TaggingExample):
        inputs = tokenizer(list(example.words), is_split_into_words=True, **cut)
        chances = model(**inputs).logits[0].double().softmax(-1)
        first = {w: n for n, w in reversed(list(enumerate(inputs.word_ids()))) if w is not None}
        tags = [
            model.config.id2label[int(chances[first[w]].argmax())] if w in first else "O"
            for w in range(len(example.words))
        ]
        assert list(prediction.tags) == tags
        best = [float(chances[first[w]].max()) if w in first else 0.0 for w in range(len(tags))]
        assert prediction.probabilities == pytest.approx(best, **CLOSE)
        return tuple(tags)
    if isinstance(example, ChoiceExample):
        second = [f"{example.start} {ending}" for ending in example.endings]
        inputs = tokenizer([example.context] * len(second), second, padding=True, **cut)
        logits = model(**{name: rows[None] for name, rows in inputs.items()}).logits[0].double()
        assert prediction.choice == int(logits.argmax())
        assert prediction.probabilities == pytest.approx(logits.softmax(-1).tolist(), **CLOSE)
        return prediction.choice
    assert isinstance(example, QuestionExample)
    answer = best_answer(ours, model, tokenizer, example)
    assert (prediction.answer, prediction.span) == answer[:2]
    assert prediction.none_margin == pytest.approx(answer[2], **CLOSE)
    return answer[0]


def best_answer(ours: TunedBert, model: Any, tokenizer: Any, example: QuestionExample) -> Any:
    """As the scripts of `transformers` do it: the best span over overlapping windows, and the least score of none."""
    windows = tokenizer(
        example.question,
        example.context,
        truncation="only_second",
        max_length=ours.info.max_length,
        stride=ours.info.doc_stride,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        padding=True,
        return_tensors="pt",
    )
    windows.pop("overflow_to_sample_mapping")
    offsets = windows.pop("offset_mapping")
    found = model(**windows)
    best, none = None, float("inf")
    for number in range(len(offsets)):
        start, end = found.start_logits[number].double(), found.end_logits[number].double()
        none = min(none, float(start[0] + end[0]))
        inside = [n for n, part in enumerate(windows.sequence_ids(number)) if part == 1]
        for i in inside:
            for j in inside:
                if i <= j < i + ours.info.max_answer_length:
                    score = float(start[i] + end[j])
                    if best is None or score > best[0]:
                        best = (score, int(offsets[number][i][0]), int(offsets[number][j][1]))
    assert best is not None
    if none - best[0] > ours.info.null_threshold:
        return "", None, none - best[0]
    return example.context[best[1] : best[2]], best[1:], none - best[0]


@pytest.mark.parametrize("task", TASKS)
def test_the_heads_of_pretraining_go_along(task: TaskName, tmp_path: Path) -> None:
    bert = tuned(task)
    bert.save(tmp_path / "m")
    again = Bert.load(tmp_path / "m", device="cpu")
    before, after = (model.trace("the cat [MASK]", "he was tired") for model in (bert, again))
    assert after.mlm_logits(3) == pytest.approx(
        before.mlm_logits(3), abs=1e-4
    )  # weights lie otherwise in memory
    assert before.nsp is not None and after.nsp is not None
    assert after.nsp.is_next == pytest.approx(before.nsp.is_next, **CLOSE)
    again.save(tmp_path / "n")
    assert (tmp_path / "n" / "model.safetensors").read_bytes() == (
        tmp_path / "m" / "model.safetensors"
    ).read_bytes()
    assert (tmp_path / "n" / "config.json").read_text() == (tmp_path / "m" / "config.json").read_text()


def test_labels_are_named_in_the_configuration(tmp_path: Path) -> None:
    tuned("tagging").save(tmp_path)
    values = json.loads((tmp_path / "config.json").read_text())
    assert values["id2label"] == {"0": "O", "1": "B-PER", "2": "I-PER"}
    assert values["label2id"] == {label: n for n, label in enumerate(LABELS["tagging"])}
    assert values["architectures"] == ["BertForTokenClassification"]


def test_a_model_of_features_is_kept_too_and_its_bert_opens_elsewhere(tmp_path: Path) -> None:
    bert = tuned("tagging", mode="features")
    bert.save(tmp_path)
    again = TunedBert.load(tmp_path, device="cpu")
    assert again.info == bert.task and again.info.mode == "features"
    some = examples("tagging", 8)
    before = TunedBert(bert).predict(some)
    assert [prediction.tags for prediction in again.predict(some)] == [
        prediction.tags for prediction in before
    ]
    model = transformers.AutoModel.from_pretrained(tmp_path)
    ids = torch.tensor([bert.trace("the cat sat").tokens[n].id for n in range(5)])[None]
    with torch.inference_mode():
        theirs = model(ids).last_hidden_state[0]
    assert theirs.numpy() == pytest.approx(again.bert.trace("the cat sat").hidden_states[-1], abs=1e-5)


@pytest.mark.parametrize("task", TASKS)
def test_the_lines_on_the_card_run(
    task: TaskName, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bert = tuned(task)
    bert.save(tmp_path / "m")
    assert bert.task is not None
    exec(usage_code(str(tmp_path / "m"), bert.task), {})
    said = capsys.readouterr().out
    assert said.strip()
    if bert.task.labels:
        assert any(label in said for label in bert.task.labels)


def test_values_and_commands_come_without_torch() -> None:
    code = (
        "import sys; from bert_core.checkpoints.tasks import task_of; "
        "import bert_core.finetuning.asking, bert_core.queries_task; "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
