"""What a person should know of a data set before training: balance, lengths, and what a length limit would cut."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

import numpy as np

from bert_core.finetuning.data_values import Data
from bert_core.finetuning.description_values import Bars, Description, Lengths
from bert_core.finetuning.examples import ChoiceExample, Example, QuestionExample, TaggingExample, TextExample
from bert_core.finetuning.splitting import kind_of
from bert_core.frozen import FrozenMap
from bert_core.tokenization import Tokenizer

LIMITS = (32, 64, 128, 256, 384, 512)
"""The lengths in pieces for which it is told what they cut."""
MOST_MEASURED = 5000
"""Of more examples than these, as many evenly spread ones are cut into pieces."""
_ROWS = 50
_SCORE_BINS = 10
_LENGTH_BINS = 40
_ALONE = r"\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003134f"  # Chinese characters are words of their own
_WORD = re.compile(rf"[{_ALONE}]|[^\s{_ALONE}]+")


def describe(data: Data, tokenizer: Tokenizer | None = None, *, rows: int = _ROWS) -> Description:
    """The figures of a data set. Lengths are pieces as the model reads the example, [CLS] and [SEP] included; in words
    (a Chinese character counts as one) without a tokenizer. An example of many endings is as long as its longest.
    """
    first = data.examples[0] if data.examples else None
    entities: tuple[tuple[str, int], ...] = ()
    scores = None
    if isinstance(first, TaggingExample):
        counts = Counter(tag for e in data.examples if isinstance(e, TaggingExample) for tag in e.tags or ())
        entities = _entities(data.examples)
    elif isinstance(first, QuestionExample):
        counts = Counter(_answered(e) for e in data.examples if isinstance(e, QuestionExample))
    elif isinstance(first, ChoiceExample):
        counts = Counter(
            str(e.label + 1) for e in data.examples if isinstance(e, ChoiceExample) and e.label is not None
        )
    else:
        given = [e.label for e in data.examples if isinstance(e, TextExample) and e.label is not None]
        counts = Counter(label for label in given if isinstance(label, str))
        numbers = [label for label in given if isinstance(label, float)]
        scores = _bars(np.asarray(numbers), _SCORE_BINS) if numbers else None
    order = {label: at for at, label in enumerate(data.labels)}
    labels = tuple(sorted(counts.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))
    return Description(
        examples=len(data.examples),
        labels=labels,
        entities=entities,
        scores=scores,
        lengths=_lengths(data.examples, tokenizer),
        rows=data.examples[:rows],
    )


def _answered(example: QuestionExample) -> str:
    return "unknown" if example.answers is None else "answer" if example.answers else "no answer"


def _entities(examples: Sequence[Example]) -> tuple[tuple[str, int], ...]:
    """How many stretches of each kind there are: one begins where the kind changes, or at B-, S- and U-."""
    counts: Counter[str] = Counter()
    for example in examples:
        previous = "O"
        for tag in (example.tags or ()) if isinstance(example, TaggingExample) else ():
            kind = kind_of(tag)
            if tag != "O" and (kind != kind_of(previous) or (kind != tag and tag[0] in "BSU")):
                counts[kind] += 1
            previous = tag
    return tuple(sorted(counts.items()))


def _lengths(examples: Sequence[Example], tokenizer: Tokenizer | None) -> Lengths | None:
    if not examples:
        return None
    step = -(-len(examples) // MOST_MEASURED)
    chosen = list(islice(examples, 0, None, step))
    sizes = np.asarray(_sizes(chosen, tokenizer))
    over = {} if tokenizer is None else {limit: float((sizes > limit).mean()) for limit in LIMITS}
    return Lengths(
        unit="words" if tokenizer is None else "pieces",
        measured=len(chosen),
        bars=_bars(sizes, _LENGTH_BINS, whole=True),
        mean=float(sizes.mean()),
        median=float(np.median(sizes)),
        longest=int(sizes.max()),
        over=FrozenMap(over),
    )


def _sizes(examples: Sequence[Example], tokenizer: Tokenizer | None) -> list[int]:
    texts: dict[str, int] = {}
    parts = [_parts(example) for example in examples]
    distinct = list(dict.fromkeys(text for first, others in parts for text in (first, *others)))
    if tokenizer is None:
        texts = {text: len(_WORD.findall(text)) for text in distinct}
    else:
        for at in range(0, len(distinct), 1000):
            block = distinct[at : at + 1000]
            texts.update(zip(block, map(len, tokenizer.ids(block)), strict=True))
    added = 0 if tokenizer is None else 1
    return [
        texts[first] + 2 * added + (max(texts[other] for other in others) + added if others else 0)
        for first, others in parts
    ]


def _parts(example: Example) -> tuple[str, tuple[str, ...]]:
    """Sentence A, and what may be sentence B."""
    if isinstance(example, TextExample):
        return example.text_a, () if example.text_b is None else (example.text_b,)
    if isinstance(example, TaggingExample):
        return " ".join(example.words), ()
    if isinstance(example, QuestionExample):
        return example.question, (example.context,)
    return example.context, tuple(f"{example.start} {ending}".strip() for ending in example.endings)


def _bars(values: np.ndarray, most: int, *, whole: bool = False) -> Bars:
    low, high = float(values.min()), float(values.max())
    if whole:
        width = max(1, -(-int(high + 1 - low) // most))
        edges = np.arange(low, high + 1 + width, width)
    else:
        edges = np.linspace(low, high if high > low else low + 1, most + 1)
    counts, edges = np.histogram(values, edges)
    return Bars(tuple(map(float, edges)), tuple(map(int, counts)))
