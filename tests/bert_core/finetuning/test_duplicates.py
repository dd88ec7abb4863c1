from __future__ import annotations

from bert_core.finetuning.data_values import Data, Layout
from bert_core.finetuning.duplicates import count_duplicates, shared_texts
from bert_core.finetuning.examples import (
    Answer,
    ChoiceExample,
    Example,
    QuestionExample,
    TaggingExample,
    TextExample,
)


def data_of(*examples: Example) -> Data:
    return Data(
        "single-sentence", examples, ("x", "y"), (), 0, 0, Layout("csv", "single-sentence"), (), "a.csv"
    )


TEXTS = tuple(TextExample(pair[0], None, pair[1]) for pair in ("ax", "ay", "ax", "ay", "bx", "bx", "ax"))


def test_repetitions_with_the_same_and_with_another_label() -> None:
    counted = count_duplicates(TEXTS)
    assert (counted.same, counted.contradictory) == (4, 1)


def test_all_kinds_of_examples() -> None:
    kinds: tuple[tuple[Example, Example], ...] = (
        (TextExample("a", "b", 1.0), TextExample("a", "b", 2.0)),
        (TaggingExample(("a",), ("O",)), TaggingExample(("a",), ("B-X",))),
        (QuestionExample("1", "q", "c", (Answer("c", 0),)), QuestionExample("2", "q", "c", ())),
        (ChoiceExample("a", "", ("b", "c"), 0), ChoiceExample("a", "", ("b", "c"), 1)),
    )
    for one, other in kinds:
        counted = count_duplicates((one, one, other))
        assert (counted.same, counted.contradictory) == (1, 1)


def test_a_pair_is_not_its_first_sentence() -> None:
    assert count_duplicates((TextExample("a", None, "x"), TextExample("a", "b", "x"))).same == 0


def test_what_dev_has_in_common_with_train() -> None:
    dev = data_of(TextExample("b", None, "y"), TextExample("c", None, "x"), TextExample("b", None, "x"))
    assert shared_texts(data_of(*TEXTS), dev) == 2
