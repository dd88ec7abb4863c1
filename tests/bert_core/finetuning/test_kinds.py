"""Examples are encoded in parts, which is the same as all at once and can be ended."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from bert_core.finetuning import kinds
from bert_core.finetuning.kinds import encoded, kind_of
from bert_core.finetuning.rows import Marks, Rows
from bert_core.finetuning.task_info import TASKS
from tests.bert_core.finetuning.making import a_tokenizer, info_of, some_data


def arrays(rows: Rows) -> list[np.ndarray]:
    values = vars(rows).values()
    return [a for value in values for a in (vars(value).values() if isinstance(value, Marks) else (value,))]


@pytest.mark.parametrize("count", [1, 4, 7, 12])
@pytest.mark.parametrize("task", TASKS)
def test_in_parts_as_all_at_once(task, count, monkeypatch):
    monkeypatch.setattr(kinds, "AT_ONCE", 4)
    data, tokenizer = some_data(task, count), a_tokenizer()
    heeded = []
    found = encoded(tokenizer, data.examples, info_of(task), lambda: heeded.append(1))
    whole = kind_of(task).encode(tokenizer, data.examples, info_of(task))
    assert len(heeded) == -(-count // 4)
    for own, expected in zip(arrays(found), arrays(whole), strict=True):
        if expected is None:
            assert own is None
        else:
            np.testing.assert_array_equal(own, expected)
            assert own.dtype == expected.dtype
    assert [found.windows(n) for n in range(count)] == [whole.windows(n) for n in range(count)]


def test_of_nothing_there_are_no_rows():
    rows = encoded(a_tokenizer(), (), info_of("single-sentence"), lambda: None)
    assert len(rows) == 0 and astuple(rows)[0].size == 0


def test_it_can_be_ended(monkeypatch):
    class Over(Exception):
        pass

    def heed():
        calls.append(1)
        if len(calls) == 3:
            raise Over

    calls: list[int] = []
    monkeypatch.setattr(kinds, "AT_ONCE", 2)
    with pytest.raises(Over):
        encoded(a_tokenizer(), some_data("tagging", 30).examples, info_of("tagging"), heed)
    assert len(calls) == 3
