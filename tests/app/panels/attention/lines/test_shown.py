"""What a person wants to see is kept per session and told to everybody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject

from app.panels.attention.lines.shown import Shown, WhatIsShown


@pytest.fixture
def session(qapp: QObject) -> QObject:
    return QObject()


def test_a_session_has_one(session: QObject) -> None:
    first = WhatIsShown.of(session)
    assert WhatIsShown.of(session) is first
    assert WhatIsShown.of(QObject()) is not first


def test_changes_are_told_once(session: QObject) -> None:
    wanted, told = WhatIsShown.of(session), []
    wanted.changed.connect(lambda: told.append(wanted.now))
    wanted.set(replace(wanted.now, threshold=0.3))
    wanted.set(replace(wanted.now, threshold=0.3))
    assert told == [Shown(threshold=0.3)]


def test_another_number_of_heads_shows_all(session: QObject) -> None:
    wanted = WhatIsShown.of(session)
    wanted.set_heads(8)
    wanted.set(replace(wanted.now, hidden=frozenset({2, 7}), special=False))
    wanted.set_heads(8)
    assert wanted.now.hidden == {2, 7}
    wanted.set_heads(12)
    assert wanted.now == Shown(special=False)


def test_directions_are_flags_from_segment_to_segment() -> None:
    assert Shown().directions.all()
    flags = Shown(switched_off=frozenset({(0, 1)})).directions
    np.testing.assert_array_equal(flags, [[True, False], [True, True]])
