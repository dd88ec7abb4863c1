"""A scene with its sentences swapped or a word taken out, and where its pieces went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bert_core.following import follow_pieces
from bert_core.scene import Scene
from bert_core.trace import Token

Pieces = Callable[[str, str | None], Sequence[Token]]
Moved = dict[int, int]
"""Old position -> new position, of the pieces that are still there."""


def swapped(pieces: Pieces, scene: Scene) -> tuple[Scene, Moved] | None:
    """B first and A after it, replaced pieces and interventions at their new places; None without a second sentence."""
    if scene.second is None:
        return None
    turned = replace(scene, text_a=scene.second, text_b=scene.text_a, replaced={})
    if turned.second is None:
        return None  # nothing would come after it
    before, after = pieces(scene.text_a, scene.second), pieces(turned.text_a, turned.second)
    places = {
        (token.segment, token.start, token.end): p for p, token in enumerate(after) if not token.special
    }
    moved = {
        position: places[1 - token.segment, token.start, token.end]
        for position, token in enumerate(before)
        if not token.special and (1 - token.segment, token.start, token.end) in places
    }
    old, new = ([p for p, token in enumerate(side) if token.special] for side in (before, after))
    moved[old[0]] = new[0]  # [CLS]; and the [SEP] of each sentence goes with it
    moved.update(zip(old[1:], new[:0:-1], strict=True))
    return _with(turned, scene, moved), moved


def without_word(pieces: Pieces, scene: Scene, word: int) -> tuple[Scene, Moved]:
    """The word taken out of the text, with one of the spaces around it; `word` as in the tokens of `pieces`."""
    before = pieces(scene.text_a, scene.second)
    own = [token for token in before if token.word == word and not token.special]
    if not own:
        raise ValueError(f"no word {word}")
    texts = [scene.text_a, scene.text_b or ""]
    text = texts[own[0].segment]
    begin, end = min(token.start for token in own), max(token.end for token in own)
    if text[end : end + 1].isspace() and (begin == 0 or text[begin - 1].isspace()):
        end += 1
    elif end == len(text) and text[begin - 1 : begin].isspace():
        begin -= 1
    texts[own[0].segment] = text[:begin] + text[end:]
    shorter = replace(scene, text_a=texts[0], text_b=texts[1] or None, replaced={})
    after = pieces(shorter.text_a, shorter.second)
    gone = {p for p, token in enumerate(before) if token.word == word}
    moved = follow_pieces(before, after, (scene.text_a, scene.text_b or ""), (texts[0], texts[1]))
    moved = {old: new for old, new in moved.items() if old not in gone}
    return _with(shorter, scene, moved), moved


def _with(changed: Scene, scene: Scene, moved: Moved) -> Scene:
    replaced = {moved[position]: id_ for position, id_ in scene.replaced.items() if position in moved}
    return replace(changed, replaced=replaced, interventions=scene.interventions.moved(moved))
