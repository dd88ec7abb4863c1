"""Each intervention is said in words and can be taken back alone."""

from __future__ import annotations

from app.changes import MOST_HEADS, changes_in
from bert_core.interventions import NONE, Interventions
from tests.app.fakes import fake_tokens

TOKENS = fake_tokens(8)  # [CLS] the man went to [MASK] store [SEP]


def words(interventions: Interventions, layers: int = 4, heads: int = 3) -> list[str]:
    return [change.words for change in changes_in(interventions, TOKENS, layers, heads)]


def test_nothing_changed_nothing_said():
    assert changes_in(NONE, TOKENS, 4, 4) == []
    assert words(Interventions(head_off="uniform")) == []


def test_all_kinds_in_the_order_of_the_model():
    all_kinds = Interventions(
        heads_off={(1, 2), (0, 1)},
        hidden={2},
        dropped={"position": "all", "token": {3, 20}},
        direction="left-to-right",
    )
    assert words(all_kinds) == [
        "“went”: no token",
        "piece 20: no token",
        "no position embedding",
        "“man” hidden",
        "reads left to right",
        "L1-H2 off",
        "L2-H3 off",
    ]


def test_each_can_be_taken_back_alone_and_all_one_after_another():
    changed = Interventions(
        heads_off={(1, 0), (1, 1), (1, 2), (0, 1)},
        head_off="uniform",
        hidden={2, 3},
        dropped={"segment": "all", "token": {3}},
        direction="right-to-left",
    )
    assert words(changed)[-2:] == ["layer 2 even", "L1-H2 even"]
    for change in changes_in(changed, TOKENS, 4, 3):
        assert words(change.without) == [w for w in words(changed) if w != change.words]
    while rest := changes_in(changed, TOKENS, 4, 3):
        changed = rest[0].without
    assert not changed


def test_layers_columns_and_many_heads_are_one_change_each():
    column = {(layer, 1) for layer in range(4)}
    row = {(2, head) for head in range(3)}
    assert words(Interventions(heads_off=column)) == ["head 2 of every layer off"]
    assert words(Interventions(heads_off=row | {(0, 0)})) == ["layer 3 off", "L1-H1 off"]
    assert words(Interventions(heads_off={(layer, head) for layer in range(4) for head in range(3)})) == [
        "all heads off"
    ]
    many = {(layer, head) for layer in range(4) for head in range(2 + layer % 2)}
    assert len(many) > MOST_HEADS
    scattered = {(layer, layer) for layer in range(MOST_HEADS + 1)}
    assert words(Interventions(heads_off=scattered), 12, 12) == [f"{MOST_HEADS + 1} heads off"]


def test_a_hundred_heads_are_one_chip_that_lists_them():
    off = {(layer, head) for layer in range(12) for head in range(12) if (layer * 7 + head * 5) % 12 < 9}
    off |= {(3, head) for head in range(12)} | {(layer, 4) for layer in range(12)}
    (change,) = changes_in(Interventions(heads_off=off, hidden={2}), TOKENS, 12, 12)[1:]
    assert change.words == f"{len(off)} heads off"
    lines = change.meaning.splitlines()[1:]
    assert len(lines) == 12 and lines[3] == "L4: all"
    listed = {int(head) - 1 for head in lines[0].removeprefix("L1: ").split(", ")}
    assert listed == {head for layer, head in off if layer == 0}
    assert change.without == Interventions(hidden={2})


def test_whole_layers_and_the_rest_are_one_chip_where_they_would_be_many():
    off = {(layer, head) for layer in range(7) for head in range(3)}
    assert words(Interventions(heads_off=off), 12, 3) == ["21 heads off"]
    assert words(Interventions(heads_off={(1, n) for n in range(3)} | {(0, 0)}), 12, 3) == [
        "layer 2 off",
        "L1-H1 off",
    ]


def test_a_head_of_another_model_is_not_spoken_of():
    assert words(Interventions(heads_off={(11, 0), (0, 0)})) == ["L1-H1 off"]


def test_one_sided_reading_says_what_that_means():
    (change,) = changes_in(Interventions(direction="left-to-right"), TOKENS, 4, 4)
    assert "next-sentence score is constant" in change.meaning and "not trained" in change.meaning
