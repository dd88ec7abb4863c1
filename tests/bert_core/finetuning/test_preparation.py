"""The data of a run: read, parted, kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.examples import TextExample
from bert_core.finetuning.preparation import keep, kept, layout_of, read_data
from bert_core.finetuning.recipe import FineTuneRecipe
from tests.bert_core.finetuning.small_runs import write_data

RECIPE = FineTuneRecipe()


@pytest.fixture
def files(tmp_path) -> tuple[Path, Path]:
    return write_data(tmp_path)


def lines(path, *rows):
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_both_files(files):
    told = []
    found = read_data(files[0], files[1], RECIPE, progress=lambda what, share: told.append(what))
    assert (found.train.task, found.train.labels) == ("single-sentence", ("bad", "good"))
    assert (len(found.train.examples), len(found.dev.examples)) == (16, 6)
    assert told == ["reading the examples", "reading the dev set", "reading the examples"]


def test_a_dev_set_is_cut_off_by_the_recipe(files):
    parts = [
        read_data(files[0], None, replace(RECIPE, dev_share=0.25, split_seed=seed)).dev.examples
        for seed in (1, 1, 2)
    ]
    assert len(parts[0]) == 4 and parts[0] == parts[1] != parts[2]


def test_it_is_kept_whatever_becomes_of_the_files(files, tmp_path):
    found = read_data(files[0], files[1], RECIPE)
    keep(tmp_path / "run", found)
    for path in files:
        path.unlink()
    again = kept(tmp_path / "run")
    assert again.train.examples == found.train.examples and again.dev.examples == found.dev.examples
    assert again.train.labels == found.train.labels
    with pytest.raises(TextError):
        kept(tmp_path / "nowhere")


def test_a_label_that_was_never_learned_is_named(files, tmp_path):
    dev = lines(tmp_path / "other.tsv", "sentence\tlabel", "he sat .\tgood", "she sat .\tugly")
    with pytest.raises(TextError, match=r"other\.tsv, line 3.*ugly"):
        read_data(files[0], dev, RECIPE)


def test_dev_columns_may_stand_in_another_order(files, tmp_path):
    dev = lines(tmp_path / "other.csv", "label,sentence", "good,he sat .", "bad,he ate .")
    found = read_data(files[0], dev, RECIPE).dev.examples
    assert [(e.text_a, e.label) for e in found if isinstance(e, TextExample)] == [
        ("he sat .", "good"),
        ("he ate .", "bad"),
    ]


def test_more_examples_go_to_training_only(files, tmp_path):
    more = lines(tmp_path / "more.csv", "sentence,label", "he sat again .,good")
    found = read_data(files[0], None, replace(RECIPE, dev_share=0.25), extra=[more])
    assert (len(found.train.examples), len(found.dev.examples)) == (13, 4)
    assert found.train.examples[-1].text_a == "he sat again ."


def test_one_label_is_nothing_to_tell_apart(tmp_path):
    same = lines(
        tmp_path / "same.tsv", "sentence\tlabel", *(f"the cat sat {n} times .\tgood" for n in range(9))
    )
    layout = Layout("tsv", "single-sentence", (("text_a", "sentence"), ("label", "label")), delimiter="\t")
    with pytest.raises(TextError, match="All examples have the same label, 'good'"):
        read_data(same, None, RECIPE, layout=layout)


def test_what_is_to_be_learned_must_be_there(tmp_path):
    texts = lines(tmp_path / "texts.tsv", "sentence\tid", "the cat sat .\t1", "he ate .\t2")
    layout = Layout("tsv", "single-sentence", (("text_a", "sentence"),), delimiter="\t")
    with pytest.raises(TextError, match="No column of the file says what is to be learned"):
        read_data(texts, None, RECIPE, layout=layout)


def test_numbers_can_be_classes_or_numbers(tmp_path):
    rows = (f"he sat on mat {n} .\t{n % 4}" for n in range(40))
    path = lines(tmp_path / "stars.tsv", "sentence\tlabel", *rows)
    for task in ("single-sentence", "regression"):
        layout = layout_of(path, replace(RECIPE, task=task))
        assert layout.task == task and layout.has_target
        found = read_data(path, None, replace(RECIPE, task=task)).train
        assert isinstance(found.examples[0].label, float if task == "regression" else str)
        assert bool(found.labels) == (task != "regression")


def test_task_and_layout_must_agree(files):
    layout = layout_of(files[0], RECIPE)
    assert layout_of(files[0], replace(RECIPE, task="single-sentence"), layout) == layout
    with pytest.raises(TextError, match="The layout is of a single-sentence file, but the task is tagging"):
        layout_of(files[0], replace(RECIPE, task="tagging"), layout)
    with pytest.raises(TextError, match="It looks like a file for the task single-sentence"):
        layout_of(files[0], replace(RECIPE, task="multiple-choice"))
