from __future__ import annotations

import pytest

from bert_core.finetuning.data_values import Data, Layout
from bert_core.finetuning.description import LIMITS, MOST_MEASURED, describe
from bert_core.finetuning.examples import (
    Answer,
    ChoiceExample,
    Example,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.task_info import TaskName
from bert_core.tokenization import Tokenizer

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "##b")


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer.from_vocabulary(PIECES, lowercase=True)


def data_of(task: TaskName, *examples: Example, labels: tuple[str, ...] = ()) -> Data:
    return Data(task, examples, labels, (), 0, 0, Layout("csv", task), (), "a.csv")


def test_classes_in_their_order_and_rows() -> None:
    texts = [TextExample("a b", None, label) for label in ("x", "y", "x", "z")]
    found = describe(data_of("single-sentence", *texts, labels=("z", "y", "x")), rows=2)
    assert found.examples == 4
    assert found.labels == (("z", 1), ("y", 1), ("x", 2))
    assert found.rows == tuple(texts[:2])
    assert found.scores is None


def test_lengths_are_what_the_model_reads(tokenizer: Tokenizer) -> None:
    def length(task: TaskName, example: Example) -> int:
        return describe(data_of(task, example), tokenizer).lengths.longest

    text = TextExample("a ab c", None, "x")  # [CLS] a a ##b c [SEP]
    assert length("single-sentence", text) == 6
    assert length("single-sentence", text) == len(tokenizer.encode(text.text_a))
    assert length("sentence-pair", TextExample("a ab", "c", "x")) == len(tokenizer.encode("a ab", "c"))
    assert length("tagging", TaggingExample(("a", "ab"), ("O", "O"))) == len(tokenizer.encode("a ab"))
    question = QuestionExample("1", "a b", "a b c", (Answer("a", 0),))
    assert length("question-answering", question) == len(tokenizer.encode("a b", "a b c"))
    choice = ChoiceExample("a", "b", ("c", "ab c", ""), 1)
    assert length("multiple-choice", choice) == len(tokenizer.encode("a", "b ab c"))


def test_the_share_that_a_limit_cuts(tokenizer: Tokenizer) -> None:
    texts = [TextExample("a " * (size - 2), None, "x") for size in (10, 32, 33, 128, 129)]
    lengths = describe(data_of("single-sentence", *texts), tokenizer).lengths
    assert tuple(lengths.over) == LIMITS
    assert lengths.over == {32: 0.6, 64: 0.4, 128: 0.2, 256: 0.0, 384: 0.0, 512: 0.0}
    assert (lengths.unit, lengths.measured, lengths.median) == ("pieces", 5, 33.0)
    assert sum(lengths.bars.counts) == 5
    assert lengths.bars.edges[0] <= 10
    assert lengths.bars.edges[-1] > 129


def test_without_a_tokenizer_words_are_counted_and_chinese_characters() -> None:
    texts = [TextExample("one two, three", None, "x"), TextExample("酒店ok 好", None, "x")]
    lengths = describe(data_of("single-sentence", *texts)).lengths
    assert (lengths.unit, lengths.longest, lengths.mean, dict(lengths.over)) == ("words", 4, 3.5, {})


def test_of_many_examples_evenly_spread_ones_are_measured() -> None:
    texts = [TextExample("a " * (1 + i % 7), None, "x") for i in range(3 * MOST_MEASURED)]
    found = describe(data_of("single-sentence", *texts))
    assert found.examples == 3 * MOST_MEASURED
    assert found.lengths.measured == MOST_MEASURED
    assert sum(found.lengths.bars.counts) == MOST_MEASURED


def test_numbers_have_bars() -> None:
    texts = [TextExample("a", None, number) for number in (0.0, 0.4, 2.5, 5.0, 5.0)]
    found = describe(data_of("regression", *texts))
    assert found.labels == ()
    assert (found.scores.edges[0], found.scores.edges[-1]) == (0.0, 5.0)
    assert found.scores.counts == (2, 0, 0, 0, 0, 1, 0, 0, 0, 2)
    same = describe(data_of("regression", *texts[3:]))
    assert sum(same.scores.counts) == 2


def test_tags_by_word_and_entities(tokenizer: Tokenizer) -> None:
    found = describe(
        data_of(
            "tagging",
            TaggingExample(("a", "b", "c", "a"), ("B-PER", "I-PER", "O", "B-PER")),
            TaggingExample(("a", "b", "c", "a"), ("I-LOC", "B-LOC", "I-PER", "O")),
            labels=("O", "B-LOC", "I-LOC", "B-PER", "I-PER"),
        ),
        tokenizer,
    )
    assert found.labels == (("O", 2), ("B-LOC", 1), ("I-LOC", 1), ("B-PER", 2), ("I-PER", 2))
    assert found.entities == (("LOC", 2), ("PER", 3))


def test_questions_and_choices() -> None:
    answer = (Answer("c", 0),)
    questions = [QuestionExample(str(i), "q", "c", a) for i, a in enumerate((answer, answer, (), None))]
    assert describe(data_of("question-answering", *questions)).labels == (
        ("answer", 2),
        ("no answer", 1),
        ("unknown", 1),
    )
    choices = [ChoiceExample("a", "", ("b", "c"), label) for label in (0, 1, 1, None)]
    assert describe(data_of("multiple-choice", *choices)).labels == (("1", 1), ("2", 2))


def test_no_examples() -> None:
    found = describe(data_of("single-sentence"))
    assert (found.examples, found.labels, found.lengths, found.rows) == (0, (), None, ())
