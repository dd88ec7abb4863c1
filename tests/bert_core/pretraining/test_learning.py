"""That a model learns from text: more than how often each piece occurs."""

from __future__ import annotations

import numpy as np
import pytest
from accelerate.state import AcceleratorState

from bert_core.pretraining.command import pretrain
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.pretraining.recipe import Recipe
from tests.bert_core.pretraining.small_runs import RECIPE, events, split

RECIPE_TO_LEARN = {
    **RECIPE,
    "pieces": 150 * 1024,
    "model": {
        "num_hidden_layers": 2,
        "hidden_size": 128,
        "num_attention_heads": 8,
        "intermediate_size": 128,
        "max_position_embeddings": 64,
        "start": "structured",
    },
    "stages": [{"until": 1.0, "batch_pieces": 1024, "lengths": [[32, 1.0]]}],
}


@pytest.mark.slow
def test_a_tiny_model_learns_a_small_text(tmp_path):
    """In 150 steps it guesses better, by a nat, than one who knows how often each piece occurs, and nothing else."""
    text, heldout = split(tmp_path)
    out = tmp_path / "run"
    recipe = Recipe.from_dict(RECIPE_TO_LEARN)
    ending = pretrain([text], out, recipe, heldout=[heldout], device="cpu", threads=1)
    AcceleratorState._reset_state(True)
    assert ending.kind == "finished"
    counts = np.bincount(PieceCorpus.open(out / "data/train").pieces)
    shares = counts[counts > 0] / counts.sum()
    by_frequency = -(shares * np.log(shares)).sum()
    losses = [event["mlm_loss"] for event in events(out, "step")]
    assert np.mean(losses[:3]) > by_frequency - 0.2, "it begins with no more than the frequencies"
    assert np.mean(losses[-15:]) < by_frequency - 1.0
    held_out = events(out, "evaluation")[-1]
    assert held_out["mlm_loss"] < by_frequency - 0.3, "and it helps with text that it has not read"
