"""Answers what a tuned model says of the present text, and which texts of a file it is least sure of."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import monotonic
from typing import TYPE_CHECKING

from app.answerers.measures import PACE, Clock
from bert_core.errors import Cancelled, TextError
from bert_core.queries import Progress, Query
from bert_core.queries_task import AskTask, TaskAnswer, Uncertain, UncertainTexts
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""

Steps = Generator[Progress | None, None, Uncertain]

_FIRST, _MOST = 4, 256  # texts of the first batch, and of any


def ask_task(bert: Bert, trace: Trace, query: Query, check: Check) -> TaskAnswer:
    """From the hidden states of the trace, its interventions in force; other endings are read layer by layer."""
    from bert_core.finetuning.answering import answer_of  # it needs torch, which is there by now

    assert isinstance(query, AskTask)
    return answer_of(bert, trace, query.choices, check)


def uncertain_texts(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """Batch by batch, each about as long as a key may wait; what is broken off for a key is read again."""
    from bert_core.finetuning.reading import read_texts
    from bert_core.finetuning.uncertainty import UncertainTally

    assert isinstance(query, UncertainTexts)
    del trace  # it is of the text on screen, and may be large
    if bert.task_model is None:
        raise TextError(
            "This model is not tuned for a task.", remedy="Fine-tune it, or open a model that was tuned."
        )
    tally = UncertainTally(bert.task_model, bert.tokenizer, query.measure, query.most)
    yield Progress(0, None, "reading")
    texts = read_texts(query.file.path)
    clock = Clock(len(texts), "predicting")
    yield clock.progress(0)
    size = _FIRST
    while tally.read < len(texts):
        began = monotonic()
        try:
            tally.add(texts[tally.read : tally.read + size], check)
        except Cancelled:
            yield None
            continue
        seconds = monotonic() - began
        if seconds > PACE:
            size = max(1, size // 2)
        elif seconds < PACE / 3:
            size = min(2 * size, _MOST)
        yield clock.progress(tally.read, tally.value()) if clock.is_time() else None
    return tally.value()


ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {
    AskTask: ask_task,
    UncertainTexts: uncertain_texts,
}
