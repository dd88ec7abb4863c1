"""Undo and redo of scenes; letters typed one after another are one step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bert_core.following import unchanged_ends
from bert_core.scene import Scene

LIMIT = 500


@dataclass(frozen=True, slots=True)
class _Stroke:
    """One character put into a sentence (0 or 1) or taken out of it, at `place`."""

    sentence: int
    grows: bool
    place: int
    letter: str

    @property
    def caret(self) -> int:
        """Where the cursor stands after it."""
        return self.place + 1 if self.grows else self.place

    def next_places(self, grows: bool) -> list[int]:
        """Where the next character comes, or goes (before or behind the cursor), if the cursor is not moved."""
        return [self.caret] if grows else [self.caret - 1, self.caret]

    def goes_on(self, last: _Stroke | None) -> bool:
        """Whether it belongs to the same word as the stroke before."""
        return (
            last is not None
            and (self.sentence, self.grows) == (last.sentence, last.grows)
            and self.place in last.next_places(self.grows)
            and not self.letter.isspace()
        )


class History:
    """A line of scenes and a place in it."""

    def __init__(self, scene: Scene) -> None:
        self._scenes = [scene]
        self._at = 0
        self._last: _Stroke | None = None
        self._gesture: object = None

    def add(self, scene: Scene, *, typing: bool = False, gesture: object = None) -> None:
        """Take a step.

        Letters typed one behind another are one step, and so are letters deleted one after another; a space begins
        a new one, as does typing elsewhere, deleting after typing, or any other action. What belongs to one `gesture`,
        such as a slider that is drawn, is one step too; drawn back to where it was, it is none.
        """
        last, self._last = self._last, None
        before, self._gesture = self._gesture, gesture
        if gesture is not None and gesture is before:
            self._scenes[self._at] = scene
            if scene == self._scenes[self._at - 1]:
                del self._scenes[self._at]
                self._at -= 1
                self._gesture = None
            return
        if typing:
            self._last = _stroke(self._scenes[self._at], scene, last)
        if self._last is not None and self._last.goes_on(last):
            self._scenes[self._at] = scene
            return
        del self._scenes[self._at + 1 :]
        self._scenes.append(scene)
        del self._scenes[:-LIMIT]
        self._at = len(self._scenes) - 1

    def amend(self, scene: Scene) -> None:
        """Change the present scene without a step, as when the model changes."""
        self._scenes[self._at] = scene

    def forget_pieces(self) -> None:
        """Drop replaced pieces and changes at single pieces everywhere: another vocabulary has other pieces.

        Steps that did nothing else are dropped with them.
        """
        kept: list[Scene] = []
        at = 0
        for index, scene in enumerate(self._scenes):
            bare = replace(scene, replaced={}, interventions=scene.interventions.moved({}))
            if kept and replace(kept[-1], model_id=bare.model_id) == bare:
                kept[-1] = bare
            else:
                kept.append(bare)
            if index == self._at:
                at = len(kept) - 1
        self._scenes, self._at, self._last, self._gesture = kept, at, None, None

    @property
    def can_undo(self) -> bool:
        """Whether there is a scene before this one."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a scene after this one."""
        return self._at < len(self._scenes) - 1

    def undo(self) -> Scene | None:
        """The scene before, or None."""
        return self._move(-1) if self.can_undo else None

    def redo(self) -> Scene | None:
        """The scene after, or None."""
        return self._move(1) if self.can_redo else None

    def _move(self, by: int) -> Scene:
        self._at += by
        self._last = self._gesture = None
        return self._scenes[self._at]


def _texts(scene: Scene) -> tuple[str, str]:
    return scene.text_a, scene.text_b or ""


def _stroke(old: Scene, new: Scene, last: _Stroke | None) -> _Stroke | None:
    """The one character by which one of the sentences changed, if that is all that changed in the texts."""
    changed = [n for n in (0, 1) if _texts(old)[n] != _texts(new)[n]]
    if len(changed) != 1:
        return None
    before, after = _texts(old)[changed[0]], _texts(new)[changed[0]]
    if abs(len(after) - len(before)) != 1:
        return None
    grows = len(after) > len(before)
    longer, shorter = (after, before) if grows else (before, after)
    # Within a run of equal letters any place would do: the one where the cursor was is the true one.
    places = [] if last is None or last.sentence != changed[0] else last.next_places(grows)
    places.append(unchanged_ends(longer, shorter)[0])
    for place in places:
        if 0 <= place < len(longer) and longer[:place] + longer[place + 1 :] == shorter:
            return _Stroke(changed[0], grows, place, longer[place])
    return None
