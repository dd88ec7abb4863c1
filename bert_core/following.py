"""Where each piece of a text has gone after the text was edited."""

from __future__ import annotations

from collections.abc import Sequence

from bert_core.trace import Token


def unchanged_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters at the beginning and at the end an edit left alone (they never overlap)."""
    most = min(len(old), len(new))
    head = _common(old, new, most)
    return head, _common(old[head:][::-1], new[head:][::-1], most - head)


def _common(one: str, other: str, most: int) -> int:
    """The length of the common beginning, at most `most`; by halving, as comparing slices is fast."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def follow_pieces(
    old_tokens: Sequence[Token],
    new_tokens: Sequence[Token],
    old_texts: tuple[str, str],
    new_texts: tuple[str, str],
) -> dict[int, int]:
    """Old position -> new position, for the pieces that are still there.

    A typed piece is still there when its characters were not touched and are one piece again; the added specials
    follow their order. Positions that are missing from the answer are gone.
    """
    ends = [unchanged_ends(old, new) for old, new in zip(old_texts, new_texts, strict=True)]
    spans = {
        (token.segment, token.start, token.end): position
        for position, token in enumerate(new_tokens)
        if not token.special
    }
    found: dict[int, int] = {}
    for position, token in enumerate(old_tokens):
        if token.special:
            continue
        head, tail = ends[token.segment]
        old_text, new_text = old_texts[token.segment], new_texts[token.segment]
        if token.end <= head:
            shift = 0
        elif token.start >= len(old_text) - tail:
            shift = len(new_text) - len(old_text)
        else:
            continue
        new = spans.get((token.segment, token.start + shift, token.end + shift))
        if new is not None:
            found[position] = new
    old_specials = [position for position, token in enumerate(old_tokens) if token.special]
    new_specials = [position for position, token in enumerate(new_tokens) if token.special]
    found.update(zip(old_specials, new_specials, strict=False))
    return found
