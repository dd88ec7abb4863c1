"""Figures are those of scikit-learn, seqeval, scipy and of SQuAD's official script."""

from __future__ import annotations

import collections
import random
import re
import string

import numpy as np
import pytest
import scipy.stats
import seqeval.metrics
import sklearn.metrics

from bert_core.finetuning import squad_scores
from bert_core.finetuning.examples import (
    Answer,
    ChoiceExample,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.metrics import best_threshold, measure
from bert_core.finetuning.predictions import Prediction, is_right

LABELS = ("bad", "fair", "good")


def test_classes():
    source = random.Random(0)
    gold = source.choices(LABELS, k=60)
    given = [label if source.random() < 0.6 else source.choice(LABELS) for label in gold]
    found = measure(
        "single-sentence",
        [TextExample("", None, label) for label in gold],
        [Prediction(label=label) for label in given],
        LABELS,
    )
    assert found.metrics == {
        "accuracy": pytest.approx(sklearn.metrics.accuracy_score(gold, given)),
        "macro_f1": pytest.approx(sklearn.metrics.f1_score(gold, given, average="macro")),
        "matthews": pytest.approx(sklearn.metrics.matthews_corrcoef(gold, given)),
    }
    assert found.confusion is not None
    labels, counts = found.confusion
    assert labels == LABELS
    for row, true in enumerate(LABELS):
        for column, said in enumerate(LABELS):
            assert counts[row, column] == sum(
                (g, p) == (true, said) for g, p in zip(gold, given, strict=True)
            )
    f1 = sklearn.metrics.f1_score(gold, given, average=None, labels=list(LABELS))
    assert [row.f1 for row in found.per_class] == pytest.approx(f1)
    assert [row.support for row in found.per_class] == [gold.count(label) for label in LABELS]


def test_a_class_that_is_never_seen_has_figures_without_a_warning():
    found = measure("sentence-pair", [TextExample("", "", "a")], [Prediction(label="a")], ("a", "b"))
    assert found.metrics["accuracy"] == found.metrics["macro_f1"] == 1.0
    assert found.per_class[1].support == 0
    assert found.per_class[1].f1 == 0.0
    assert found.confusion[1].tolist() == [[1, 0], [0, 0]]


def test_what_is_not_known_is_left_out():
    known, unknown = TextExample("", None, "a"), TextExample("", None, None)
    found = measure(
        "single-sentence", [unknown, known], [Prediction(label="b"), Prediction(label="a")], ("a", "b")
    )
    assert found.metrics["accuracy"] == 1.0
    assert measure("single-sentence", [unknown], [Prediction(label="b")], ("a", "b")).metrics == {}


def test_numbers():
    random_ = np.random.default_rng(0)
    gold = random_.integers(0, 11, 50) / 2
    given = gold + random_.normal(size=50)
    found = measure(
        "regression",
        [TextExample("", "", float(value)) for value in gold],
        [Prediction(value=float(value)) for value in given],
    ).metrics
    assert found["pearson"] == pytest.approx(scipy.stats.pearsonr(gold, given).statistic)
    assert found["spearman"] == pytest.approx(scipy.stats.spearmanr(gold, given).statistic)
    assert found["mean_squared_error"] == pytest.approx(sklearn.metrics.mean_squared_error(gold, given))


def test_the_same_number_each_time_correlates_with_nothing():
    found = measure(
        "regression", [TextExample("", "", 1.0), TextExample("", "", 2.0)], [Prediction(value=1.5)] * 2
    )
    assert found.metrics == {"pearson": 0.0, "spearman": 0.0, "mean_squared_error": 0.25}


def tags(gold, given, labels=("O", "B-PER", "I-PER", "B-LOC", "I-LOC")):
    return measure(
        "tagging",
        [TaggingExample(tuple("x" for _ in row.split()), tuple(row.split())) for row in gold],
        [Prediction(tags=tuple(row.split())) for row in given],
        labels,
    )


def test_entities_by_hand():
    """Of three, one is right; one is cut short, one has the wrong kind: three given, one right."""
    found = tags(["B-PER I-PER O B-LOC", "B-LOC O"], ["B-PER O O B-LOC", "B-PER O"])
    assert found.metrics == {
        "entity_f1": pytest.approx(1 / 3),
        "entity_precision": pytest.approx(1 / 3),
        "entity_recall": pytest.approx(1 / 3),
        "token_accuracy": pytest.approx(4 / 6),
    }
    by_kind = {row.label: row for row in found.per_class}
    assert by_kind["LOC"].recall == 0.5
    assert by_kind["LOC"].precision == 1.0
    assert by_kind["PER"].f1 == 0.0
    assert (by_kind["LOC"].support, by_kind["PER"].support) == (2, 1)


def test_entities_are_those_of_seqeval():
    source = random.Random(1)
    labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
    gold = [source.choices(labels, k=source.randint(1, 9)) for _ in range(40)]
    given = [[tag if source.random() < 0.7 else source.choice(labels) for tag in row] for row in gold]
    found = tags([" ".join(row) for row in gold], [" ".join(row) for row in given]).metrics
    assert found["entity_f1"] == pytest.approx(seqeval.metrics.f1_score(gold, given))
    assert found["entity_precision"] == pytest.approx(seqeval.metrics.precision_score(gold, given))
    assert found["entity_recall"] == pytest.approx(seqeval.metrics.recall_score(gold, given))
    assert found["token_accuracy"] == pytest.approx(seqeval.metrics.accuracy_score(gold, given))


def test_tags_of_no_entity_give_no_error():
    assert tags(["O O"], ["O O"]).metrics["entity_f1"] == 0.0
    assert tags(["NOUN VERB"], ["NOUN NOUN"], ("NOUN", "VERB")).metrics["token_accuracy"] == 0.5


def test_choices():
    examples = [ChoiceExample("", "", ("a", "b"), label) for label in (0, 1, 1, 0)]
    found = measure("multiple-choice", examples, [Prediction(choice=choice) for choice in (0, 1, 0, 0)])
    assert found.metrics == {"accuracy": 0.75}


# SQuAD: what the official evaluate-v2.0.py does, step by step.


def normalize_answer(s):
    def remove_articles(text):
        return re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", text)

    exclude = set(string.punctuation)
    text = "".join(ch for ch in s.lower() if ch not in exclude)
    return " ".join(remove_articles(text).split())


def compute_f1(a_gold, a_pred):
    gold_toks, pred_toks = normalize_answer(a_gold).split(), normalize_answer(a_pred).split()
    num_same = sum((collections.Counter(gold_toks) & collections.Counter(pred_toks)).values())
    if len(gold_toks) == 0 or len(pred_toks) == 0:
        return int(gold_toks == pred_toks)
    if num_same == 0:
        return 0
    precision, recall = 1.0 * num_same / len(pred_toks), 1.0 * num_same / len(gold_toks)
    return (2 * precision * recall) / (precision + recall)


def raw_scores(accepted, answer):
    gold = [text for text in accepted if normalize_answer(text)] or [""]
    exact = max(int(normalize_answer(text) == normalize_answer(answer)) for text in gold)
    return exact, max(compute_f1(text, answer) for text in gold)


SAID = (
    "The Cat!",
    "a cat",
    "cat sat on",
    "",
    "the",
    "on the mat",
    "Ärger",
    "naïve, cat",
    "U.S. cat",
    "sat sat cat",
)


def test_answers_are_scored_as_by_the_official_script():
    source = random.Random(2)
    cases = [(tuple(source.choices(SAID, k=source.randint(0, 3))), source.choice(SAID)) for _ in range(300)]
    for accepted, answer in cases:
        exact, f1 = raw_scores(accepted, answer)
        assert squad_scores.exact(answer, accepted) == bool(exact)
        assert squad_scores.f1(answer, accepted) == pytest.approx(f1)
    examples = [question(accepted) for accepted, _ in cases]
    found = measure(
        "question-answering", examples, [Prediction(answer=answer) for _, answer in cases]
    ).metrics
    scores = np.array([raw_scores(*case) for case in cases])
    assert found["exact_match"] == pytest.approx(scores[:, 0].mean())
    assert found["f1"] == pytest.approx(scores[:, 1].mean())


def question(accepted):
    return QuestionExample("", "", "", tuple(Answer(text, 0) for text in accepted))


def test_questions_with_and_without_answer_are_told_apart():
    examples = [question(("cat",)), question(("cat",)), question(())]
    given = [Prediction(answer="cat"), Prediction(answer=""), Prediction(answer="")]
    found = measure("question-answering", examples, given)
    assert found.confusion[0] == ("answer", "no answer")
    assert found.confusion[1].tolist() == [[1, 1], [0, 1]]
    assert [(row.precision, row.recall) for row in found.per_class] == [(1.0, 0.5), (0.5, 1.0)]
    assert measure("question-answering", examples[:2], given[:2]).confusion is None


def find_best_thresh(best, scores, margins, has_answer):
    """As the official script has it, over the predictions with an answer."""
    score = best_score = sum(not has for has in has_answer)
    for i in sorted(range(len(margins)), key=margins.__getitem__):
        if has_answer[i]:
            score += scores[i]
        elif best[i]:
            score -= 1
        best_score = max(best_score, score)
    return best_score / len(margins)


@pytest.mark.parametrize("seed", range(20))
def test_the_threshold_is_the_best_there_is(seed):
    source = random.Random(seed)
    accepted = [() if source.random() < 0.4 else (source.choice(SAID[:3]),) for _ in range(25)]
    accepted[0] = ()
    best = [source.choice(SAID[:3]) for _ in accepted]
    margins = [source.choice([-2.0, -1.0, 0.5, 1.5, 4.0]) + source.random() * (seed % 2) for _ in accepted]
    examples = [question(texts) for texts in accepted]
    predictions = [Prediction(answer="", best=b, none_margin=m) for b, m in zip(best, margins, strict=True)]
    threshold = best_threshold(examples, predictions)
    given = ["" if m > threshold else b for b, m in zip(best, margins, strict=True)]
    reached = np.mean([squad_scores.f1(a, texts) for a, texts in zip(given, accepted, strict=True)])
    scores = [raw_scores(texts, b)[1] for texts, b in zip(accepted, best, strict=True)]
    official = find_best_thresh(best, scores, margins, [bool(texts) for texts in accepted])
    if seed % 2:  # no two margins are equal: the script's order among those is arbitrary
        assert reached == pytest.approx(official)
    every = [
        np.mean(
            [squad_scores.f1("" if m > t else b, a) for a, b, m in zip(accepted, best, margins, strict=True)]
        )
        for t in [*margins, min(margins) - 1]
    ]
    assert reached == pytest.approx(max(every))


def test_where_all_have_answers_there_is_no_threshold():
    assert best_threshold([question(("cat",))], [Prediction(best="cat", none_margin=3.0)]) is None


def test_what_is_right():
    assert is_right(TextExample("", None, "a"), Prediction(label="a")) is True
    assert is_right(TextExample("", None, "a"), Prediction(label="b")) is False
    assert is_right(TextExample("", None, None), Prediction(label="b")) is None
    assert is_right(TextExample("", "", 2.0), Prediction(value=2.0)) is None
    assert is_right(TaggingExample(("x", "y"), ("O", "B-A")), Prediction(tags=("O", "O"))) is False
    assert is_right(question(("The cat",)), Prediction(answer="cat")) is True
    assert is_right(question(()), Prediction(answer="")) is True
    assert is_right(ChoiceExample("", "", ("a", "b"), 1), Prediction(choice=1)) is True
