"""Undo and redo of scenes; letters typed one after another are one step."""

from __future__ import annotations

from dataclasses import replace

from bert_core.scene import Scene

LIMIT = 500


class History:
    """A line of scenes and a place in it."""

    def __init__(self, scene: Scene) -> None:
        self._scenes = [scene]
        self._at = 0
        self._typing = False

    def add(self, scene: Scene, *, typing: bool = False) -> None:
        """Take a step. A run of letters typed into one word is one step; a space or another action ends it."""
        last = self._scenes[self._at]
        merge = typing and self._typing and self._at == len(self._scenes) - 1 and _same_word(last, scene)
        if merge:
            self._scenes[self._at] = scene
        else:
            del self._scenes[self._at + 1 :]
            self._scenes.append(scene)
            del self._scenes[:-LIMIT]
            self._at = len(self._scenes) - 1
        self._typing = typing

    def amend(self, scene: Scene) -> None:
        """Change the present scene without a step, as when the model changes."""
        self._scenes[self._at] = scene

    def forget_replacements(self) -> None:
        """Drop replaced pieces everywhere: their ids mean nothing in another vocabulary."""
        self._scenes = [replace(scene, replaced={}) for scene in self._scenes]

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
        self._typing = False
        return self._scenes[self._at]


def _same_word(old: Scene, new: Scene) -> bool:
    """Whether only one sentence changed, by one character that is no white space."""
    changed_a, changed_b = old.text_a != new.text_a, old.text_b != new.text_b
    if changed_a == changed_b:
        return False
    before, after = (old.text_a, new.text_a) if changed_a else (old.text_b or "", new.text_b or "")
    longer, shorter = (after, before) if len(after) > len(before) else (before, after)
    if len(longer) - len(shorter) != 1:
        return False
    at = next((i for i, letter in enumerate(shorter) if letter != longer[i]), len(shorter))
    return not longer[at].isspace()
