from __future__ import annotations

import pytest

from bert_core.finetuning.built_in import BUILT_IN, BuiltIn, built_in
from bert_core.finetuning.duplicates import shared_texts
from bert_core.finetuning.reading import guess, read
from bert_core.finetuning.task_info import TASKS

COUNTS = {  # as resources/datasets/README.md has them
    "sentiment": (810, 164),
    "pairs": (742, 170),
    "similarity": (337, 82),
    "tagging": (466, 100),
    "questions": (784, 139),
    "choice": (248, 62),
}


def test_there_is_one_for_every_task() -> None:
    assert {data_set.task for data_set in BUILT_IN} == set(TASKS)


def test_they_are_found_by_name() -> None:
    assert built_in("pairs").task == "sentence-pair"
    assert built_in("none") is None


@pytest.mark.parametrize("data_set", BUILT_IN, ids=lambda data_set: data_set.name)
def test_they_are_guessed_right_and_whole(data_set: BuiltIn) -> None:
    layout = guess(data_set.train)
    assert layout.task == data_set.task
    train = read(data_set.train, layout)
    dev = read(data_set.dev, guess(data_set.dev, layout), labels=train.labels or None)
    assert (len(train.examples), len(dev.examples)) == COUNTS[data_set.name]
    for data in (train, dev):
        assert (data.duplicates, data.contradictory, data.missing, data.malformed) == (0, 0, 0, 0)
        assert data.complete
    assert shared_texts(train, dev) == 0
