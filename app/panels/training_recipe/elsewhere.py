"""A sentence of another document: one of the built-in examples, since a person's text has no corpus around it."""

from __future__ import annotations

from app.examples import examples_for
from bert_core.info import ModelInfo
from bert_core.scene import Scene

_TYPED_MASK = "[MASK]"


def sentence_from_elsewhere(model: ModelInfo | None, scene: Scene, number: int) -> str:
    """Another one for each roll, in the language of the model; never of the example that is being looked at."""
    here = {scene.text_a.strip(), (scene.text_b or "").strip()}
    found = [
        text
        for example in examples_for(model)
        if not here & {example.a, example.b}
        for text in (example.a, example.b)
        if text and _TYPED_MASK not in text
    ]
    return found[number % len(found)] if found else ""
