"""What an answer reaches that never looks at the text, counted by hand."""

from __future__ import annotations

import pytest

from bert_core.finetuning.baseline import baseline
from bert_core.finetuning.data_values import Data, Layout
from bert_core.finetuning.examples import Answer, ChoiceExample, QuestionExample, TaggingExample, TextExample


def data(task, examples, labels=()):
    return Data(task, tuple(examples), labels, (), 0, 0, Layout("csv", task), (), "some.csv")


def texts(*labels):
    return [TextExample(f"text {n}", None, label) for n, label in enumerate(labels)]


def test_the_commonest_class():
    train, dev = texts("b", "a", "b", "c"), texts("b", "a", "a", "b", "b")
    found = baseline(data("single-sentence", train, ("a", "b", "c")), data("single-sentence", dev))
    assert found["accuracy"] == 0.6 and found["matthews"] == 0
    assert found["macro_f1"] == pytest.approx(2 * 0.6 / 1.6 / 2)


def test_of_two_equally_common_the_first():
    train = data("single-sentence", texts("b", "a"), ("a", "b"))
    assert baseline(train, data("single-sentence", texts("a")))["accuracy"] == 1


def test_the_mean():
    found = baseline(data("regression", texts(1.0, 3.0)), data("regression", texts(2.0, 5.0)))
    assert found == {"pearson": 0.0, "spearman": 0.0, "mean_squared_error": 4.5}


def test_the_commonest_tag():
    train = [TaggingExample(("a", "b", "c"), ("O", "O", "B-PER"))]
    dev = [TaggingExample(("a", "b"), ("O", "B-PER")), TaggingExample(("c",), ("O",))]
    found = baseline(data("tagging", train, ("O", "B-PER")), data("tagging", dev))
    assert found["token_accuracy"] == pytest.approx(2 / 3) and found["entity_f1"] == 0


def question(context, *answers):
    return QuestionExample(
        "1", "who ?", context, tuple(Answer(text, context.index(text)) for text in answers)
    )


def test_no_answer_where_there_may_be_none():
    dev = data("question-answering", [question("the cat sat", "cat"), question("he sat")])
    without = baseline(data("question-answering", [question("a b", "a"), question("a b")]), dev)
    assert without == {"f1": 0.5, "exact_match": 0.5}
    always = data("question-answering", [question("a b", "a")])
    assert baseline(always, dev)["exact_match"] == 0.0
    assert baseline(always, dev)["f1"] == pytest.approx((2 * 0.5 / 1.5) / 2)  # "cat sat", for "cat"


def test_the_place_where_most_right_endings_stand():
    def choice(right):
        return ChoiceExample("he", "", ("sat", "ate", "was"), right)

    train = data("multiple-choice", [choice(2), choice(2), choice(0)])
    assert baseline(train, data("multiple-choice", [choice(2), choice(1)]))["accuracy"] == 0.5
