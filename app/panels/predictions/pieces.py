"""Which piece is worth masking, and which pieces a person put in."""

from __future__ import annotations

from app.views.typed_text import typed_text
from bert_core.trace import Token, Trace


def longest_piece(trace: Trace) -> int | None:
    """The position of the longest whole word that is one piece, the one nearest to the middle among equals."""
    pieces_of: dict[int, int] = {}
    for token in trace.tokens:
        pieces_of[token.word] = pieces_of.get(token.word, 0) + 1
    middle = len(trace.tokens) / 2

    def rank(entry: tuple[int, Token]) -> tuple[bool, int, float]:
        position, token = entry
        return pieces_of[token.word] == 1, len(token.text), -abs(position - middle)

    ordinary = [(p, t) for p, t in enumerate(trace.tokens) if not t.special and t.text.isalpha()]
    return max(ordinary, key=rank)[0] if ordinary else None


def put_in(trace: Trace) -> list[tuple[int, str, str]]:
    """Position, piece and what was typed, of the pieces put in that are not [MASK]."""
    return [
        (position, trace.tokens[position].text, typed_text(trace.scene, trace.tokens[position]))
        for position, token_id in sorted(trace.scene.replaced.items())
        if token_id != trace.mask_id and position < len(trace.tokens)
    ]
