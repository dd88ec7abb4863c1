"""The example sentences: well formed, as many as promised, and in the model's language."""

from __future__ import annotations

from dataclasses import replace

from app.examples import examples_for, load_examples
from tests.app.fakes import fake_model_info


def test_there_are_enough_and_each_is_complete() -> None:
    examples = load_examples()
    assert sum(example.language == "en" for example in examples) >= 12
    assert sum(example.language == "zh" for example in examples) >= 6
    for example in examples:
        assert all((example.title, example.a.strip(), example.look_at)), example
        assert all(text == text.strip() for text in (example.title, example.a, example.b, example.look_at))
        assert "##" not in example.a + example.b
        assert (example.a + example.b).count("[") == (example.a + example.b).count("[MASK]")
    for language in ("en", "zh"):
        titles = [example.title for example in examples if example.language == language]
        assert len(set(titles)) == len(titles)


def test_the_first_one_shows_something_at_once() -> None:
    for language in ("en", "zh"):
        first = next(example for example in load_examples() if example.language == language)
        assert first.b
        assert (first.a + first.b).count("[MASK]") == 1


def test_the_papers_own_pairs_are_there() -> None:
    pairs = {(example.a, example.b) for example in load_examples()}
    assert ("the man went to [MASK] store", "he bought a gallon [MASK] milk") in pairs
    assert ("the man [MASK] to the store", "penguin [MASK] are flightless birds") in pairs


def test_they_are_in_the_language_of_the_vocabulary() -> None:
    english = fake_model_info()
    assert {example.language for example in examples_for(None)} == {"en"}
    assert {example.language for example in examples_for(english)} == {"en"}
    assert {example.language for example in examples_for(replace(english, chinese=True))} == {"zh"}
