"""A session whose model is tuned, and hand-made answers to `AskTask` for every task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bert_core.finetuning.task_info import TaskInfo, TaskName
from bert_core.queries import Answer, OfReference
from bert_core.queries_task import (
    AskTask,
    ChoiceAnswer,
    ClassAnswer,
    Entity,
    Span,
    SpanAnswer,
    TagAnswer,
    TaskAnswer,
    ValueAnswer,
    WordTag,
)
from bert_core.scene import Scene
from bert_core.trace import Trace
from tests.app.answering_session import AnsweringSession
from tests.app.fakes import fake_model_info

TAGS = ("O", "B-LOC", "B-PER", "I-LOC", "I-PER")
INFOS: dict[TaskName, TaskInfo] = {
    "single-sentence": TaskInfo("single-sentence", ("negative", "positive")),
    "sentence-pair": TaskInfo("sentence-pair", ("contradiction", "entailment", "neutral")),
    "regression": TaskInfo("regression"),
    "tagging": TaskInfo("tagging", TAGS),
    "question-answering": TaskInfo("question-answering", unanswerable=True),
    "multiple-choice": TaskInfo("multiple-choice"),
}


class TunedSession(AnsweringSession):
    """Answers what is watched at once, with `answer_of`."""

    def __init__(self, task: TaskName | None, text_a: str = "the cat sat .", text_b: str = "") -> None:
        super().__init__(replace(fake_model_info(), task=None if task is None else INFOS[task]))
        self.shift = 0.0
        self.failure = ""
        self.watched_changed.connect(self._answer)
        self.trace_changed.connect(self._answer)
        self.begin(Scene("", text_a, text_b))
        self.load()

    def _answer(self, _: object) -> None:
        trace = self.trace
        if trace is None or self.model is None or self.model.task is None:
            return
        for query in self.watched:
            inner = query.query if isinstance(query, OfReference) else query
            if not isinstance(inner, AskTask):
                continue
            about = self.reference.trace if isinstance(query, OfReference) and self.reference else trace
            value = answer_of(
                about, self.model.task, inner.choices, 0.0 if about is not trace else self.shift
            )
            answer = Answer(query, trace.scene, None if self.failure else value, failure=self.failure)
            self.accept_answer(answer)


def answer_of(trace: Trace, info: TaskInfo, choices: Sequence[str] = (), shift: float = 0.0) -> TaskAnswer:
    """Something that hangs on the number of pieces, on `shift`, and on nothing else."""
    size = len(trace.tokens)
    if info.task in ("single-sentence", "sentence-pair"):
        logits = np.linspace(0, 1.5 + shift, len(info.labels))
        return ClassAnswer(info.labels, _softmax(logits))
    if info.task == "regression":
        return ValueAnswer(size / 5 + shift)
    if info.task == "multiple-choice":
        endings = (trace.scene.second or "", *choices)
        scores = np.array([1.2 + shift, *(0.3 * len(ending) % 2.5 for ending in choices)])
        return ChoiceAnswer(endings, _softmax(scores), scores)
    return _tags(trace, info, shift) if info.task == "tagging" else _spans(trace, info, shift)


def _tags(trace: Trace, info: TaskInfo, shift: float) -> TagAnswer:
    """Capital letters begin names: Mc... and Ann... of persons."""
    rows = np.full((len(trace.tokens), len(info.labels)), 0.02)
    words: list[WordTag] = []
    entities: list[Entity] = []
    texts = trace.scene.text_a, trace.scene.text_b or ""
    at = 0
    while at < len(trace.tokens):
        token = trace.tokens[at]
        places = [n for n, one in enumerate(trace.tokens) if one.word == token.word and n >= at]
        at = places[-1] + 1
        end = trace.tokens[places[-1]].end
        text = texts[token.segment][token.start : end]
        tag = "O"
        if re.match("[A-Z]", text):
            kind = "PER" if text.startswith(("Mc", "Ann")) else "LOC"
            goes_on = bool(entities) and entities[-1].kind == kind and entities[-1].last == len(words) - 1
            tag = f"{'I' if goes_on else 'B'}-{kind}"
        sure = 0.92 if len(text) % 3 else 0.5 + shift
        rows[places, info.labels.index(tag)] = sure
        if token.special:
            continue
        if tag != "O":
            first = entities.pop() if tag.startswith("I") else None
            start = token.start if first is None else first.start
            begin = len(words) if first is None else first.first
            entities.append(
                Entity(
                    tag[2:],
                    begin,
                    len(words),
                    start,
                    end,
                    token.segment,
                    texts[token.segment][start:end],
                    sure,
                )
            )
        words.append(WordTag(text, tuple(places), token.start, end, token.segment, tag, sure))
    rows /= rows.sum(1, keepdims=True)
    return TagAnswer(info.labels, rows, tuple(words), tuple(entities))


def _spans(trace: Trace, info: TaskInfo, shift: float) -> SpanAnswer:
    size = len(trace.tokens)
    context = [n for n, token in enumerate(trace.tokens) if token.segment == 1 and not token.special]
    start, end = np.zeros(size), np.zeros(size)
    at = context[len(context) // 3]
    last = min(context[-1], at + 2)
    start[context], end[context] = 0.3 / len(context), 0.3 / len(context)
    start[at], end[last], start[0], end[0] = 0.6, 0.5, 0.1, 0.2
    start, end = start / start.sum(), end / end.sum()
    text = trace.scene.text_b or ""

    def span(first: int, last: int, p: float) -> Span:
        begin, stop = trace.tokens[first].start, trace.tokens[last].end
        return Span(text[begin:stop], first, last, begin, stop, float(np.log(start[first] * end[last])), p)

    none = min(0.97, 0.1 + shift)
    spans = (
        span(at, last, 0.8 * (1 - none)),
        span(at, at, 0.1 * (1 - none)),
        span(context[0], context[0], 0.02),
    )
    return SpanAnswer(
        start, end, spans, float(np.log(none)), none, none < spans[0].probability or info.null_threshold > 0
    )


def _softmax(scores: np.ndarray) -> np.ndarray:
    weights = np.exp(scores - scores.max())
    found: np.ndarray = weights / weights.sum()
    found.setflags(write=False)
    return found
