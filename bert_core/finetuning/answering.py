"""What a tuned model says of a text that was traced: its head on the hidden states that are there already."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from bert_core.errors import TextError
from bert_core.finetuning.arithmetic import Floats, log_softmax
from bert_core.finetuning.features_mode import LAYERS
from bert_core.finetuning.heads import POOLED
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.question_answering import best_spans, span_scores
from bert_core.finetuning.task_info import TaskInfo
from bert_core.queries_task import (
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
from bert_core.trace import Token, Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert

MOST_SPANS = 5
_LOOKED_AT = 200
"""So many of the best spans are looked through for some that do not overlap."""

_TAG = re.compile(r"([BIESLU])[-_](.+)")


def _nothing() -> None:
    """Nobody calls this off."""


def answer_of(
    bert: Bert, trace: Trace, choices: Sequence[str] = (), check: Callable[[], None] = _nothing
) -> TaskAnswer:
    """The answer for the scene of `trace`, its interventions in force.

    choices  multiple choice: other endings in place of sentence B; each is read anew
    check    is called before every layer that is run for these, and may raise Cancelled

    Raises TextError where the model has no task, or the text lacks what the task is about; ValueError for a trace of
    another model.
    """
    if trace.scene.model_id != bert.model_id:
        raise ValueError(f"the trace is of {trace.scene.model_id}, this is {bert.model_id}")
    tuned = bert.task_model
    if tuned is None:
        raise TextError(
            "This model is not tuned for a task.", remedy="Fine-tune it, or open a model that was tuned."
        )
    task = tuned.info.task
    if task == "multiple-choice":
        return _choices(bert, tuned, trace, choices, check)
    if task == "question-answering":
        if not any(token.segment == 1 and not token.special for token in trace.tokens):
            raise TextError(
                "There is no context to find an answer in.",
                remedy="Type a question as sentence A and a text as sentence B.",
            )
        return span_answer(head_logits(tuned, trace), trace.tokens, trace.scene.second or "", tuned.info)
    logits = head_logits(tuned, trace)
    if task == "regression":
        return ValueAnswer(float(logits[0]))
    if task == "tagging":
        return tag_answer(logits, trace.tokens, trace.scene, tuned.info.labels)
    return ClassAnswer(tuned.info.labels, _frozen(np.exp(log_softmax(logits))))


def head_logits(tuned: TunedModel, trace: Trace) -> Floats:
    """What the model's own layer makes of a trace: [C], of tags and answers [S, C] (of answers C = 2: start, end)."""
    device = tuned.head.weight.device
    with torch.inference_mode():
        if tuned.features_head is not None:
            layers = min(LAYERS, len(trace.hidden_states) - 1)
            side_by_side = np.concatenate(list(trace.hidden_states[-layers:]), axis=-1)[None]
            lengths = torch.tensor([len(trace.tokens)])
            logits = tuned.features_head(torch.from_numpy(side_by_side).to(device), lengths, None)[0]
        else:
            pooled = tuned.info.task in POOLED
            states = trace.pooled if pooled else trace.hidden_states[-1]
            assert states is not None  # TunedModel.loaded refuses a model without a pooler
            logits = tuned.head(torch.tensor(states, device=device))
        found: Floats = logits.cpu().double().numpy()
    return found


def tag_answer(logits: Floats, tokens: Sequence[Token], scene: Scene, labels: tuple[str, ...]) -> TagAnswer:
    """Of logits [S, T]: the tags of the words, at their first pieces, and what belongs together by them."""
    probabilities = np.exp(log_softmax(logits))
    places: dict[int, list[int]] = {}
    for place, token in enumerate(tokens):
        if not token.special:
            places.setdefault(token.word, []).append(place)
    if not places:
        raise TextError("There is no word to be tagged.", remedy="Type a sentence.")
    words = []
    for group in places.values():
        first, last = tokens[group[0]], tokens[group[-1]]
        best = int(probabilities[group[0]].argmax())
        words.append(
            WordTag(
                _text(scene, first.segment)[first.start : last.end],
                tuple(group),
                first.start,
                last.end,
                first.segment,
                labels[best],
                float(probabilities[group[0], best]),
            )
        )
    return TagAnswer(labels, _frozen(probabilities), tuple(words), entities(words, scene))


def entities(words: Sequence[WordTag], scene: Scene) -> tuple[Entity, ...]:
    """Words that follow one another with tags of one kind, as B-PER and I-PER; a B, S or U begins a new one, and so
    does an I of another kind (as seqeval has it). Tags without such a mark, as those of parts of speech, make none.
    """
    found: list[tuple[str, int, int]] = []
    goes_on = ""
    for index, word in enumerate(words):
        match = _TAG.fullmatch(word.tag)
        if match is None:
            goes_on = ""
            continue
        mark, kind = match.groups()
        same = kind == goes_on and index > 0 and words[index - 1].segment == word.segment
        if same and mark not in "BSU":
            found[-1] = (kind, found[-1][1], index)
        else:
            found.append((kind, index, index))
        goes_on = "" if mark in "ESLU" else kind
    return tuple(
        Entity(
            kind,
            first,
            last,
            words[first].start,
            words[last].end,
            words[first].segment,
            _text(scene, words[first].segment)[words[first].start : words[last].end],
            float(np.prod([word.probability for word in words[first : last + 1]])),
        )
        for kind, first, last in found
    )


def span_answer(logits: Floats, tokens: Sequence[Token], context: str, info: TaskInfo) -> SpanAnswer:
    """Of logits [S, 2], start and end: the best stretches of the context, which is sentence B, and "no answer"."""
    inside = [place for place, token in enumerate(tokens) if token.segment == 1 and not token.special]
    first, last = inside[0], inside[-1] + 1
    allowed = np.full(len(tokens), -np.inf)
    allowed[[0, *inside]] = 0.0
    start, end = (np.exp(log_softmax(logits[:, side] + allowed)) for side in (0, 1))
    starts, ends = logits[first:last, 0], logits[first:last, 1]
    none = float(logits[0].sum())
    scores = span_scores(starts, ends, info.max_answer_length)
    every = np.append(scores[np.isfinite(scores)], [none] if info.unanswerable else [])
    total = float(every.max() + np.log(np.exp(every - every.max()).sum()))
    spans: list[Span] = []
    for begin, stop, score in best_spans(starts, ends, info.max_answer_length, _LOOKED_AT):
        begin, stop = begin + first, stop + first
        if any(begin <= other.last and other.first <= stop for other in spans):
            continue
        left, right = tokens[begin].start, tokens[stop].end
        chance = float(np.exp(score - total))
        spans.append(Span(context[left:right], begin, stop, left, right, score, chance))
        if len(spans) == MOST_SPANS:
            break
    return SpanAnswer(
        _frozen(start),
        _frozen(end),
        tuple(spans),
        none,
        float(np.exp(none - total)) if info.unanswerable else 0.0,
        answered=not (info.unanswerable and none - spans[0].score > info.null_threshold),
    )


def _choices(
    bert: Bert, tuned: TunedModel, trace: Trace, choices: Sequence[str], check: Callable[[], None]
) -> ChoiceAnswer:
    scene = trace.scene
    if scene.second is None:
        raise TextError(
            "There is no ending to be judged.",
            remedy="Type the beginning as sentence A and an ending as sentence B.",
        )
    endings = [scene.second, *(choice for choice in choices if choice.strip())]
    logits = [head_logits(tuned, trace)[0]]
    for ending in endings[1:]:
        other = with_second(bert, trace, ending)
        logits.append(head_logits(tuned, bert.trace_scene(other, cancelled=_asking(check)))[0])
    scores = np.array(logits, np.float64)
    return ChoiceAnswer(tuple(endings), _frozen(np.exp(log_softmax(scores))), _frozen(scores))


def _asking(check: Callable[[], None]) -> Callable[[], bool]:
    def cancelled() -> bool:
        check()
        return False

    return cancelled


def with_second(bert: Bert, trace: Trace, text_b: str) -> Scene:
    """The scene of the trace with another sentence B; what was changed in A stays changed, what was in B is let go."""
    scene = trace.scene
    now = bert.tokenizer.encode(scene.text_a, text_b).tokens
    kept = {
        place: place
        for place, (old, new) in enumerate(zip(trace.tokens, now, strict=False))
        if old.segment == new.segment == 0 and (old.start, old.end) == (new.start, new.end)
    }
    return replace(
        scene,
        text_b=text_b,
        replaced={place: piece for place, piece in scene.replaced.items() if place in kept},
        interventions=scene.interventions.moved(kept),
    )


def _text(scene: Scene, segment: int) -> str:
    return scene.text_a if segment == 0 else scene.second or ""


def _frozen(values: NDArray[np.float64]) -> NDArray[np.float64]:
    values.flags.writeable = False
    return values
