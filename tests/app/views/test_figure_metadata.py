"""A figure carries the model, the text and what was changed."""

from __future__ import annotations

from app.views.figure_metadata import figure_metadata
from bert_core.interventions import Interventions
from bert_core.scene import Scene
from tests.app.fakes import fake_trace


def test_says_model_text_and_what_is_added() -> None:
    trace = fake_trace()
    said = figure_metadata(trace, "mini-en", Layer="4")
    assert said["Model"] == "mini-en" and said["Layer"] == "4"
    assert said["Sentence A"] == trace.scene.text_a and said["Sentence B"] == trace.scene.text_b
    assert said["Pieces"].split(" ")[5] == "[MASK]"
    assert "Interventions" not in said


def test_interventions_are_said_so_that_they_can_be_repeated() -> None:
    changed = Interventions(hidden={2}, direction="left-to-right")
    said = figure_metadata(fake_trace(scene=Scene("fake", "a", interventions=changed)), "mini-en")
    names = {"Interventions": Interventions, "FrozenMap": dict}
    assert eval(said["Interventions"], names) == changed
    assert "Sentence B" not in said
