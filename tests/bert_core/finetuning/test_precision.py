"""When a model is tuned in bfloat16."""

from __future__ import annotations

import pytest
import torch

from bert_core.finetuning import precision
from bert_core.finetuning.precision import choose_precision
from tests.bert_core.finetuning.making import a_bert

CONFIG = a_bert().config


@pytest.mark.parametrize(
    ("native", "gain", "chosen"),
    [(False, 9.0, "float32"), (True, 2.0, "bfloat16"), (True, 1.1, "float32"), (True, 0.2, "float32")],
)
def test_auto_is_what_is_faster(monkeypatch, native, gain, chosen):
    monkeypatch.setattr(precision, "is_native", lambda device, dtype: native)
    monkeypatch.setattr(
        precision, "_seconds", lambda config, device, bfloat16: 1.0 / gain if bfloat16 else 1.0
    )
    assert choose_precision("auto", "cpu", CONFIG) == chosen


@pytest.mark.parametrize("wished", ["float32", "bfloat16"])
def test_what_is_wished_is_not_tried(monkeypatch, wished):
    monkeypatch.setattr(precision, "_seconds", lambda *arguments: pytest.fail("tried"))
    assert choose_precision(wished, "cpu", CONFIG) == wished


@pytest.mark.parametrize("bfloat16", [False, True])
def test_trying_draws_no_number(bfloat16):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    assert 0 < precision._seconds(CONFIG, torch.device("cpu"), bfloat16) < 60
    assert torch.equal(torch.rand(3), expected)
