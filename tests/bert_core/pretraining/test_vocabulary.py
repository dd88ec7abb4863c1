from __future__ import annotations

from pathlib import Path

import pytest

from bert_core.errors import VocabularyError
from bert_core.pretraining import vocabulary
from bert_core.pretraining.recipe import VocabularyRecipe
from bert_core.pretraining.vocabulary import learn
from bert_core.tokenization import Tokenizer, learning

SMALL = Path(__file__).with_name("small_text.txt")


def test_it_is_learned_and_saved(tmp_path):
    told = []
    recipe = VocabularyRecipe(size=500, min_frequency=2, text_share=1.0)
    learned = learn([SMALL], recipe, lambda word, share: told.append((word, share)), max_length=64)
    assert len(learned) == 500
    assert {"the", "and", "##s"} <= set(learned.vocabulary)
    assert learned.lowercase and learned.max_length == 64
    assert told[0] == ("vocabulary", 0.0) and told[-1] == ("vocabulary", 1.0)
    assert [share for _, share in told] == sorted(share for _, share in told)
    learned.save(tmp_path)
    assert (tmp_path / "vocab.txt").read_text(encoding="utf-8").split("\n")[:5] == list(
        learned.vocabulary[:5]
    )
    again = Tokenizer.load(tmp_path)
    assert again.vocabulary == learned.vocabulary
    assert again.ids(["The baker kneads."]) == learned.ids(["The baker kneads."])


def test_casing_accents_and_chinese_are_options(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Café Élan 中文字 Café 中文字 Élan. " * 20, encoding="utf-8")

    def pieces(**options):
        recipe = VocabularyRecipe(size=200, min_frequency=2, alphabet=100, text_share=1.0, **options)
        return set(learn([path], recipe).vocabulary)

    assert {"cafe", "elan", "中"} <= pieces()
    assert "中文字" not in pieces()
    assert {"café", "élan"} <= pieces(strip_accents=False)
    assert {"Café", "Élan"} <= pieces(lowercase=False)
    assert "中文字" in pieces(split_chinese=False)


def test_the_share_of_documents_is_evenly_spread(tmp_path):
    path = tmp_path / "a.txt"
    names = [chr(ord("a") + number) for number in range(20)]
    path.write_text("\n\n".join(letter * 4 for letter in names), encoding="utf-8")
    recipe = VocabularyRecipe(size=100, min_frequency=1, text_share=0.25)
    letters = {piece for piece in learn([path], recipe).vocabulary if len(piece) == 1}
    assert letters == {"a", "e", "i", "m", "q"}


def test_few_words_are_held_and_the_frequent_survive(tmp_path, monkeypatch):
    monkeypatch.setattr(learning, "MOST_WORDS", 200)
    path = tmp_path / "a.txt"
    rare = ("".join(chr(ord("a") + int(digit)) for digit in f"{number:05}") for number in range(3000))
    path.write_text("\n".join(f"{word} often seen" for word in rare), encoding="utf-8")
    found = learn([path], VocabularyRecipe(size=60, min_frequency=2, text_share=1.0)).vocabulary
    assert {"often", "seen"} <= set(found)


def test_what_is_too_long_for_a_word_is_left_out(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("z" * 5000 + " and then and then", encoding="utf-8")
    found = learn([path], VocabularyRecipe(size=60, min_frequency=1, text_share=1.0)).vocabulary
    assert "then" in found
    assert "z" not in found


def test_a_text_without_spaces_is_parted_by_its_punctuation(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("我们走吧，好不好。" * 500, encoding="utf-8")
    recipe = VocabularyRecipe(size=60, min_frequency=2, text_share=1.0, split_chinese=False)
    assert {"我们走吧", "好不好", "，", "。"} <= set(learn([path], recipe).vocabulary)


def test_the_texts_are_read_once_and_their_order_does_not_matter():
    lines = SMALL.read_text(encoding="utf-8").split("\n")
    one, other = (Tokenizer.train(iter(texts), 400).vocabulary for texts in (lines, lines[::-1]))
    assert one == other


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 1.0])
def test_as_many_documents_are_read_as_the_share_says(tmp_path, share):
    path = tmp_path / "a.txt"
    path.write_text("word\n\n" * 60, encoding="utf-8")
    assert len(list(vocabulary._sample([path], share, lambda done: None))) == pytest.approx(60 * share, abs=1)


def test_an_empty_text_is_said(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("\n")
    with pytest.raises(VocabularyError, match="no text"):
        learn([path], VocabularyRecipe())
