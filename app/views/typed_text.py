"""What was typed where a piece stands."""

from __future__ import annotations

from bert_core.scene import Scene
from bert_core.trace import Token


def typed_text(scene: Scene, token: Token) -> str:
    """The characters that a piece stands for, as typed; "" for an added special."""
    text = (scene.text_b or "") if token.segment else scene.text_a
    return "" if token.special else text[token.start : token.end]
