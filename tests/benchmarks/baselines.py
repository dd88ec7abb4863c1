"""What fine-tuned models are set beside: the majority of the training set, and logistic regression on bags of words.

Every function takes the training and the dev examples of one task and returns the task's first metric. They know
nothing of BERT: words are cut by scikit-learn's vectoriser, Chinese into single characters and pairs of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from scipy.stats import pearsonr
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef

from bert_core.finetuning.data_values import Data
from bert_core.finetuning.examples import ChoiceExample, QuestionExample, TaggingExample, TextExample

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Baselines:
    """The task's first metric, of the majority and of the bag of words; words is None where there is no such model."""

    majority: float
    words: float | None


def baselines(train: Data, dev: Data, metric: str | None = None) -> Baselines:
    """Both, for any task. `metric`, of a classification: accuracy (default), macro_f1 or matthews."""
    task = train.task
    if task in ("single-sentence", "sentence-pair"):
        return _classification(_texts(train), _texts(dev), metric or "accuracy")
    if task == "regression":
        return _regression(_texts(train), _texts(dev))
    if task == "tagging":
        return _tagging(
            [example for example in train.examples if isinstance(example, TaggingExample)],
            [example for example in dev.examples if isinstance(example, TaggingExample)],
        )
    if task == "multiple-choice":
        return _choice(
            [example for example in train.examples if isinstance(example, ChoiceExample)],
            [example for example in dev.examples if isinstance(example, ChoiceExample)],
        )
    return _questions([example for example in dev.examples if isinstance(example, QuestionExample)])


def _texts(data: Data) -> list[TextExample]:
    return [example for example in data.examples if isinstance(example, TextExample)]


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


def _classification(train: list[TextExample], dev: list[TextExample], metric: str) -> Baselines:
    labels, gold = [str(example.label) for example in train], [str(example.label) for example in dev]
    most = Counter(labels).most_common(1)[0][0]
    bag = _Bag(train)
    model = LogisticRegression(C=10.0, max_iter=2000).fit(bag(train), labels)
    return Baselines(
        _score(metric, gold, [most] * len(gold)), _score(metric, gold, list(model.predict(bag(dev))))
    )


def _regression(train: list[TextExample], dev: list[TextExample]) -> Baselines:
    """Pearson's correlation: 0 for a constant by convention. The bag of words is a ridge regression here."""
    bag = _Bag(train)
    model = Ridge(alpha=1.0).fit(bag(train), [float(example.label or 0) for example in train])
    gold = [float(example.label or 0) for example in dev]
    return Baselines(0.0, float(pearsonr(gold, model.predict(bag(dev))).statistic))


def _tagging(train: list[TaggingExample], dev: list[TaggingExample]) -> Baselines:
    """Entity F1. The majority tags each word as it mostly was in training; the bag is the word and its neighbours."""
    from seqeval.metrics import f1_score as entity_f1

    gold = [list(example.tags or ()) for example in dev]
    counts: dict[str, Counter[str]] = {}
    for example in train:
        for word, tag in zip(example.words, example.tags or (), strict=True):
            counts.setdefault(word, Counter())[tag] += 1
    usual = {word: found.most_common(1)[0][0] for word, found in counts.items()}
    majority = [[usual.get(word, "O") for word in example.words] for example in dev]

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
    return Baselines(float(entity_f1(gold, majority)), float(entity_f1(gold, found)))


def _choice(train: list[ChoiceExample], dev: list[ChoiceExample]) -> Baselines:
    """Accuracy. Each ending is judged by itself, right or wrong; the most likely one is taken."""

    def pairs(examples: Sequence[ChoiceExample]) -> list[TextExample]:
        return [
            TextExample(
                example.context, f"{example.start} {ending}".strip(), str(int(index == example.label))
            )
            for example in examples
            for index, ending in enumerate(example.endings)
        ]

    most = Counter(example.label for example in train).most_common(1)[0][0]
    majority = float(np.mean([example.label == most for example in dev]))
    flat = pairs(train)
    bag = _Bag(flat)
    model = LogisticRegression(C=1.0, max_iter=2000).fit(bag(flat), [example.label for example in flat])
    right, start = 0, 0
    chances = model.predict_proba(bag(pairs(dev)))[:, 1]
    for example in dev:
        end = start + len(example.endings)
        right += int(np.argmax(chances[start:end])) == example.label
        start = end
    return Baselines(majority, right / len(dev))


def _questions(dev: list[QuestionExample]) -> Baselines:
    """F1 as SQuAD has it. No bag of words finds a span; "majority" is the better of no answer and the whole sentence
    that shares most words with the question."""
    from bert_core.finetuning.squad_scores import f1

    def sentence(example: QuestionExample) -> str:
        asked = set(_WORD.findall(example.question.lower()))
        parts = re.split(r"(?<=[.!?])\s+", example.context)
        return max(parts, key=lambda part: len(asked & set(_WORD.findall(part.lower()))))

    def mean(found: Sequence[str]) -> float:
        scores = [
            f1(text, [answer.text for answer in example.answers or ()])
            for example, text in zip(dev, found, strict=True)
        ]
        return float(np.mean(scores))

    return Baselines(max(mean([""] * len(dev)), mean([sentence(example) for example in dev])), None)
