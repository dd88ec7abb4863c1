"""Collecting happens on the GUI thread, and only there."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app import garbage
from app.garbage import GuiThreadCollector


class Knot:
    """Something only the cyclic collector can free."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector(qapp: object) -> Iterator[GuiThreadCollector]:
    was = gc.isenabled()
    made = GuiThreadCollector()
    yield made
    made.stop()
    (gc.enable if was else gc.disable)()


def test_automatic_collection_is_off(collector: GuiThreadCollector) -> None:
    assert not gc.isenabled()


def test_knots_are_freed_by_the_timer(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, collector: GuiThreadCollector
) -> None:
    collector.stop()
    monkeypatch.setattr(garbage, "INTERVAL_MS", 1)
    quick = GuiThreadCollector()
    knot = weakref.ref(Knot())
    pile = [Knot() for _ in range(gc.get_threshold()[0] + 10)]  # enough that a collection is due
    qtbot.waitUntil(lambda: knot() is None)
    assert pile
    quick.stop()


def test_stopping_does_not_give_it_back(qapp: object) -> None:
    was = gc.isenabled()
    gc.enable()
    GuiThreadCollector().stop()
    assert not gc.isenabled()  # a collection inside a Qt destructor would hang the end of the process
    (gc.enable if was else gc.disable)()
