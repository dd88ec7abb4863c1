"""A person at work: typing, masking, putting in, undoing, finding actions, changing the theme."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QFileDialog, QInputDialog, QMessageBox

from app.actions import ACTIONS
from app.finder import ActionFinder, plain
from app.panels.base import Panel
from app.places import log_file
from app.theme import DARK, LIGHT, theme
from bert_core.resources import resource_path
from tests.end_to_end.driving import Driver
from tests.end_to_end.slow_model import SlowModel


def test_mask_put_in_and_undo_twice(shared: Driver) -> None:
    assert shared.pieces[2] == "man"
    shared.click_chip(2)
    shared.wait_for_trace()
    assert shared.pieces[2] == "[MASK]"
    assert shared.input.edit_a.toPlainText() == "the man went to the store", "the text stays as it was typed"
    (block,) = shared.predictions.blocks
    assert block.position == 2 and block.prediction is not None
    piece, token_id, _ = block.prediction.candidates[1]

    shared.click_candidate(block=0, row=1)
    shared.wait_for_trace()
    assert shared.pieces[2] == piece
    assert shared.trace.scene.replaced == {2: token_id}
    assert shared.predictions.blocks == ()

    shared.trigger("undo")
    shared.wait_for_trace()
    assert shared.pieces[2] == "[MASK]"
    shared.trigger("undo")
    shared.wait_for_trace()
    assert shared.pieces[2] == "man"
    assert not shared.trace.scene.replaced
    shared.trigger("redo")
    shared.wait_for_trace()
    assert shared.pieces[2] == "[MASK]"


def test_a_replaced_piece_follows_its_word(shared: Driver) -> None:
    shared.click_chip(6)
    shared.wait_for_trace()
    assert shared.pieces[6] == "[MASK]"
    shared.write("tired the man went to the store")
    shared.wait_for_trace()
    assert shared.pieces.index("[MASK]") == 7
    shared.write("tired the man went")
    shared.wait_for_trace()
    assert "[MASK]" not in shared.pieces
    assert "Ctrl+Z" in shared.notices[-1]


def test_typing_fast_shows_the_newest_text_only(shared: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowModel(monkeypatch)
    seen = len(shared.traces)
    shared.write("")
    shared.wait_until(slow.begun.is_set)
    typed = "the penguin went to the store of birds"
    shared.type(typed)
    assert shared.traces[seen:] == []
    slow.go_on()
    shared.wait_for_trace()
    assert [trace.scene.text_a for trace in shared.traces[seen:]] == [typed]
    assert shared.stale == []
    assert shared.pieces[:9] == ["[CLS]", *typed.split()]
    assert slow.called_off >= 1


def test_keys_while_it_computes_never_show_an_older_text(shared: Driver) -> None:
    shared.write("")
    for letter in "the man went to the store of the penguin":
        shared.type(letter)
        QApplication.processEvents()
    shared.wait_for_trace()
    assert shared.stale == []
    assert shared.trace.scene.text_a == "the man went to the store of the penguin"
    assert shared.pieces[-9:-8] != []
    assert shared.message == ""


def test_undo_takes_back_a_word(shared: Driver) -> None:
    shared.type(" of birds")
    shared.wait_for_trace()
    QTest.keyClick(shared.input.edit_a, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    shared.wait_for_trace()
    assert shared.input.edit_a.toPlainText() == "the man went to the store of"
    QTest.keyClick(shared.input.edit_a, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    shared.wait_for_trace()
    assert shared.input.edit_a.toPlainText() == "the man went to the store of birds"


def test_swap_examples_and_selection(shared: Driver) -> None:
    shared.trigger("swap")
    shared.wait_for_trace()
    assert shared.trace.scene.text_a == "he bought a gallon of milk"
    menu = shared.window.top_bar.examples_menu
    menu.aboutToShow.emit()
    menu.actions()[1].trigger()
    shared.wait_for_trace()
    assert shared.trace.scene.text_a == menu.actions()[1].data().a
    shared.session.select_head(0, 0)
    for action, head in (("next-head", (0, 1)), ("next-layer", (1, 1)), ("layer-average", (1, None))):
        shared.trigger(action)
        assert (shared.session.selection.layer, shared.session.selection.head) == head


def test_the_finder_runs_an_action(shared: Driver) -> None:
    window = shared.window
    window.activateWindow()
    shared.input.edit_a.setFocus()
    QTest.keyClick(shared.input.edit_a, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    shared.wait_until(lambda: window.findChild(ActionFinder) is not None)
    finder = window.findChild(ActionFinder)
    QTest.keyClicks(finder.field, "swap sent")
    assert finder.list.item(0).text().startswith("Swap the sentences")
    QTest.keyClick(finder.field, Qt.Key.Key_Return)
    shared.wait_for_trace()
    assert shared.trace.scene.text_a == "he bought a gallon of milk"
    shared.wait_until(lambda: window.findChild(ActionFinder) is None)


def test_every_action_of_every_menu_is_in_the_finder(shared: Driver) -> None:
    """Also those of menus that belong to a button of a panel."""
    found = shared.window.all_actions()
    names = [plain(action) for action in found]
    assert {shared.window.actions_[spec.id] for spec in ACTIONS} <= set(found)
    assert len(names) == len(set(names)), "two actions have the same name"
    for panel in shared.window.findChildren(Panel):
        dock = panel.parent()
        if isinstance(dock, QDockWidget):
            assert f"Panel: {panel.title}" in names
    assert any("Copy picture" in name for name in names)
    keys = [key.toString() for action in found for key in action.shortcuts()]
    assert len(keys) == len(set(keys)), "two actions have the same keys"


def test_every_action_is_bound_and_none_fails(
    app: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    def save_name(_parent: object, _title: object, name: str, *_: object) -> tuple[str, str]:
        return str(tmp_path / f"{len(list(tmp_path.iterdir()))}-{Path(name).name}"), ""

    folder = resource_path("models") / "mini-en"
    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", save_name)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("no-such-model-anywhere", True))
    app.click_chip(2)
    app.wait_for_trace()
    last = app.window.actions_["quit"]
    for action in app.window.all_actions():
        if action is last:
            continue
        bound = action.receivers("2triggered(bool)") + action.receivers("2toggled(bool)")
        assert bound, f"{plain(action)} does nothing"
        action.trigger()
        for dialog in app.window.findChildren(QDialog):
            if isinstance(dialog, QMessageBox):
                assert str(log_file()) in dialog.text()
            dialog.close()
        if (menu := QApplication.activePopupWidget()) is not None:
            menu.close()
        app.wait_until(lambda: app.session.loading is None and app.session.settled)
    assert opened == [str(log_file().parent)]
    saved = sorted(tmp_path.iterdir())
    assert len(saved) >= 3
    for file in saved:
        assert file.stat().st_size > 20
        if file.suffix == ".png":
            picture = QImage(str(file))
            assert "Attention Explorer" in picture.text("Software"), file
            assert picture.text("Model") in ("small", "mini-en"), file
    last.trigger()
    assert not app.window.isVisible()


@pytest.mark.parametrize("action", ["theme-dark", "theme-light"])
def test_the_theme_changes_at_once(shared: Driver, action: str) -> None:
    shared.trigger("theme-light" if action == "theme-dark" else "theme-dark")
    wanted = DARK if action == "theme-dark" else LIGHT
    shared.trigger(action)
    QApplication.processEvents()
    assert theme() is wanted
    picture = shared.window.grab().toImage()
    place = QPoint(2, shared.window.height() - 3)  # the status line's corner
    assert picture.pixelColor(place).name() == wanted.background
    assert [
        name for name in ("system", "light", "dark") if shared.window.actions_[f"theme-{name}"].isChecked()
    ] == [action.removeprefix("theme-")]
    shared.window.top_bar.theme_button.click()
    assert theme() is not wanted
    assert shared.trace is not None and shared.message == ""
