"""The window has room for its panels, from 1024 x 700 up."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QDockWidget, QWidget

from app.finder import ActionFinder
from app.panels.base import Panel
from app.views.picture import PictureActions
from tests.end_to_end.driving import Driver

Start = Callable[..., Driver]


def _place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("size", [(1024, 700), (1440, 900)])
def test_everything_fits(start: Start, size: tuple[int, int]) -> None:
    driver = start(size=size, text_a="the [MASK] went to the store", text_b="he bought milk")
    driver.wait_for_trace()
    window = driver.window
    assert (window.width(), window.height()) == size
    places: dict[str, QRect] = {}
    shown = [panel for panel in window.findChildren(Panel) if panel.isVisible()]
    for panel in shown:
        least = panel.minimumSizeHint().expandedTo(panel.minimumSize())
        assert panel.width() >= least.width(), f"{panel.name} is too narrow"
        assert panel.height() >= least.height(), f"{panel.name} is too low"
        places[panel.name] = _place(panel, window)
        for header in (panel.header, panel.help_button):
            assert window.rect().contains(_place(header, window)), panel.name
    assert len(places) == 6
    for name, place in places.items():
        assert window.rect().contains(place), f"{name} stands out of the window: {place}"
        for other, there in places.items():
            assert other == name or not place.intersects(there), f"{name} lies over {other}"
    attention = places["attention"]
    assert attention.width() * attention.height() > 0.22 * size[0] * size[1], "the maps are the main thing"
    assert window.status.state.isVisible()


def test_a_panel_behind_another_is_brought_forward(start: Start) -> None:
    driver = start(size=(1024, 700), text_a="the man", text_b="he bought milk")
    driver.wait_for_trace()
    window = driver.window
    panels = {panel.name: panel for panel in window.findChildren(Panel)}
    front, behind = panels["embeddings"], panels["training-recipe"]
    assert front.isVisible() and not behind.isVisible(), "what is behind does no work"
    window.docks.tabs["embeddings"].buttons["training-recipe"].click()
    driver.wait_until(lambda: behind.isVisible() and not front.isVisible())
    for widget in (behind, behind.header, behind.help_button):
        assert window.rect().contains(_place(widget, window))
    assert behind.width() >= behind.minimumSizeHint().width()
    driver.trigger("reset-layout")
    driver.wait_until(lambda: front.isVisible() and not behind.isVisible())


def test_a_panel_of_the_menu_is_shown_first_and_closed_when_it_is_seen(start: Start) -> None:
    driver = start(size=(1024, 700), text_a="the man", text_b="he bought milk")
    driver.wait_for_trace()
    window = driver.window
    panels = {panel.name: panel for panel in window.findChildren(Panel)}
    front, behind = panels["embeddings"], panels["training-recipe"]
    toggles = window.docks.toggles
    assert set(toggles) < set(panels) and all(
        toggle in window.menus["view"].actions() for toggle in toggles.values()
    )

    def seen(*names: str) -> bool:
        return all(
            toggles[name].isChecked() == panels[name].isVisible() == (name in names) for name in toggles
        )

    others = {name for name in toggles if toggles[name].isChecked()} - {"embeddings"}
    assert others == {"input", "model", "predictions", "next-sentence"}
    driver.wait_until(lambda: seen("embeddings", *others))
    toggles["training-recipe"].trigger()  # open, behind a tab: to the front
    driver.wait_until(lambda: seen("training-recipe", *others))
    assert behind.isVisible() and not front.isVisible()
    toggles["training-recipe"].trigger()  # seen: closed, and one of those behind it is seen
    bottom = set(toggles) - others - {"training-recipe"}
    driver.wait_until(lambda: any(seen(name, *others) for name in bottom))
    toggles["training-recipe"].trigger()  # closed: open, and in front
    driver.wait_until(lambda: seen("training-recipe", *others))
    toggles["model"].trigger()
    driver.wait_until(lambda: seen("training-recipe", *(others - {"model"})))
    driver.trigger("fine-tune")  # a page has the room of them all
    driver.wait_until(seen)
    toggles["model"].trigger()
    driver.wait_until(lambda: seen("training-recipe", *others))
    assert window.page is None
    window.findChild(QDockWidget, "dock-model").setFloating(True)
    driver.wait_until(lambda: seen("training-recipe", *others))
    popup = window.createPopupMenu()
    assert [action.text() for action in popup.actions()] == [toggle.text() for toggle in toggles.values()]


def test_every_picture_can_be_found_by_what_it_is_saved_as(start: Start) -> None:
    driver = start(text_a="the man", text_b="he bought milk")
    driver.wait_for_trace()
    window = driver.window
    found = {action.text() for action in window.all_actions()}
    pictures = window.findChildren(PictureActions)
    assert len(pictures) > 10
    for picture in pictures:
        for what in ("Save picture as PNG, SVG or PDF…", "Show numbers as table", "Copy picture"):
            assert f"{picture.objectName()}: {what}" in found
    finder = ActionFinder(window.all_actions(), window)
    finder.field.setText("next sentence svg")
    assert finder.list.item(0).text() == "Next sentence: Save picture as PNG, SVG or PDF…"
    finder.close()


def test_a_long_name_of_a_model_pushes_nothing_out_of_the_bar(
    start: Start, small_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / ("a model with a very long name " * 4).strip()
    shutil.copytree(small_model, folder)
    driver = start(model=str(folder), size=(1024, 700), text_a="the man")
    driver.wait_for_trace()
    bar, window = driver.window.top_bar, driver.window
    assert "…" in bar.model_button.text() and bar.model_button.toolTip() == str(folder)
    assert window.rect().contains(_place(bar.theme_button, window))
    assert bar.theme_button.width() >= bar.theme_button.sizeHint().width()


def test_a_message_does_not_push_anything_out(start: Start) -> None:
    driver = start(model="no-such-model-" + "x" * 60, size=(1024, 700), text_a="the man")
    driver.wait_for_trace()
    assert driver.message
    window = driver.window
    assert (window.width(), window.height()) == (1024, 700)
    for panel in window.findChildren(Panel):
        assert not panel.isVisible() or window.rect().contains(_place(panel, window)), panel.name
    window.banner.more.click()
    driver.qtbot.waitUntil(window.banner.details.isVisible)
    assert (window.width(), window.height()) == (1024, 700)


def test_the_panels_can_be_put_back(start: Start) -> None:
    driver = start(text_a="the man")
    driver.wait_for_trace()
    docks = driver.window.findChildren(QDockWidget)
    areas = {dock.objectName(): driver.window.dockWidgetArea(dock) for dock in docks}
    docks[0].close()
    docks[1].setFloating(True)
    docks[2].setFloating(True)
    docks[2].close()
    driver.trigger("reset-layout")
    for dock in docks:
        assert dock.isVisible() and not dock.isFloating()
        assert driver.window.dockWidgetArea(dock) == areas[dock.objectName()]
    driver.type(" went")
    driver.wait_for_trace()
    assert driver.pieces == ["[CLS]", "the", "man", "went", "[SEP]"]


def test_a_closed_panel_catches_up(start: Start) -> None:
    driver = start(text_a="the man")
    driver.wait_for_trace()
    dock = driver.window.findChild(QDockWidget, "dock-input")
    dock.close()
    driver.trigger("swap")
    driver.wait_for_trace()
    driver.window.docks.toggles["input"].trigger()
    driver.wait_until(lambda: driver.pieces == ["[CLS]", "[SEP]", "the", "man", "[SEP]"])
