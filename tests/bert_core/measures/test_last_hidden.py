"""The pass that keeps the last layer only agrees with the recording one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bert_core import Bert, Interventions
from bert_core.errors import Cancelled
from bert_core.interventions import NONE
from bert_core.measures.last_hidden import last_hidden

CHANGES = [
    NONE,
    Interventions(heads_off={(0, 1), (2, 3)}),
    Interventions(heads_off={(1, 0)}, head_off="uniform", hidden={2}),
    Interventions(dropped={"position": "all", "token": {1}}, direction="left-to-right"),
]


def nothing() -> None:
    """Nobody calls it off."""


@pytest.mark.parametrize("changes", CHANGES)
def test_equal_to_a_trace(bert: Bert, changes: Interventions) -> None:
    trace = bert.trace("the man went to [MASK] store", "he bought milk", changes)
    with torch.inference_mode():
        hidden = last_hidden(bert.module, trace.tokens, changes, nothing)
    np.testing.assert_allclose(hidden.numpy(), trace.hidden_states[-1], rtol=1e-5, atol=1e-5)


def test_it_can_be_called_off_between_layers(bert: Bert) -> None:
    asked = []

    def check() -> None:
        asked.append(True)
        if len(asked) == 2:
            raise Cancelled

    with pytest.raises(Cancelled), torch.inference_mode():
        last_hidden(bert.module, bert.pieces("the man"), NONE, check)
    assert len(asked) == 2
