"""What a saved figure says of where it comes from."""

from __future__ import annotations

from bert_core.trace import Trace


def figure_metadata(trace: Trace, model: str, **more: str) -> dict[str, str]:
    """Model, sentences, pieces and changes by name, for any kind of file; `more` adds to them (Layer="4")."""
    scene = trace.scene
    said = {
        "Software": "Attention Explorer",
        "Model": model,
        "Sentence A": scene.text_a,
        "Sentence B": scene.second or "",
        "Pieces": " ".join(token.text for token in trace.tokens),
        "Interventions": repr(scene.interventions) if scene.interventions else "",
        **more,
    }
    return {key: value for key, value in said.items() if value}
