"""What a tuned model says, explained: its target against its answer, its gradients, and what other words would do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from bert_core import Bert
from bert_core.errors import TextError
from bert_core.explanations import ClassTarget, ScoreTarget, SpanTarget, TagTarget, Target
from bert_core.finetuning.answering import answer_of
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.task_info import TASKS, TaskInfo, TaskName
from bert_core.measures.input_gradient import scene_gradient_x_input
from bert_core.measures.masked_in_turn import leave_one_out
from bert_core.measures.path_gradients import integrated_gradients
from bert_core.measures.scene_target import SceneTarget, nothing
from bert_core.measures.task_target import TARGETS, best_span
from bert_core.measures.text_changes import what_if
from bert_core.queries_task import ChoiceAnswer, ClassAnswer, SpanAnswer, TagAnswer, ValueAnswer
from bert_core.scene import Scene
from tests.bert_core.measures.changes import CHANGES, PAIR

LABELS: dict[TaskName, tuple[str, ...]] = {
    "single-sentence": ("bad", "good"),
    "sentence-pair": ("no", "perhaps", "yes"),
    "tagging": ("O", "B-A", "I-A", "B-B"),
}


def tuned(lively: Bert, task: TaskName, mode: str = "full") -> Bert:
    """`lively` with a head of strong weights."""
    info = TaskInfo(task, LABELS.get(task, ()), mode=mode, unanswerable=True, null_threshold=100.0)  # type: ignore[arg-type]
    model = TunedModel.new(lively, info, seed=3, lstm_size=16)
    with torch.no_grad():
        for part in (model.head.weight, model.head.bias):
            part.normal_(0.0, 0.5, generator=torch.Generator().manual_seed(5))
    model.requires_grad_(False).eval()
    return Bert(model.bert, lively.tokenizer, source=f"tuned-{task}-{mode}", task_model=model)


@torch.inference_mode()
def reading_of(bert: Bert, scene: Scene, target: Target) -> tuple[Target, float]:
    reading = SceneTarget(bert, scene, target, nothing)
    return reading.target, reading.values(reading.words([reading.ids])).item()


def log(p: float) -> float:
    return float(np.log(p))


@pytest.mark.parametrize("mode", ["full", "features"])
@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("task", TASKS)
def test_it_is_worth_what_the_model_answers(lively: Bert, task: TaskName, name: str, mode: str) -> None:
    bert = tuned(lively, task, mode)
    scene = Scene(bert.model_id, *PAIR, interventions=CHANGES[name])
    answer = answer_of(bert, bert.trace_scene(scene))
    near = pytest.approx
    if isinstance(answer, ClassAnswer):
        target, p = reading_of(bert, scene, ClassTarget(scale="probability"))
        assert target == ClassTarget(answer.best, "probability")
        assert p == near(answer.probabilities[answer.best], abs=1e-5)
        _, other = reading_of(bert, scene, ClassTarget(0, "log-probability"))
        assert other == near(log(answer.probabilities[0]), abs=1e-4)
    elif isinstance(answer, ValueAnswer):
        assert reading_of(bert, scene, ScoreTarget())[1] == near(answer.value, abs=1e-4)
    elif isinstance(answer, ChoiceAnswer):
        assert reading_of(bert, scene, ScoreTarget())[1] == near(answer.scores[0], abs=1e-4)
    elif isinstance(answer, TagAnswer):
        first = next((word for word in answer.words if word.tag != "O"), answer.words[0])
        place = first.positions[0]
        target, p = reading_of(bert, scene, TagTarget(scale="probability"))
        assert target == TagTarget(place, LABELS[task].index(first.tag), "probability")
        assert p == near(first.probability, abs=1e-5)
        _, p = reading_of(bert, scene, TagTarget(4, 2, "probability"))
        assert p == near(answer.probabilities[4, 2], abs=1e-5)
    else:
        assert isinstance(answer, SpanAnswer) and answer.best is not None
        begin, end = answer.best.first, answer.best.last
        target, p = reading_of(bert, scene, SpanTarget(scale="probability"))
        assert target == SpanTarget(begin, end, "probability")
        assert p == near(answer.start[begin] * answer.end[end], abs=1e-5)
        assert reading_of(bert, scene, SpanTarget())[1] == near(answer.best.score, abs=1e-4)
        assert reading_of(bert, scene, SpanTarget(0, 0))[1] == near(answer.none_score, abs=1e-4)


@pytest.mark.parametrize("mode", ["full", "features"])
@pytest.mark.parametrize("task", TASKS)
def test_the_methods_explain_it(lively: Bert, task: TaskName, mode: str) -> None:
    bert = tuned(lively, task, mode)
    target = TARGETS[task]()
    whole = integrated_gradients(bert, *PAIR, target)
    assert whole.gap is not None and whole.gap < 0.05 and np.isfinite(whole.scores).all()
    named, value = reading_of(bert, Scene(bert.model_id, *PAIR), target)
    assert whole.target == named and whole.value == pytest.approx(value, abs=1e-5)
    slope = scene_gradient_x_input(bert, Scene(bert.model_id, *PAIR), target)
    assert slope.target == named and np.abs(slope.scores).max() > 0
    left = leave_one_out(bert, *PAIR, target)
    place = 2
    masked = Scene(bert.model_id, *PAIR, replaced={place: bert.tokenizer.mask_id})
    assert left.scores[place] == pytest.approx(value - reading_of(bert, masked, named)[1], abs=1e-4)


def test_the_slope_is_that_of_small_steps(lively: Bert) -> None:
    bert = tuned(lively, "single-sentence")
    scene = Scene(bert.model_id, *PAIR)
    found = scene_gradient_x_input(bert, scene, ClassTarget(1))
    with torch.no_grad():
        reading = SceneTarget(bert, scene, ClassTarget(1), nothing)
        words = reading.words([reading.ids])
        for piece in (1, 7):
            values = []
            for step in (1e-2, -1e-2):
                moved = words.clone()
                moved[0, piece] *= 1 + step
                values.append(reading.values(moved).item())
            assert found.scores[piece] == pytest.approx((values[0] - values[1]) / 2e-2, rel=2e-2, abs=2e-3)


@pytest.mark.parametrize("changes", ["masks", "removals", "candidates"])
@pytest.mark.parametrize("task", TASKS)
def test_what_if_reads_every_change_as_a_text_of_its_own(lively: Bert, task: TaskName, changes: str) -> None:
    bert = tuned(lively, task)
    table = what_if(bert, *PAIR, TARGETS[task](), 2, changes=changes, count=3)  # type: ignore[arg-type]
    assert len(table.outcomes) > 3
    for outcome in table.outcomes:
        scale = {} if isinstance(outcome.target, ScoreTarget) else {"scale": "probability"}
        value = reading_of(bert, outcome.scene, replace(outcome.target, **scale))[1]  # type: ignore[arg-type]
        assert outcome.probability == pytest.approx(value, abs=1e-4)
    first = table.before
    assert first.kind == "as it is" and (task in ("regression", "multiple-choice")) == (first.best is None)
    if task in ("single-sentence", "sentence-pair"):
        answer = answer_of(bert, bert.trace(*PAIR))
        assert isinstance(answer, ClassAnswer)
        assert first.best is not None and first.best[0] == LABELS[task][answer.best]
        assert first.best[1] == pytest.approx(answer.probabilities[answer.best], abs=1e-5)
        assert first.divergence == 0 and all(one.divergence >= 0 for one in table.outcomes)
    if task == "question-answering":
        assert not any(one.kind == "swapped" for one in table.outcomes)
        assert first.best is not None and first.best[0] in PAIR[1]
    if task == "regression":
        assert np.isnan(first.divergence)


def test_what_is_not_there_is_said(lively: Bert) -> None:
    bert = tuned(lively, "tagging")
    scene = Scene(bert.model_id, *PAIR)
    for target, words in (
        (ClassTarget(), "not tuned"),
        (TagTarget(99), "no piece 100"),
        (TagTarget(1, 9), "no class 10"),
    ):
        with pytest.raises(TextError, match=words):
            reading_of(bert, scene, target)
    with pytest.raises(TextError, match="not tuned"):
        reading_of(lively, Scene(lively.model_id, *PAIR), ClassTarget())
    asked = tuned(lively, "question-answering")
    with pytest.raises(TextError, match="no context"):
        reading_of(asked, Scene(asked.model_id, PAIR[0]), SpanTarget())
    with pytest.raises(TextError, match="no such piece"):
        reading_of(asked, Scene(asked.model_id, *PAIR), SpanTarget(2, 99))


def test_the_best_span_is_short_enough_and_in_order() -> None:
    logits = torch.full((2, 6), -torch.inf)
    logits[:, 0] = torch.tensor([1.0, 1.0])
    logits[0, 2:], logits[1, 2:] = torch.tensor([5.0, 0, 0, 1]), torch.tensor([0.0, 1, 0, 5])
    assert best_span(logits, 10, unanswerable=False) == (2, 5)
    assert best_span(logits, 2, unanswerable=False) == (
        2,
        3,
    )  # 5 + 1, as good as 1 + 5 alone, which comes later
    logits[0, 0] = 20.0
    assert best_span(logits, 10, unanswerable=True) == (0, 0)
    assert best_span(logits, 10, unanswerable=True, threshold=12.0) == (2, 5)
    assert best_span(torch.full((2, 3), -torch.inf), 5, unanswerable=False) == (0, 0)
