"""What fine-tuned models are set beside: logistic regression on bags of words, in one metric of each task.

It knows nothing of BERT: words are cut by scikit-learn's vectoriser, Chinese into single characters and pairs of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_matrix, hstack
from scipy.stats import pearsonr
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef

from bert_core.finetuning.data_values import Data
from bert_core.finetuning.examples import ChoiceExample, Example, TaggingExample, TextExample

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_Kind = TypeVar("_Kind", bound=Example)


def bag_of_words(train: Data, dev: Data, metric: str | None = None) -> float | None:
    """What it reaches on the dev set; None for questions, of which it finds no span.

    `metric`, of a classification: accuracy (default), macro_f1 or matthews; else the task's first.
    """
    match train.task:
        case "single-sentence" | "sentence-pair":
            return _classification(_texts(train), _texts(dev), metric or "accuracy")
        case "regression":
            return _regression(_texts(train), _texts(dev))
        case "tagging":
            return _tagging(_of(TaggingExample, train), _of(TaggingExample, dev))
        case "multiple-choice":
            return _choice(_of(ChoiceExample, train), _of(ChoiceExample, dev))
    return None


def _of(kind: type[_Kind], data: Data) -> list[_Kind]:
    return [example for example in data.examples if isinstance(example, kind)]


def _texts(data: Data) -> list[TextExample]:
    return _of(TextExample, data)


def _vectorizer(texts: Sequence[str]) -> TfidfVectorizer:
    chinese = sum(len(_CHINESE.findall(text)) for text in texts) > 0.3 * sum(map(len, texts))
    if chinese:
        return TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    return TfidfVectorizer(token_pattern=r"(?u)\b\w+\b|[?!]", ngram_range=(1, 2), sublinear_tf=True, min_df=1)


class _Bag:
    """Words of A, words of B, and which words both have."""

    def __init__(self, examples: Sequence[TextExample]) -> None:
        texts = [text for example in examples for text in (example.text_a, example.text_b or "") if text]
        self._words = _vectorizer(texts).fit(texts)
        self._pairs = any(example.text_b for example in examples)

    def __call__(self, examples: Sequence[TextExample]) -> csr_matrix:
        first = self._words.transform([example.text_a for example in examples])
        if not self._pairs:
            return first
        second = self._words.transform([example.text_b or "" for example in examples])
        overlap = np.asarray(first.multiply(second).sum(axis=1))
        return hstack(
            [first, second, first.multiply(second), abs(first - second), csr_matrix(overlap)]
        ).tocsr()


def _score(metric: str, gold: Sequence[object], found: Sequence[object]) -> float:
    if metric == "accuracy":
        return float(accuracy_score(gold, found))
    if metric == "macro_f1":
        return float(f1_score(gold, found, average="macro"))
    return float(matthews_corrcoef(gold, found))


def _classification(train: list[TextExample], dev: list[TextExample], metric: str) -> float:
    labels, gold = [str(example.label) for example in train], [str(example.label) for example in dev]
    bag = _Bag(train)
    model = LogisticRegression(C=10.0, max_iter=2000).fit(bag(train), labels)
    return _score(metric, gold, list(model.predict(bag(dev))))


def _regression(train: list[TextExample], dev: list[TextExample]) -> float:
    """Pearson's correlation, of a ridge regression."""
    bag = _Bag(train)
    model = Ridge(alpha=1.0).fit(bag(train), [float(example.label or 0) for example in train])
    gold = [float(example.label or 0) for example in dev]
    return float(pearsonr(gold, model.predict(bag(dev))).statistic)


def _tagging(train: list[TaggingExample], dev: list[TaggingExample]) -> float:
    """Entity F1. The bag is the word and its neighbours."""
    from seqeval.metrics import f1_score as entity_f1

    gold = [list(example.tags or ()) for example in dev]

    def features(words: Sequence[str]) -> list[dict[str, float]]:
        padded = ["<s>", *words, "</s>"]
        made = []
        for index in range(1, len(padded) - 1):
            word = padded[index]
            made.append(
                {
                    f"word={word.lower()}": 1.0,
                    f"before={padded[index - 1].lower()}": 1.0,
                    f"after={padded[index + 1].lower()}": 1.0,
                    f"capital={word[:1].isupper()}": 1.0,
                    f"digit={any(letter.isdigit() for letter in word)}": 1.0,
                }
            )
        return made

    vectors = DictVectorizer()
    rows = vectors.fit_transform([feature for example in train for feature in features(example.words)])
    tags = [tag for example in train for tag in example.tags or ()]
    model = LogisticRegression(C=10.0, max_iter=1000).fit(rows, tags)
    found = [list(model.predict(vectors.transform(features(example.words)))) for example in dev]
    return float(entity_f1(gold, found))


def _choice(train: list[ChoiceExample], dev: list[ChoiceExample]) -> float:
    """Accuracy. Each ending is judged by itself, right or wrong; the most likely one is taken."""

    def pairs(examples: Sequence[ChoiceExample]) -> list[TextExample]:
        return [
            TextExample(
                example.context, f"{example.start} {ending}".strip(), str(int(index == example.label))
            )
            for example in examples
            for index, ending in enumerate(example.endings)
        ]

    flat = pairs(train)
    bag = _Bag(flat)
    model = LogisticRegression(C=1.0, max_iter=2000).fit(bag(flat), [example.label for example in flat])
    right, start = 0, 0
    chances = model.predict_proba(bag(pairs(dev)))[:, 1]
    for example in dev:
        end = start + len(example.endings)
        right += int(np.argmax(chances[start:end])) == example.label
        start = end
    return right / len(dev)
