"""The stretch of a context that answers a question: its first and last piece (Devlin et al. 2018, 4.2 and 4.3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bert_core.finetuning.arithmetic import Floats, log_softmax
from bert_core.finetuning.examples import Answer, Example, QuestionExample
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.rows import Batch, Rows, pack
from bert_core.finetuning.task_info import TaskInfo
from bert_core.tokenization import Tokenizer

LONGEST_QUESTION = 64
"""Pieces; also at most half of a row. Of a longer one the end is cut off."""

_ALL = 1_000_000  # pieces: no limit

Spans = NDArray[np.int32]
"""Where pieces begin and end in their text, in characters: [n, 2]."""


def encode(tokenizer: Tokenizer, examples: Sequence[Example], info: TaskInfo) -> Rows:
    """A unit for each window: question and a part of the context, which windows cover, overlapping by `doc_stride`.

    A target is first and last piece of the first accepted answer, 0 and 0 ([CLS]) where it is not wholly in the window
    or there is none, -1 where it is not known.
    """
    questions = [example for example in examples if isinstance(example, QuestionExample)]
    limit = min(info.max_length, tokenizer.max_length)
    unlimited = tokenizer.with_max_length(_ALL)
    ids: list[list[int]] = []
    second: list[int] = []
    which: list[int] = []
    targets: list[tuple[int, int]] = []
    characters: list[Spans] = []
    last_context, pieces, spans = None, list[int](), np.zeros((0, 2), np.int32)
    for number, example in enumerate(questions):
        if example.context != last_context:  # one after the other on the same, as a rule
            last_context = example.context
            tokens = unlimited.encode(last_context).tokens[1:-1]
            pieces = [token.id for token in tokens]
            spans = np.array([(t.start, t.end) for t in tokens], np.int32).reshape(-1, 2)
        question = list(unlimited.encode(example.question).ids[1:-1])
        question = question[: min(LONGEST_QUESTION, (limit - 3) // 2)]
        before = [tokenizer.cls_id, *question, tokenizer.sep_id]
        answer = None if example.answers is None else answer_pieces(spans, example.answers)
        for first, last in windows(len(pieces), limit - len(before) - 1, info.doc_stride):
            ids.append([*before, *pieces[first:last], tokenizer.sep_id])
            second.append(len(before))
            which.append(number)
            outside = np.full((1, 2), -1, np.int32)
            characters += [np.repeat(outside, len(before), 0), spans[first:last], outside]
            if answer is None:
                targets.append((-1, -1) if example.answers is None else (0, 0))
            elif first <= answer[0] and answer[1] < last:
                shift = len(before) - first
                targets.append((answer[0] + shift, answer[1] + shift))
            else:
                targets.append((0, 0))
    return pack(
        ids,
        second,
        np.array(targets, np.int64).reshape(-1, 2),
        examples=which,
        characters=np.concatenate([np.zeros((0, 2), np.int32), *characters]),
    )


def windows(pieces: int, room: int, overlap: int) -> list[tuple[int, int]]:
    """The windows on so many pieces, [first, last) each: all cover `room` pieces but the last, which may be shorter."""
    step = max(1, room - overlap)
    found = [(0, min(room, pieces))]
    while found[-1][1] < pieces:
        first = found[-1][0] + step
        found.append((first, min(first + room, pieces)))
    return found


def answer_pieces(spans: Spans, answers: Sequence[Answer]) -> tuple[int, int] | None:
    """First and last piece that the first answer touches; None where there is none, or it touches no piece."""
    if not answers:
        return None
    begin = answers[0].start
    touched = np.flatnonzero((spans[:, 1] > begin) & (spans[:, 0] < begin + len(answers[0].text)))
    return (int(touched[0]), int(touched[-1])) if len(touched) else None


def losses(logits: Tensor, targets: Tensor, batch: Batch, weights: Tensor | None) -> tuple[Tensor, Tensor]:
    """From logits [R, 2] of the pieces that are there, targets [n, 2]: sum of the windows' losses, each the mean of
    the cross-entropies of start and end among all pieces of the row; how many have both right.
    """
    scores = _by_row(logits.float(), batch)
    total = torch.nn.functional.cross_entropy(scores, targets, reduction="sum") / 2
    with torch.no_grad():
        right = (scores.argmax(1) == targets).all(-1).sum()
    return total, right


def outputs(logits: Tensor, batch: Batch) -> list[Floats]:
    """[R, 2] -> of each window [its pieces, 2]."""
    rows, size = batch.ids.shape
    lengths = np.full(rows, size) if batch.present is None else batch.present.sum(1)
    return np.split(logits.cpu().double().numpy(), np.cumsum(lengths)[:-1])


def decode(info: TaskInfo, example: Example, rows: Rows, units: range, found: Sequence[Floats]) -> Prediction:
    """The best span over all windows, or that there is none.

    "None" scores the least of what its windows give [CLS], as one window may just not hold the answer. The confidence
    is the share among all spans of all windows, and "none" where that may be.
    """
    assert isinstance(example, QuestionExample) and rows.characters is not None
    best, best_span, none, everything, losses_ = -np.inf, (0, 0), np.inf, [], []
    for unit, scores in zip(units, found, strict=True):
        begin = int(rows.offsets[unit])
        second, last = int(rows.second[unit]), len(scores) - 1
        target = rows.targets[unit]
        if target[0] >= 0:
            logs = log_softmax(scores.T)
            losses_.append(-(logs[0, target[0]] + logs[1, target[1]]) / 2)
        none = min(none, float(scores[0].sum()))
        sums = span_scores(scores[second:last, 0], scores[second:last, 1], info.max_answer_length)
        if not sums.size:
            continue
        everything.append(sums.ravel())
        place = int(sums.argmax())
        if sums.flat[place] > best:
            best = float(sums.flat[place])
            first, more = divmod(place, sums.shape[1])
            characters = rows.characters[begin + second : begin + last]
            best_span = int(characters[first, 0]), int(characters[first + more, 1])
    given = bool(np.isfinite(best)) and not (info.unanswerable and none - best > info.null_threshold)
    if info.unanswerable or not everything:
        everything.append(np.array([none]))
    all_scores = np.concatenate(everything)
    top = all_scores.max()
    whole = top + np.log(np.exp(all_scores - top).sum())
    text = example.context[slice(*best_span)]
    return Prediction(
        answer=text if given else "",
        span=best_span if given else None,
        confidence=float(np.exp((best if given else none) - whole)),
        loss=float(np.mean(losses_)) if losses_ else None,
        none_margin=none - best if info.unanswerable else -np.inf,
        best=text,
    )


def span_scores(start: Floats, end: Floats, longest: int) -> Floats:
    """start, end [n] -> [n, min(longest, n)]: [i, k] is the score of the span from piece i to piece i + k, -inf where
    that is beyond the last.
    """
    width = min(longest, len(start))
    if width == 0:
        return np.zeros((0, 0))
    padded = np.concatenate((end, np.full(width - 1, -np.inf)))
    sums: Floats = start[:, None] + np.lib.stride_tricks.sliding_window_view(padded, width)
    return sums


def best_spans(start: Floats, end: Floats, longest: int, count: int) -> list[tuple[int, int, float]]:
    """The `count` best spans of a context's n pieces, best first: (first piece, last piece, score)."""
    sums = span_scores(start, end, longest)
    order = np.argsort(-sums, axis=None, kind="stable")[:count]
    best = [(*divmod(int(place), sums.shape[1]), float(sums.flat[place])) for place in order]
    return [(first, first + more, score) for first, more, score in best if np.isfinite(score)]


def _by_row(scores: Tensor, batch: Batch) -> Tensor:
    """[R, 2] -> [B, S, 2], -inf at padding."""
    rows, size = batch.ids.shape
    if batch.present is None:
        return scores.view(rows, size, 2)
    assert batch.at is not None
    places = torch.from_numpy(batch.at).to(scores.device)
    empty = scores.new_full((rows * size, 2), -torch.inf)
    return empty.index_copy(0, places, scores).view(rows, size, 2)
