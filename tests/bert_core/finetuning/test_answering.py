"""What a tuned model says of a traced text: as its own forward pass, and under interventions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from bert_core import Bert, Interventions
from bert_core.errors import Cancelled, TextError
from bert_core.finetuning.answering import MOST_SPANS, answer_of, entities, head_logits, span_answer
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.task_info import TASKS, TaskInfo, TaskName
from bert_core.queries_task import ChoiceAnswer, ClassAnswer, SpanAnswer, TagAnswer, ValueAnswer, WordTag
from bert_core.scene import Scene
from bert_core.trace import Token, Trace
from tests.bert_core.finetuning.making import a_bert
from tests.bert_core.finetuning.tuned_models import tuned

A, B = "why did the cat sit", "he was tired and ate fish on a mat"
CHANGED = Interventions(heads_off={(0, 1), (2, 3)}, hidden={2}, dropped={"position": {4}})


def by_itself(bert: Bert, trace: Trace) -> np.ndarray:
    """The logits that the tuned model gives the trace's pieces in a forward pass of its own."""
    model = bert.task_model
    assert model is not None
    ids = torch.tensor([[token.id for token in trace.tokens]])
    segments = torch.tensor([[token.segment for token in trace.tokens]])
    with torch.inference_mode():
        return np.asarray(model(ids, segments)[0])


@pytest.mark.parametrize("mode", ["full", "features"])
@pytest.mark.parametrize("task", TASKS)
def test_it_is_what_the_model_says_by_itself(task: TaskName, mode: str) -> None:
    bert = tuned(task, mode=mode)
    trace = bert.trace(A, B)
    model = bert.task_model
    assert isinstance(model, TunedModel)
    assert head_logits(model, trace) == pytest.approx(by_itself(bert, trace), abs=1e-5)


@pytest.mark.parametrize("task", TASKS)
def test_interventions_hold(task: TaskName) -> None:
    bert = tuned(task)
    model = bert.task_model
    assert model is not None
    plain, changed = bert.trace(A, B), bert.trace(A, B, CHANGED)
    assert not np.allclose(head_logits(model, plain), head_logits(model, changed), atol=1e-3)
    logits = head_logits(model, changed)
    states = torch.tensor(changed.hidden_states[-1])
    with torch.inference_mode():
        if task in ("tagging", "question-answering"):
            expected = model.head(states)
        else:
            assert bert.module.pooler is not None
            expected = model.head(bert.module.pooler(states[None])[0])
    assert logits == pytest.approx(np.asarray(expected), abs=1e-5)


def test_classes() -> None:
    bert = tuned("single-sentence")
    found = answer_of(bert, bert.trace(A))
    assert isinstance(found, ClassAnswer)
    assert found.labels == ("bad", "fair", "good")
    assert found.probabilities.sum() == pytest.approx(1) and not found.probabilities.flags.writeable
    assert found.probabilities[found.best] == found.probabilities.max()


def test_a_number() -> None:
    bert = tuned("regression")
    trace = bert.trace(A, B)
    found = answer_of(bert, trace)
    assert isinstance(found, ValueAnswer)
    assert found.value == pytest.approx(float(by_itself(bert, trace)[0]), abs=1e-5)


def test_tags_are_those_of_first_pieces() -> None:
    bert = tuned("tagging")
    trace = bert.trace("the cats sat", "he sating .")
    found = answer_of(bert, trace)
    assert isinstance(found, TagAnswer)
    assert found.probabilities.shape == (len(trace.tokens), 3)
    assert found.probabilities.sum(-1) == pytest.approx(1)
    assert [word.text for word in found.words] == ["the", "cats", "sat", "he", "sating", "."]
    assert [word.segment for word in found.words] == [0, 0, 0, 1, 1, 1]
    cats = found.words[1]
    assert cats.positions == (2, 3) and (cats.start, cats.end) == (4, 8)
    best = found.probabilities[2].argmax()
    assert cats.tag == found.labels[best] and cats.probability == found.probabilities[2, best]


def words(*tags: str, second: int = 99) -> list[WordTag]:
    return [
        WordTag(f"w{n}", (n,), 3 * (n % second), 3 * (n % second) + 2, int(n >= second), tag, 0.5)
        for n, tag in enumerate(tags)
    ]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("B-A", "I-A", "O", "B-A"), [("A", 0, 1), ("A", 3, 3)]),
        (("B-A", "B-A", "I-B"), [("A", 0, 0), ("A", 1, 1), ("B", 2, 2)]),
        (("I-A", "I-A", "O", "I-A"), [("A", 0, 1), ("A", 3, 3)]),
        (("B-A", "E-A", "I-A"), [("A", 0, 1), ("A", 2, 2)]),
        (("S-A", "S-A", "U_B", "L_B"), [("A", 0, 0), ("A", 1, 1), ("B", 2, 2), ("B", 3, 3)]),
        (("NOUN", "VERB", "NOUN"), []),
    ],
)
def test_entities(tags: tuple[str, ...], expected: list[tuple[str, int, int]]) -> None:
    scene = Scene("m", " ".join(f"w{n}" for n in range(len(tags))))
    found = entities(words(*tags), scene)
    assert [(entity.kind, entity.first, entity.last) for entity in found] == expected
    for entity in found:
        assert entity.text == scene.text_a[entity.start : entity.end]
        assert entity.probability == pytest.approx(0.5 ** (entity.last - entity.first + 1))


def test_entities_end_with_the_sentence() -> None:
    found = entities(words("B-A", "I-A", "I-A", second=2), Scene("m", "w0 w1", "w2"))
    assert [(entity.segment, entity.text) for entity in found] == [(0, "w0 w1"), (1, "w2")]


CONTEXT = "Ana met Bo in Rom"
QUESTION_INFO = TaskInfo("question-answering", unanswerable=True, max_answer_length=3)


def qa_tokens() -> tuple[Token, ...]:
    """[CLS] who [SEP], the five words of CONTEXT, [SEP]."""
    found = [
        Token("[CLS]", 2, 0, 0, 0, 0, True),
        Token("who", 5, 0, 0, 3, 1, False),
        Token("[SEP]", 3, 0, 0, 0, 2, True),
    ]
    at = 0
    for n, word in enumerate(CONTEXT.split()):
        found.append(Token(word, 6 + n, 1, at, at + len(word), 3 + n, False))
        at += len(word) + 1
    return (*found, Token("[SEP]", 3, 1, 0, 0, 9, True))


def spans(start: list[float], end: list[float], **changes: object) -> SpanAnswer:
    info = replace(QUESTION_INFO, **changes)  # type: ignore[arg-type]
    return span_answer(np.array([start, end], float).T, qa_tokens(), CONTEXT, info)


def test_spans_by_hand() -> None:
    #        CLS who SEP Ana met Bo in Rom SEP
    start = [0, 99, 99, 3, 0, 2, 0, 0.5, 99]
    end = [1, 99, 99, 2, 0, 3, 0, 1, 99]
    found = spans(start, end)
    best = found.best
    assert best is not None
    assert (best.text, best.first, best.last, best.start, best.end) == ("Ana met Bo", 3, 5, 0, 10)
    assert best.score == 6
    assert [span.text for span in found.spans[1:]] == ["Rom", "in"]  # none overlaps a better one
    assert found.none_score == 1
    every = [start[i] + end[j] for i in range(3, 8) for j in range(i, min(i + 3, 8))]
    total = np.exp([*every, 1]).sum()
    assert best.probability == pytest.approx(np.exp(6) / total)
    assert found.none_probability == pytest.approx(np.exp(1) / total)
    inside = [0, 3, 4, 5, 6, 7]
    chances = np.exp([start[n] for n in inside])
    assert found.start[inside] == pytest.approx(chances / chances.sum())
    assert found.start[[1, 2, 8]].tolist() == [0, 0, 0]
    assert found.end.sum() == pytest.approx(1)


def test_no_answer() -> None:
    start, end = [5, 0, 0, 1, 0, 0, 0, 0, 0], [5, 0, 0, 1, 0, 0, 0, 0, 0]
    found = spans([*map(float, start)], [*map(float, end)])
    assert not found.answered and found.best is None and found.spans[0].text == "Ana"
    assert spans(list(start), list(end), null_threshold=8.5).answered
    always = spans(list(start), list(end), unanswerable=False)
    assert always.answered and always.none_probability == 0
    chances = [np.exp(i + j) for i in (1, 0) for j in (1, 0)]
    assert always.spans[0].probability > chances[-1] / sum(chances)


def test_answers_stand_in_the_text() -> None:
    bert = tuned("question-answering")
    trace = bert.trace(A, "  he was  tireds, and ate")
    found = answer_of(bert, trace)
    assert isinstance(found, SpanAnswer)
    assert 1 <= len(found.spans) <= MOST_SPANS
    for span in found.spans:
        assert (
            span.text == "  he was  tireds, and ate"[span.start : span.end] and span.text.strip() == span.text
        )
        assert 0 < span.last - span.first + 1 <= 6
    assert found.spans[0].score == max(span.score for span in found.spans)


@pytest.mark.parametrize(
    ("task", "text_b", "words"),
    [("question-answering", None, "no context"), ("multiple-choice", " ", "no ending")],
)
def test_without_sentence_b(task: TaskName, text_b: str | None, words: str) -> None:
    bert = tuned(task)
    with pytest.raises(TextError, match=words):
        answer_of(bert, bert.trace(A, text_b))


def test_choices_are_read_under_the_same_interventions() -> None:
    bert = tuned("multiple-choice")
    changes = Interventions(heads_off={(1, 2)}, hidden={2, 9}, direction="left-to-right")
    trace = bert.trace(A, "he was tired", changes, replaced={1: bert.tokenizer.mask_id, 8: 9})
    found = answer_of(bert, trace, ("a mat", " ", "the fish ate"))
    assert isinstance(found, ChoiceAnswer)
    assert found.endings == ("he was tired", "a mat", "the fish ate")
    assert found.probabilities.sum() == pytest.approx(1)
    assert found.best == int(found.scores.argmax())
    inside_a = Interventions(heads_off={(1, 2)}, hidden={2}, direction="left-to-right")
    for n, ending in enumerate(found.endings[1:], 1):
        other = bert.trace(A, ending, inside_a, replaced={1: bert.tokenizer.mask_id})
        assert bert.task_model is not None
        assert found.scores[n] == pytest.approx(head_logits(bert.task_model, other)[0], abs=1e-6)


def test_choices_can_be_called_off() -> None:
    bert = tuned("multiple-choice")
    trace = bert.trace(A, B)

    def check() -> None:
        raise Cancelled

    answer_of(bert, trace, (), check)  # nothing is read for it
    with pytest.raises(Cancelled):
        answer_of(bert, trace, ("a mat",), check)


def test_one_without_a_task_says_so() -> None:
    bert = a_bert()
    with pytest.raises(TextError, match="not tuned"):
        answer_of(bert, bert.trace(A))


def test_a_trace_of_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="trace is of"):
        answer_of(tuned("regression", "two"), tuned("regression", "one").trace(A))
