"""Changes to how a model reads that every measure of a trace has to honour."""

from __future__ import annotations

from bert_core.interventions import NONE, Interventions

PAIR = ("the man went to [MASK] store", "he bought a gallon [MASK] milk")

CHANGES = {
    "nothing": NONE,
    "zero": Interventions(heads_off={(0, 1), (2, 0), (2, 3)}),
    "even": Interventions(heads_off={(0, 1), (2, 0)}, head_off="uniform", hidden={3}),
    "hidden, left to right": Interventions(hidden={0, 3}, direction="left-to-right"),
    "dropped": Interventions(
        dropped={"token": {1, 5}, "position": "all", "segment": {2}}, direction="right-to-left"
    ),
}
