"""Short names of models."""

from __future__ import annotations

import pytest

from app.values import ModelChoice, shortened


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("mini-en", "mini-en"),
        ("google/bert_uncased", "bert_uncased"),
        ("/home/me/models/mine/", "mine"),
        (r"C:\models\mine", "mine"),
        ("/", "/"),
        ("", ""),
        ("/runs/mini-2nd/checkpoints/step-3565", "mini-2nd, step-3565"),
        (r"C:\runs\mini-2nd\checkpoints\step-3565", "mini-2nd, step-3565"),
        ("/runs/mini-2nd/model", "mini-2nd, model"),
        ("checkpoints/step-3", "step-3"),
        ("model", "model"),
        ("/model", "model"),
    ],
)
def test_a_choice_has_a_short_name(source: str, name: str) -> None:
    assert ModelChoice(source).name == name


@pytest.mark.parametrize(
    ("name", "short"),
    [("", ""), ("0123456789", "0123456789"), ("0123456789x", "01234…789x"), ("a" * 500, "aaaaa…aaaa")],
)
def test_a_long_name_keeps_its_ends(name: str, short: str) -> None:
    assert shortened(name, 10) == short
    assert len(shortened(name, 10)) <= 10
