"""What is reached without learning to read, counted by hand."""

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


def test_each_words_usual_tag():
    train = [
        TaggingExample(("in", "Paris", "Paris"), ("O", "B-LOC", "B-PER")),
        TaggingExample(("Paris", "is", "in"), ("B-LOC", "O", "O")),
    ]
    dev = [TaggingExample(("Paris", "or", "Rome"), ("B-LOC", "O", "B-LOC")), TaggingExample(("is",), ("O",))]
    found = baseline(data("tagging", train, ("O", "B-LOC", "B-PER")), data("tagging", dev))
    assert found["token_accuracy"] == pytest.approx(3 / 4), "Rome is unknown, and most words are outside"
    assert found["entity_precision"] == 1 and found["entity_recall"] == 0.5


def question(context, *answers):
    return QuestionExample(
        "1", "who ?", context, tuple(Answer(text, context.index(text)) for text in answers)
    )


def test_no_answer_where_most_have_none():
    dev = data("question-answering", [question("The cat sat.", "cat"), question("He sat.")])
    train = data("question-answering", [question("A b.", "A b"), question("A b."), question("C d.")])
    assert baseline(train, dev) == {"f1": 0.5, "exact_match": 0.5}


def test_the_sentence_that_shares_most_words():
    dev = [question("He ran. Who sat down? Ann.", "sat")]
    for few in ([], [question("c d")]):
        train = data("question-answering", [question("A b.", "b"), question("B c.", "c"), *few])
        found = baseline(train, data("question-answering", dev))
        assert found == {"f1": pytest.approx(2 * (1 / 3) / (4 / 3)), "exact_match": 0.0}, "who sat down"


def test_sentences_of_a_script_without_spaces():
    one = QuestionExample("1", "谁跑了", "猫坐着。谁跑了？", (Answer("谁跑了？", 4),))
    data_of_one = data("question-answering", [one])
    assert baseline(data_of_one, data_of_one)["f1"] == 1


def test_the_place_where_most_right_endings_stand():
    def choice(right):
        return ChoiceExample("he", "", ("sat", "ate", "was"), right)

    train = data("multiple-choice", [choice(2), choice(2), choice(0)])
    assert baseline(train, data("multiple-choice", [choice(2), choice(1)]))["accuracy"] == 0.5
