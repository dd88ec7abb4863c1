"""Undo and redo, step by step as a person takes them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.history import LIMIT, History
from bert_core.scene import Scene

EMPTY = Scene("m", "")


def type_out(history: History, *texts: str, b: bool = False) -> None:
    """Each text is one keystroke away from the one before."""
    for text in texts:
        history.add(Scene("m", "", text) if b else Scene("m", text), typing=True)


def undone(history: History) -> list[str]:
    """What undo shows, back to the beginning."""
    seen = []
    while (scene := history.undo()) is not None:
        seen.append(scene.text_a)
    return seen


def grown(text: str, start: int = 1) -> list[str]:
    return [text[:n] for n in range(start, len(text) + 1)]


def test_letters_of_a_word_are_one_step() -> None:
    history = History(EMPTY)
    type_out(history, *grown("the man"))
    assert undone(history) == ["the", ""]


@pytest.mark.parametrize("text", ["我们的", "a😀b", "l" * 6, "don't"])
def test_any_letters_are(text: str) -> None:
    history = History(EMPTY)
    type_out(history, *grown(text))
    assert undone(history) == [""]


def test_equal_letters_typed_before_equal_letters_are_one_step_too() -> None:
    history = History(Scene("m", "ll"))
    type_out(history, "all", "alll", "allll")
    assert undone(history) == ["ll"]


def test_deleting_is_a_step_of_its_own_so_that_what_was_typed_can_come_back() -> None:
    history = History(EMPTY)
    type_out(history, "a", "ab", "abc", "ab", "a", "")
    assert undone(history) == ["abc", ""]


def test_deleting_forwards_and_backwards() -> None:
    history = History(Scene("m", "abcdef"))
    type_out(history, "abcef", "abef", "abf", "af")  # backspace, then delete, at the same cursor
    assert undone(history) == ["abcdef"]


def test_typing_elsewhere_is_another_step() -> None:
    history = History(Scene("m", "the man"))
    type_out(history, "the man.", "xthe man.", "xythe man.")
    assert undone(history) == ["the man.", "the man"]


def test_the_other_sentence_is_another_step() -> None:
    history = History(EMPTY)
    type_out(history, "a", "ab")
    history.add(Scene("m", "ab", "c"), typing=True)
    history.add(Scene("m", "ab", "cd"), typing=True)
    back = history.undo()
    assert back is not None and (back.text_a, back.text_b) == ("ab", None)


def test_a_paste_is_a_step() -> None:
    history = History(EMPTY)
    type_out(history, "a", "a pasted", "a pastedx")
    assert undone(history) == ["a pasted", "a", ""]


def test_another_action_ends_the_word() -> None:
    history = History(EMPTY)
    type_out(history, "a", "ab")
    history.add(Scene("m", "ab", None, {1: 5}))
    history.add(Scene("m", "abc", None, {1: 5}), typing=True)
    assert undone(history) == ["ab", "ab", ""]


def test_typing_after_undo_is_a_new_step_and_cuts_off_what_was_undone() -> None:
    history = History(EMPTY)
    type_out(history, *grown("one two"))
    history.undo()
    assert history.can_redo
    type_out(history, "onex")
    assert not history.can_redo and history.redo() is None
    assert undone(history) == ["one", ""]


def test_there_and_back() -> None:
    history = History(EMPTY)
    scenes = [Scene("m", word) for word in ("one", "two", "three")]
    for scene in scenes:
        history.add(scene)
    assert [history.undo() for _ in range(4)] == [scenes[1], scenes[0], EMPTY, None]
    assert not history.can_undo
    assert [history.redo() for _ in range(4)] == [*scenes, None]


def test_only_the_last_steps_are_kept() -> None:
    history = History(EMPTY)
    for number in range(LIMIT + 50):
        history.add(Scene("m", f"text {number}"))
    seen = undone(history)
    assert len(seen) == LIMIT - 1
    assert seen[-1] == "text 50"


def test_amending_is_no_step() -> None:
    history = History(EMPTY)
    history.add(Scene("m", "a"))
    history.amend(Scene("n", "a"))
    assert history.undo() == EMPTY
    assert history.redo() == Scene("n", "a")


@pytest.mark.parametrize("undos", [0, 1, 2, 3])
def test_forgetting_replacements_leaves_no_step_that_does_nothing(undos: int) -> None:
    history = History(EMPTY)
    for scene in (
        Scene("m", "a"),
        Scene("m", "a", None, {1: 7}),
        Scene("n", "a", None, {1: 8}),
        Scene("n", "a b", None, {1: 8}),
    ):
        history.add(scene)
    now = "a b"
    for _ in range(undos):
        now = history.undo().text_a
    history.forget_pieces()
    while history.can_redo:
        history.redo()
    texts = ["a b", *undone(history)]
    assert texts == ["a b", "a", ""]
    while history.can_redo:
        assert not history.redo().replaced
    assert now in texts


def test_the_place_in_the_line_is_kept_when_forgetting() -> None:
    history = History(EMPTY)
    marked = Scene("m", "a", None, {1: 7})
    history.add(replace(marked, replaced={}))
    history.add(marked)
    history.add(Scene("m", "b"))
    history.undo()
    history.forget_pieces()
    assert history.undo() == EMPTY
    assert history.redo().text_a == "a"
    assert history.redo().text_a == "b"


def test_a_gesture_is_one_step() -> None:
    history, drag = History(Scene("m", "start")), object()
    for text in ("a", "b", "c"):
        history.add(Scene("m", text), gesture=drag)
    history.add(Scene("m", "d"), gesture=object())
    assert undone(history) == ["c", "start"]


def test_anything_in_between_ends_a_gesture() -> None:
    history, drag = History(Scene("m", "start")), object()
    history.add(Scene("m", "a"), gesture=drag)
    history.add(Scene("m", "other"))
    history.add(Scene("m", "b"), gesture=drag)
    assert undone(history) == ["other", "a", "start"]
    history.redo()
    history.add(Scene("m", "c"), gesture=drag)
    assert undone(history) == ["a", "start"]


def test_a_slider_drawn_back_to_where_it_was_leaves_no_step() -> None:
    history, drag = History(Scene("m", "start")), object()
    history.add(Scene("m", "a"), gesture=drag)
    history.add(Scene("m", "start"), gesture=drag)
    assert not history.can_undo
    history.add(Scene("m", "b"), gesture=drag)
    assert undone(history) == ["start"]
