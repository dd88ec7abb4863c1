"""How much memory is held."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.memory import resident_bytes


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the system does not say")
def test_a_python_with_qt_holds_between_10_mb_and_the_machine() -> None:
    held = resident_bytes()
    assert held is not None and 10_000_000 < held < 1 << 40


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there it is a file")
@pytest.mark.parametrize("content", ["", "12", "a b c"])
def test_none_where_the_system_does_not_say(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: content)
    assert resident_bytes() is None


def test_none_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert resident_bytes() is None
